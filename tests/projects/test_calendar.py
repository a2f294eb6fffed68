"""Calendar files, as RFC 5545 has them."""

from volunteer_credit.projects.rules.ical import Event, calendar, escaped, folded

EVENT = Event(
    "a@weihai.example",
    1_795_827_600_000,
    1_795_834_800_000,
    "清洁家园, 第一次; 带\\手套",
    "东岛广场",
    "和美社工\n清捡垃圾",
    "https://points.example/c/x/activities/a",
)


def test_a_file_has_its_lines_in_their_form() -> None:
    lines = calendar("环翠", [EVENT], 1_795_305_600_000).split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20261128T010000Z" in lines
    assert "DTEND:20261128T030000Z" in lines
    assert "DTSTAMP:20261122T000000Z" in lines
    assert "SUMMARY:清洁家园\\, 第一次\\; 带\\\\手套" in lines
    assert "DESCRIPTION:和美社工\\n清捡垃圾" in lines
    assert "STATUS:CONFIRMED" in lines


def test_a_cancelled_one_says_so_with_a_higher_number() -> None:
    event = Event("a", 0, 0, "t", "p", "x", "u", 3, is_cancelled=True)
    text = calendar("n", [event], 0)
    assert "STATUS:CANCELLED\r\n" in text
    assert "SEQUENCE:3\r\n" in text


def test_lines_are_folded_by_bytes_and_never_within_a_character() -> None:
    line = f"SUMMARY:{'志愿服务' * 30}"
    parts = list(folded(line))
    assert len(parts) > 3
    assert all(len(each.encode()) <= 75 for each in parts)
    assert all(each.startswith(" ") for each in parts[1:])
    assert parts[0] + "".join(each[1:] for each in parts[1:]) == line
    assert list(folded("x" * 75)) == ["x" * 75]


def test_values_are_escaped_so_that_nothing_else_begins() -> None:
    assert escaped("a\r\nEND:VEVENT") == "a\\nEND:VEVENT"
    assert escaped("\\;,") == "\\\\\\;\\,"
