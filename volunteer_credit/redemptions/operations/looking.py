"""A redemption as each side sees it: the member all of it, the till never whose it is."""

from dataclasses import dataclass

from volunteer_credit.journal.operations.demo_time import book_now_ms
from volunteer_credit.merchants.queries.shops import Shop, offers, shop, shops
from volunteer_credit.merchants.rules.offers import basket_price
from volunteer_credit.merchants.rules.shops import CASHIER, MerchantUnknownError
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.family_view import stood_for
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.grants import accounts_of, grants_of
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.redemptions.operations.checks import TAKE
from volunteer_credit.redemptions.operations.holding import code_of
from volunteer_credit.redemptions.queries.redemptions import (
    Piece,
    Sale,
    Totals,
    flagged,
    pieces_of,
    sale,
    sale_anywhere,
    sales_of,
    sales_on,
    totals,
    waiting_at,
)
from volunteer_credit.redemptions.rules.codes import letters_of, parse_digits, parse_letters
from volunteer_credit.redemptions.rules.errors import RedemptionCodeError, RedemptionUnknownError
from volunteer_credit.redemptions.rules.selling import (
    CARD,
    CARD_ONCE_CENTIPOINTS,
    HELD,
)
from volunteer_credit.redemptions.rules.selling import (
    CASHIER as BY_CASHIER,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.errors import DeniedError
from volunteer_credit.shared.runtime import current

SHOWN_MAX = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """A sale as a till sees it: things, points, how long, and nothing of the member.

    `state`: held, confirmed, voided, or `expired` for what is held and over.
    """

    redemption_id: str
    merchant_id: str
    state: str
    confirms: str
    reason: str
    items: list[Piece]
    centipoints: int
    refunded_centipoints: int
    seconds_left: int
    at_ms: int
    by_card: bool  # whether card and PIN would do

    @property
    def left_centipoints(self) -> int:
        """What could still be given back."""
        return self.centipoints - self.refunded_centipoints


@dataclass(frozen=True, slots=True)
class OwnSale:
    """A sale as the member sees it; `code` and `letters` while they have to be shown."""

    sale: Seen
    shop: Shop
    code: str
    letters: str


@dataclass(frozen=True, slots=True)
class Basket:
    """What somebody is about to redeem."""

    shop: Shop
    items: list[Piece]
    centipoints: int


@dataclass(frozen=True, slots=True)
class TillDay:
    """A day of a shop, and its month so far."""

    day: int
    sales: list[Seen]
    of_day: Totals
    of_month: Totals


def basket(community_id: str, merchant_id: str, pieces: dict[str, int]) -> Basket:
    """A basket at today's prices. Raises: MerchantUnknownError, and as `basket_price`."""
    found = _shop(community_id, merchant_id)
    day = day_of(book_now_ms(db.session, community_id))
    listed = offers(db.session, community_id, merchant_id)
    total = basket_price(listed, pieces, day)
    items = [
        Piece(each.offer_id, each.name, each.price_centipoints, pieces[each.offer_id], 0)
        for each in listed
        if each.offer_id in pieces
    ]
    return Basket(found, items, total)


def own_sale(caller: Caller, community_id: str, redemption_id: str) -> OwnSale:
    """One redemption of the caller or a ward. Raises: RedemptionUnknownError."""
    found = sale(db.session, community_id, redemption_id)
    if found is None or not found.account:
        raise RedemptionUnknownError
    target = Target(community_id, account=found.account)
    _authorise(caller, "points.read", target, RedemptionUnknownError)
    return _own(found, _seen([found])[0], _shop(community_id, found.merchant_id))


def own_sales(caller: Caller, community_id: str, person_id: str = "") -> list[OwnSale]:
    """What the caller, or one they stand for, redeemed in a community, newest first.

    Raises: as `stood_for`.
    """
    if person_id:
        stood_for(caller, person_id, "points.read", community_id)
    accounts = accounts_of(db.session, person_id or caller.person_id, community_id)
    found, there = sales_of(db.session, community_id, accounts, SHOWN_MAX), _shops(community_id)
    pairs = zip(found, _seen(found), strict=True)
    return [_own(each, seen, there[each.merchant_id]) for each, seen in pairs]


def own_tills(caller: Caller, community_id: str) -> list[Shop]:
    """The shops of a community whose till the caller may keep."""
    day = day_of(book_now_ms(db.session, community_id))
    accounts = accounts_of(db.session, caller.person_id, community_id)
    held = grants_of(db.session, community_id, accounts, day)
    names = [each.scope.partition(":")[2] for each in held if each.role == CASHIER]
    found = (shop(db.session, community_id, each) for each in dict.fromkeys(names))
    return [each for each in found if each is not None]


def till(caller: Caller, community_id: str, merchant_id: str) -> Shop:
    """A shop for its cashier. Raises: MerchantUnknownError for everybody else."""
    target = Target(community_id, merchant_id=merchant_id)
    _authorise(caller, TAKE, target, MerchantUnknownError)
    return _shop(community_id, merchant_id)


def till_sale(caller: Caller, community_id: str, merchant_id: str, redemption_id: str) -> Seen:
    """One sale for the cashier. Raises: MerchantUnknownError, RedemptionUnknownError."""
    till(caller, community_id, merchant_id)
    found = sale(db.session, community_id, redemption_id)
    if found is None or found.merchant_id != merchant_id:
        raise RedemptionUnknownError
    return _seen([found])[0]


def find_sale(caller: Caller, community_id: str, merchant_id: str, text: str) -> str:
    """The sale whose code or QR a member shows at this till.

    Raises: MerchantUnknownError, RedemptionCodeError.
    """
    till(caller, community_id, merchant_id)
    waiting = waiting_at(
        db.session, community_id, merchant_id, book_now_ms(db.session, community_id)
    )
    digits, named = parse_digits(text), parse_letters(text)
    for each in waiting:
        code = code_of(db.session, community_id, each.redemption_id, each.code_turn)
        if each.redemption_id == named or code == digits:
            return each.redemption_id
    raise RedemptionCodeError


def scanned(caller: Caller, letters: str) -> tuple[str, str, str]:
    """Community, shop and id of a sale whose QR somebody opened; the shop is empty for its owner.

    Raises: RedemptionUnknownError for who has nothing to do with it.
    """
    named = parse_letters(letters)
    found = sale_anywhere(db.session, named) if named else None
    if found is None:
        raise RedemptionUnknownError
    if found.account in accounts_of(db.session, caller.person_id, found.community_id):
        return found.community_id, "", found.redemption_id
    target = Target(found.community_id, merchant_id=found.merchant_id)
    _authorise(caller, TAKE, target, RedemptionUnknownError)
    return found.community_id, found.merchant_id, found.redemption_id


def till_day(caller: Caller, community_id: str, merchant_id: str, day: int = 0) -> TillDay:
    """What a shop took and gave back on a day (0: today). Raises: MerchantUnknownError."""
    till(caller, community_id, merchant_id)
    day = day or day_of(book_now_ms(db.session, community_id))
    month = day // 100 * 100
    return TillDay(
        day,
        _seen(sales_on(db.session, community_id, merchant_id, day)),
        totals(db.session, community_id, merchant_id, day, day),
        totals(db.session, community_id, merchant_id, month, month + 99),
    )


def flagged_sales(community_id: str) -> list[tuple[Shop, Seen]]:
    """What the staff should look at, newest first: bought by who lives with a cashier."""
    found = flagged(db.session, community_id, SHOWN_MAX)
    there = _shops(community_id)
    return [(there[each.merchant_id], each) for each in _seen(found)]


def _authorise(caller: Caller, action: str, target: Target, otherwise: type[Exception]) -> None:
    at_ms = current().clock.now_ms()
    day = day_of(book_now_ms(db.session, target.book))
    try:
        authorise(db.session, caller, action, target, at_ms=at_ms, day=day)
    except DeniedError as refusal:
        raise otherwise from refusal


def _shop(community_id: str, merchant_id: str) -> Shop:
    found = shop(db.session, community_id, merchant_id)
    if found is None:
        raise MerchantUnknownError
    return found


def _shops(community_id: str) -> dict[str, Shop]:
    """Every shop of a community, also those that closed, by its id."""
    return {each.merchant_id: each for each in shops(db.session, community_id, is_all=True)}


def _own(found: Sale, seen: Seen, there: Shop) -> OwnSale:
    is_shown = seen.state == HELD and found.confirms == BY_CASHIER
    name, where = found.redemption_id, found.community_id
    code = code_of(db.session, where, name, found.code_turn) if is_shown else ""
    return OwnSale(seen, there, code, letters_of(name) if is_shown else "")


def _seen(found: list[Sale]) -> list[Seen]:
    if not found:
        return []
    where = found[0].community_id
    now_ms = book_now_ms(db.session, where)
    baskets = pieces_of(db.session, where, [each.redemption_id for each in found])
    return [_one(each, baskets.get(each.redemption_id, []), now_ms) for each in found]


def _one(found: Sale, items: list[Piece], now_ms: int) -> Seen:
    seconds = max(0, -(-(found.expires_at_ms - now_ms) // 1000))
    is_over = found.state == HELD and not seconds
    return Seen(
        found.redemption_id,
        found.merchant_id,
        "expired" if is_over else found.state,
        found.confirms,
        found.reason,
        items,
        found.centipoints,
        found.refunded_centipoints,
        seconds if found.state == HELD else 0,
        found.closed_at_ms or found.held_at_ms,
        found.how == CARD and found.centipoints <= CARD_ONCE_CENTIPOINTS,
    )
