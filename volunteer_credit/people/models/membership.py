"""Communities (city), and what each keeps of its members: places, members, households."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.people.models import Account, AtMs, Code, CommunityId, PersonId
from volunteer_credit.shared.db import Model


class CommunityRow(Model):
    """A community of the city."""

    __tablename__ = "people_communities"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    subdistrict: Mapped[str] = mapped_column(String(80), default="")
    help_phone: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[Code]  # founding, declined, open, closed
    founded_at_ms: Mapped[AtMs]


class PlaceRow(Model):
    """An estate, a building, a unit of it, or a grid."""

    __tablename__ = "people_places"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    place_id: Mapped[PersonId] = mapped_column(primary_key=True)
    kind: Mapped[Code]  # estate, building, unit, grid
    name: Mapped[str] = mapped_column(String(60))
    parent_id: Mapped[PersonId | None]
    grid_id: Mapped[PersonId | None]  # the grid that an estate, building or unit lies in
    removed_at_ms: Mapped[AtMs | None]


class MemberRow(Model):
    """A person in one community, by the account number of its book."""

    __tablename__ = "people_members"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    account: Mapped[Account] = mapped_column(primary_key=True)
    state: Mapped[Code]  # active, left, merged
    joined_at_ms: Mapped[AtMs]
    left_at_ms: Mapped[AtMs | None]
    place_id: Mapped[PersonId | None]
    declines_household: Mapped[int] = mapped_column(default=0)


class HouseholdRow(Model):
    """A household, as its members declared it."""

    __tablename__ = "people_households"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    household_id: Mapped[PersonId] = mapped_column(primary_key=True)
    place_id: Mapped[PersonId | None]
    state: Mapped[Code]  # declared, confirmed, ended
    declared_by: Mapped[Account]
    declared_at_ms: Mapped[AtMs]
    confirmed_by: Mapped[Account | None]
    confirmed_at_ms: Mapped[AtMs | None]
    confirmed_how: Mapped[Code | None]  # desk, visit


class HouseholdMemberRow(Model):
    """Who belongs to a household, and since when."""

    __tablename__ = "people_household_members"
    __table_args__ = (Index("people_household_members_account", "community_id", "account"),)

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    household_id: Mapped[PersonId] = mapped_column(primary_key=True)
    account: Mapped[Account] = mapped_column(primary_key=True)
    since_ms: Mapped[AtMs] = mapped_column(primary_key=True)
    until_ms: Mapped[AtMs | None]
    is_representative: Mapped[int] = mapped_column(default=0)
    state: Mapped[Code]  # asked, declared, confirmed
