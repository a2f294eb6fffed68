"""A town with an organisation, its coordinators, volunteers, and shifts that the door hands in."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from tests.people.make import COMMUNITY, DAY_MS, OPERATOR, Resident, Town, number
from tests.service.books import notes
from tests.service.make import AT_MS, FakeClock
from tests.service.rows import built_once
from volunteer_credit.hours.operations.approving import Approved, approve_shift
from volunteer_credit.hours.operations.handing_in import hand_in
from volunteer_credit.hours.operations.recording import record_due
from volunteer_credit.hours.operations.sheets import propose_sheet
from volunteer_credit.hours.queries import sheets
from volunteer_credit.hours.queries.objections import Objection, to_answer
from volunteer_credit.hours.queries.sheets import SheetLine
from volunteer_credit.hours.rules.evidence import Line, ShiftFacts
from volunteer_credit.hours.rules.judging import Decision
from volunteer_credit.journal.operations.clock_orders import confirm_clock
from volunteer_credit.journal.operations.examine import entry_of
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, NewEntry, Request
from volunteer_credit.people.models.organisations import OrganisationRow
from volunteer_credit.people.models.privacy import ConsentRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.rules.purposes import PURPOSES
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, end_reading, transaction

GREEN, ALONE = "9" * 32, "8" * 32  # organisations: one of two coordinators, one of one
DAY = 20261121  # a Saturday; the clock stands at 8 on Sunday the 22nd
STARTS_MS = AT_MS - DAY_MS  # 8 o'clock on Saturday
MINUTE_MS = 60_000


@dataclass
class Square:
    """The town. `li` and `wang` are coordinators of GREEN; `vera` and `yu` are volunteers."""

    town: Town
    clock: FakeClock
    people: dict[str, Resident] = field(default_factory=dict)
    count: int = 0

    def __getattr__(self, name: str) -> Resident:
        people: dict[str, Resident] = self.__dict__.get("people", {})
        if name not in people:
            raise AttributeError(name)
        return people[name]

    def facts(self, **changes: Any) -> ShiftFacts:
        """Two hours of cleaning the beach, led by li for GREEN."""
        told = {
            "shift": number("shift", str(self.count)),
            "activity": "a" * 32,
            "title": "清洁海滩",
            "place": "海滨广场",
            "content": "捡拾垃圾，劝导文明游览",
            "category": "ecology",
            "coefficient": "",
            "organiser": GREEN,
            "organiser_name": "绿色先锋志愿服务队",
            "lead": self.li.account,
            "day": DAY,
            "planned_minutes": 120,
            "starts_at_ms": STARTS_MS,
            "ends_at_ms": STARTS_MS + 120 * MINUTE_MS,
            **changes,
        }
        return ShiftFacts(**told)

    def line(self, who: Resident, minutes: int = 125, **changes: Any) -> Line:
        """Somebody's part in it; the scans are entries of the book."""
        start = changes.pop("started_at_ms", STARTS_MS)
        started, ended = self.scanned(who, minutes, changes.get("tier", 1))
        told = {
            "account": who.account,
            "started_seq": started,
            "ended_seq": ended,
            "started_at_ms": start,
            "ended_at_ms": start + minutes * MINUTE_MS,
            "tier": 1,
            "minutes": minutes,
            "flags": (),
            **changes,
        }
        return Line(**told)

    def scanned(self, who: Resident, minutes: int, tier: int) -> tuple[int, int]:
        """In and out, as the door writes it."""
        shift = number("shift", str(self.count))
        told = {"account": who.account, "flags": [], "how": "code", "shift": shift}
        with self.operation("scan") as operation:
            started = operation.append(
                NewEntry(
                    "presence.started",
                    {**told, "activity": "a" * 32, "site": ""},
                    day=DAY,
                    tier=tier,
                )
            )
            ended = operation.append(
                NewEntry(
                    "presence.ended",
                    {**told, "minutes": minutes},
                    day=DAY,
                    tier=tier,
                    refs=[started.seq],
                )
            )
            operation.answer({})
        return started.seq, ended.seq

    def hand_in(
        self,
        *lines: Line,
        counted_by: Resident | None = None,
        caller: Caller | None = None,
        **changes: Any,
    ) -> str:
        """The door closes a shift, counted by li on his phone; the sheet."""
        facts, by = self.facts(**changes), counted_by or self.li
        caller = caller or by.caller()
        with self.operation("close") as operation:
            data = {"heads": len(lines), "present": len(lines), "shift": facts.shift}
            counted = operation.append(NewEntry("shift.counted", data, day=facts.day))
            sheet = hand_in(operation, facts, lines, counted.seq, by.account, caller)
            operation.answer({})
        end_reading()
        return sheet

    def operation(self, name: str) -> Any:
        self.count += 1
        return perform(COMMUNITY, Request(OPERATOR, f"{name} {self.count}", name))

    def approve(self, by: Resident, sheet: str, key: str = "", **decisions: Decision) -> Approved:
        """Approve a shift; `line2=Decision(…)` decides its second line."""
        self.count += 1
        told = {int(name.removeprefix("line")): each for name, each in decisions.items()}
        made = approve_shift(by.caller(), COMMUNITY, sheet, told, key or f"approve {self.count}")
        end_reading()
        return made

    def lines(self, sheet: str) -> list[SheetLine]:
        end_reading()
        return sheets.lines_of(db.session, COMMUNITY, sheet)

    def states(self, sheet: str) -> list[str]:
        return [each.state for each in self.lines(sheet)]

    def sheets(self, state: str) -> list[str]:
        end_reading()
        return [each.sheet_id for each in sheets.sheets_in(db.session, COMMUNITY, [state], None)]

    def objections(self) -> list[Objection]:
        end_reading()
        return to_answer(db.session, COMMUNITY)

    def paper(self, by: Resident, *people: Resident, key: str = "", **changes: Any) -> int:
        """A paper sheet of two hours for each; the seq of its proposal."""
        self.count += 1
        told = {"organiser": "committee", "shift": "", "activity": "", **changes}
        minutes = told.pop("minutes", 120)
        lines = [
            Line(each.account, 0, 0, STARTS_MS, STARTS_MS + minutes * MINUTE_MS, 4, minutes)
            for each in people
        ]
        key = key or f"paper {self.count}"
        seq = propose_sheet(by.caller(), COMMUNITY, self.facts(**told), lines, key)
        end_reading()
        return seq

    def agree(self, who: Resident, purpose: str, subject: str) -> None:
        """A consent, as rows."""
        with perform(
            CITY, Request(OPERATOR, f"agree {who.account} {purpose}", "test")
        ) as operation:
            operation.session.add(
                ConsentRow(
                    person_id=who.person_id,
                    purpose=purpose,
                    subject=subject,
                    text_version=PURPOSES[purpose].version,
                    given_at_ms=AT_MS,
                    given_by=who.person_id,
                    given_how="own",
                )
            )
            operation.answer({})
        end_reading()

    def step_down(self, who: Resident) -> None:
        """Let every session of somebody need a new proof."""
        with transaction() as session:
            query = select(SessionRow).where(SessionRow.person_id == who.person_id)
            for row in session.execute(query).scalars():
                row.stepped_up_until_ms = 0
        end_reading()

    def days_later(self, days: int, period: str = "") -> int:
        """So many days later the job runs; how many hours it recorded."""
        self.clock.pass_ms(days * DAY_MS)
        end_reading()
        self.count += 1
        confirm_clock(COMMUNITY, self.clock.at_ms, Request(OPERATOR, f"c {self.count}", "clock"))
        end_reading()
        count = record_due(period or f"p{self.count}")
        end_reading()
        return count


