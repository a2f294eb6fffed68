"""What time it is in a book, for whoever asks before the lock: a demonstration's may be ahead."""

from volunteer_credit.journal.operations.demo_time import ahead_ms
from volunteer_credit.projects.rules.times import day_number, local
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.runtime import current


def now_ms(reader: Reader, community_id: str) -> int:
    """UTC ms."""
    return current().clock.now_ms() + ahead_ms(reader, community_id)


def offset_minutes() -> int:
    """How far local time is ahead of UTC."""
    return current().settings.utc_offset_minutes


def today(reader: Reader, community_id: str) -> int:
    """The local date in a book, YYYYMMDD."""
    return day_number(local(now_ms(reader, community_id), offset_minutes()))
