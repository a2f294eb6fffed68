"""Activities as lists and pages show them."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import func, select

from volunteer_credit.projects.models.activities import ActivityRow, ShiftRow, SignUpRow
from volunteer_credit.projects.queries.shifts import DoorShift, shifts_where
from volunteer_credit.projects.rules.errors import ShiftUnknownError
from volunteer_credit.projects.rules.states import OPEN, SIGNED, WAITING
from volunteer_credit.shared.db import Reader

_activities, _shifts = ActivityRow.__table__.c, ShiftRow.__table__.c
_sign_ups = SignUpRow.__table__.c


class Counts(NamedTuple):
    """How many have a place, and how many wait."""

    signed: int = 0
    waiting: int = 0


def activity_shifts(reader: Reader, community_id: str, activity_id: str) -> list[DoorShift]:
    """The shifts of one activity, by their start. Raises: ShiftUnknownError."""
    found = shifts_where(reader, community_id, _shifts.activity_id == activity_id)
    if not found:
        raise ShiftUnknownError
    return found


def open_shifts(
    reader: Reader, community_id: str, from_ms: int, to_ms: int, category: str = ""
) -> list[DoorShift]:
    """What is still to come or under way between two times, and was not cancelled."""
    where = [_shifts.ends_at_ms > from_ms, _shifts.starts_at_ms < to_ms, _shifts.state == OPEN]
    if category:
        where.append(_activities.category == category)
    return shifts_where(reader, community_id, *where)


def shifts_of_organiser(
    reader: Reader, community_id: str, organisers: Iterable[str], from_ms: int
) -> list[DoorShift]:
    """What these bodies organise and that ends after a time, by start; cancelled ones too."""
    return shifts_where(
        reader,
        community_id,
        _activities.organiser.in_(list(organisers)),
        _shifts.ends_at_ms > from_ms,
    )


def counts(reader: Reader, community_id: str, shift_ids: Iterable[str]) -> dict[str, Counts]:
    """By shift: how many signed up and how many wait."""
    query = (
        select(_sign_ups.shift_id, _sign_ups.state, func.count())
        .where(
            _sign_ups.community_id == community_id,
            _sign_ups.shift_id.in_(list(shift_ids)),
            _sign_ups.state.in_((SIGNED, WAITING)),
        )
        .group_by(_sign_ups.shift_id, _sign_ups.state)
    )
    found: dict[str, dict[str, int]] = {}
    for shift_id, state, count in reader.execute(query):
        found.setdefault(shift_id, {})[state] = count
    return {
        shift_id: Counts(each.get(SIGNED, 0), each.get(WAITING, 0))
        for shift_id, each in found.items()
    }


def organiser_of(reader: Reader, community_id: str, activity_id: str) -> str:
    """Who organises an activity. Raises: ShiftUnknownError."""
    query = select(_activities.organiser).where(
        _activities.community_id == community_id, _activities.activity_id == activity_id
    )
    found = reader.execute(query).scalar_one_or_none()
    if found is None:
        raise ShiftUnknownError
    return str(found)


def last_activity(reader: Reader, community_id: str, organiser: str) -> str:
    """What an organiser published last; empty for nothing yet."""
    query = (
        select(_activities.activity_id)
        .where(_activities.community_id == community_id, _activities.organiser == organiser)
        .order_by(_activities.published_at_ms.desc(), _activities.activity_id)
        .limit(1)
    )
    return reader.execute(query).scalar_one_or_none() or ""
