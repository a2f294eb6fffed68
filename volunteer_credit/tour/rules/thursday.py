"""How far the demo clock goes when somebody wants to see next Thursday."""

DAY_MS, HOUR_MS, MINUTE_MS = 86_400_000, 3_600_000, 60_000
WEEK_DAYS, THURSDAY = 7, 0  # 1970-01-01 was one
HOUR = 10  # the offices are open, and the jobs of the night are done


def until_thursday_ms(now_ms: int, offset_minutes: int) -> int:
    """How long until the next Thursday at ten, local time: at least a day, at most eight."""
    local_ms = now_ms + offset_minutes * MINUTE_MS
    today = local_ms // DAY_MS
    days = (THURSDAY - today) % WEEK_DAYS
    wait_ms = (today + days) * DAY_MS + HOUR * HOUR_MS - local_ms
    return wait_ms if wait_ms >= DAY_MS else wait_ms + WEEK_DAYS * DAY_MS
