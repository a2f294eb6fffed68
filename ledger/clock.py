"""Which `at` a writer may put on the next entry (docs/ledger-format.md §5, D1 to D3).

Pure: the times come in as arguments, all in UTC milliseconds.
"""

from ledger.errors import RuleError

DRIFT_MS_MAX = 2_000
SILENCE_MS_MAX = 36 * 3600 * 1000


class ClockBehindError(RuleError):
    """D1: the clock is behind the last entry."""

    code = "clock_behind"
    en = "This computer's clock is {behind_ms} ms behind the last entry; set it right, then retry."
    zh = "本机时钟比最后一条记录慢 {behind_ms} 毫秒；请校准后重试。"


class ClockAheadError(RuleError):
    """D2: the clock is ahead of the reference clock."""

    code = "clock_ahead"
    en = "This computer's clock is {ahead_ms} ms ahead of the reference clock; set it right."
    zh = "本机时钟比参考时钟快 {ahead_ms} 毫秒；请校准。"


class ClockUnconfirmedError(RuleError):
    """D3: a long silence before this entry that nobody has confirmed."""

    code = "clock_unconfirmed"
    en = "The last entry is {silence_ms} ms old; an operator must confirm the clock first."
    zh = "距最后一条记录已有 {silence_ms} 毫秒；请先由管理员确认时钟。"


def next_at(now_ms: int, last_at_ms: int, reference_ms: int, *, confirmed: bool) -> int:
    """The `at` of the next entry: `now_ms` in whole seconds, never below the last entry.

    Raises: RuleError when the clock may not be trusted (D1, D2, D3).
    """
    if now_ms < last_at_ms - DRIFT_MS_MAX:
        raise ClockBehindError(behind_ms=last_at_ms - now_ms)
    if now_ms > reference_ms + DRIFT_MS_MAX:
        raise ClockAheadError(ahead_ms=now_ms - reference_ms)
    if now_ms > last_at_ms + SILENCE_MS_MAX and not confirmed:
        raise ClockUnconfirmedError(silence_ms=now_ms - last_at_ms)
    return max(now_ms // 1000 * 1000, last_at_ms)
