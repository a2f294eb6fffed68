"""What this room keeps of somebody: given to them, and deleted with them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from volunteer_credit.checkins.models.presences import (
    CityPresenceRow,
    PresenceRow,
    ScanRow,
    TicketRow,
    VisitRow,
)
from volunteer_credit.checkins.queries.presences import own_presences
from volunteer_credit.checkins.rules.times import DAY_MS
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.operations.privacy_hooks import Link
from volunteer_credit.people.rules.erasing import Duty
from volunteer_credit.shared.db import Reader

ROOM = "checkins"
KEPT_DAYS = 30
OPEN_PRESENCE = Duty(
    "presence_open", "仍在某班次中，请先签退", "still checked in at a shift; check out first"
)


def exported(reader: Reader, _person_id: str, links: Sequence[Link]) -> Any:
    """Every check-in, by community."""
    return {
        community: [
            {
                "shift": each.shift_id,
                "started_at_ms": each.started_at_ms,
                "ended_at_ms": each.ended_at_ms,
                "minutes": each.minutes,
                "how": each.how,
                "tier": each.tier,
                "flags": list(each.flag_codes),
            }
            for each in own_presences(reader, community, account, 0)
        ]
        for community, account in links
    }


def duties(reader: Reader, _person_id: str, links: Sequence[Link], at_ms: int) -> list[Duty]:
    """Nobody is erased in the middle of a shift; one that was forgotten keeps nobody for long."""
    is_in = any(
        not each.ended_seq and each.started_at_ms > at_ms - KEPT_DAYS * DAY_MS
        for community, account in links
        for each in own_presences(reader, community, account, 0)
    )
    return [OPEN_PRESENCE] if is_in else []


def forget(operation: Operation, account: str) -> None:
    """Delete the rows of an account; the entries stay, by number."""
    session, here = operation.session, operation.community_id
    own = select(PresenceRow).where(
        PresenceRow.community_id == here, PresenceRow.account == account
    )
    for row in session.execute(own).scalars().all():
        visit = session.get(VisitRow, (here, row.book, row.started_seq))
        if visit is not None:
            session.delete(visit)
        session.delete(row)
    received = select(VisitRow).where(VisitRow.community_id == here, VisitRow.served == account)
    for each in session.execute(received).scalars().all():
        session.delete(each)
    for old in (
        delete(ScanRow).where(
            ScanRow.community_id == here,
            (ScanRow.account == account) | (ScanRow.by_account == account),
        ),
        delete(TicketRow).where(TicketRow.community_id == here, TicketRow.account == account),
    ):
        session.execute(old.execution_options(synchronize_session=False))


def forget_person(session: Session, person_id: str) -> None:
    """Delete what the city keeps."""
    old = delete(CityPresenceRow).where(CityPresenceRow.person_id == person_id)
    session.execute(old.execution_options(synchronize_session=False))
