"""What may only grow: a passkey's counter, the last step of a code generator."""

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from volunteer_credit.people.models.sessions import CounterRow
from volunteer_credit.shared.db import Reader

_counters = CounterRow.__table__.c
_GROW = text("""
    INSERT INTO people_counters (kind, owner, value, changed_at_ms)
    VALUES (:kind, :owner, :value, :at_ms)
    ON CONFLICT (kind, owner) DO UPDATE SET
        value = excluded.value, changed_at_ms = excluded.changed_at_ms
    WHERE people_counters.value < excluded.value
    RETURNING value
""")


def grow(session: Session, kind: str, owner: str, value: int, at_ms: int) -> bool:
    """Set a counter to a greater value; False when it is there already, or was."""
    values = {"kind": kind, "owner": owner, "value": value, "at_ms": at_ms}
    return session.execute(_GROW, values).scalar_one_or_none() is not None


def counter(reader: Reader, kind: str, owner: str) -> int:
    """What a counter stands at; 0 when there is none."""
    query = select(_counters.value).where(_counters.kind == kind, _counters.owner == owner)
    return reader.execute(query).scalar_one_or_none() or 0


def forget_counter(session: Session, kind: str, owner: str) -> None:
    """Drop a counter with what it counted."""
    session.execute(
        delete(CounterRow)
        .where(_counters.kind == kind, _counters.owner == owner)
        .execution_options(synchronize_session=False)
    )


def forget_counters(session: Session, kind: str, beginning: str) -> None:
    """Drop all counters whose owner begins so."""
    session.execute(
        delete(CounterRow)
        .where(_counters.kind == kind, _counters.owner.startswith(beginning))
        .execution_options(synchronize_session=False)
    )


def counter_seen(reader: Reader, kind: str, owner: str) -> tuple[int, int] | None:
    """A counter, and when it was changed, UTC ms."""
    query = select(_counters.value, _counters.changed_at_ms).where(
        _counters.kind == kind, _counters.owner == owner
    )
    row = reader.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])
