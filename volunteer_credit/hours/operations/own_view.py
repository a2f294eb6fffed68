"""One's own hours: what, when, how long, where it stands in the book, and what points followed."""

from dataclasses import dataclass

from volunteer_credit.hours.operations.days import today_in
from volunteer_credit.hours.queries import objections, sheets
from volunteer_credit.hours.queries.objections import Correction, Objection
from volunteer_credit.hours.queries.sheets import Sheet, SheetLine
from volunteer_credit.hours.rules.errors import RecordMissingError
from volunteer_credit.hours.rules.standing import standing
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.queries.grants import accounts_of
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.errors import DeniedError
from volunteer_credit.shared.runtime import current

ACTION = "hours.read"


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One record of one's own. `standing`: see rules/standing.py."""

    sheet: Sheet
    line: SheetLine
    objections: list[Objection]
    corrections: list[Correction]
    standing: str

    @property
    def steps(self) -> list[tuple[str, int]]:
        """What led to it, and the entry of the book that says so, in the book's order."""
        line = self.line
        of_points = f"points_{line.outcome}"
        found = [
            ("started", line.started_seq),
            ("ended", line.ended_seq),
            ("counted", self.sheet.counted_seq),
            ("proposed", self.sheet.proposed_seq),
            ("refused" if line.state == "refused" else "noticed", line.noticed_seq),
            ("recorded", line.recorded_seq),
            (of_points, line.outcome_seq),
        ]
        for objection in self.objections:
            found += [("objected", objection.seq), ("answered", objection.answered_seq)]
        for each in self.corrections:
            found += [("correction", each.proposed_seq), ("corrected", each.approved_seq)]
            found.append((f"points_{each.outcome}", each.outcome_seq))
        known = {seq: what for what, seq in found if seq}
        return [(known[seq], seq) for seq in sorted(known)]


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
        raise RecordMissingError from refusal
    accounts = accounts_of(reader, person_id or caller.person_id, community_id)
    objected = objections.objections_of(reader, community_id, accounts)
    corrected = objections.corrections_of(reader, community_id, accounts)
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
        found.append(OwnLine(sheet, line, told, put, known))
    on_the_way = sum(each.line.minutes for each in found if each.line.state in sheets.OPEN)
    minutes = sum(each.line.minutes for each in found if each.line.state == "recorded")
    return OwnHours(community_id, minutes, on_the_way, found)


def own_line(
    caller: Caller, community_id: str, where: tuple[str, int], person_id: str = ""
) -> OwnLine:
    """One of them. Raises: as `own_hours`."""
    for each in own_hours(caller, community_id, person_id).lines:
        if (each.line.sheet_id, each.line.position) == where:
            return each
    raise RecordMissingError
