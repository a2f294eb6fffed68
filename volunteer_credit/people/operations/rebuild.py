"""Links and contacts made again from the vault rows: after a recovery, and when doctor asks.

They stand in no archive. Who was erased has a vault row that nobody can open, and gets none.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Table, and_, delete, insert, select

from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.people.models.vault import ContactRow, LinkRow, PersonRow
from volunteer_credit.people.operations.sealed import (
    CONTACT_COLUMNS,
    LINK_COLUMNS,
    contacts_of,
    links_of,
    open_vault,
)
from volunteer_credit.shared import migrations
from volunteer_credit.shared.checks import Check, State, failed
from volunteer_credit.shared.db import Model, Reader, db, end_reading, retried, transaction
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.person_keys_errors import NoPersonKeyError, PersonErasedError

OWNER = "person_id"
INDEXES = {
    LinkRow.__tablename__: (*LINK_COLUMNS, OWNER),
    ContactRow.__tablename__: (*CONTACT_COLUMNS, OWNER),
}
INSERT_MAX = 1000  # rows of one statement

Values = tuple[str | int, ...]
Rows = dict[str, set[Values]]  # by table


@dataclass(slots=True)
class Compared:
    """How the indexes differ from the vault: by table, rows that are too many or missing."""

    over: Rows = field(default_factory=dict)
    missing: Rows = field(default_factory=dict)
    persons: int = 0
    erased: int = 0
    unreadable: int = 0  # their keys are lost

    @property
    def rows(self) -> int:
        """How many rows differ."""
        return sum(len(each) for found in (self.over, self.missing) for each in found.values())


@retried
def rebuild_indexes() -> Compared:
    """Make every link and contact what the vault says; what was changed.

    Rows of a person whose key is lost stay as they are. Raises: SealedDataError, KeyMissingError,
    and as `PersonKeys.open`.
    """
    with transaction(book=CITY) as session:
        found = compare(session)
        connection = session.connection()
        for name, rows in found.over.items():
            for values in sorted(rows):
                connection.execute(delete(_table(name)).where(_is(name, values)))
        for name, rows in found.missing.items():
            wanted = [dict(zip(INDEXES[name], values, strict=True)) for values in sorted(rows)]
            for start in range(0, len(wanted), INSERT_MAX):
                connection.execute(insert(_table(name)), wanted[start : start + INSERT_MAX])
    return found


def compare(reader: Reader) -> Compared:
    """Open every vault row and compare. Raises: as `rebuild_indexes`."""
    found = Compared()
    wanted: Rows = {name: set() for name in INDEXES}
    unreadable: set[str | int] = set()
    rows = PersonRow.__table__.c
    persons = reader.execute(select(rows.person_id, rows.state, rows.sealed)).all()
    for person_id, state, sealed in persons:
        try:
            vault = open_vault(person_id, bytes(sealed))
        except PersonErasedError:
            found.erased += 1
        except NoPersonKeyError:
            unreadable.add(person_id)
        else:
            contacts = contacts_of(reader, state, vault)
            wanted[LinkRow.__tablename__] |= {(*each, person_id) for each in links_of(vault)}
            wanted[ContactRow.__tablename__] |= {(*each, person_id) for each in contacts}
    for name in INDEXES:
        there = _there(reader, name, unreadable)
        found.over[name], found.missing[name] = there - wanted[name], wanted[name] - there
    found.persons, found.unreadable = len(persons), len(unreadable)
    return found


def people_checks() -> Iterator[Check]:
    """What `doctor` says of the indexes, once the schema is right. It writes nothing."""
    end_reading()
    try:
        if migrations.current() != migrations.newest():
            return
        found = compare(db.session)
    except ServiceError as problem:
        yield failed("people", problem)
        return
    finally:
        end_reading()
    good = not (found.rows or found.unreadable)
    yield Check(
        "people",
        State.OK if good else State.FAILED,
        f"{found.persons} people; {found.rows} rows of their indexes differ from the vault,"
        f" {found.unreadable} people have no key.",
        f"{found.persons} 人；索引与保险库相差 {found.rows} 行，{found.unreadable} 人缺少密钥。",
    )


def _there(reader: Reader, name: str, unreadable: set[str | int]) -> set[Values]:
    columns = [_table(name).c[column] for column in INDEXES[name]]
    rows = {tuple(row) for row in reader.execute(select(*columns))}
    return {row for row in rows if row[-1] not in unreadable}


def _is(name: str, values: Values) -> ColumnElement[bool]:
    pairs = zip(INDEXES[name], values, strict=True)
    return and_(*(_table(name).c[column] == value for column, value in pairs))


def _table(name: str) -> Table:
    return Model.metadata.tables[name]
