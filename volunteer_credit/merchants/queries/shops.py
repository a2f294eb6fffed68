"""Reads of shops, offers and agreements."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from volunteer_credit.merchants.models.shops import AgreementRow, MerchantRow, OfferRow
from volunteer_credit.merchants.rules.agreements import Agreement, Terms, in_force
from volunteer_credit.merchants.rules.offers import Offer
from volunteer_credit.merchants.rules.shops import CLOSED, OPEN
from volunteer_credit.shared.db import Reader

_shops, _offers = MerchantRow.__table__.c, OfferRow.__table__.c
_agreements = AgreementRow.__table__.c


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop. `state`: open, paused, closed."""

    merchant_id: str
    kind: str
    name: str
    sells: str
    phone: str
    address: str
    state: str

    @property
    def is_open(self) -> bool:
        """Whether it takes points."""
        return self.state == OPEN


_SHOP = [_shops[name] for name in Shop.__dataclass_fields__]
_OFFER = [_offers[name] for name in Offer.__dataclass_fields__]


def shop(reader: Reader, community_id: str, merchant_id: str) -> Shop | None:
    """One shop of a community."""
    query = select(*_SHOP).where(
        _shops.community_id == community_id, _shops.merchant_id == merchant_id
    )
    row = reader.execute(query).one_or_none()
    return None if row is None else Shop(*row)


def shops(reader: Reader, community_id: str, *, is_all: bool = False) -> list[Shop]:
    """The shops of a community, the community's own first; `is_all`: those that closed too."""
    query = select(*_SHOP).where(_shops.community_id == community_id)
    if not is_all:
        query = query.where(_shops.state != CLOSED)
    rows = reader.execute(query.order_by(_shops.kind, _shops.name, _shops.merchant_id))
    return [Shop(*row) for row in rows]


def offers(reader: Reader, community_id: str, merchant_id: str) -> list[Offer]:
    """What a shop lists for points, cheapest first."""
    query = select(*_OFFER).where(
        _offers.community_id == community_id,
        _offers.merchant_id == merchant_id,
        _offers.is_listed == 1,
    )
    rows = reader.execute(query.order_by(_offers.price_centipoints, _offers.name))
    return [_offer(row) for row in rows]


def all_offers(reader: Reader, community_id: str) -> dict[str, list[Offer]]:
    """What every shop of a community lists, by shop, cheapest first."""
    query = select(*_OFFER).where(_offers.community_id == community_id, _offers.is_listed == 1)
    found: dict[str, list[Offer]] = {}
    for row in reader.execute(query.order_by(_offers.price_centipoints, _offers.name)):
        offer = _offer(row)
        found.setdefault(offer.merchant_id, []).append(offer)
    return found


def agreements(reader: Reader, community_id: str, merchant_id: str = "") -> list[Agreement]:
    """All agreements of a shop, or of all, in the order in which they were approved."""
    query = (
        select(
            _agreements.seq,
            _agreements.merchant_id,
            _agreements.fund,
            _agreements.fen_per_point,
            _agreements.from_day,
            _agreements.to_day,
        )
        .where(_agreements.community_id == community_id)
        .order_by(_agreements.book, _agreements.seq)
    )
    if merchant_id:
        query = query.where(_agreements.merchant_id == merchant_id)
    return [Agreement(row[0], Terms(*row[1:])) for row in reader.execute(query)]


def agreements_on(reader: Reader, community_id: str, merchant_id: str, day: int) -> dict[str, int]:
    """By fund, the fen per point of the agreement in force on a day YYYYMMDD."""
    return in_force(agreements(reader, community_id, merchant_id), day)


def agreed_on(reader: Reader, community_id: str, day: int) -> set[str]:
    """The shops of a community with an agreement in force on a day YYYYMMDD."""
    found = agreements(reader, community_id)
    return {
        each.terms.merchant_id for each in found if each.terms.from_day <= day <= each.terms.to_day
    }


def _offer(row: Row[Any]) -> Offer:
    named = dict(row._mapping)
    return Offer(**{**named, "is_listed": bool(named["is_listed"])})
