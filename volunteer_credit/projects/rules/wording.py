"""When something is, in words; and a text broken into lines for a picture."""

import unicodedata

from volunteer_credit.projects.rules.times import local

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def day_text(at_ms: int, offset_minutes: int, language: str) -> str:
    """`11月28日 周六`, or `Sat 28 Nov`."""
    when = local(at_ms, offset_minutes)
    if language == "zh":
        return f"{when.month}月{when.day}日 周{WEEKDAYS_ZH[when.weekday()]}"
    return f"{WEEKDAYS_EN[when.weekday()]} {when.day} {MONTHS_EN[when.month - 1]}"


def when_text(starts_at_ms: int, ends_at_ms: int, offset_minutes: int, language: str) -> str:
    """`11月28日 周六 09:00–11:00`; over midnight the end says that it is on the next day."""
    between = " " if language == "zh" else ", "
    times = times_text(starts_at_ms, ends_at_ms, offset_minutes, language)
    return f"{day_text(starts_at_ms, offset_minutes, language)}{between}{times}"


def times_text(starts_at_ms: int, ends_at_ms: int, offset_minutes: int, language: str) -> str:
    """The same without its day."""
    start, end = local(starts_at_ms, offset_minutes), local(ends_at_ms, offset_minutes)
    next_day = "" if start.date() == end.date() else "次日 " if language == "zh" else "next day "
    return f"{start:%H:%M}–{next_day}{end:%H:%M}"


def broken(text: str, width: int, lines_max: int) -> list[str]:
    """Lines of at most `width` columns, of which a Chinese character has two; cut with a …."""
    lines, now, taken = list[str](), "", 0
    for each in text:
        columns = _columns(each)
        if taken + columns > width:
            lines.append(now)
            now, taken = "", 0
        now, taken = now + each, taken + columns
    lines.append(now)
    shown = [each.strip() for each in lines[:lines_max]]
    if len(lines) > lines_max:
        shown[-1] = f"{shown[-1][:-1]}…"
    return shown


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1
