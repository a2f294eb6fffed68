"""Reads for those who leave: where they belong, and what would keep them."""

from collections.abc import Sequence

from sqlalchemy import Exists, select

from volunteer_credit.people.models.membership import MemberRow
from volunteer_credit.people.models.privacy import ErasureRow
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.models.vault import (
    GuardianRow,
    LinkRow,
    MergeRow,
    PersonRow,
    ProxyRow,
)
from volunteer_credit.people.rules.erasing import ERASING, OPEN
from volunteer_credit.people.rules.roles import CITY
from volunteer_credit.shared.db import Reader

ACTIVE, LEFT, LOCKED = "active", "left", "locked"
_links, _members = LinkRow.__table__.c, MemberRow.__table__.c


def links_of(reader: Reader, persons: Sequence[str]) -> list[tuple[str, str]]:
    """(community, account) of these persons, the city's book left out."""
    query = select(_links.community_id, _links.account).where(
        _links.person_id.in_(persons), _links.community_id != CITY
    )
    rows = reader.execute(query.order_by(_links.community_id, _links.account))
    return [(each[0], each[1]) for each in rows]


def member_states(reader: Reader, person_id: str) -> list[str | None]:
    """The state of each membership; None for a number without a member."""
    query = (
        select(_members.state)
        .select_from(LinkRow)
        .outerjoin(
            MemberRow,
            (_members.community_id == _links.community_id) & (_members.account == _links.account),
        )
        .where(_links.person_id == person_id, _links.community_id != CITY, _links.is_current == 1)
    )
    return list(reader.execute(query).scalars())


def has_city_role(reader: Reader, person_id: str, day: int) -> bool:
    """Whether the city's book grants this person a role on a day, YYYYMMDD."""
    query = select(GrantRow.role).join(
        LinkRow,
        (LinkRow.community_id == GrantRow.community_id) & (LinkRow.account == GrantRow.account),
    )
    chosen = query.where(
        LinkRow.person_id == person_id, GrantRow.community_id == CITY, GrantRow.until_day >= day
    )
    return reader.execute(chosen.limit(1)).first() is not None


def left_everywhere(reader: Reader) -> list[str]:
    """Active persons with a membership that has ended and none that goes on."""
    both = (_members.community_id == _links.community_id) & (_members.account == _links.account)

    def in_state(state: str) -> Exists:
        inner = select(_links.person_id).join(MemberRow, both)
        return inner.where(
            _links.person_id == PersonRow.person_id, _members.state == state
        ).exists()

    query = select(PersonRow.person_id).where(
        PersonRow.state == ACTIVE, in_state(LEFT), ~in_state(ACTIVE)
    )
    return list(reader.execute(query.order_by(PersonRow.person_id)).scalars())


def locked_before(reader: Reader, at_ms: int) -> list[str]:
    """Who left everywhere before a time, UTC milliseconds."""
    query = select(PersonRow.person_id).where(
        PersonRow.state == LOCKED, PersonRow.changed_at_ms < at_ms
    )
    return list(reader.execute(query.order_by(PersonRow.person_id)).scalars())


def is_only_guardian(reader: Reader, person_id: str) -> bool:
    """Whether some minor has this guardian and no other who stays."""
    mine = select(GuardianRow.minor_id).where(
        GuardianRow.guardian_id == person_id, GuardianRow.until_ms.is_(None)
    )
    minors = set(reader.execute(mine).scalars())
    others = (
        select(GuardianRow.minor_id)
        .join(PersonRow, PersonRow.person_id == GuardianRow.guardian_id)
        .where(
            GuardianRow.minor_id.in_(minors),
            GuardianRow.guardian_id != person_id,
            GuardianRow.until_ms.is_(None),
            PersonRow.state != ERASING,
        )
    )
    return bool(minors - set(reader.execute(others).scalars()))


def stands_for(reader: Reader, person_id: str) -> bool:
    """Whether this person is somebody's guardian or proxy now."""
    queries = (
        select(GuardianRow.minor_id).where(
            GuardianRow.guardian_id == person_id, GuardianRow.until_ms.is_(None)
        ),
        select(ProxyRow.principal_id).where(
            ProxyRow.proxy_id == person_id, ProxyRow.until_ms.is_(None)
        ),
    )
    return any(reader.execute(query.limit(1)).first() for query in queries)


def has_open_merge(reader: Reader, person_id: str) -> bool:
    """Whether a merge of this person waits for its second."""
    concerned = (MergeRow.from_id == person_id) | (MergeRow.into_id == person_id)
    query = select(MergeRow.merge_id).where(concerned, MergeRow.state == "proposed")
    return reader.execute(query.limit(1)).first() is not None


def open_erasures(reader: Reader) -> list[tuple[str, str]]:
    """(erasure, person) of what was asked for and is not done, oldest first."""
    query = (
        select(ErasureRow.erasure_id, ErasureRow.person_id)
        .where(ErasureRow.state.in_(OPEN))
        .order_by(ErasureRow.asked_at_ms, ErasureRow.erasure_id)
    )
    return [(row[0], str(row[1])) for row in reader.execute(query)]
