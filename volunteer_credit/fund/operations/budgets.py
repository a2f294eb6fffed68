"""A fund is raised, or gives back, by two persons; who waits for it is paid in the same act."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from volunteer_credit.fund.models.budgets import ChangeRow, FundRow, SponsorRow
from volunteer_credit.fund.operations.raised import raised
from volunteer_credit.fund.queries.changes import sponsor_named, sponsors
from volunteer_credit.fund.queries.coverage import funds_now
from volunteer_credit.fund.rules.budget import PAIR, BudgetChange, moved, sponsor_name
from volunteer_credit.fund.rules.errors import BudgetShortError, NoFundError, SponsorUnknownError
from volunteer_credit.journal.operations.balances import balances, open_families
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Appended, Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.operations.pair_words import Line, Text, register_words, same
from volunteer_credit.people.operations.pairs import propose_in, register_effect
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current
from volunteer_credit.shared.units import points_text, yuan_text

ACTION = "fund.propose"


@dataclass(frozen=True, slots=True)
class From:
    """Who gives: a sponsor known here by `sponsor_id`, else a new one by its `name`."""

    sponsor_id: str = ""
    name: str = ""


@retried
def propose_budget(
    caller: Caller, community_id: str, change: BudgetChange, sponsor: From, key: str
) -> int:
    """Propose to raise a fund, or to let it give back; the seq that waits for a second person.

    Raises: NoFundError, SponsorUnknownError, SponsorNameError, BudgetShortError, and as
    `propose_in` and `authorised`.
    """
    if not sponsor.sponsor_id:
        sponsor = replace(sponsor, name=sponsor_name(sponsor.name))
    target = Target(community_id)
    body = {
        "fund": change.fund,
        "centipoints": change.centipoints,
        "fen": change.fen,
        "reason": change.reason,
        "back": int(change.is_back),
        "sponsor": request_digest(db.session, {"id": sponsor.sponsor_id, "name": sponsor.name}),
    }
    request = Request(acting(caller, ACTION, community_id, target), key, PAIR, body)
    with perform(community_id, request) as operation:
        authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            made = _propose(operation, caller, change, sponsor)
            operation.answer({"seq": made.seq})
    return int(operation.result["seq"])


def _propose(operation: Operation, caller: Caller, change: BudgetChange, sponsor: From) -> Appended:
    community_id = operation.community_id
    # What went in under an older convention may still go back.
    is_known = operation.session.get(FundRow, (community_id, change.fund)) is not None
    now = funds_now(operation.session, community_id, operation.day)
    if change.fund not in now and not (change.is_back and is_known):
        raise NoFundError(fund=change.fund)
    if change.is_back:
        _check_free(operation, change)
    transfers = change.transfers(_sponsor(operation, sponsor))
    open_families(operation, [each[side] for each in transfers for side in ("debit", "credit")])
    data = {
        "beneficiaries": [],
        "fund": change.fund,
        "reason": change.reason,
        "sponsor": next(
            name.partition(":")[2]
            for each in transfers
            for name in (each["debit"], each["credit"])
            if name.startswith(("sponsor:", "donor:"))
        ),
        "transfers": transfers,
    }
    return propose_in(operation, caller, PAIR, data, f"fund:{change.fund}")


def _check_free(operation: Operation, change: BudgetChange) -> None:
    """Say at once what the book would refuse at the approval."""
    names = [f"fund:{change.fund}", f"cash:{change.fund}"]
    points, money = balances(operation, names).values()
    if change.centipoints > points.available or change.fen > money.available:
        raise BudgetShortError(
            points=points_text(points.available), yuan=yuan_text(money.available)
        )


def _sponsor(operation: Operation, sponsor: From) -> str:
    """The id of who gives; a name that is known already is the same sponsor."""
    community_id, session = operation.community_id, operation.session
    if sponsor.sponsor_id:
        if sponsor_named(session, community_id, sponsor.sponsor_id) is None:
            raise SponsorUnknownError
        return sponsor.sponsor_id
    for each in sponsors(session, community_id):
        if each.name == sponsor.name:
            return each.sponsor_id
    made = new_id(current().random)
    session.add(
        SponsorRow(
            community_id=community_id,
            sponsor_id=made,
            name=sponsor.name,
            added_at_ms=operation.at_ms,
        )
    )
    session.flush()
    return made


def _approved(operation: Operation, data: Mapping[str, Any], made: Appended) -> None:
    """The points are in the fund: remember it, and let those be paid who waited."""
    community_id, session, fund = operation.community_id, operation.session, data["fund"]
    change = moved(fund, data["transfers"])
    row = session.get(FundRow, (community_id, fund))
    if row is None:
        row = FundRow(community_id=community_id, fund=fund, budget_centipoints=0)
        session.add(row)
    row.budget_centipoints += change.centipoints
    session.add(
        ChangeRow(
            community_id=community_id,
            book=operation.head.book,
            seq=made.seq,
            fund=fund,
            sponsor_id=data["sponsor"],
            centipoints=change.centipoints,
            fen=change.fen,
            reason=data["reason"],
            at_ms=made.at_ms,
        )
    )
    session.flush()
    if change.centipoints > 0:
        raised(operation, fund)


def _words(reader: Reader, community_id: str, data: Mapping[str, Any]) -> list[Line]:
    change = moved(data["fund"], data["transfers"])
    lines = [
        (Text("基金", "Fund"), same(data["fund"])),
        (
            Text("出资方", "Sponsor"),
            same(sponsor_named(reader, community_id, data["sponsor"]) or data["sponsor"]),
        ),
    ]
    if change.centipoints:
        points = points_text(abs(change.centipoints))
        way = ("增加", "raised by") if change.centipoints > 0 else ("退回", "gives back")
        lines.append(
            (Text("积分", "Points"), Text(f"{way[0]} {points} 分", f"{way[1]} {points} points"))
        )
    if change.fen:
        yuan = yuan_text(abs(change.fen))
        way = ("收到", "comes in") if change.fen > 0 else ("退回", "goes back")
        lines.append((Text("资金", "Money"), Text(f"{way[0]} {yuan} 元", f"{yuan} yuan {way[1]}")))
    return lines


register_effect(PAIR, _approved)
register_words(PAIR, Text("信用基金变动", "A change of the fund"), _words)
