"""A paper sheet as somebody writes it: who by card or number, each line with its own refusal."""

from collections.abc import Sequence
from dataclasses import dataclass

from volunteer_credit.hours.operations.days import today_in
from volunteer_credit.hours.operations.desk_view import units_of
from volunteer_credit.hours.operations.sheets import check_entered, propose_sheet
from volunteer_credit.hours.queries.categories import categories
from volunteer_credit.hours.rules.errors import (
    LineTwiceError,
    NotMemberError,
    SheetDayError,
    SheetUnitError,
)
from volunteer_credit.hours.rules.evidence import COMMITTEE, PAPER_TIER, Line, ShiftFacts
from volunteer_credit.hours.rules.paper import (
    Written,
    parse_lines,
    parse_minutes,
    parse_start,
)
from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.queries.communities import community
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.queries.organisations import organisation, organisations
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db
from volunteer_credit.shared.errors import RefusedError, ServiceError
from volunteer_credit.shared.runtime import current

MINUTE_MS = 60_000


class LinesRefusedError(RefusedError):
    """Lines of a paper sheet that do not read; `lines` has each by its number."""

    code = "paper_lines"
    en = "{count} lines do not read; each is named below, and nothing was lost."
    zh = "有 {count} 行无法识别，已在下方逐行说明，内容均已保留。"

    def __init__(self, *, count: object, lines: dict[int, ServiceError] | None = None) -> None:
        super().__init__(count=count)
        self.lines = lines or {}


@dataclass(frozen=True, slots=True)
class Paper:
    """What a sheet says, as texts: `lead` and `lines` by card or number."""

    title: str
    day: str
    starts: str
    planned: str
    place: str
    content: str
    category: str
    organiser: str
    lead: str
    lines: str


def organisers(caller: Caller, community_id: str) -> list[tuple[str, str]]:
    """Id and name of the units for which somebody may write a sheet."""
    reader = db.session
    units = units_of(reader, caller, community_id, today_in(community_id))
    if units is None:
        here = community(reader, community_id)
        groups = organisations(reader, community_id)
        found = [(each.organisation_id, each.name) for each in groups]
        return [(COMMITTEE, here.name if here else community_id), *found]
    named = [organisation(reader, each) for each in sorted(units)]
    return [(each.organisation_id, each.name) for each in named if each is not None]


def account_by_card(reader: Reader, community_id: str, text: str) -> str:
    """The account of whoever has this card or number. Raises: NotMemberError, as `card_of`."""
    account = account_of(reader, card_of(reader, text).person_id, community_id)
    if account is None:
        raise NotMemberError
    return account


def propose_paper(caller: Caller, community_id: str, paper: Paper, key: str) -> int:
    """Propose a paper sheet; the seq of the proposal.

    Raises: LinesRefusedError with every line that does not read, SheetDayError, SheetUnitError,
    MinutesError, as `propose_sheet`, and as `account_by_card` for the lead.
    """
    reader = db.session
    facts = _facts(caller, community_id, paper)
    written, wrong = parse_lines(paper.lines)
    refused: dict[int, ServiceError] = dict(wrong)
    lines: list[Line] = []
    for each in written:
        try:
            line = _line(reader, community_id, facts, each)
            check_entered(reader, community_id, facts.organiser, line, each.number)
            _check_new(lines, line, each)
            lines.append(line)
        except ServiceError as problem:
            refused[each.number] = problem
    if refused or not lines:
        raise LinesRefusedError(count=len(refused), lines=dict(sorted(refused.items())))
    return propose_sheet(caller, community_id, facts, lines, key)


def _facts(caller: Caller, community_id: str, paper: Paper) -> ShiftFacts:
    names = dict(organisers(caller, community_id))
    known = paper.category in {each.code for each in categories()}
    if paper.organiser not in names or not known:
        raise SheetUnitError
    offset = current().settings.utc_offset_minutes
    day, starts_at_ms = parse_start(paper.day, paper.starts, offset)
    if day > today_in(community_id):
        raise SheetDayError
    planned = parse_minutes(paper.planned)
    return ShiftFacts(
        shift="",
        activity="",
        title=paper.title,
        place=paper.place,
        content=paper.content,
        category=paper.category,
        coefficient="",
        organiser=paper.organiser,
        organiser_name=names[paper.organiser],
        lead=account_by_card(db.session, community_id, paper.lead),
        day=day,
        planned_minutes=planned,
        starts_at_ms=starts_at_ms,
        ends_at_ms=starts_at_ms + planned * MINUTE_MS,
    )


def _line(reader: Reader, community_id: str, facts: ShiftFacts, each: Written) -> Line:
    account = account_by_card(reader, community_id, each.who)
    return Line(
        account=account,
        started_seq=0,
        ended_seq=0,
        started_at_ms=facts.starts_at_ms,
        ended_at_ms=facts.starts_at_ms + each.minutes * MINUTE_MS,
        tier=PAPER_TIER,
        minutes=each.minutes,
    )


def _check_new(lines: Sequence[Line], line: Line, each: Written) -> None:
    if line.account in {known.account for known in lines}:
        raise LineTwiceError(line=each.number)
