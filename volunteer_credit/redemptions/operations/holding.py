"""Points held for a shop, for three minutes: by the member, or by the cashier who asks for them."""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.merchants.operations.stock import check_open, take
from volunteer_credit.merchants.queries.shops import offers
from volunteer_credit.merchants.rules.offers import OutOfStockError
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.operations.digests import key_for, request_digest
from volunteer_credit.people.queries.cards import PAPER
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.card_errors import CardUnknownError
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.points.operations.spending import hold_transfers, void_expired
from volunteer_credit.points.rules.errors import PointsShortError
from volunteer_credit.redemptions.models.redemptions import PartRow, PieceRow, RedemptionRow
from volunteer_credit.redemptions.operations.checks import (
    HOLD,
    TAKE,
    check_cashier,
    check_day,
    check_member,
    fund_shares,
    till_flags,
)
from volunteer_credit.redemptions.operations.due import void_due_at
from volunteer_credit.redemptions.queries.redemptions import waiting_at
from volunteer_credit.redemptions.rules.codes import digits_of
from volunteer_credit.redemptions.rules.errors import AmountChangedError, MemberShortError
from volunteer_credit.redemptions.rules.selling import (
    CARD,
    CASHIER,
    HELD,
    HOLD_SECONDS,
    MEMBER,
    OWN_PHONE,
    PASS,
    Ask,
    check_keyed,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current
from volunteer_credit.shared.units import points_text


@dataclass(frozen=True, slots=True)
class _Who:
    """Whose points, asked for by whom and how, and who then has to say yes."""

    account: str
    asked_by: str
    how: str
    confirms: str


@retried
def hold_own(caller: Caller, community_id: str, ask: Ask, key: str, account: str = "") -> str:
    """Hold one's own points, or those of a ward, for what a shop lists; the redemption's id.

    Raises: as `authorised` and `take`; AmountChangedError, OwnTillError, NotMarketDayError,
    QuarterLimitError, NoAgreementError, PointsClosedError, PointsShortError.
    """
    target = Target(community_id, account=account)
    actor = acting(caller, HOLD, community_id, target)
    body = {**_body(ask), "account": account}
    with perform(community_id, Request(actor, key, "redemption.hold", body)) as operation:
        found = authorised(operation, caller, HOLD, target)
        if not operation.replayed:
            whose = found.target.account or found.account
            who = _Who(whose, found.account, OWN_PHONE, CASHIER)
            operation.answer({"redemption": _hold(operation, ask, who)})
        return str(operation.result["redemption"])


@retried
def hold_at_till(caller: Caller, community_id: str, ask: Ask, card: str, key: str) -> str:
    """Hold the points of whoever showed a pass or card, or said its number; the redemption's id.

    `ask.pieces` may be empty: then it is an amount. The member says yes, or card and PIN do.
    Raises: as `hold_own`, but MemberShortError; CardUnknownError and what else `card_of` raises,
    AskedAmountError.
    """
    target = Target(community_id, merchant_id=ask.merchant_id)
    actor = acting(caller, TAKE, community_id, target)
    body = {**_body(ask), "card": request_digest(db.session, {"card": card})}
    with perform(community_id, Request(actor, key, "redemption.ask", body)) as operation:
        found = authorised(operation, caller, TAKE, target)
        if not operation.replayed:
            account, how = _shown(operation, card)
            who = _Who(account, found.account, how, MEMBER)
            try:
                operation.answer({"redemption": _hold(operation, ask, who)})
            except PointsShortError:
                raise MemberShortError from None
        return str(operation.result["redemption"])


def code_of(reader: Reader, community_id: str, redemption_id: str, turn: int) -> str:
    """The six digits of a sale: made from its id, so that they stand nowhere."""
    named = f"{community_id}\n{redemption_id}\n{turn}".encode()
    return digits_of(hmac.new(key_for(reader, "redemption_code"), named, sha256).digest())


def _body(ask: Ask) -> dict[str, object]:
    return {
        "merchant": ask.merchant_id,
        "centipoints": ask.centipoints,
        "pieces": dict(ask.pieces),
    }


def _shown(operation: Operation, text: str) -> tuple[str, str]:
    """Whose card or pass this is, and how it was shown."""
    seen = card_of(operation.session, text)
    account = account_of(operation.session, seen.person_id, operation.community_id)
    if account is None:
        raise CardUnknownError
    return account, CARD if seen.kind == PAPER else PASS


def _hold(operation: Operation, ask: Ask, who: _Who) -> str:
    void_expired(operation, who.account)
    check_member(operation, who.account)
    if who.confirms == MEMBER:
        check_cashier(operation, who.asked_by, who.account)
    flags = till_flags(operation, ask.merchant_id, who.account)
    check_day(operation, who.account)
    pieces = _pieces(operation, ask)
    row = _row(operation, ask, who, flags)
    operation.session.add(row)
    _hold_funds(operation, ask, row)
    for each in pieces:
        each.redemption_id = row.redemption_id
        operation.session.add(each)
    operation.session.flush()
    return row.redemption_id


def _pieces(operation: Operation, ask: Ask) -> list[PieceRow]:
    """What goes over the counter, taken off the shelf."""
    if not ask.pieces:
        check_open(operation, ask.merchant_id)
        check_keyed(ask.centipoints)
        return []
    total = _taken(operation, ask)
    if total != ask.centipoints:
        raise AmountChangedError(points=points_text(total))
    listed = offers(operation.session, operation.community_id, ask.merchant_id)
    return [
        PieceRow(
            community_id=operation.community_id,
            offer_id=each.offer_id,
            name=each.name,
            price_centipoints=each.price_centipoints,
            pieces=ask.pieces[each.offer_id],
            returned=0,
        )
        for each in listed
        if each.offer_id in ask.pieces
    ]


def _taken(operation: Operation, ask: Ask) -> int:
    """What the basket costs; holds that have run out keep nothing off the shelf."""
    try:
        return take(operation, ask.merchant_id, ask.pieces)
    except OutOfStockError:
        if not void_due_at(operation, ask.merchant_id):
            raise
        return take(operation, ask.merchant_id, ask.pieces)


def _row(operation: Operation, ask: Ask, who: _Who, flags: str) -> RedemptionRow:
    redemption_id = new_id(current().random)
    return RedemptionRow(
        community_id=operation.community_id,
        redemption_id=redemption_id,
        merchant_id=ask.merchant_id,
        account=who.account,
        asked_by=who.asked_by,
        how=who.how,
        confirms=who.confirms,
        proof="",
        flags=flags,
        state=HELD,
        reason="",
        centipoints=ask.centipoints,
        refunded_centipoints=0,
        code_turn=_turn(operation, ask.merchant_id, redemption_id),
        held_at_ms=operation.at_ms,
        held_day=operation.day,
        expires_at_ms=operation.at_ms + HOLD_SECONDS * 1000,
        closed_day=0,
    )


def _turn(operation: Operation, merchant_id: str, redemption_id: str) -> int:
    """The first of the id's codes that nobody else shows at this shop now."""
    session, community_id = operation.session, operation.community_id
    shown = {
        code_of(session, community_id, each.redemption_id, each.code_turn)
        for each in waiting_at(session, community_id, merchant_id, operation.at_ms)
    }
    turn = 0
    while code_of(session, community_id, redemption_id, turn) in shown:
        turn += 1
    return turn


def _hold_funds(operation: Operation, ask: Ask, row: RedemptionRow) -> None:
    """One entry for each fund that gives something, and a row for each month of it."""
    funds = fund_shares(operation, ask.merchant_id, row.account, ask.centipoints)
    position = 0
    for fund, centipoints in sorted(funds.items()):
        transfers = hold_transfers(
            operation, row.account, fund, centipoints, ask.merchant_id, HOLD_SECONDS
        )
        data = {
            "account": row.account,
            "centipoints": centipoints,
            "fund": fund,
            "how": row.how,
            "merchant": ask.merchant_id,
            "pieces": ask.entry_pieces(),
        }
        made = operation.append(NewEntry("redemption.held", data, transfers=transfers))
        for index, each in enumerate(transfers):
            operation.session.add(
                PartRow(
                    community_id=operation.community_id,
                    redemption_id=row.redemption_id,
                    position=position,
                    fund=fund,
                    month=int(each["debit"].rpartition(":")[2]),
                    centipoints=each["amount"],
                    refunded_centipoints=0,
                    held_book=operation.head.book,
                    held_seq=made.seq,
                    held_index=index,
                )
            )
            position += 1
