"""What a scan means, what is wondered about, how long somebody was there: without a database."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_credit.checkins.rules import reasons
from volunteer_credit.checkins.rules.acts import (
    AUTO,
    IN,
    OUT,
    SEEN,
    Before,
    judged_act,
    offered_acts,
)
from volunteer_credit.checkins.rules.flags import (
    FLAGS,
    Arrival,
    Leaving,
    arrival_flags,
    joined,
    leaving_flags,
)
from volunteer_credit.checkins.rules.times import (
    MINUTES_MAX,
    OutTimeError,
    clock_text,
    minutes_between,
    overlaps,
    parse_out,
    planned_out_ms,
)
from volunteer_credit.hours.rules.flag_words import FLAG_WORDS

HOUR = 3_600_000
NINE = 1_795_309_200_000  # 2026-11-22, 09:00 in Weihai
NOWHERE, INSIDE, GONE = Before(None, False), Before(0, False), Before(None, True)
QUIET = Arrival(True, 0, 30, 0, None, False, False, False, False, False, False, False, False)
QUIET_OUT = Leaving(60, False, False, False, False, False, None)


@pytest.mark.parametrize(
    ("asked", "before", "at_ms", "expected"),
    [
        (IN, NOWHERE, 0, (IN, "")),
        (IN, INSIDE, 0, ("", "already_in")),
        (IN, GONE, 0, (IN, "")),
        (OUT, NOWHERE, 0, ("", "not_in")),
        (OUT, INSIDE, 0, (OUT, "")),
        (OUT, GONE, 0, ("", "already_out")),
        (SEEN, INSIDE, 0, (SEEN, "")),
        (SEEN, NOWHERE, 0, ("", "not_in")),
        (AUTO, NOWHERE, 0, (IN, "")),
        (AUTO, INSIDE, 119_999, ("", "already_in")),
        (AUTO, INSIDE, 120_000, (OUT, "")),
        (AUTO, GONE, 0, (IN, "")),
    ],
)
def test_what_a_scan_does(
    asked: str, before: Before, at_ms: int, expected: tuple[str, str]
) -> None:
    assert judged_act(asked, before, at_ms) == expected


def test_what_a_page_offers() -> None:
    assert offered_acts(NOWHERE, asks_again=True, is_round=False) == (IN,)
    assert offered_acts(INSIDE, asks_again=False, is_round=False) == (OUT,)
    assert offered_acts(INSIDE, asks_again=True, is_round=False) == (SEEN, OUT)
    assert offered_acts(INSIDE, asks_again=False, is_round=True) == (SEEN, OUT)


def test_nothing_to_wonder_about_has_no_flag() -> None:
    assert arrival_flags(QUIET) == ()
    assert leaving_flags(QUIET_OUT) == ()


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"is_signed_up": False}, "no_sign_up"),
        ({"present": 30}, "over_capacity"),
        ({"age": 13, "age_min": 14}, "under_min_age"),
        ({"is_cancelled": True}, "cancelled_shift"),
        ({"is_in_here": True}, "overlap_here"),
        ({"is_in_elsewhere": True}, "overlap_elsewhere"),
        ({"is_second": True}, "returned"),
        ({"is_phone_shared": True}, "shared_phone"),
        ({"has_two_phones": True}, "two_phones"),
        ({"is_own_scan": True}, "own_scan"),
        ({"is_walk_in": True}, "walk_in"),
    ],
)
def test_each_thing_about_an_arrival_has_its_flag(change: dict[str, Any], flag: str) -> None:
    assert arrival_flags(dataclasses.replace(QUIET, **change)) == (flag,)
    assert flag in FLAGS


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"minutes": 721}, "long_presence"),
        ({"is_by_lead": True}, "out_by_lead"),
        ({"overlaps_here": True}, "overlap_here"),
        ({"overlaps_elsewhere": True}, "overlap_elsewhere"),
        ({"is_phone_shared": True}, "shared_phone"),
        ({"has_two_phones": True}, "two_phones"),
        ({"sites": 1}, "few_sites"),
    ],
)
def test_each_thing_about_leaving_has_its_flag(change: dict[str, Any], flag: str) -> None:
    assert leaving_flags(dataclasses.replace(QUIET_OUT, **change)) == (flag,)
    assert flag in FLAGS


def test_the_edges_that_have_none() -> None:
    quiet: list[dict[str, Any]] = [
        {"present": 29},
        {"capacity": 0, "present": 99},
        {"age": 14, "age_min": 14},
    ]
    for change in quiet:
        assert arrival_flags(dataclasses.replace(QUIET, **change)) == ()
    assert leaving_flags(dataclasses.replace(QUIET_OUT, minutes=720, sites=2)) == ()
    assert joined(("b", "a"), ("a", "c")) == ("a", "b", "c")


def test_who_approves_reads_every_flag_in_words() -> None:
    assert set(FLAGS) <= set(FLAG_WORDS)


def test_reasons_are_a_closed_list_with_words_for_both_languages() -> None:
    pretix = {"invalid", "already_in", "cancelled", "revoked_card", "error", "replayed"}
    assert pretix <= set(reasons.CODES)
    for each in reasons.REASONS.values():
        assert each.status in (reasons.OK, reasons.INCOMPLETE, reasons.ERROR)
        assert all((each.en, each.zh, each.sign_en, each.sign_zh))
    assert reasons.Outcome("stopped").status == "error"


def test_the_table_of_reasons_is_documented_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "check-in.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{each.code}` | {each.status} | {each.en} | {each.zh} |"
        for each in reasons.REASONS.values()
    ]


@given(st.integers(0, 10**13), st.integers(-(10**13), 10**13))
def test_minutes_are_whole_never_negative_and_at_most_a_week(start: int, length: int) -> None:
    minutes = minutes_between(start, start + length)
    assert 0 <= minutes <= MINUTES_MAX
    assert minutes == min(max(length, 0) // 60_000, MINUTES_MAX)


def test_who_stayed_to_the_end_left_as_planned_but_not_before_they_came() -> None:
    assert planned_out_ms(NINE, NINE + 2 * HOUR, NINE + 3 * HOUR) == NINE + 2 * HOUR
    assert planned_out_ms(NINE, NINE + 2 * HOUR, NINE + HOUR) == NINE + HOUR
    assert planned_out_ms(NINE + 3 * HOUR, NINE + 2 * HOUR, NINE + 4 * HOUR) == NINE + 3 * HOUR


@pytest.mark.parametrize(
    ("text", "hours"), [("11:30", 2.5), ("1130", 2.5), (" 11：30 ", 2.5), ("0:15", 15.25)]
)
def test_a_lead_writes_a_time_also_past_midnight(text: str, hours: float) -> None:
    assert parse_out(text, NINE, NINE + 24 * HOUR, 480) == NINE + int(hours * HOUR)


@pytest.mark.parametrize("text", ["", "25:00", "11:60", "noon", "11:30:00 and more", "08:59"])
def test_a_time_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(OutTimeError):
        parse_out(text, NINE, NINE + 3 * HOUR, 480)


def test_a_time_within_the_minute_of_coming_is_the_coming() -> None:
    assert parse_out("09:00", NINE + 30_000, NINE + HOUR, 480) == NINE + 30_000
    assert clock_text(NINE, 480) == "09:00"


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=2))
def test_overlapping_is_symmetric_and_touching_is_none(spans: list[tuple[int, int]]) -> None:
    one, other = ((min(span), max(span)) for span in spans)
    assert overlaps(one, other) == overlaps(other, one)
    assert not overlaps((0, one[1]), (one[1], 60))
    assert overlaps((0, None), (other[0], None))
