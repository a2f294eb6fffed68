"""The only door to what is sealed of a person: fields and account numbers, and what finds them.

A vault row holds {"fields": {…}, "links": [[community, account], …], "former": [[…], …]} under the
person's key; "former" are numbers that a merge put out of use. Links and contacts are made from it
in the same transaction, and can be made again (rebuild.py).
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from volunteer_credit.people.models.vault import ContactRow, LinkRow, PersonRow
from volunteer_credit.people.operations.digests import digest
from volunteer_credit.people.queries.persons import MERGED
from volunteer_credit.people.rules import spelling
from volunteer_credit.people.rules.ages import Stage, stage_on
from volunteer_credit.people.rules.erasing import ERASING
from volunteer_credit.people.rules.identity import PersonFields, fields_of
from volunteer_credit.people.rules.merging import Link
from volunteer_credit.people.rules.person_errors import PersonUnknownError
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

PURPOSE = "vault"
FOUND_STATES = frozenset({"pending", "active"})  # who is kept only, or merged, is found no more
GONE_STATES = frozenset({MERGED, ERASING})  # nobody reads or changes these any more


@dataclass(frozen=True, slots=True)
class Vault:
    """What a vault row holds."""

    fields: PersonFields
    links: tuple[Link, ...] = ()
    former: tuple[Link, ...] = ()

    def account(self, community_id: str) -> str | None:
        """The account number in use in a book."""
        return dict(self.links).get(community_id)


def open_vault(person_id: str, sealed: bytes) -> Vault:
    """What `seal_vault` was given. Raises: PersonErasedError, and as `PersonKeys.open`."""
    found = spelling.read(person_keys(current()).open(person_id, PURPOSE, sealed).decode())
    links, former = (
        tuple((community, account) for community, account in found.get(name, ()))
        for name in ("links", "former")
    )
    return Vault(fields_of(found["fields"]), links, former)


def seal_vault(person_id: str, vault: Vault) -> bytes:
    """A vault row's bytes, under the person's key. Raises: as `PersonKeys.seal`."""
    value = {"fields": vault.fields.stored(), "links": sorted(vault.links)}
    if vault.former:
        value["former"] = sorted(vault.former)
    return person_keys(current()).seal(person_id, PURPOSE, spelling.spell(value).encode())


def person(session: Session, person_id: str) -> tuple[PersonRow, Vault]:
    """A person's row, to be changed in this transaction, and what it holds.

    Raises: PersonUnknownError, also for who was merged or is being erased; as `open_vault`.
    """
    row = session.get(PersonRow, person_id)
    if row is None or row.state in GONE_STATES:
        raise PersonUnknownError
    return row, open_vault(person_id, row.sealed)


def read_person(reader: Reader, person_id: str) -> Vault:
    """What is sealed of a person, for reading. Raises: as `person`."""
    rows = PersonRow.__table__.c
    query = select(rows.sealed).where(rows.person_id == person_id, rows.state.not_in(GONE_STATES))
    sealed = reader.execute(query).scalar_one_or_none()
    if sealed is None:
        raise PersonUnknownError
    return open_vault(person_id, sealed)


def stage_of(reader: Reader, person_id: str, day: int) -> Stage:
    """Child, minor or adult on a day, YYYYMMDD. Raises: as `person`."""
    return stage_on(read_person(reader, person_id).fields.birth_day, day)


def put(session: Session, row: PersonRow, vault: Vault, at_ms: int) -> None:
    """Seal a vault row anew, with the links and contacts that follow from it and the row's state.

    Raises: as `seal_vault`.
    """
    row.sealed, row.changed_at_ms = seal_vault(row.person_id, vault), at_ms
    session.add(row)
    session.flush()
    _follow(session, row.person_id, LinkRow, links_of(vault))
    _follow(session, row.person_id, ContactRow, contacts_of(session, row.state, vault))


def links_of(vault: Vault) -> set[tuple[str, str, int]]:
    """(community, account, is_current) of every link row."""
    return {(*link, 1) for link in vault.links} | {(*link, 0) for link in vault.former}


def contacts_of(reader: Reader, state: str, vault: Vault) -> set[tuple[str, str]]:
    """(kind, digest) of every contact row."""
    if state not in FOUND_STATES:
        return set()
    contacts = vault.fields.contacts.items()
    return {(kind, digest(reader, kind, text)) for kind, text in contacts}


def _follow(
    session: Session,
    person_id: str,
    table: type[LinkRow] | type[ContactRow],
    wanted: set[tuple[str, str, int]] | set[tuple[str, str]],
) -> None:
    """Make a person's rows of an index those that are wanted."""
    names = LINK_COLUMNS if table is LinkRow else CONTACT_COLUMNS
    left = {tuple(each) for each in wanted}
    for row in session.execute(select(table).where(table.person_id == person_id)).scalars():
        values = tuple(getattr(row, name) for name in names)
        if values in left:
            left.remove(values)
        else:
            session.delete(row)
    session.flush()
    for values in sorted(left):
        session.merge(table(person_id=person_id, **dict(zip(names, values, strict=True))))
    session.flush()


LINK_COLUMNS = ("community_id", "account", "is_current")
CONTACT_COLUMNS = ("kind", "digest")
