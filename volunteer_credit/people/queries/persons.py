"""Reads of persons: who is found by a digest, who was merged, who stands for whom."""

from sqlalchemy import or_, select

from volunteer_credit.people.models.vault import ContactRow, GuardianRow, PersonRow, ProxyRow
from volunteer_credit.shared.db import Reader

MERGED = "merged"


def found_by(reader: Reader, kind: str, digest: str) -> list[str]:
    """Who has this phone, ID number or volunteer number, by its digest."""
    contacts = ContactRow.__table__.c
    query = select(contacts.person_id).where(contacts.kind == kind, contacts.digest == digest)
    return list(reader.execute(query.order_by(contacts.person_id)).scalars())


def state_of(reader: Reader, person_id: str) -> str | None:
    """pending, active, locked or merged; None for nobody."""
    query = select(PersonRow.state).where(PersonRow.person_id == person_id)
    return reader.execute(query).scalar_one_or_none()


def merged_into(reader: Reader, person_id: str) -> list[str]:
    """Everyone who was made one with this person, also by way of others.

    Old copies of their rows are sealed under their own keys: who erases the person destroys these
    keys too.
    """
    found: list[str] = []
    waiting = [person_id]
    while waiting:
        query = select(PersonRow.person_id).where(PersonRow.merged_into == waiting.pop())
        new = reader.execute(query.order_by(PersonRow.person_id)).scalars().all()
        found += new
        waiting += new
    return found


def guardians_of(reader: Reader, minor_id: str) -> list[str]:
    """The guardians of a person now."""
    query = select(GuardianRow.guardian_id).where(
        GuardianRow.minor_id == minor_id, GuardianRow.until_ms.is_(None)
    )
    return list(reader.execute(query.order_by(GuardianRow.guardian_id)).scalars())


def was_ward(reader: Reader, person_id: str) -> bool:
    """Whether a guardian of this person is or was known."""
    guardians = GuardianRow.__table__.c
    query = select(guardians.minor_id).where(guardians.minor_id == person_id)
    return reader.execute(query.limit(1)).first() is not None


def proxies_of(reader: Reader, principal_id: str) -> list[str]:
    """Who of the family may act for a person now."""
    query = select(ProxyRow.proxy_id).where(
        ProxyRow.principal_id == principal_id, ProxyRow.until_ms.is_(None)
    )
    return list(reader.execute(query.order_by(ProxyRow.proxy_id)).scalars())


def is_stood_for(reader: Reader, one_id: str, other_id: str) -> bool:
    """Whether one of the two is, or was, guardian or proxy of the other."""
    both = (one_id, other_id)
    guardians, proxies = GuardianRow.__table__.c, ProxyRow.__table__.c
    queries = (
        select(guardians.minor_id).where(
            guardians.minor_id.in_(both), guardians.guardian_id.in_(both)
        ),
        select(proxies.principal_id).where(
            or_(proxies.principal_id == one_id, proxies.principal_id == other_id),
            proxies.proxy_id.in_(both),
        ),
    )
    return any(reader.execute(query.limit(1)).first() for query in queries)
