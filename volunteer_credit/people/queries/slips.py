"""Reads of slips."""

from sqlalchemy import select

from volunteer_credit.people.models.credentials import SlipRow
from volunteer_credit.people.rules.slips import INVITATION, REPEAT_MS
from volunteer_credit.shared.db import Reader

_slips = SlipRow.__table__.c


def slip_kind(reader: Reader, slip_digest: str) -> str:
    """What a slip is for; empty where there is no such slip."""
    query = select(_slips.kind).where(_slips.slip_digest == slip_digest)
    return reader.execute(query).scalar_one_or_none() or ""


def slip_issuers(reader: Reader, person_id: str, began_at_ms: int) -> set[str]:
    """Who issued the invitation by which a session began; a repeated request began it later."""
    used = _slips.used_at_ms.between(began_at_ms - REPEAT_MS, began_at_ms + REPEAT_MS)
    query = select(_slips.issued_by).where(
        _slips.person_id == person_id, _slips.kind == INVITATION, used
    )
    return set(reader.execute(query).scalars())
