"""What this room adds to a person's export, leaving and erasure."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.operations.privacy_hooks import Link
from volunteer_credit.projects.models.activities import LeadRow, ShiftRow, SignUpRow
from volunteer_credit.projects.operations.signing_up import take_off_list
from volunteer_credit.projects.queries.shifts import door_shift
from volunteer_credit.projects.queries.sign_ups import ON_LIST, led_by, sign_ups_of
from volunteer_credit.projects.rules.states import OPEN
from volunteer_credit.shared.db import Reader


def exported(reader: Reader, _person_id: str, links: Sequence[Link]) -> Any:
    """What somebody signed up for, and what they led."""
    return {
        "sign_ups": [
            {
                "community": community_id,
                "title": each.shift.title,
                "place": each.shift.place,
                "starts_at_ms": each.shift.starts_at_ms,
                "state": each.state,
            }
            for community_id, account in links
            for each in sign_ups_of(reader, community_id, [account])
        ],
        "led_shifts": [
            {"community": community_id, "shift": each}
            for community_id, account in links
            for each in led_by(reader, community_id, account)
        ],
    }


def leave(operation: Operation, account: str) -> None:
    """Who leaves the community gives their places to the next."""
    session, community_id = operation.session, operation.community_id
    waiting = (
        select(SignUpRow.shift_id)
        .join(
            ShiftRow,
            (ShiftRow.community_id == SignUpRow.community_id)
            & (ShiftRow.shift_id == SignUpRow.shift_id),
        )
        .where(
            SignUpRow.community_id == community_id,
            SignUpRow.account == account,
            SignUpRow.state.in_(ON_LIST),
            ShiftRow.state == OPEN,
            ShiftRow.starts_at_ms > operation.at_ms,
        )
    )
    for shift_id in sorted(session.execute(waiting).scalars()):
        shift = door_shift(session, community_id, shift_id)
        assert shift is not None
        take_off_list(operation, shift, account)


def forget(operation: Operation, account: str) -> None:
    """Delete what names an erased account; who published stays, a number that leads nowhere."""
    session, community_id = operation.session, operation.community_id
    for table in (SignUpRow, LeadRow):
        rows = select(table).where(table.community_id == community_id, table.account == account)
        for row in session.execute(rows).scalars():
            session.delete(row)
    session.flush()
