"""Shops: entered in one act with their cashier and their agreement, changed, paused, closed."""

from dataclasses import asdict, dataclass

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.merchants.models.shops import MerchantRow
from volunteer_credit.merchants.operations.agreements import propose_terms_in
from volunteer_credit.merchants.rules.agreements import Terms
from volunteer_credit.merchants.rules.shops import (
    CASHIER,
    OPEN,
    MerchantUnknownError,
    Sign,
    check_change,
    parse_sign,
    scope_of,
)
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.operations.grants import propose_role_in
from volunteer_credit.people.operations.household_view import account_by_card
from volunteer_credit.people.rules.grants import RoleGrant
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

CHANGE = "merchant.change"


@dataclass(frozen=True, slots=True)
class Opening:
    """A shop that is entered. `card`: of who will stand at its till; `price`: with its agreement.

    Both are proposed at once with the shop and wait for a second person. `price` is fund, fen per
    point, first and last day.
    """

    sign: Sign
    card: str = ""
    price: tuple[str, int, int, int] | None = None


@retried
def add_merchant(caller: Caller, community_id: str, opening: Opening, key: str) -> str:
    """Enter a shop; its id.

    Raises: as `parse_sign`, `account_by_card`, `propose_terms_in`, `propose_role_in` and
    `authorised`.
    """
    sign, target = parse_sign(opening.sign), Target(community_id)
    account = account_by_card(community_id, opening.card) if opening.card else ""
    asked = {**asdict(sign), "account": account, "price": list(opening.price or ())}
    body = {"asked": request_digest(db.session, asked)}
    actor = acting(caller, CHANGE, community_id, target)
    with perform(community_id, Request(actor, key, "merchant.add", body)) as operation:
        authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            merchant_id = new_id(current().random)
            operation.session.add(_row(operation, merchant_id, sign))
            operation.session.flush()
            if account:
                authorised(operation, caller, "role.propose", target)
                propose_role_in(operation, caller, cashier_grant(merchant_id, account))
            if opening.price is not None:
                authorised(operation, caller, "agreement.propose", target)
                terms = Terms(merchant_id, *opening.price)
                propose_terms_in(operation, caller, terms, {account} - {""})
            operation.answer({"merchant": merchant_id})
        return str(operation.result["merchant"])


@retried
def change_merchant(
    caller: Caller, community_id: str, merchant_id: str, sign: Sign, key: str
) -> None:
    """Write another sign; the kind stays. Raises: MerchantUnknownError, as `parse_sign`."""
    sign, target = parse_sign(sign), Target(community_id)
    body = {"merchant": merchant_id, "asked": request_digest(db.session, asdict(sign))}
    actor = acting(caller, CHANGE, community_id, target)
    with perform(community_id, Request(actor, key, "merchant.edit", body)) as operation:
        authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            row = _found(operation, merchant_id)
            row.name, row.sells, row.phone = sign.name, sign.sells, sign.phone
            row.address, row.changed_at_ms = sign.address, operation.at_ms
            operation.answer({})


@retried
def set_state(caller: Caller, community_id: str, merchant_id: str, state: str, key: str) -> None:
    """Open, pause or close a shop; what was closed stays closed.

    Raises: MerchantUnknownError, MerchantKindError, MerchantClosedError, and as `authorised`.
    """
    target = Target(community_id)
    body = {"merchant": merchant_id, "state": state}
    actor = acting(caller, CHANGE, community_id, target)
    with perform(community_id, Request(actor, key, "merchant.state", body)) as operation:
        authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            row = _found(operation, merchant_id)
            check_change(row.state, state)
            row.state, row.changed_at_ms = state, operation.at_ms
            operation.answer({})


@retried
def propose_cashier(
    caller: Caller, community_id: str, merchant_id: str, card: str, key: str
) -> int:
    """Propose whoever's card this is for the till of a shop; the seq of the proposal.

    Raises: MerchantUnknownError, and as `account_by_card`, `propose_role_in` and `authorised`.
    """
    account, target = account_by_card(community_id, card), Target(community_id)
    body = {"merchant": merchant_id, "account": account}
    actor = acting(caller, "role.propose", community_id, target)
    with perform(community_id, Request(actor, key, "merchant.cashier", body)) as operation:
        authorised(operation, caller, "role.propose", target)
        if not operation.replayed:
            _found(operation, merchant_id)
            made = propose_role_in(operation, caller, cashier_grant(merchant_id, account))
            operation.answer({"seq": made.seq})
        return int(operation.result["seq"])


def cashier_grant(merchant_id: str, account: str) -> RoleGrant:
    """The role of who stands at the till of a shop."""
    return RoleGrant(account, CASHIER, scope_of(merchant_id))


def _row(operation: Operation, merchant_id: str, sign: Sign) -> MerchantRow:
    return MerchantRow(
        community_id=operation.community_id,
        merchant_id=merchant_id,
        state=OPEN,
        added_at_ms=operation.at_ms,
        changed_at_ms=operation.at_ms,
        **asdict(sign),
    )


def _found(operation: Operation, merchant_id: str) -> MerchantRow:
    row = operation.session.get(MerchantRow, (operation.community_id, merchant_id))
    if row is None:
        raise MerchantUnknownError
    return row
