"""Reads of how somebody who is signed in can prove it once more."""

from sqlalchemy import select

from volunteer_credit.people.models.privacy import ErasureRow
from volunteer_credit.people.queries.cards import PAPER, active_card, number_of
from volunteer_credit.people.queries.sessions import (
    credentials_of,
    device_kept,
    totp_of,
)
from volunteer_credit.people.rules.roles import STRONG_METHODS
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader


def proofs_of(reader: Reader, caller: Caller) -> list[str]:
    """Of `passkey`, `totp`, `pin`: those that this person has here."""
    found = ["passkey"] if credentials_of(reader, caller.person_id) else []
    totp = totp_of(reader, caller.person_id)
    if totp is not None and totp[1] is not None:
        found.append("totp")
    return [*found, "pin"] if _has_pin(reader, caller) else found


def _has_pin(reader: Reader, caller: Caller) -> bool:
    kept = device_kept(reader, device_id=caller.device_id)
    if kept is not None and kept.person_id == caller.person_id:
        return True
    if caller.method in STRONG_METHODS:
        return False  # as step_up_by_pin has it
    number = number_of(reader, caller.person_id, PAPER)
    card = active_card(reader, number=number) if number else None
    return card is not None and card.pin_hash is not None


def erasure_of(reader: Reader, person_id: str) -> tuple[str, int] | None:
    """The state of the newest erasure that was asked for a person, and when, UTC ms."""
    rows = ErasureRow.__table__.c
    query = select(rows.state, rows.asked_at_ms).where(rows.person_id == person_id)
    row = reader.execute(query.order_by(rows.asked_at_ms.desc()).limit(1)).one_or_none()
    return None if row is None else (row[0], row[1])
