"""Reads of who signed up for what."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from volunteer_credit.projects.models.activities import ActivityRow, LeadRow, ShiftRow, SignUpRow
from volunteer_credit.projects.queries.shifts import DoorShift, shifts_where
from volunteer_credit.projects.rules.states import DROPPED, OPEN, SIGNED, WAITING
from volunteer_credit.shared.db import Question, Reader
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import all_rows

ON_LIST = (SIGNED, WAITING)

_activities, _shifts = ActivityRow.__table__.c, ShiftRow.__table__.c
_leads, _sign_ups = LeadRow.__table__.c, SignUpRow.__table__.c
_STATE = Prepared(
    select(_sign_ups.state).where(
        _sign_ups.community_id == bindparam("community"),
        _sign_ups.shift_id == bindparam("shift"),
        _sign_ups.account == bindparam("account"),
    )
)


class OwnSignUp(NamedTuple):
    """A sign-up of somebody, with its shift. `position`: on the wait-list, from 1; 0 else."""

    account: str
    state: str
    position: int
    shift: DoorShift


def asked_state(community_id: str, shift_id: str, account: str) -> Question:
    """What `state_of` is going to read, for `reading.ahead`."""
    return _STATE, {"community": community_id, "shift": shift_id, "account": account}


def state_of(reader: Reader, community_id: str, shift_id: str, account: str) -> str:
    """signed, waiting or dropped; empty for who never signed up."""
    rows = all_rows(reader, _STATE, community=community_id, shift=shift_id, account=account)
    return str(rows[0][0]) if rows else ""


def position_of(reader: Reader, community_id: str, shift_id: str, account: str) -> int:
    """Somebody's place on the wait-list, from 1; 0 for who does not wait."""
    query = (
        select(_sign_ups.account)
        .where(
            _sign_ups.community_id == community_id,
            _sign_ups.shift_id == shift_id,
            _sign_ups.state == WAITING,
        )
        .order_by(_sign_ups.turn)
    )
    waiting = list(reader.execute(query).scalars())
    return waiting.index(account) + 1 if account in waiting else 0


def last_turn(reader: Reader, community_id: str, shift_id: str) -> int:
    """The highest turn that was given out."""
    query = select(func.max(_sign_ups.turn)).where(
        _sign_ups.community_id == community_id, _sign_ups.shift_id == shift_id
    )
    return reader.execute(query).scalar_one() or 0


def overlapping(reader: Reader, community_id: str, account: str, shift: DoorShift) -> bool:
    """Whether somebody is on the list of another shift at the same time, in this community."""
    query = (
        select(_sign_ups.shift_id)
        .join(
            ShiftRow.__table__,
            (_shifts.community_id == _sign_ups.community_id)
            & (_shifts.shift_id == _sign_ups.shift_id),
        )
        .where(
            _sign_ups.community_id == community_id,
            _sign_ups.account == account,
            _sign_ups.state.in_(ON_LIST),
            _shifts.shift_id != shift.shift_id,
            _shifts.state == OPEN,
            _shifts.starts_at_ms < shift.ends_at_ms,
            _shifts.ends_at_ms > shift.starts_at_ms,
        )
    )
    return reader.execute(query.limit(1)).first() is not None


def sign_ups_of(
    reader: Reader, community_id: str, accounts: Sequence[str], from_ms: int = 0
) -> list[OwnSignUp]:
    """What these accounts are on the list of, by start, of shifts that end after a time."""
    query = select(_sign_ups.shift_id, _sign_ups.account, _sign_ups.state).where(
        _sign_ups.community_id == community_id,
        _sign_ups.account.in_(accounts),
        _sign_ups.state != DROPPED,
    )
    rows = reader.execute(query.order_by(_sign_ups.account)).all()
    names = {shift_id for shift_id, _, _ in rows}
    shifts = shifts_where(
        reader, community_id, _shifts.shift_id.in_(names), _shifts.ends_at_ms > from_ms
    )
    return [
        OwnSignUp(account, state, _position(reader, community_id, state, shift, account), shift)
        for shift in shifts
        for shift_id, account, state in rows
        if shift_id == shift.shift_id
    ]


def ever_signed_up_with(reader: Reader, community_id: str, organiser: str) -> set[str]:
    """Who has signed up for anything of an organiser here, dropped or not."""
    query = (
        select(_sign_ups.account)
        .distinct()
        .join(
            ShiftRow.__table__,
            (_shifts.community_id == _sign_ups.community_id)
            & (_shifts.shift_id == _sign_ups.shift_id),
        )
        .join(
            ActivityRow.__table__,
            (_activities.community_id == _shifts.community_id)
            & (_activities.activity_id == _shifts.activity_id),
        )
        .where(_sign_ups.community_id == community_id, _activities.organiser == organiser)
    )
    return set(reader.execute(query).scalars())


def dropped_late(reader: Reader, community_id: str, shift_ids: Iterable[str]) -> set[str]:
    """Who took back their sign-up after the start of these shifts."""
    query = (
        select(_sign_ups.account)
        .join(
            ShiftRow.__table__,
            (_shifts.community_id == _sign_ups.community_id)
            & (_shifts.shift_id == _sign_ups.shift_id),
        )
        .where(
            _sign_ups.community_id == community_id,
            _sign_ups.shift_id.in_(list(shift_ids)),
            _sign_ups.state == DROPPED,
            _sign_ups.dropped_at_ms >= _shifts.starts_at_ms,
        )
    )
    return set(reader.execute(query).scalars())


def led_by(reader: Reader, community_id: str, account: str) -> list[str]:
    """The shifts that somebody leads or led."""
    query = select(_leads.shift_id).where(
        _leads.community_id == community_id, _leads.account == account
    )
    return sorted(reader.execute(query).scalars())


def _position(reader: Reader, community_id: str, state: str, shift: DoorShift, account: str) -> int:
    if state != WAITING:
        return 0
    return position_of(reader, community_id, shift.shift_id, account)
