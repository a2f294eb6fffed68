"""What day it is in a community: its book may be a demonstration's, which is ahead."""

from volunteer_credit.journal.operations.demo_time import ahead_ms
from volunteer_credit.people.rules.days import local_day
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current


def today_in(community_id: str) -> int:
    """The local date there, YYYYMMDD."""
    return day_of(current().clock.now_ms() + ahead_ms(db.session, community_id))


def day_of(at_ms: int) -> int:
    """The local date of a time, YYYYMMDD."""
    return local_day(at_ms, current().settings.utc_offset_minutes)
