"""What may be erased because its time is over: listed monthly, and rows that go by themselves."""

import logging
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, select

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.models.credentials import CardRow, DeviceRow, PasskeyRow, SlipRow
from volunteer_credit.people.models.privacy import AccessRow, ConsentRow, ErasureRow
from volunteer_credit.people.models.vault import ProxyAskRow
from volunteer_credit.people.operations.erasing import may_erase
from volunteer_credit.people.queries.leaving import locked_before
from volunteer_credit.people.rules.erasing import Duty
from volunteer_credit.people.rules.retention import Expiry, due, records_kept_before_ms
from volunteer_credit.shared.db import db, end_reading, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

JOB = Actor("system:retention", "system")
BATCH = 500
FIRST_OF_MONTH = "01"
TABLES: dict[str, type[Any]] = {
    table.__tablename__: table
    for table in (
        CardRow,
        DeviceRow,
        PasskeyRow,
        SlipRow,
        AccessRow,
        ConsentRow,
        ErasureRow,
        ProxyAskRow,
    )
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """What is over its time: persons to erase, those whom a duty still keeps, rows by table."""

    persons: list[str]
    kept: dict[str, list[Duty]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


def overdue(at_ms: int) -> Due:
    """What may be erased at a time, UTC milliseconds. It changes nothing."""
    end_reading()
    reader, found = db.session, Due([])
    for person_id in locked_before(reader, records_kept_before_ms(at_ms)):
        duties = may_erase(reader, person_id, at_ms)
        if duties:
            found.kept[person_id] = duties
        else:
            found.persons.append(person_id)
    for expiry, before_ms in due(at_ms):
        count = select(func.count()).where(*_is_over(expiry, before_ms))
        found.rows[expiry.table] = reader.execute(count).scalar_one()
    return found


def forget_expired(at_ms: int) -> int:
    """Delete the rows that go by themselves; how many. A nightly job."""
    end_reading()
    count = 0
    for expiry, before_ms in due(at_ms):
        while gone := _forget_some(TABLES[expiry.table], _is_over(expiry, before_ms)):
            count += gone
    return count


def _is_over(expiry: Expiry, before_ms: int) -> list[ColumnElement[bool]]:
    table = TABLES[expiry.table]
    over = [getattr(table, expiry.column) < before_ms]
    return [*over, getattr(table, expiry.unless).is_(None)] if expiry.unless else over


@retried
def _forget_some(table: type[Any], over: list[ColumnElement[bool]]) -> int:
    # No operation for nothing: there is one for each table and night.
    chosen = select(table).where(*over).limit(BATCH)
    end_reading()
    if db.session.execute(chosen.limit(1)).first() is None:
        return 0
    with perform(CITY, Request(JOB, new_id(current().random), "retention", {})) as operation:
        rows = operation.session.execute(chosen).scalars().all()
        for row in rows:
            operation.session.delete(row)
        operation.answer(len(rows))
    return len(rows)


def retention_job(period: str) -> None:
    """Each night: forget what expired; on the first of a month say how much may be erased."""
    at_ms = current().clock.now_ms()
    forget_expired(at_ms)
    if period.endswith(FIRST_OF_MONTH):
        found = overdue(at_ms)
        _log.warning("retention: %d people may be erased now", len(found.persons))
