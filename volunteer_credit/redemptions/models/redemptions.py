"""Redemptions: what was held for whom at which shop, of which points, and what came of it."""

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.redemptions.models import (
    Account,
    AtMs,
    Book,
    Centipoints,
    Code,
    CommunityId,
    Fund,
    Id,
    Seq,
)
from volunteer_credit.shared.db import Model


class RedemptionRow(Model):
    """One sale. The code that the member shows stands nowhere: it is made from the id."""

    __tablename__ = "redemptions_redemptions"
    __table_args__ = (
        CheckConstraint(
            "refunded_centipoints BETWEEN 0 AND centipoints", name="redemptions_refunded"
        ),
        Index("redemptions_shop", "community_id", "merchant_id", "state", "closed_day"),
        Index("redemptions_member", "community_id", "account", "held_day"),
        Index("redemptions_due", "state", "expires_at_ms"),
        Index("redemptions_id", "redemption_id"),
    )

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    redemption_id: Mapped[Id] = mapped_column(primary_key=True)
    merchant_id: Mapped[Id]
    account: Mapped[Account]  # whose points; empty once they are erased
    asked_by: Mapped[Account]  # who held them: the member, who stands for them, or the cashier
    how: Mapped[Code]  # own_phone; pass, card or number where the cashier asked
    confirms: Mapped[Code]  # who has to say yes: cashier, member
    proof: Mapped[Code]  # how it was said: cashier, own_phone, card_pin; empty before
    flags: Mapped[str] = mapped_column(String(64))
    state: Mapped[Code]  # held, confirmed, voided
    reason: Mapped[Code]  # of a void: member, merchant, expired, left
    centipoints: Mapped[Centipoints]
    refunded_centipoints: Mapped[Centipoints]
    code_turn: Mapped[int]  # which of the id's codes nobody else shows at this shop now
    held_at_ms: Mapped[AtMs]
    held_day: Mapped[int]
    expires_at_ms: Mapped[AtMs]
    closed_at_ms: Mapped[AtMs | None]
    closed_day: Mapped[int]


class PartRow(Model):
    """The points of one expiry month that a sale took, and its pending transfer in the book."""

    __tablename__ = "redemptions_parts"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    redemption_id: Mapped[Id] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    fund: Mapped[Fund]
    month: Mapped[int]
    centipoints: Mapped[Centipoints]
    refunded_centipoints: Mapped[Centipoints]
    held_book: Mapped[Book]
    held_seq: Mapped[Seq]  # or of the opening that restates it in a later book
    held_index: Mapped[int]
    confirmed_book: Mapped[int | None]
    confirmed_seq: Mapped[Seq | None]


class PieceRow(Model):
    """What was on the counter, at the price of that moment."""

    __tablename__ = "redemptions_pieces"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    redemption_id: Mapped[Id] = mapped_column(primary_key=True)
    offer_id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    price_centipoints: Mapped[Centipoints]
    pieces: Mapped[int]
    returned: Mapped[int]


class RefundRow(Model):
    """What was given back of a sale, and when: a shop's day adds it up."""

    __tablename__ = "redemptions_refunds"
    __table_args__ = (Index("redemptions_refunds_shop", "community_id", "merchant_id", "day"),)

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    redemption_id: Mapped[Id] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    merchant_id: Mapped[Id]
    centipoints: Mapped[Centipoints]
    reason: Mapped[Code]
    day: Mapped[int]
    at_ms: Mapped[AtMs]