def entries(*kinds: str) -> list[Any]:
    """The entries of the book of these kinds, or all."""
    found = [entry_of(note) for note in notes(COMMUNITY)]
    end_reading()
    return [each for each in found if not kinds or each.kind in kinds]


def square(clock: FakeClock) -> Square:
    """The usual town with GREEN and its people, and ALONE, which has only li."""
    town, people = built_once(("square",), _people)
    return Square(town, clock, people)


def _people() -> tuple[Town, dict[str, Resident]]:
    town = Town()
    with perform(CITY, Request(OPERATOR, "green", "test")) as operation:
        for organisation_id, name in ((GREEN, "绿色先锋志愿服务队"), (ALONE, "一人小组")):
            operation.session.add(
                OrganisationRow(
                    organisation_id=organisation_id,
                    kind="group",
                    name=name,
                    community_id=COMMUNITY,
                    state="active",
                    created_at_ms=AT_MS,
                )
            )
        operation.answer({})
    words = {"li": "李青", "wang": "王绿", "vera": "韦拉", "yu": "于海"}
    people = {name: town.add(word) for name, word in words.items()}
    for name, unit in (("li", GREEN), ("wang", GREEN), ("li", ALONE)):
        town.grant(people[name], "coordinator", scope=f"organisation:{unit}")
    return town, people
