"""One's own hours: what, when, how long, where it stands in the book, and what points followed."""

from dataclasses import dataclass
from typing import NamedTuple

from volunteer_credit.hours.operations.days import day_of, today_in
from volunteer_credit.hours.queries import objections, sheets
from volunteer_credit.hours.queries.objections import Correction, Objection
from volunteer_credit.hours.queries.sheets import Sheet, SheetLine
from volunteer_credit.hours.rules.errors import RecordMissingError
from volunteer_credit.hours.rules.standing import standing
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.family_view import stood_for
from volunteer_credit.people.queries.grants import accounts_of
from volunteer_credit.people.rules.reasons import NoSuchPersonError
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.points.queries.awards import Award, own_awards
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.errors import DeniedError
from volunteer_credit.shared.runtime import current

ACTION = "hours.read"


class Step(NamedTuple):
    """An entry of a community's book with this number, and what it says of a record."""

    what: str
    book: int
    seq: int


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One record of one's own. `standing`: see rules/standing.py; `award`: its points as of now."""

    sheet: Sheet
    line: SheetLine
    objections: list[Objection]
    corrections: list[Correction]
    standing: str
    award: Award | None = None

    @property
    def centipoints(self) -> int:
        """What it came to, as last corrected."""
        return self.award.centipoints if self.award else self.line.centipoints

    @property
    def waiting_centipoints(self) -> int:
        """What of it waits for the fund now."""
        return self.award.waiting if self.award else 0

    @property
    def paid_seq(self) -> int:
        """The entry that paid what had waited; 0: nothing had, or it waits still."""
        return (self.award.paid_seq or 0) if self.award else 0

    @property
    def paid_book(self) -> int:
        """The number of its book."""
        return (self.award.paid_book or 1) if self.award else 1

    @property
    def paid_day(self) -> int:
        """The day of that entry, YYYYMMDD; 0 where it is not known."""
        return day_of(self.award.paid_at_ms) if self.award and self.award.paid_at_ms else 0

    @property
    def steps(self) -> list[Step]:
        """What led to it, and the entry of its book that says so, in the order of the books."""
        sheet, line = self.sheet, self.line
        noticed = "refused" if line.state == "refused" else "noticed"
        found = [
            Step("started", line.started_book, line.started_seq),
            Step("ended", line.ended_book, line.ended_seq),
            Step("counted", sheet.counted_book, sheet.counted_seq),
            Step("proposed", sheet.proposed_book, sheet.proposed_seq),
            Step(noticed, line.noticed_book, line.noticed_seq),
            Step("recorded", line.recorded_book, line.recorded_seq),
            Step(f"points_{line.outcome}", line.recorded_book, line.outcome_seq),
            Step("points_paid", self.paid_book, self.paid_seq),
        ]
        for told in self.objections:
            found.append(Step("objected", told.book, told.seq))
            found.append(Step("answered", told.answered_book, told.answered_seq))
        for each in self.corrections:
            found.append(Step("correction", each.book, each.proposed_seq))
            found.append(Step("corrected", each.book, each.approved_seq))
            found.append(Step(f"points_{each.outcome}", each.book, each.outcome_seq))
        known = {(each.book, each.seq): each for each in found if each.seq}
        return [known[place] for place in sorted(known)]


@dataclass(frozen=True, slots=True)
class OwnHours:
    """One's hours in one community. `minutes`: recorded; `on_the_way`: not in the book yet."""

    community_id: str
    minutes: int
    on_the_way: int
    lines: list[OwnLine]


def own_hours(caller: Caller, community_id: str, person_id: str = "") -> OwnHours:
    """Everything that the caller, or their ward, did in a community; the newest first.

    Raises: RecordMissingError, NotSignedInError.
    """
    reader, now_ms = db.session, current().clock.now_ms()
    day = today_in(community_id)
    target = Target(community_id, person_id)
    try:
        authorise(reader, caller, ACTION, target, at_ms=now_ms, day=day)
    except DeniedError as refusal:  # nothing is told of who belongs elsewhere
        if not person_id:
            raise RecordMissingError from refusal
        _check_family(caller, person_id, community_id)
    accounts = accounts_of(reader, person_id or caller.person_id, community_id)
    objected = objections.objections_of(reader, community_id, accounts)
    corrected = objections.corrections_of(reader, community_id, accounts)
    awards = {
        (each.book, each.record_seq): each
        for account in accounts
        for each in own_awards(reader, community_id, account)
    }
    found = []
    for sheet, line in sheets.with_sheets(reader, community_id, accounts=accounts):
        where = (line.sheet_id, line.position)
        told = [each for each in objected if (each.sheet_id, each.position) == where]
        put = [each for each in corrected if (each.sheet_id, each.position) == where]
        known = standing(
            line.state,
            is_objected=any(each.state == objections.OPEN for each in told),
            is_corrected=any(each.state == "approved" for each in put),
            minutes=line.minutes,
        )
        award = awards.get((line.recorded_book, line.recorded_seq))
        found.append(OwnLine(sheet, line, told, put, known, award))
    on_the_way = sum(each.line.minutes for each in found if each.line.state in sheets.OPEN)
    minutes = sum(each.line.minutes for each in found if each.line.state == "recorded")
    return OwnHours(community_id, minutes, on_the_way, found)


def _check_family(caller: Caller, person_id: str, community_id: str) -> None:
    """Who stands for somebody sees it also where the caller is no member, or the ward has left."""
    try:
        stood_for(caller, person_id, ACTION, community_id)
    except NoSuchPersonError as refusal:
        raise RecordMissingError from refusal


def own_line(
    caller: Caller, community_id: str, where: tuple[str, int], person_id: str = ""
) -> OwnLine:
    """One of them. Raises: as `own_hours`."""
    for each in own_hours(caller, community_id, person_id).lines:
        if (each.line.sheet_id, each.line.position) == where:
            return each
    raise RecordMissingError
