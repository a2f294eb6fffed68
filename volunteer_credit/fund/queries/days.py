"""Today, as a community's book counts days."""

from volunteer_credit.journal.operations.demo_time import book_now_ms
from volunteer_credit.people.rules.days import local_day
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.runtime import current


def book_day(reader: Reader, community_id: str) -> int:
    """The local date YYYYMMDD; a demonstration's book may be ahead of the clock."""
    at_ms = book_now_ms(reader, community_id)
    return local_day(at_ms, current().settings.utc_offset_minutes)
