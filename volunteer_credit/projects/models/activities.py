"""What is organised: venture projects, activities, their shifts, and who leads them."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.projects.models import (
    Account,
    AtMs,
    Code,
    CommunityId,
    Fen,
    Id,
    Line,
    Text,
    Title,
)
from volunteer_credit.shared.db import Model


class ProjectRow(Model):
    """A venture project (公益创投), as it was planned."""

    __tablename__ = "projects_projects"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    project_id: Mapped[Id] = mapped_column(primary_key=True)
    organiser: Mapped[Id]  # an organisation, or `committee`
    organiser_name: Mapped[Line]
    name: Mapped[Line]
    category: Mapped[Code]
    starts_day: Mapped[int]
    ends_day: Mapped[int]
    grant_fen: Mapped[Fen]
    own_fen: Mapped[Fen]
    person_times: Mapped[int]
    beneficiaries: Mapped[int]
    state: Mapped[Code]  # running, ended
    created_by: Mapped[Account]
    created_at_ms: Mapped[AtMs]


class ActivityRow(Model):
    """An activity: what, by whom. When and where stand in its shifts."""

    __tablename__ = "projects_activities"
    __table_args__ = (Index("projects_activities_project", "community_id", "project_id"),)

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    activity_id: Mapped[Id] = mapped_column(primary_key=True)
    project_id: Mapped[Id]  # empty where it belongs to none
    organiser: Mapped[Id]  # an organisation, or `committee`
    organiser_name: Mapped[Line]  # as it was called then
    title: Mapped[Title]
    content: Mapped[Text]
    risks: Mapped[Line]
    category: Mapped[Code]
    published_by: Mapped[Account]
    published_at_ms: Mapped[AtMs]


class ShiftRow(Model):
    """One meeting of an activity. `was_…`: as it was first published, where it was changed."""

    __tablename__ = "projects_shifts"
    __table_args__ = (
        Index("projects_shifts_activity", "community_id", "activity_id"),
        Index("projects_shifts_ends", "community_id", "ends_at_ms"),
    )

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    shift_id: Mapped[Id] = mapped_column(primary_key=True)
    activity_id: Mapped[Id]
    place: Mapped[Line]
    starts_at_ms: Mapped[AtMs]
    ends_at_ms: Mapped[AtMs]
    day: Mapped[int]  # of its start, YYYYMMDD
    capacity: Mapped[int]
    min_age: Mapped[int]
    skill: Mapped[Title]
    coefficient: Mapped[Code]  # of the convention; empty for none
    risk: Mapped[Code]  # normal, dangerous
    insurance: Mapped[Line]  # the policy's number; without one a dangerous shift does not open
    kind: Mapped[Code]  # venue, visit, round
    sites: Mapped[int]
    state: Mapped[Code]  # open, cancelled, ended
    reason: Mapped[Line]  # why it was cancelled
    walk_ins: Mapped[int]  # expected without a name
    revision: Mapped[int]  # of its calendar entry
    told_revision: Mapped[int] = mapped_column(default=0)  # the last that who comes must know
    was_starts_at_ms: Mapped[AtMs | None]
    was_ends_at_ms: Mapped[AtMs | None]
    was_place: Mapped[Line | None]
    ended_at_ms: Mapped[AtMs | None]


class LeadRow(Model):
    """Who leads a shift; each has at least one."""

    __tablename__ = "projects_leads"
    __table_args__ = (Index("projects_leads_account", "community_id", "account"),)

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    shift_id: Mapped[Id] = mapped_column(primary_key=True)
    account: Mapped[Account] = mapped_column(primary_key=True)


class SignUpRow(Model):
    """Somebody who wants to come. `turn`: their place in the order of signing up."""

    __tablename__ = "projects_sign_ups"
    __table_args__ = (Index("projects_sign_ups_account", "community_id", "account"),)

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    shift_id: Mapped[Id] = mapped_column(primary_key=True)
    account: Mapped[Account] = mapped_column(primary_key=True)
    turn: Mapped[int]
    state: Mapped[Code]  # signed, waiting, dropped
    how: Mapped[Code]  # volunteer, guardian, proxy, list
    since_ms: Mapped[AtMs]
    dropped_at_ms: Mapped[AtMs | None]
    seen_revision: Mapped[int] = mapped_column(default=0)  # of the shift, as they know it
    moved_up_at_ms: Mapped[AtMs | None]  # from the wait-list, until they have seen it
