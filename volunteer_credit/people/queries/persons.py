"""Reads of persons: who is found by a digest, who was merged, who stands for whom."""

from sqlalchemy import bindparam, or_, select

from volunteer_credit.people.models.vault import ContactRow, GuardianRow, PersonRow, ProxyRow
from volunteer_credit.shared.db import Question, Reader
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import all_rows

MERGED = "merged"

_guardians, _proxies = GuardianRow.__table__.c, ProxyRow.__table__.c
_GUARDIANS = Prepared(
    select(_guardians.guardian_id)
    .where(_guardians.minor_id == bindparam("minor"), _guardians.until_ms.is_(None))
    .order_by(_guardians.guardian_id)
)
_EVER = Prepared(select(_guardians.minor_id).where(_guardians.minor_id == bindparam("minor")))
_PROXIES = Prepared(
    select(_proxies.proxy_id)
    .where(_proxies.principal_id == bindparam("principal"), _proxies.until_ms.is_(None))
    .order_by(_proxies.proxy_id)
)


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


def asked_acting(person_id: str) -> list[Question]:
    """What `guardians_of` and `proxies_of` are going to read, for `reading.ahead`."""
    return [(_GUARDIANS, {"minor": person_id}), (_PROXIES, {"principal": person_id})]


def guardians_of(reader: Reader, minor_id: str) -> list[str]:
    """The guardians of a person now."""
    return [each for (each,) in all_rows(reader, _GUARDIANS, minor=minor_id)]


def asked_ward(person_id: str) -> Question:
    """What `was_ward` is going to read, for `reading.ahead`."""
    return _EVER, {"minor": person_id}


def was_ward(reader: Reader, person_id: str) -> bool:
    """Whether a guardian of this person is or was known."""
    return bool(all_rows(reader, _EVER, minor=person_id))


def proxies_of(reader: Reader, principal_id: str) -> list[str]:
    """Who of the family may act for a person now."""
    return [each for (each,) in all_rows(reader, _PROXIES, principal=principal_id)]


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
