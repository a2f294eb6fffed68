"""A town with a convention, members who signed it, and hours recorded as the room of hours will."""

from dataclasses import dataclass, field
from typing import Any

from tests.conventions.adopting import adopt_document, day_of, sign
from tests.fund.make import change_fund
from tests.people.make import COMMUNITY, OPERATOR, Resident, Town
from tests.service.books import notes
from tests.service.make import FakeClock
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.journal.operations.balances import balances
from volunteer_credit.journal.operations.clock_orders import confirm_clock
from volunteer_credit.journal.operations.examine import entry_of
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.points.operations.following import follow, follow_correction
from volunteer_credit.points.queries.wallets import wallet
from volunteer_credit.points.rules.recorded import Corrected, Outcome, Recorded
from volunteer_credit.shared.db import db, end_reading

HOUR = 60
CATEGORY = "community_service"
ACTIVITY = "a" * 32


@dataclass
class Scheme:
    """A town where points are given. `day` of the next services; 0 is today."""

    town: Town
    clock: FakeClock
    convention: str = ""
    day: int = 0
    category: str = CATEGORY
    records: dict[int, Recorded] = field(default_factory=dict)
    minutes: dict[int, int] = field(default_factory=dict)
    count: int = 0

    def adopt(self, convention: Convention | str = "ten_an_hour") -> str:
        """A convention in force from now on: a day has passed."""
        found = templates()[convention] if isinstance(convention, str) else convention
        self.count += 1
        self.convention = adopt_document(self.town, self.clock, found, f"adopt {self.count}")
        return self.convention

    def member(self, name: str, *, signed: bool = True) -> Resident:
        """Somebody who takes part."""
        who = self.town.add(name)
        if signed:
            sign(who, f"sign {who.account}")
        return who

    def fund(self, points: int, **more: Any) -> int:
        """Raise the fund."""
        return change_fund(self.town, points, **more)

    def today(self) -> int:
        return day_of(self.clock.at_ms)

    def go_to(self, at_ms: int) -> None:
        """Let time pass, and have an operator say that the clock is right."""
        self.clock.pass_ms(at_ms - self.clock.at_ms)
        end_reading()
        self.count += 1
        confirm_clock(COMMUNITY, at_ms, Request(OPERATOR, f"clock {self.count}", "clock"))
        end_reading()

    def record(self, who: Resident, minutes: int, **more: Any) -> tuple[int, Outcome]:
        """An hour is recorded, and what follows; the record's seq and the outcome."""
        facts = {"coefficient": "", "planned_minutes": 0, "tier": 1, **more}
        day = facts.pop("day", self.day or self.today())
        with self._operation("record") as operation:
            data = {
                "account": who.account,
                "activity": ACTIVITY,
                "category": self.category,
                "coefficient": facts["coefficient"],
                "flags": [],
                "lead": "",
                "minutes": minutes,
                "organiser": "committee",
                "planned_minutes": facts["planned_minutes"],
                "shift": ACTIVITY,
            }
            made = operation.append(
                NewEntry("hours.recorded", data, day=day, tier=facts["tier"], refs=[0])
            )
            recorded = Recorded(made.seq, who.account, day, self.category, minutes=minutes, **facts)
            outcome = follow(operation, recorded)
            operation.answer({})
        self.records[made.seq], self.minutes[made.seq] = recorded, minutes
        end_reading()
        return made.seq, outcome

    def correct(self, record_seq: int, minutes: int) -> Outcome:
        """A record's minutes change, and what follows."""
        was = self.records[record_seq]
        with self._operation("correct") as operation:
            data = {"record": record_seq, "minutes": minutes}
            made = operation.append(NewEntry("hours.example", data, refs=[record_seq]))
            corrected = Corrected(
                made.seq,
                record_seq,
                was.account,
                was.day,
                was.category,
                was.coefficient,
                self.minutes[record_seq],
                minutes,
                was.planned_minutes,
                was.tier,
            )
            outcome = follow_correction(operation, corrected)
            operation.answer({})
        self.minutes[record_seq] = minutes
        end_reading()
        return outcome

    def _operation(self, name: str) -> Any:
        self.count += 1
        return perform(COMMUNITY, Request(OPERATOR, f"{name} {self.count}", name))

    def points(self, who: Resident, fund: str = "main") -> int:
        """What somebody has, in whole points; half points would be lost, so there must be none."""
        found = wallet(db.session, COMMUNITY, who.account)
        total = sum(each.posted for each in found if each.fund == fund)
        end_reading()
        assert total % 100 == 0
        return total // 100

    def balance(self, name: str) -> int:
        """What an account of the book holds."""
        with self._operation("look") as operation:
            found = balances(operation, [name])[name].posted
            operation.answer({})
        return found


def entries(kind: str = "", community: str = COMMUNITY) -> list[Any]:
    """The entries of the book whose kind begins so."""
    found = [entry_of(note) for note in notes(community)]
    end_reading()
    return [each for each in found if each.kind.startswith(kind)]


def scheme(clock: FakeClock) -> Scheme:
    """The usual town, without a convention yet."""
    return Scheme(Town(), clock)
