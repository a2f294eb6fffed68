"""Shops, what they were promised for a point, and what they give for points."""

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.merchants.models import AtMs, Centipoints, Code, CommunityId, Fund, Id, Seq
from volunteer_credit.shared.db import Model


class MerchantRow(Model):
    """A shop that takes points; the community's own is one of them."""

    __tablename__ = "merchants_merchants"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    merchant_id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Code]  # merchant, community_shop
    name: Mapped[str] = mapped_column(String(40))
    sells: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(100))
    state: Mapped[Code]  # open, paused, closed
    added_at_ms: Mapped[AtMs]
    changed_at_ms: Mapped[AtMs]


class AgreementRow(Model):
    """What a shop is paid for a point of a fund: written with its `agreement.approved`."""

    __tablename__ = "merchants_agreements"
    __table_args__ = (Index("merchants_agreements_shop", "community_id", "merchant_id"),)

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    book: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[Seq] = mapped_column(primary_key=True)
    merchant_id: Mapped[Id]
    fund: Mapped[Fund]
    fen_per_point: Mapped[int]
    from_day: Mapped[int]
    to_day: Mapped[int]
    approved_at_ms: Mapped[AtMs]


class OfferRow(Model):
    """Something that a shop gives for points. `stock` None: as many as are asked for."""

    __tablename__ = "merchants_offers"
    __table_args__ = (
        CheckConstraint("stock >= 0", name="merchants_offers_stock"),
        CheckConstraint("price_centipoints > 0", name="merchants_offers_price"),
        Index("merchants_offers_shop", "community_id", "merchant_id"),
    )

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    offer_id: Mapped[Id] = mapped_column(primary_key=True)
    merchant_id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(40))
    price_centipoints: Mapped[Centipoints]
    stock: Mapped[int | None]
    from_day: Mapped[int]
    to_day: Mapped[int]
    is_listed: Mapped[int]
    changed_at_ms: Mapped[AtMs]
