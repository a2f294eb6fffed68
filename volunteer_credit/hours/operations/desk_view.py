"""What waits for the units and the staff of a community: sheets, objections, what is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass

from volunteer_credit.hours.operations.days import day_of, today_in
from volunteer_credit.hours.operations.judging import judged
from volunteer_credit.hours.operations.names import name_on_list
from volunteer_credit.hours.operations.second import near_accounts, target_of
from volunteer_credit.hours.queries import objections, sheets
from volunteer_credit.hours.queries.calendars import calendar_of
from volunteer_credit.hours.queries.objections import Correction, Objection
from volunteer_credit.hours.queries.sheets import Sheet, SheetLine
from volunteer_credit.hours.rules.calendar import RECORD_WORKING_DAYS, Calendar, Until
from volunteer_credit.hours.rules.errors import SheetMissingError
from volunteer_credit.journal.operations.demo_time import book_now_ms
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.queries.grants import accounts_of, grants_of
from volunteer_credit.people.rules.roles import COMMUNITY, ROLES
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db
from volunteer_credit.shared.errors import DeniedError
from volunteer_credit.shared.runtime import current

VIEW = "hours.propose"  # whoever may approve may propose, and nobody steps up to read
_UNIT = "organisation:"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sheet in the queue. `flagged`: lines that are decided singly; `until`: the legal limit."""

    sheet: Sheet
    count: int
    flagged: int
    age_days: int
    until: Until
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Objected:
    """An objection with what it is about, and what is still to do."""

    objection: Objection
    sheet: Sheet
    line: SheetLine
    name: str


@dataclass(frozen=True, slots=True)
class Correcting:
    """A correction that waits for its second person."""

    correction: Correction
    sheet: Sheet
    name: str


@dataclass(frozen=True, slots=True)
class Queue:
    """All that waits. `overdue`: sheets whose hours are not all recorded in ten working days."""

    waiting: list[Waiting]
    proposed: list[Waiting]
    objected: list[Objected]
    to_correct: list[Objected]
    corrections: list[Correcting]
    overdue: list[Sheet]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line for who decides. `is_near`: the viewer's own or their household's."""

    line: SheetLine
    name: str
    flags: tuple[str, ...]
    is_near: bool


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A sheet with all its lines."""

    sheet: Sheet
    lead: str
    counted_by: str
    lines: list[ShownLine]
    until: Until
    is_overdue: bool

    @property
    def waiting(self) -> list[ShownLine]:
        """What the viewer may decide now."""
        return [each for each in self.lines if each.line.state == "waiting" and not each.is_near]


def queue(caller: Caller, community_id: str) -> Queue:
    """What somebody may see of it: staff and supervisors all, coordinators their own units'."""
    reader, today = db.session, today_in(community_id)
    units = units_of(reader, caller, community_id, today)
    calendar = calendar_of(reader, community_id)
    found = sheets.sheets_in(reader, community_id, ("waiting", "proposed"), units)
    shown = [_waiting(reader, community_id, each, calendar, today) for each in found]
    objected, to_correct = _objected(reader, community_id, units)
    return Queue(
        [each for each in shown if each.sheet.state == "waiting"],
        [each for each in shown if each.sheet.state == "proposed"],
        objected,
        to_correct,
        _correcting(reader, community_id, units),
        _overdue(reader, community_id, units, calendar, today),
        tuple(sorted({year for each in shown for year in each.until.missing})),
    )


def sheet_page(caller: Caller, community_id: str, sheet_id: str) -> SheetPage:
    """A whole shift for who decides it, or reads it. Raises: SheetMissingError."""
    reader, today = db.session, today_in(community_id)
    sheet = sheets.sheet(reader, community_id, sheet_id)
    if sheet is None:
        raise SheetMissingError
    account = _seen_by(caller, community_id, sheet)
    lines = sheets.lines_of(reader, community_id, sheet_id)
    waiting = [each for each in lines if each.state == "waiting"]
    flags = judged(reader, community_id, sheet, waiting)
    near = near_accounts(reader, community_id, account, sheet.handed_at_ms)
    calendar = calendar_of(reader, community_id)
    until = calendar.after(day_of(sheet.ends_at_ms), RECORD_WORKING_DAYS)
    return SheetPage(
        sheet,
        name_on_list(reader, community_id, sheet.lead),
        name_on_list(reader, community_id, sheet.counted_by),
        [
            ShownLine(
                each,
                name_on_list(reader, community_id, each.account),
                flags.get(each.position, tuple(each.flags.split())),
                each.account in near,
            )
            for each in lines
        ],
        until,
        _is_open(lines) and today > until.day,
    )


