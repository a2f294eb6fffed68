"""A hold is confirmed or ended, once: by the other side, by card and PIN, or by the clock."""

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.operations.succession_refs import reference
from volunteer_credit.journal.rules.requests import Actor, NewEntry, Request
from volunteer_credit.merchants.operations.stock import give_back
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.points.operations.spending import confirm_transfers, void_transfers
from volunteer_credit.redemptions.operations.card_pin import check_pin, still_holds
from volunteer_credit.redemptions.operations.checks import (
    HOLD,
    TAKE,
    ask_ahead,
    check_cashier,
    own_accounts,
    till_flags,
)
from volunteer_credit.redemptions.operations.rows import Found, change_part, change_sale, found
from volunteer_credit.redemptions.queries.redemptions import by_card_on, sale
from volunteer_credit.redemptions.rules.errors import (
    AmountChangedError,
    CardPinError,
    NotYoursToConfirmError,
    OwnTillError,
    RedemptionUnknownError,
)
from volunteer_credit.redemptions.rules.selling import (
    BY_MEMBER,
    BY_MERCHANT,
    CARD,
    CARD_PIN,
    CASHIER,
    CONFIRMED,
    HELD,
    MEMBER,
    OWN_PHONE,
    VOIDED,
    check_card,
    check_confirmable,
    check_voidable,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.units import points_text


@retried
def confirm_at_till(
    caller: Caller,
    community_id: str,
    merchant_id: str,
    redemption_id: str,
    centipoints: int,
    key: str,
) -> str:
    """Take what a member holds, as its cashier; the state, also when it was confirmed before.

    `centipoints`: what stood on the screen. Raises: RedemptionUnknownError, AmountChangedError,
    NotYoursToConfirmError, OwnTillError, HoldExpiredError, RedemptionVoidedError.
    """
    target = Target(community_id, merchant_id=merchant_id)
    actor = acting(caller, TAKE, community_id, target)
    body = {"merchant": merchant_id, "redemption": redemption_id, "centipoints": centipoints}
    with perform(community_id, Request(actor, key, "redemption.take", body)) as operation:
        who = authorised(operation, caller, TAKE, target)
        if not operation.replayed:
            sold = found(operation, redemption_id, merchant_id, basket=False)
            _check_cashier(operation, sold, who.account)
            _confirm(operation, sold, centipoints, CASHIER, CASHIER)
        return str(operation.result["state"])


@retried
def confirm_own(
    caller: Caller, community_id: str, redemption_id: str, centipoints: int, key: str
) -> str:
    """Say yes to what a cashier asks for, on one's own phone; the state. Raises: as above."""
    target = _target(community_id, redemption_id)
    actor = acting(caller, HOLD, community_id, target)
    body = {"redemption": redemption_id, "centipoints": centipoints}
    with perform(community_id, Request(actor, key, "redemption.agree", body)) as operation:
        who = authorised(operation, caller, HOLD, target)
        if not operation.replayed:
            sold = found(operation, redemption_id, basket=False)
            if sold.row.confirms == MEMBER and who.account == sold.row.asked_by:
                raise OwnTillError
            _confirm(operation, sold, centipoints, MEMBER, OWN_PHONE)
        return str(operation.result["state"])


@retried
def confirm_by_card(
    caller: Caller,
    community_id: str,
    merchant_id: str,
    redemption_id: str,
    amount_and_pin: tuple[int, str],
    key: str,
) -> str:
    """Take what a member says yes to with the PIN of the card they showed; the state.

    Raises: as `confirm_at_till`; CardPinError, TooManyTriesError, PinFormError, CardCapError.
    """
    centipoints, pin = amount_and_pin
    target = Target(community_id, merchant_id=merchant_id)
    actor = acting(caller, TAKE, community_id, target)  # nobody else may even try a PIN
    number = check_pin(community_id, merchant_id, redemption_id, pin)
    body = {"merchant": merchant_id, "redemption": redemption_id, "centipoints": centipoints}
    with perform(community_id, Request(actor, key, "redemption.card", body)) as operation:
        who = authorised(operation, caller, TAKE, target)
        if not operation.replayed:
            sold = found(operation, redemption_id, merchant_id, basket=False)
            _check_cashier(operation, sold, who.account)
            if sold.row.how != CARD or not still_holds(operation, sold.row.account, number):
                raise CardPinError
            if sold.row.state != CONFIRMED:
                own = own_accounts(operation, sold.row.account)
                spent = by_card_on(operation.session, community_id, own, operation.day)
                check_card(sold.row.centipoints, spent)
            _confirm(operation, sold, centipoints, MEMBER, CARD_PIN)
        return str(operation.result["state"])


@retried
def void_own(caller: Caller, community_id: str, redemption_id: str, key: str) -> str:
    """End a hold of one's own points; the state. Raises: RedemptionConfirmedError."""
    target = _target(community_id, redemption_id)
    actor = acting(caller, HOLD, community_id, target)
    body = {"redemption": redemption_id}
    with perform(community_id, Request(actor, key, "redemption.cancel", body)) as operation:
        authorised(operation, caller, HOLD, target)
        if not operation.replayed:
            void(operation, found(operation, redemption_id), BY_MEMBER)
            operation.answer({"state": VOIDED})
        return str(operation.result["state"])


@retried
def void_at_till(
    caller: Caller, community_id: str, merchant_id: str, redemption_id: str, key: str
) -> str:
    """End a hold as the cashier; the state. Raises: as `void_own`, RedemptionUnknownError."""
    target = Target(community_id, merchant_id=merchant_id)
    actor = acting(caller, TAKE, community_id, target)
    body = {"merchant": merchant_id, "redemption": redemption_id}
    with perform(community_id, Request(actor, key, "redemption.stop", body)) as operation:
        authorised(operation, caller, TAKE, target)
        if not operation.replayed:
            void(operation, found(operation, redemption_id, merchant_id), BY_MERCHANT)
            operation.answer({"state": VOIDED})
        return str(operation.result["state"])


def void(operation: Operation, sold: Found, reason: str, actor: Actor | None = None) -> None:
    """Inside an operation: let the points go, and put the goods back. Twice is once.

    Raises: RedemptionConfirmedError.
    """
    check_voidable(sold.row.state)
    if sold.row.state == VOIDED:
        return
    for fund in sold.parts:
        data = {**sold.data(fund, sold.centipoints(fund)), "reason": reason}
        first = sold.parts[fund][0]
        is_reserved = first.held_book == operation.head.book
        held = sold.held(fund) if is_reserved else []
        transfers = void_transfers(operation, sold.row.account, fund, held)
        refs = [reference(operation, first.held_book, first.held_seq)]
        operation.append(
            NewEntry("redemption.voided", data, actor=actor, refs=refs, transfers=transfers)
        )
    give_back(operation, sold.row.merchant_id, sold.basket())
    change_sale(operation, sold, {**_closed(operation, VOIDED), "reason": reason})


def _confirm(operation: Operation, sold: Found, centipoints: int, side: str, proof: str) -> None:
    """Post what is held, if this side may say so and saw what it is; twice is once."""
    row = sold.row
    if side != row.confirms:
        raise NotYoursToConfirmError
    if centipoints != row.centipoints:
        raise AmountChangedError(points=points_text(row.centipoints))
    if row.state != CONFIRMED:
        check_confirmable(row.state, row.expires_at_ms, operation.at_ms)
        for fund, parts in sold.parts.items():
            amount = sold.centipoints(fund)
            transfers = confirm_transfers(operation, row.account, fund, sold.held(fund), amount)
            made = operation.append(
                NewEntry(
                    "redemption.confirmed",
                    sold.data(fund, amount),
                    refs=[parts[0].held_seq],
                    transfers=transfers,
                )
            )
            for each in parts:
                confirmed = {"confirmed_book": operation.head.book, "confirmed_seq": made.seq}
                change_part(operation, each, confirmed, at_end=True)
        changed = {**_closed(operation, CONFIRMED), "proof": proof}
        change_sale(operation, sold, changed, at_end=True)
    operation.answer({"state": CONFIRMED})


def _closed(operation: Operation, state: str) -> dict[str, str | int]:
    return {"state": state, "closed_at_ms": operation.at_ms, "closed_day": operation.day}


def _check_cashier(operation: Operation, sold: Found, cashier: str) -> None:
    row = sold.row
    ask_ahead(operation, row.merchant_id, cashier, row.account)
    check_cashier(operation, cashier, row.account)
    if row.confirms == CASHIER and cashier == row.asked_by:
        raise OwnTillError
    if row.state == HELD:
        till_flags(operation, row.merchant_id, row.account)  # they may stand there since


def _target(community_id: str, redemption_id: str) -> Target:
    """Whose points it is about: oneself, or a ward. Raises: RedemptionUnknownError."""
    seen = sale(db.session, community_id, redemption_id)
    if seen is None or not seen.account:
        raise RedemptionUnknownError
    return Target(community_id, account=seen.account)
