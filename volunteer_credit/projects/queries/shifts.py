"""Shifts as the door, the hours and the lists see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, select

from volunteer_credit.projects.models.activities import (
    ActivityRow,
    LeadRow,
    ShiftRow,
    SignUpRow,
)
from volunteer_credit.projects.rules.states import DROPPED
from volunteer_credit.shared.db import Question, Reader
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import all_rows

MINUTE_MS = 60_000

_activities, _shifts = ActivityRow.__table__.c, ShiftRow.__table__.c
_leads, _sign_ups = LeadRow.__table__.c, SignUpRow.__table__.c


@dataclass(frozen=True, slots=True)
class DoorShift:
    """A shift with what its activity says. `state` is what it was told: open, cancelled, ended.

    `leads`: accounts. Whoever decides by the clock compares `starts_at_ms` and `ends_at_ms`.
    """

    shift_id: str
    activity_id: str
    project_id: str
    organiser: str
    organiser_name: str
    title: str
    place: str
    content: str
    risks: str
    category: str
    coefficient: str
    kind: str
    sites: int
    starts_at_ms: int
    ends_at_ms: int
    day: int
    capacity: int
    min_age: int
    skill: str
    risk: str
    insurance: str
    state: str
    reason: str
    walk_ins: int
    revision: int
    was_starts_at_ms: int | None
    was_ends_at_ms: int | None
    was_place: str | None
    ended_at_ms: int | None
    published_at_ms: int
    leads: tuple[str, ...] = ()

    @property
    def planned_minutes(self) -> int:
        """How long it was planned to last."""
        return (self.ends_at_ms - self.starts_at_ms) // MINUTE_MS


class SignedUp(NamedTuple):
    """Somebody on a shift's list: signed or waiting, in the order of signing up."""

    account: str
    state: str
    since_ms: int
    how: str = ""


_OF_ACTIVITY = frozenset(
    [
        "project_id",
        "organiser",
        "organiser_name",
        "title",
        "content",
        "risks",
        "category",
        "published_at_ms",
    ]
)
_COLUMNS = [
    (_activities if name in _OF_ACTIVITY else _shifts)[name]
    for name in DoorShift.__dataclass_fields__
    if name != "leads"
]
_ONE = Prepared(
    select(*_COLUMNS)
    .join(
        ActivityRow.__table__,
        (_activities.community_id == _shifts.community_id)
        & (_activities.activity_id == _shifts.activity_id),
    )
    .where(_shifts.community_id == bindparam("community"), _shifts.shift_id == bindparam("shift"))
)
_LEADS = Prepared(
    select(_leads.shift_id, _leads.account)
    .where(
        _leads.community_id == bindparam("community"),
        _leads.shift_id.in_(bindparam("shifts", expanding=True)),
    )
    .order_by(_leads.shift_id, _leads.account),
    lists=["shifts"],
)


def asked_shift(community_id: str, shift_id: str) -> list[Question]:
    """What `door_shift` is going to read, for `reading.ahead`."""
    here = {"community": community_id}
    return [(_ONE, {**here, "shift": shift_id}), (_LEADS, {**here, "shifts": [shift_id]})]


def door_shift(reader: Reader, community_id: str, shift_id: str) -> DoorShift | None:
    """One shift; None where there is none."""
    rows = all_rows(reader, _ONE, community=community_id, shift=shift_id)
    found = with_leads(reader, community_id, (DoorShift(*row) for row in rows))
    return found[0] if found else None


def shifts_around(reader: Reader, community_id: str, from_ms: int, to_ms: int) -> list[DoorShift]:
    """The shifts that lie at least partly between two times, by their start; cancelled ones too."""
    return shifts_where(
        reader, community_id, _shifts.ends_at_ms > from_ms, _shifts.starts_at_ms < to_ms
    )


def shifts_led_by(
    reader: Reader, community_id: str, account: str, from_ms: int, to_ms: int
) -> list[DoorShift]:
    """As `shifts_around`, of those that this account leads."""
    led = select(_leads.shift_id).where(
        _leads.community_id == community_id, _leads.account == account
    )
    return shifts_where(
        reader,
        community_id,
        _shifts.ends_at_ms > from_ms,
        _shifts.starts_at_ms < to_ms,
        _shifts.shift_id.in_(led),
    )


def signed_up(reader: Reader, community_id: str, shift_id: str) -> list[SignedUp]:
    """Who is signed up or waits, in that order; whoever dropped is left out."""
    query = (
        select(_sign_ups.account, _sign_ups.state, _sign_ups.since_ms, _sign_ups.how)
        .where(
            _sign_ups.community_id == community_id,
            _sign_ups.shift_id == shift_id,
            _sign_ups.state != DROPPED,
        )
        .order_by(_sign_ups.state, _sign_ups.turn)  # signed stands before waiting
    )
    return [SignedUp(*row) for row in reader.execute(query)]


def shifts_where(reader: Reader, community_id: str, *where: ColumnElement[bool]) -> list[DoorShift]:
    """The shifts of a community that these conditions name, by their start."""
    query: Select[Any] = (
        select(*_COLUMNS)
        .join(
            ActivityRow.__table__,
            (_activities.community_id == _shifts.community_id)
            & (_activities.activity_id == _shifts.activity_id),
        )
        .where(_shifts.community_id == community_id, *where)
        .order_by(_shifts.starts_at_ms, _shifts.shift_id)
    )
    return with_leads(reader, community_id, (DoorShift(*row) for row in reader.execute(query)))


def with_leads(reader: Reader, community_id: str, found: Iterable[DoorShift]) -> list[DoorShift]:
    """The same shifts with the accounts that lead them."""
    shifts: Sequence[DoorShift] = list(found)
    if not shifts:
        return []
    names = [each.shift_id for each in shifts]
    leads: dict[str, list[str]] = {}
    for shift_id, account in all_rows(reader, _LEADS, community=community_id, shifts=names):
        leads.setdefault(shift_id, []).append(account)
    return [replace(each, leads=tuple(leads.get(each.shift_id, ()))) for each in shifts]
