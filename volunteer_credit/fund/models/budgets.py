"""Who gives to a community's funds, and how much."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.fund.models import Amount, AtMs, Code, CommunityId, Fund, Id, Seq
from volunteer_credit.shared.db import Model


class SponsorRow(Model):
    """A body that gives points or money; its id stands in the book, its name only here."""

    __tablename__ = "fund_sponsors"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    sponsor_id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    added_at_ms: Mapped[AtMs]


class FundRow(Model):
    """All that sponsors gave to a fund less what went back: what it may give, ever."""

    __tablename__ = "fund_funds"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    fund: Mapped[Fund] = mapped_column(primary_key=True)
    budget_centipoints: Mapped[Amount]


class ChangeRow(Model):
    """An approved change of a fund: what came in, or went back where it is negative."""

    __tablename__ = "fund_changes"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    book: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[Seq] = mapped_column(primary_key=True)
    fund: Mapped[Fund]
    sponsor_id: Mapped[Id]
    centipoints: Mapped[Amount]
    fen: Mapped[Amount]
    reason: Mapped[Code]
    at_ms: Mapped[AtMs]
