"""How far a demonstration's book runs ahead of the clock, for whoever asks before the lock."""

from sqlalchemy import select

from volunteer_credit.journal.models import HeadRow
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.runtime import current

_heads = HeadRow.__table__.c


def ahead_ms(reader: Reader, community_id: str) -> int:
    """By how many ms; 0 for every book that counts."""
    if current().settings.clock != "demo":
        return 0
    query = select(_heads.clock_offset_ms).where(_heads.community_id == community_id)
    return reader.execute(query).scalar_one_or_none() or 0


def book_now_ms(reader: Reader, community_id: str) -> int:
    """What time it is in a community's book, UTC ms: a demonstration's may be ahead."""
    return current().clock.now_ms() + ahead_ms(reader, community_id)
