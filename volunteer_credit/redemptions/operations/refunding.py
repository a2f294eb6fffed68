"""Points given back for what came back: once, and never more than was taken."""

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.operations.succession_refs import references
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.merchants.operations.stock import give_back
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.points.operations.spending import refund_transfers
from volunteer_credit.points.operations.wallet_accounts import is_closed
from volunteer_credit.points.rules.spending import Part
from volunteer_credit.redemptions.models.redemptions import RefundRow
from volunteer_credit.redemptions.operations.checks import check_cashier
from volunteer_credit.redemptions.operations.rows import (
    Found,
    change_part,
    change_piece,
    change_sale,
    found,
)
from volunteer_credit.redemptions.rules.errors import PointsClosedError
from volunteer_credit.redemptions.rules.refunds import (
    Bought,
    Refund,
    check_reason,
    last_first,
    refund_total,
)
from volunteer_credit.redemptions.rules.selling import check_refundable
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import retried

REFUND = "points.refund"


@retried
def refund(
    caller: Caller,
    community_id: str,
    merchant_id: str,
    redemption_id: str,
    asked: Refund,
    key: str,
) -> int:
    """Give back pieces, or an amount of what was keyed; how many centipoints went back.

    Raises: RedemptionUnknownError, NotConfirmedError, RefundAmountError, RefundPiecesError,
    RefundReasonError, OwnTillError, PointsClosedError.
    """
    check_reason(asked.reason)
    target = Target(community_id, merchant_id=merchant_id)
    actor = acting(caller, REFUND, community_id, target)
    body = {
        "merchant": merchant_id,
        "redemption": redemption_id,
        "pieces": dict(asked.pieces),
        "centipoints": asked.centipoints,
        "reason": asked.reason,
    }
    with perform(community_id, Request(actor, key, "redemption.refund", body)) as operation:
        who = authorised(operation, caller, REFUND, target)
        if not operation.replayed:
            sold = found(operation, redemption_id, merchant_id)
            if sold.row.account:
                check_cashier(operation, who.account, sold.row.account)
            operation.answer({"centipoints": _refund(operation, sold, asked)})
        return int(operation.result["centipoints"])


def _refund(operation: Operation, sold: Found, asked: Refund) -> int:
    row = sold.row
    check_refundable(row.state)
    basket = {
        each.offer_id: Bought(each.price_centipoints, each.pieces - each.returned)
        for each in sold.pieces
    }
    total = refund_total(asked, basket, row.centipoints - row.refunded_centipoints)
    if not row.account or is_closed(operation, row.account):
        raise PointsClosedError
    _move(operation, sold, total, asked.reason)
    for piece in sold.pieces:
        if asked.pieces.get(piece.offer_id):
            returned = piece.returned + asked.pieces[piece.offer_id]
            change_piece(operation, sold, piece, returned)
    give_back(operation, row.merchant_id, asked.pieces)
    operation.session.add(
        RefundRow(
            community_id=operation.community_id,
            redemption_id=row.redemption_id,
            position=operation.head.size,  # grows with every entry of the book
            merchant_id=row.merchant_id,
            centipoints=total,
            reason=asked.reason,
            day=operation.day,
            at_ms=operation.at_ms,
        )
    )
    refunded = row.refunded_centipoints + total
    change_sale(operation, sold, {"refunded_centipoints": refunded})
    return total


def _move(operation: Operation, sold: Found, total: int, reason: str) -> None:
    """One entry for each fund that gets something back, into the months it came from."""
    rows = sorted(
        (each for parts in sold.parts.values() for each in parts),
        key=lambda each: (each.month, each.fund),
    )
    back = last_first([each.centipoints - each.refunded_centipoints for each in rows], total)
    shares: dict[str, list[Part]] = {}
    for part, centipoints in zip(rows, back, strict=True):
        if centipoints:
            refunded = part.refunded_centipoints + centipoints
            change_part(operation, part, {"refunded_centipoints": refunded})
            shares.setdefault(part.fund, []).append(Part(part.month, centipoints))
    for fund, parts in sorted(shares.items()):
        amount = sum(each.centipoints for each in parts)
        transfers = refund_transfers(operation, sold.row.account, fund, sold.row.merchant_id, parts)
        data = {**sold.data(fund, amount), "reason": reason}
        first = sold.parts[fund][0]
        refs = references(operation, [(first.confirmed_book or 1, first.confirmed_seq or 0)])
        operation.append(NewEntry("redemption.refunded", data, refs=refs, transfers=transfers))
