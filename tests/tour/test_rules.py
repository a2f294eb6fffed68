"""The tour's pure rules."""

from datetime import UTC, datetime, timedelta

import pytest

from volunteer_credit.demo import town
from volunteer_credit.tour.rules import cast, steps
from volunteer_credit.tour.rules.breaking import broken
from volunteer_credit.tour.rules.thursday import DAY_MS, until_thursday_ms
from volunteer_credit.tour.rules.ticket import LIFE_MS, Ticket, parse

NOW_MS = 1_795_305_600_000


def test_the_cast_is_that_of_the_demonstration() -> None:
    faces = {each.phone for each in town.FACES}
    assert {each.phone for each in cast.FACES} <= faces
    assert cast.COMMUNITY == town.COMMUNITY
    assert cast.VOLUNTEER.phone == town.RESIDENT.phone
    assert cast.SECOND.phone == town.DEPUTY.phone


def test_there_are_eight_steps_in_order() -> None:
    assert [each.number for each in steps.STEPS] == list(range(1, 9))
    assert all(each.after < each.number for each in steps.STEPS)
    assert all(steps.step(each.number) is each for each in steps.STEPS)


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (set(), "now later later later later later open open"),
        ({1}, "done now later later later later open open"),
        ({1, 2, 3, 4}, "done done done done now open open open"),
        ({8}, "now later later later later later open done"),
        (set(range(1, 9)), "done done done done done done done done"),
    ],
)
def test_one_step_is_the_next(done: set[int], said: str) -> None:
    assert " ".join(steps.states(done).values()) == said


@pytest.mark.parametrize("offset_minutes", [480, 0, -300])
def test_next_thursday_is_at_ten_and_a_day_away_at_least(offset_minutes: int) -> None:
    for hours in range(24 * 8):
        now_ms = NOW_MS + hours * 3_600_000
        wait_ms = until_thursday_ms(now_ms, offset_minutes)
        assert DAY_MS <= wait_ms < 8 * DAY_MS
        at = datetime.fromtimestamp((now_ms + wait_ms) // 1000, UTC)
        at += timedelta(minutes=offset_minutes)
        assert (at.isoweekday(), at.hour, at.minute) == (4, 10, 0)


def test_a_ticket_reads_as_it_was_written() -> None:
    plain = Ticket("0" * 32, NOW_MS, NOW_MS + LIFE_MS)
    rich = plain.opened(6, "12345674").seen(8).seen(5)
    for each in (plain, rich, rich.opened(7)):
        assert parse(each.text(), NOW_MS) == each
    assert rich.opened(7).card == ""
    assert rich.text().endswith(".6.58.12345674")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "0" * 32,
        f"{'0' * 32}.1.{NOW_MS + 1}.9..",
        f"{'0' * 32}.1.{NOW_MS + 1}.1.0.",
        f"{'0' * 32}.1.{NOW_MS + 1}.1..1234567",
        f"{'0' * 32}.-1.{NOW_MS + 1}.1..",
        f"{'0' * 32}.1.{NOW_MS + 1}.1..\n",
        f"{'0' * 32}.1.{NOW_MS}.1..",  # over
        f"{'0' * 32}.1.{'1' * 200}.1..",
    ],
)
def test_other_texts_are_no_tickets(text: str) -> None:
    assert parse(text, NOW_MS) is None


def test_one_byte_is_broken() -> None:
    for data, was, now in (
        (b'{"minutes":120}{"minutes":305}', "3", "9"),
        (b'{"minutes":95}', "9", "8"),
        (b"abc", "b", "c"),
        (b"\x00\x01\x02", "0x01", "0x00"),
    ):
        found = broken(data)
        different = [
            at for at, pair in enumerate(zip(data, found.data, strict=True)) if len(set(pair)) > 1
        ]
        assert different == [found.offset]
        assert found.as_text == (was, now)
