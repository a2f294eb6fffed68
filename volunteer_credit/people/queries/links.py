"""Reads of whose account numbers are whose. Nothing of this is in any archive."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import bindparam, select

from volunteer_credit.people.models.vault import LinkRow
from volunteer_credit.shared.db import Question, Reader
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import all_rows

QUERY_MAX = 5000  # parameters of one statement

_links = LinkRow.__table__.c
_PERSONS = Prepared(
    select(_links.person_id).where(
        _links.community_id == bindparam("community"),
        _links.account.in_(bindparam("accounts", expanding=True)),
    ),
    lists=["accounts"],
)


def account_of(reader: Reader, person_id: str, community_id: str) -> str | None:
    """A person's account number in a book, the one in use; None for who has none there."""
    return reader.execute(
        select(_links.account).where(
            _links.person_id == person_id,
            _links.community_id == community_id,
            _links.is_current == 1,
        )
    ).scalar_one_or_none()


def asked_persons(community_id: str, accounts: Iterable[str]) -> list[Question]:
    """What `persons_of` is going to read, for `reading.ahead`."""
    parts = _parts(sorted(set(accounts)))
    return [(_PERSONS, {"community": community_id, "accounts": part}) for part in parts]


def persons_of(reader: Reader, community_id: str, accounts: Iterable[str]) -> set[str]:
    """Whose account numbers these are; those that are nobody's are left out."""
    return {
        person_id
        for part in _parts(sorted(set(accounts)))
        for (person_id,) in all_rows(reader, _PERSONS, community=community_id, accounts=part)
    }


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), QUERY_MAX):
        yield names[start : start + QUERY_MAX]
