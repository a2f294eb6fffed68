"""A whole shift approved in one act, by a second person of the unit that organised it.

What nobody wondered about is approved together; every flagged line is decided singly. The
approver's own line, and their household's, stays for another second person.

A large shift is written in parts, so that nobody waits long for the book. Each part is an
operation that asks for the whole sheet and judges all of it anew; a retry replays the parts that
are there and goes on behind them, and what a crash left waits for whoever approves it next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.hours.operations.deciding import (
    Decided,
    count_waiting,
    decide,
    decided,
    waiting_lines,
)
from volunteer_credit.hours.operations.handing_in import DECIDED, DOOR, WAITING
from volunteer_credit.hours.operations.noticing import evidence, give_notice
from volunteer_credit.hours.operations.second import (
    ACTION,
    check_approver,
    near_accounts,
    target_of,
)
from volunteer_credit.hours.queries import sheets
from volunteer_credit.hours.rules.errors import SheetDecidedError, SheetMissingError
from volunteer_credit.hours.rules.judging import REFUSE, Decision
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.operations.succession_refs import references
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.people.operations.authority import Authority, acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.rules.pair_errors import OwnBenefitError
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried

_COUNTED = ("approved", "recorded", "refused")
LINES_AT_ONCE = 32  # half a second of the book on PostgreSQL, with notice, record and points


@dataclass(frozen=True, slots=True)
class Approved:
    """What an act came to. `left`: lines that still wait. `missing`: years no calendar tells."""

    approved: int
    recorded: int
    refused: int
    left: int
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Act:
    """What was asked for: the same in every part."""

    caller: Caller
    community_id: str
    sheet_id: str
    decisions: Mapping[int, Decision]
    key: str

    def part_key(self, part: int) -> str:
        """The key of a part; the first has the request's own."""
        if not part:
            return self.key
        return sha256(f"{ACTION}\n{self.key}\n{part}".encode()).hexdigest()


def approve_shift(
    caller: Caller,
    community_id: str,
    sheet_id: str,
    decisions: Mapping[int, Decision],
    key: str,
) -> Approved:
    """Approve a shift that the door handed in; `decisions` by position, for what is flagged.

    Raises: SheetMissingError, SheetDecidedError, DecisionError, CityDayError, OwnBenefitError,
    as `authorised` and `check_approver`; before the first line is written, unless somebody or
    something else comes between two parts.
    """
    act = _Act(caller, community_id, sheet_id, decisions, key)
    parts = [_part(act, 0, [])]
    rest = parts[0]["rest"]
    for start in range(0, len(rest), LINES_AT_ONCE):
        parts.append(_part(act, len(parts), rest[start : start + LINES_AT_ONCE]))
    counts = {name: sum(each[name] for each in parts) for name in _COUNTED}
    years = sorted({year for each in parts for year in each["missing"]})
    return Approved(**counts, left=parts[-1]["left"], missing=tuple(years))


@retried
def _part(act: _Act, part: int, positions: Sequence[int]) -> dict[str, Any]:
    """One part: the first looks at every line and says which are the `rest`; the others do them."""
    sheet = sheets.sheet(db.session, act.community_id, act.sheet_id)
    if sheet is None or sheet.source != DOOR:
        raise SheetMissingError
    target = target_of(act.community_id, sheet.organiser)
    actor = acting(act.caller, ACTION, act.community_id, target)
    told = {str(position): asdict(each) for position, each in sorted(act.decisions.items())}
    body = {"sheet": act.sheet_id, "decisions": request_digest(db.session, told)}
    with perform(act.community_id, Request(actor, act.part_key(part), ACTION, body)) as operation:
        authority = authorised(operation, act.caller, ACTION, target)
        if not operation.replayed:
            operation.answer(_approve(operation, act, authority, positions))
    result: dict[str, Any] = operation.result
    return result


def _approve(
    operation: Operation, act: _Act, authority: Authority, positions: Sequence[int]
) -> dict[str, Any]:
    session, community_id = operation.session, operation.community_id
    sheet = session.get_one(SheetRow, (community_id, act.sheet_id))
    if sheet.state != WAITING and not positions:
        raise SheetDecidedError
    waiting = waiting_lines(operation, act.sheet_id, positions)
    check_approver(operation, act.caller, authority, sheet, {each.account for each in waiting})
    near = near_accounts(session, community_id, authority.account, sheet.handed_at_ms)
    open_to_them = [each for each in waiting if each.account not in near]
    if not positions:
        _check_named(act.decisions, waiting, open_to_them)
    chosen = decided(operation, act.sheet_id, open_to_them, act.decisions, authority)
    done = _write(operation, authority, sheet, chosen[:LINES_AT_ONCE])
    left = count_waiting(operation, act.sheet_id)
    if not left:
        sheet.state = DECIDED
    return {**done, "left": left, "rest": [each.line.position for each in chosen[LINES_AT_ONCE:]]}


def _write(
    operation: Operation, authority: Authority, sheet: SheetRow, chosen: Sequence[Decided]
) -> dict[str, Any]:
    for each in chosen:
        decide(operation, authority, each)
    refused = [each.line for each in chosen if each.decision.kind == REFUSE]
    approved = [each.line for each in chosen if each.decision.kind != REFUSE]
    _refuse(operation, sheet, refused)
    missing = give_notice(operation, sheet, approved) if approved else set()
    operation.session.flush()
    return {
        "approved": len(approved),
        "recorded": sum(each.state == "recorded" for each in approved),
        "refused": len(refused),
        "missing": sorted(missing),
    }


def _check_named(
    decisions: Mapping[int, Decision],
    waiting: Sequence[LineRow],
    open_to_them: Sequence[LineRow],
) -> None:
    """Accept decisions of what waits and is theirs. Raises: SheetDecidedError, OwnBenefitError."""
    if set(decisions) - {each.position for each in waiting}:
        raise SheetDecidedError
    if set(decisions) - {each.position for each in open_to_them} or not open_to_them:
        raise OwnBenefitError


def _refuse(operation: Operation, sheet: SheetRow, lines: Sequence[LineRow]) -> None:
    entries = [
        NewEntry(
            "hours.refused",
            {"account": each.account, "reason": each.reason, "shift": sheet.shift},
            day=sheet.day,
            tier=each.tier,
            refs=references(operation, evidence(sheet, each)),
        )
        for each in lines
    ]
    for line, made in zip(lines, operation.append_all(entries), strict=True):
        line.state, line.noticed_seq = "refused", made.seq
        line.noticed_book = operation.head.book
