"""Everything that the people tables hold about one person, as plain values."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, tuple_

from volunteer_credit.people.models.credentials import (
    CardRow,
    DeviceRow,
    PasskeyRow,
    SlipRow,
    TotpRow,
)
from volunteer_credit.people.models.membership import (
    CommunityRow,
    HouseholdMemberRow,
    MemberRow,
    PlaceRow,
)
from volunteer_credit.people.models.organisations import OrganisationMemberRow, OrganisationRow
from volunteer_credit.people.models.privacy import ErasureRow
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.models.vault import GuardianRow, PersonRow, ProxyAskRow, ProxyRow
from volunteer_credit.shared.db import Reader

Link = tuple[str, str]

# What is about the person alone: section, table, the column that names them, what is shown.
OWN: tuple[tuple[str, type[Any], str, str], ...] = (
    ("settings", PersonRow, "person_id", "state language large_print created_at_ms"),
    ("cards", CardRow, "person_id", "number kind state issued_at_ms ended_at_ms"),
    ("devices", DeviceRow, "person_id", "device_id sealed_label enrolled_at_ms revoked_at_ms"),
    ("passkeys", PasskeyRow, "person_id", "passkey_id sealed_label added_at_ms removed_at_ms"),
    ("code_generator", TotpRow, "person_id", "added_at_ms confirmed_at_ms"),
    ("slips", SlipRow, "person_id", "kind issued_at_ms expires_at_ms used_at_ms"),
    (
        "sessions",
        SessionRow,
        "person_id",
        "method label began_at_ms seen_at_ms ends_at_ms revoked_at_ms",
    ),
    ("guardians", GuardianRow, "minor_id", "since_ms until_ms"),
    ("wards", GuardianRow, "guardian_id", "since_ms until_ms"),
    ("proxies", ProxyRow, "principal_id", "since_ms until_ms"),
    ("acts_for", ProxyRow, "proxy_id", "since_ms until_ms"),
    ("proxy_asks", ProxyAskRow, "principal_id", "number_end state asked_at_ms decided_at_ms"),
    ("asked_to_act", ProxyAskRow, "proxy_id", "state asked_at_ms decided_at_ms"),
    ("erasures", ErasureRow, "person_id", "reason state phase asked_at_ms"),
)


def own_rows(reader: Reader, person_id: str) -> dict[str, list[dict[str, Any]]]:
    """The rows about a person, section by section; no secret and nobody else's number."""
    found = {}
    for section, table, owner, names in OWN:
        columns = [getattr(table, name) for name in names.split()]
        query = select(*columns).where(getattr(table, owner) == person_id)
        found[section] = _rows(reader, query.order_by(*columns))
    return found


def memberships(reader: Reader, links: Sequence[Link]) -> list[dict[str, Any]]:
    """The communities that a person belongs or belonged to."""
    c = MemberRow
    query = (
        select(
            c.community_id,
            CommunityRow.name,
            c.account,
            c.state,
            c.joined_at_ms,
            c.left_at_ms,
            PlaceRow.name.label("place"),
        )
        .outerjoin(CommunityRow, CommunityRow.community_id == c.community_id)
        .outerjoin(
            PlaceRow, (PlaceRow.community_id == c.community_id) & (PlaceRow.place_id == c.place_id)
        )
        .where(tuple_(c.community_id, c.account).in_(links))
    )
    return _rows(reader, query.order_by(c.community_id, c.account))


def households(reader: Reader, links: Sequence[Link]) -> list[dict[str, Any]]:
    """The households that a person belongs or belonged to, without the others in them."""
    c = HouseholdMemberRow
    query = select(
        c.community_id, c.household_id, c.since_ms, c.until_ms, c.is_representative, c.state
    ).where(tuple_(c.community_id, c.account).in_(links))
    return _rows(reader, query.order_by(c.community_id, c.since_ms, c.household_id))


def organisations(reader: Reader, person_id: str) -> list[dict[str, Any]]:
    """A person's places in organisations."""
    c = OrganisationMemberRow
    query = (
        select(OrganisationRow.name, c.position, c.since_ms, c.until_ms)
        .join(OrganisationRow, OrganisationRow.organisation_id == c.organisation_id)
        .where(c.person_id == person_id)
    )
    return _rows(reader, query.order_by(c.since_ms, OrganisationRow.name))


def grants(reader: Reader, links: Sequence[Link]) -> list[dict[str, Any]]:
    """The roles that books grant or granted a person."""
    c = GrantRow
    query = select(c.community_id, c.role, c.scope, c.until_day).where(
        tuple_(c.community_id, c.account).in_(links)
    )
    return _rows(reader, query.order_by(c.community_id, c.role, c.scope))


def _rows(reader: Reader, query: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in reader.execute(query).mappings()]
