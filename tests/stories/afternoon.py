"""An afternoon for the short stories: a door, a second person, points, a published book."""

from dataclasses import dataclass
from pathlib import Path

from tests.checkins.make import MINUTE_MS, code, open_door, put_shift, sign_up, tap
from tests.people.make import COMMUNITY, Resident, Town
from tests.points.make import Scheme
from tests.publication.make import folder_of, publish
from tests.service.make import FakeClock
from volunteer_credit.checkins.operations.closing import Counted, close_shift
from volunteer_credit.hours.operations.approving import Approved, approve_shift
from volunteer_credit.hours.operations.correcting import propose_correction
from volunteer_credit.hours.operations.own_view import OwnLine, own_hours
from volunteer_credit.journal.operations.verify_export import Verified, verify_export
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.points.operations.recompute import Recomputed, recompute
from volunteer_credit.shared.db import end_reading


@dataclass
class Afternoon:
    """`anna` of the staff leads, `su` of the staff approves."""

    scheme: Scheme
    su: Resident
    shift: str = ""

    @property
    def town(self) -> Town:
        """Where it happens."""
        return self.scheme.town

    def open(self, name: str = "saturday", *, capacity: int = 30) -> str:
        """A shift with an open door; what its door shows."""
        self.shift = put_shift(self.town.anna, name, capacity=capacity)
        open_door(self.town.anna, self.shift)
        return code(self.town.anna, self.shift)

    def serve(self, *people: Resident, minutes: int = 125) -> str:
        """They sign up, scan in and out, and anna closes; the sheet that waits."""
        sign_up(self.shift, *people)
        for each in people:
            tap(each, code(self.town.anna, self.shift))
        self.scheme.clock.pass_ms(minutes * MINUTE_MS)
        for each in people:
            tap(each, code(self.town.anna, self.shift))
        return self.close(len(people))

    def close(self, heads: int) -> str:
        """Heads are counted; the sheet."""
        counted = Counted(heads, all_stayed=True)
        made = close_shift(self.town.anna.caller(), COMMUNITY, self.shift, counted, self.key())
        end_reading()
        return made.sheet_id

    def approve(self, sheet: str, by: Resident | None = None) -> Approved:
        """Somebody approves the sheet; su, who may."""
        caller = (by or self.su).caller()
        made = approve_shift(caller, COMMUNITY, sheet, {}, self.key())
        end_reading()
        return made

    def correct(self, sheet: str, minutes: int) -> None:
        """The first line of a sheet gets other minutes: su proposes, bo approves."""
        where, caller = (sheet, 1), self.su.caller()
        asked = (minutes, "counted_wrong", "", self.key())
        seq = propose_correction(caller, COMMUNITY, where, *asked)
        end_reading()
        approve(self.town.bo.caller(), COMMUNITY, seq, self.key())
        end_reading()

    def key(self) -> str:
        """A key that nobody has used."""
        self.scheme.count += 1
        end_reading()
        return f"afternoon {self.scheme.count}"


def afternoon(clock: FakeClock, points: int = 1000) -> Afternoon:
    """A town with a convention of ten points an hour and a fund."""
    scheme = Scheme(Town(), clock)
    scheme.adopt()
    if points:
        scheme.fund(points, yuan=points)
    su = scheme.town.add("苏")
    scheme.town.grant(su, "staff")
    end_reading()
    return Afternoon(scheme, su)


def own(who: Resident) -> OwnLine:
    """The newest record of somebody, as their page shows it."""
    found = own_hours(who.caller(), COMMUNITY).lines[0]
    end_reading()
    return found


def published() -> tuple[Path, Verified, Recomputed]:
    """Seal the book, and what a stranger and the recomputation say of what is published."""
    publish()
    (verified,) = verify_export(COMMUNITY)
    end_reading()
    return folder_of(), verified, recompute(folder_of())
