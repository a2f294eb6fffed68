"""Reads of what somebody on a shift's list does not know yet."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import or_, select

from volunteer_credit.projects.models.activities import ShiftRow, SignUpRow
from volunteer_credit.projects.queries.shifts import DoorShift, shifts_where
from volunteer_credit.projects.queries.sign_ups import ON_LIST
from volunteer_credit.projects.rules.states import CANCELLED, OPEN
from volunteer_credit.shared.db import Reader

_shifts, _sign_ups = ShiftRow.__table__.c, SignUpRow.__table__.c


class Untold(NamedTuple):
    """News of a shift for one on its list. `moved_up`: from the wait-list; `changed`: the shift."""

    account: str
    state: str
    moved_up: bool
    changed: bool
    shift: DoorShift


def untold(reader: Reader, community_id: str, accounts: Sequence[str], now_ms: int) -> list[Untold]:
    """What these accounts have not seen of shifts that begin after `now_ms`, by begin."""
    query = (
        select(
            _sign_ups.shift_id,
            _sign_ups.account,
            _sign_ups.state,
            _sign_ups.moved_up_at_ms,
            _shifts.told_revision > _sign_ups.seen_revision,
        )
        .join(
            ShiftRow.__table__,
            (_shifts.community_id == _sign_ups.community_id)
            & (_shifts.shift_id == _sign_ups.shift_id),
        )
        .where(
            _sign_ups.community_id == community_id,
            _sign_ups.account.in_(accounts),
            _sign_ups.state.in_(ON_LIST),
            _shifts.state.in_((OPEN, CANCELLED)),
            _shifts.starts_at_ms > now_ms,
            or_(
                _sign_ups.moved_up_at_ms.is_not(None),
                _shifts.told_revision > _sign_ups.seen_revision,
            ),
        )
        .order_by(_sign_ups.account)
    )
    rows = reader.execute(query).all()
    if not rows:
        return []
    names = {row.shift_id for row in rows}
    return [
        Untold(account, state, moved_ms is not None, bool(changed), shift)
        for shift in shifts_where(reader, community_id, _shifts.shift_id.in_(names))
        for shift_id, account, state, moved_ms, changed in rows
        if shift_id == shift.shift_id
    ]