def _seen_by(caller: Caller, community_id: str, sheet: Sheet) -> str:
    """The viewer's account. Raises: SheetMissingError to who has nothing to do with it."""
    target, now_ms = target_of(community_id, sheet.organiser), current().clock.now_ms()
    try:
        found = authorise(
            db.session, caller, VIEW, target, at_ms=now_ms, day=today_in(community_id)
        )
    except DeniedError as refusal:
        raise SheetMissingError from refusal
    return found.account


def units_of(reader: Reader, caller: Caller, community_id: str, day: int) -> set[str] | None:
    """The organisations whose hours somebody decides; None: those of the whole community."""
    accounts = accounts_of(reader, caller.person_id, community_id)
    grants = [
        each
        for each in grants_of(reader, community_id, accounts, day)
        if VIEW in ROLES[each.role].actions
    ]
    if any(each.scope == COMMUNITY for each in grants):
        return None
    return {each.scope.removeprefix(_UNIT) for each in grants if each.scope.startswith(_UNIT)}


def _waiting(
    reader: Reader, community_id: str, sheet: Sheet, calendar: Calendar, today: int
) -> Waiting:
    lines = [
        each
        for each in sheets.lines_of(reader, community_id, sheet.sheet_id)
        if each.state in ("waiting", "proposed")
    ]
    flags = judged(reader, community_id, sheet, lines)
    until = calendar.after(day_of(sheet.ends_at_ms), RECORD_WORKING_DAYS)
    age_ms = book_now_ms(reader, community_id) - sheet.handed_at_ms
    age_days = max(0, age_ms // 86_400_000)
    flagged = sum(bool(each) for each in flags.values())
    return Waiting(sheet, len(lines), flagged, age_days, until, today > until.day)


def _objected(
    reader: Reader, community_id: str, units: set[str] | None
) -> tuple[list[Objected], list[Objected]]:
    """Open objections, and those that were upheld for a record which still says otherwise."""
    waiting, to_correct = [], []
    for each in objections.to_answer(reader, community_id):
        sheet = sheets.sheet(reader, community_id, each.sheet_id)
        line = sheets.line(reader, community_id, each.sheet_id, each.position)
        if sheet is None or line is None or (units is not None and sheet.organiser not in units):
            continue
        name = name_on_list(reader, community_id, each.account)
        shown = Objected(each, sheet, line, name)
        if each.state == objections.OPEN:
            waiting.append(shown)
        elif line.state == "recorded" and line.minutes != each.minutes:
            to_correct.append(shown)
    return waiting, to_correct


def _correcting(reader: Reader, community_id: str, units: set[str] | None) -> list[Correcting]:
    found = []
    for each in objections.open_corrections(reader, community_id):
        sheet = sheets.sheet(reader, community_id, each.sheet_id)
        if sheet is not None and (units is None or sheet.organiser in units):
            found.append(Correcting(each, sheet, name_on_list(reader, community_id, each.account)))
    return found


def _overdue(
    reader: Reader, community_id: str, units: set[str] | None, calendar: Calendar, today: int
) -> list[Sheet]:
    found: dict[str, Sheet] = {}
    for state in ("waiting", "proposed", "noticed"):
        for sheet, _line in sheets.with_sheets(reader, community_id, state=state):
            is_theirs = units is None or sheet.organiser in units
            if is_theirs and calendar.is_overdue(day_of(sheet.ends_at_ms), today):
                found[sheet.sheet_id] = sheet
    return sorted(found.values(), key=lambda each: (each.day, each.sheet_id))


def _is_open(lines: Sequence[SheetLine]) -> bool:
    return any(each.state in sheets.OPEN for each in lines)
