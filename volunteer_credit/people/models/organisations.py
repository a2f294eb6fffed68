"""City tables of social organisations, units, schools and groups, and of who belongs to them."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.people.models import AtMs, Code, CommunityId, PersonId
from volunteer_credit.shared.db import Model


class OrganisationRow(Model):
    """A body that organises or sends volunteers."""

    __tablename__ = "people_organisations"

    organisation_id: Mapped[PersonId] = mapped_column(primary_key=True)
    kind: Mapped[Code]  # social_organisation, unit, school, group
    name: Mapped[str] = mapped_column(String(120))
    registration: Mapped[str] = mapped_column(String(40), default="")
    community_id: Mapped[CommunityId | None]  # a group records under its 居委会
    state: Mapped[Code]  # active, ended
    created_at_ms: Mapped[AtMs]
    ended_at_ms: Mapped[AtMs | None]
    ended_by: Mapped[PersonId | None]
    end_reason: Mapped[Code] = mapped_column(default="")
    end_words: Mapped[str] = mapped_column(String(200), default="")


class OrganisationMemberRow(Model):
    """A person's place in an organisation."""

    __tablename__ = "people_organisation_members"
    __table_args__ = (Index("people_organisation_members_person", "person_id"),)

    organisation_id: Mapped[PersonId] = mapped_column(primary_key=True)
    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    since_ms: Mapped[AtMs] = mapped_column(primary_key=True)
    until_ms: Mapped[AtMs | None]
    position: Mapped[Code]  # member, lead, coordinator, organisation_admin
    confirmed_by: Mapped[PersonId]
