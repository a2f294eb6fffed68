"""What is known of keys and erasures: rows of the database, records of the second store.

Both sides merge alike, in any order and as often as one likes: of one person's keys the highest
version counts, and an erasure always wins.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import BindParameter, Connection, Table, bindparam, delete, insert, select, update

from volunteer_credit.shared.person_keys_tables import ERASURES, PERSON_KEYS

QUERY_MAX = 5000  # parameters of one statement


@dataclass(frozen=True)
class Erasure:
    """That a person was erased. The hash of a random number tells nobody who it was."""

    person_hash: str
    erased_at_ms: int

    def record(self) -> str:
        """The line of a backup file."""
        return f"{self.person_hash} {self.erased_at_ms}"

    @classmethod
    def of_record(cls, record: str) -> "Erasure":
        """The erasure of a line."""
        person_hash, at_ms = record.split(" ")
        return cls(person_hash, int(at_ms))


@dataclass(frozen=True)
class WrappedKey:
    """One person's key as it is stored."""

    person_id: str
    version: int
    created_at_ms: int
    under: str
    wrapped: bytes

    def record(self) -> str:
        """The line of a backup file."""
        facts = (self.person_id, self.version, self.created_at_ms, self.under, self.wrapped.hex())
        return " ".join(str(fact) for fact in facts)

    @classmethod
    def of_record(cls, record: str) -> "WrappedKey":
        """The key of a line."""
        person, version, at_ms, under, wrapped = record.split(" ")
        return cls(person, int(version), int(at_ms), under, bytes.fromhex(wrapped))


def hash_of(person: str) -> str:
    """The name under which an erasure is remembered."""
    return sha256(b"vc/person-erasure/v1\n" + person.encode()).hexdigest()


def is_erased(connection: Connection, person: str) -> bool:
    """Whether this person was erased."""
    query = select(ERASURES.c.person_hash).where(ERASURES.c.person_hash == hash_of(person))
    return connection.execute(query).one_or_none() is not None


def erased_of(connection: Connection, persons: Iterable[str]) -> set[str]:
    """Those of these persons who were erased."""
    by_hash = {hash_of(person): person for person in persons}
    column = ERASURES.c.person_hash
    return {
        by_hash[found]
        for part in parts(list(by_hash))
        for found in connection.scalars(select(column).where(column.in_(part)))
    }


def pending(connection: Connection) -> tuple[list[WrappedKey], list[Erasure]]:
    """What the second store does not hold yet."""
    columns = [PERSON_KEYS.c[name] for name in WrappedKey.__dataclass_fields__]
    keys = select(*columns).where(PERSON_KEYS.c.backed_up.is_(None))
    erasures = select(ERASURES.c.person_hash, ERASURES.c.erased_at_ms)
    return (
        [WrappedKey(*row) for row in connection.execute(keys)],
        [
            Erasure(*row)
            for row in connection.execute(erasures.where(ERASURES.c.backed_up.is_(None)))
        ],
    )


def mark(connection: Connection, table: Table, names: Sequence[str], ordinal: int) -> None:
    """Note which file holds these rows."""
    (key,) = table.primary_key.columns
    for part in parts(names):
        connection.execute(update(table).where(key.in_(part)).values(backed_up=ordinal))


def take_erasures(
    connection: Connection, erasures: Iterable[Erasure], ordinal: int | None = None
) -> int:
    """Remember erasures that are new here; the count. `destroy_erased` makes them true."""
    wanted = {each.person_hash: each for each in erasures}
    column = ERASURES.c.person_hash
    known = {
        name
        for part in parts(list(wanted))
        for name in connection.scalars(select(column).where(column.in_(part)))
    }
    new = [
        {"person_hash": name, "erased_at_ms": each.erased_at_ms, "backed_up": ordinal}
        for name, each in wanted.items()
        if name not in known
    ]
    if new:
        connection.execute(insert(ERASURES), new)
    if ordinal is not None:
        mark(connection, ERASURES, [name for name in wanted if name in known], ordinal)
    return len(new)


def destroy_erased(connection: Connection) -> int:
    """Delete the key of everyone who was erased; how many there were."""
    erased = set(connection.scalars(select(ERASURES.c.person_hash)))
    column = PERSON_KEYS.c.person_id
    found = [each for each in connection.scalars(select(column)) if hash_of(each) in erased]
    for part in parts(found):
        connection.execute(delete(PERSON_KEYS).where(column.in_(part)))
    return len(found)


def take_keys(connection: Connection, keys: Sequence[WrappedKey], ordinal: int) -> int:
    """Take keys of a backup file that are missing or older here; how many were missing."""
    table = PERSON_KEYS
    erased = erased_of(connection, [key.person_id for key in keys])
    here = versions(connection, [key.person_id for key in keys])
    new, newer, same = [], [], []
    for key in keys:
        if key.person_id in erased:
            continue
        version, _ = here.get(key.person_id, (0, None))
        row = {**vars(key), "backed_up": ordinal}
        if key.person_id not in here:
            new.append(row)
        elif version < key.version:
            newer.append({"person": key.person_id, **row})
        elif version == key.version:
            same.append(key.person_id)
    if new:
        connection.execute(insert(table), new)
    if newer:
        names = [column.name for column in table.columns if column.name != "person_id"]
        values: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in names}
        statement = update(table).where(table.c.person_id == bindparam("person")).values(values)
        connection.execute(statement, newer)
    mark(connection, table, same, ordinal)
    return len(new)


def versions(connection: Connection, persons: Sequence[str]) -> dict[str, tuple[int, int | None]]:
    """By person: the version of the key here, and the file that holds it."""
    c = PERSON_KEYS.c
    return {
        person: (version, backed_up)
        for part in parts(persons)
        for person, version, backed_up in connection.execute(
            select(c.person_id, c.version, c.backed_up).where(c.person_id.in_(part))
        )
    }


def parts(names: Sequence[str]) -> list[Sequence[str]]:
    """Names in parts that one statement takes."""
    return [names[start : start + QUERY_MAX] for start in range(0, len(names), QUERY_MAX)]
