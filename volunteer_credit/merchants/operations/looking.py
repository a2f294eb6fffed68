"""Shops as members and the staff see them."""

from dataclasses import dataclass
from typing import Any

from volunteer_credit.conventions.operations.in_force import convention_on
from volunteer_credit.conventions.rules.policies import fen_per_point_max, is_market_day
from volunteer_credit.journal.operations.demo_time import book_now_ms
from volunteer_credit.merchants.queries.shops import (
    Shop,
    agreed_on,
    agreements,
    all_offers,
    offers,
    shop,
    shops,
)
from volunteer_credit.merchants.rules.offers import Offer
from volunteer_credit.merchants.rules.shops import CASHIER, MerchantUnknownError, scope_of
from volunteer_credit.people.operations.desk_view import name_of_account
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.grants import holders_of
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.points.queries.wallets import wallet
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db


@dataclass(frozen=True, slots=True)
class Shelf:
    """A shop with what it gives today. `takes_points`: open, and with an agreement in force."""

    shop: Shop
    offers: list[Offer]
    takes_points: bool


@dataclass(frozen=True, slots=True)
class ShopList:
    """The shops of a community as a member sees them. `centipoints`: what they have to spend."""

    shelves: list[Shelf]
    centipoints: int
    is_market_day: bool


def today(community_id: str) -> int:
    """The local date in a community's book, YYYYMMDD."""
    return day_of(book_now_ms(db.session, community_id))


def shop_list(caller: Caller, community_id: str) -> ShopList:
    """Every shop that is not closed, with its list and the caller's points."""
    day, listed = today(community_id), all_offers(db.session, community_id)
    agreed = agreed_on(db.session, community_id, day)
    shelves = [
        _shelf(each, listed.get(each.merchant_id, []), day, agreed)
        for each in shops(db.session, community_id)
    ]
    return ShopList(shelves, own_points(caller, community_id), is_market(community_id, day))


def shop_seen(caller: Caller, community_id: str, merchant_id: str) -> dict[str, Any]:
    """One shop for a member. Raises: MerchantUnknownError."""
    day, found = today(community_id), _shop(community_id, merchant_id)
    listed = offers(db.session, community_id, merchant_id)
    return {
        "shelf": _shelf(found, listed, day, agreed_on(db.session, community_id, day)),
        "centipoints": own_points(caller, community_id),
        "is_market_day": is_market(community_id, day),
    }


def managed(community_id: str, merchant_id: str) -> dict[str, Any]:
    """One shop for the staff. Raises: MerchantUnknownError."""
    day = today(community_id)
    at_till = holders_of(db.session, community_id, CASHIER, scope_of(merchant_id), day)
    return {
        "shop": _shop(community_id, merchant_id),
        "offers": offers(db.session, community_id, merchant_id),
        "agreements": [each.terms for each in agreements(db.session, community_id, merchant_id)],
        "cashiers": [name_of_account(community_id, each) for each in sorted(at_till)],
        "day": day,
    }


def funds_on(community_id: str, day: int) -> dict[str, int]:
    """By fund, the most fen that the convention in force pays for a point."""
    found = convention_on(db.session, community_id, day)
    return dict(fen_per_point_max(found.convention)) if found else {}


def own_points(caller: Caller, community_id: str) -> int:
    """The centipoints that the caller may spend here."""
    account = account_of(db.session, caller.person_id, community_id)
    months = wallet(db.session, community_id, account) if account else []
    month_now = today(community_id) // 100
    return sum(each.available for each in months if each.month >= month_now)


def is_market(community_id: str, day: int) -> bool:
    """Whether points are redeemed on this day."""
    found = convention_on(db.session, community_id, day)
    return found is None or is_market_day(found.convention, day)


def _shop(community_id: str, merchant_id: str) -> Shop:
    found = shop(db.session, community_id, merchant_id)
    if found is None:
        raise MerchantUnknownError
    return found


def _shelf(found: Shop, listed: list[Offer], day: int, agreed: set[str]) -> Shelf:
    given = [each for each in listed if each.is_given(day)]
    return Shelf(found, given, found.is_open and found.merchant_id in agreed)
