"""Calendar files (RFC 5545): what a phone's own calendar takes in. Times are in UTC."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

LINE_BYTES_MAX = 75
PRODUCT = "-//volunteer-credit//activities//ZH"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a calendar. `revision` grows with every change; `uid` stays."""

    uid: str
    starts_at_ms: int
    ends_at_ms: int
    title: str
    place: str
    text: str
    url: str
    revision: int = 0
    is_cancelled: bool = False


def calendar(name: str, events: Sequence[Event], at_ms: int) -> str:
    """A whole file; `at_ms` is when it was made."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{escaped(name)}")
    for each in events:
        lines += _event(each, at_ms)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def escaped(text: str) -> str:
    """A text as a value."""
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r\n", "\\n").replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 bytes, never within a character; further ones are indented."""
    part = ""
    for each in line:
        if len((part + each).encode()) > LINE_BYTES_MAX:
            yield part
            part = " "
        part += each
    yield part


def _event(event: Event, at_ms: int) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{_moment(at_ms)}",
        f"DTSTART:{_moment(event.starts_at_ms)}",
        f"DTEND:{_moment(event.ends_at_ms)}",
        f"SEQUENCE:{event.revision}",
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        f"SUMMARY:{escaped(event.title)}",
        f"LOCATION:{escaped(event.place)}",
        f"DESCRIPTION:{escaped(event.text)}",
        f"URL:{event.url}",
        "END:VEVENT",
    ]


def _moment(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms // 1000, UTC):%Y%m%dT%H%M%SZ}"
