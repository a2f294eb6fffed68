"""Times, drafts, texts, standings, plans: what is decided without a database."""

from typing import Any

import pytest

from tests.projects.make import DAY_MS, HOUR_MS, MINUTE_MS, SATURDAY_MS, draft
from tests.service.make import AT_MS
from volunteer_credit.projects.queries.catalogue import categories, category
from volunteer_credit.projects.rules import errors, texts, times
from volunteer_credit.projects.rules.categories import Category
from volunteer_credit.projects.rules.plans import Plan, day_of_text, days_left
from volunteer_credit.projects.rules.standings import (
    CAUSES,
    OPEN_CAUSES,
    Asker,
    Terms,
    standing,
)
from volunteer_credit.projects.rules.states import RISKS
from volunteer_credit.projects.rules.wording import broken, day_text, times_text, when_text
from volunteer_credit.shared.errors import ServiceError

WEIHAI = 480
WEEK_MS = 7 * DAY_MS


def test_a_day_and_a_time_make_a_start() -> None:
    assert times.start_of("2026-11-28", "9:00", WEIHAI) == SATURDAY_MS
    assert times.start_of(" 2026-11-28 ", "09:00", 0) == SATURDAY_MS + 8 * HOUR_MS


@pytest.mark.parametrize(
    ("day", "time"),
    [
        ("2026-02-30", "09:00"),
        ("20261128", "09:00"),
        ("2026-11-28", "24:00"),
        ("2026-11-28", ""),
        ("", "09:00"),
        ("2026-W48-6", "09:00"),
    ],
)
def test_what_is_no_day_or_time_is_refused(day: str, time: str) -> None:
    with pytest.raises(errors.DayTimeError):
        times.start_of(day, time, WEIHAI)


def test_a_series_is_weekly_and_has_twelve_at_most() -> None:
    assert times.weekly(0, 1) == (0,)
    assert times.weekly(0, 12)[-1] == 11 * WEEK_MS
    for weeks in (0, 13):
        with pytest.raises(errors.NumberRangeError, match="Weeks"):
            times.weekly(0, weeks)


@pytest.mark.parametrize(
    ("last", "now", "expected"), [(0, -5, 1), (0, 0, 1), (0, 1, 1), (0, WEEK_MS, 2)]
)
def test_the_same_as_last_time_is_after_it_and_still_to_come(
    last: int, now: int, expected: int
) -> None:
    assert times.next_like(last, now) == expected * WEEK_MS


def test_a_shift_lasts_five_minutes_to_twelve_hours() -> None:
    times.check_length(0, 12 * HOUR_MS)
    times.check_length(0, 5 * MINUTE_MS)
    with pytest.raises(errors.ShiftLongError, match="12"):
        times.check_length(0, 13 * HOUR_MS)
    for ends in (0, -1, 5 * MINUTE_MS - 1):
        with pytest.raises(errors.EndBeforeStartError):
            times.check_length(0, ends)


def test_a_start_is_not_long_past_and_not_years_away() -> None:
    times.check_starts([AT_MS - 2 * HOUR_MS, AT_MS + 400 * DAY_MS], AT_MS)
    with pytest.raises(errors.StartPastError):
        times.check_starts([AT_MS, AT_MS - 2 * HOUR_MS - 1], AT_MS)
    with pytest.raises(errors.StartFarError):
        times.check_starts([AT_MS + 400 * DAY_MS + 1], AT_MS)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"title": ""}, errors.ActivityTextMissingError),
        ({"title": "\u200b \u200b"}, errors.ActivityTextMissingError),
        ({"title": "字" * 41}, errors.ActivityTextLengthError),
        ({"title": "名" * 10_000}, errors.ActivityTextLengthError),
        ({"place": "\u0007"}, errors.ActivityTextCharacterError),
        ({"content": ""}, errors.ActivityTextMissingError),
        ({"minutes": 0}, errors.EndBeforeStartError),
        ({"minutes": 13 * 60}, errors.ShiftLongError),
        ({"capacity": 0}, errors.NumberRangeError),
        ({"capacity": 100_001}, errors.NumberRangeError),
        ({"min_age": -1}, errors.NumberRangeError),
        ({"min_age": 101}, errors.NumberRangeError),
        ({"kind": "boat"}, errors.ChoiceUnknownError),
        ({"risk": "mad"}, errors.ChoiceUnknownError),
        ({"kind": "round", "sites": 1}, errors.NumberRangeError),
        ({"kind": "visit", "sites": 2}, errors.NumberRangeError),
    ],
)
def test_a_draft_that_does_not_hold_is_refused(
    changes: dict[str, Any], refusal: type[ServiceError]
) -> None:
    with pytest.raises(refusal) as found:
        draft(**changes)
    for language in ("zh", "en"):
        assert "{" not in found.value.sentence(language)


def test_a_draft_keeps_one_form_of_its_texts() -> None:
    made = draft(title="  清洁\u200b 家园\n行动 ", content="一\r\n二", kind="round", sites=2)
    assert (made.title, made.content) == ("清洁 家园 行动", "一 二")
    assert draft(title="<script>alert(1)</script>").title == "<script>alert(1)</script>"
    assert texts.TITLE.sentence("en") == "What"


def test_the_coefficient_of_a_category_counts_where_the_convention_has_it() -> None:
    usual = category("environment")
    assert draft().with_coefficient(usual, ["usual"]).coefficient == "usual"
    assert draft().with_coefficient(usual, []).coefficient == ""
    assert draft(coefficient="hard").with_coefficient(usual, []).coefficient == "hard"
    assert draft(coefficient="").with_coefficient(usual, ["usual"]).coefficient == ""


def test_every_category_of_the_file_makes_a_good_draft() -> None:
    assert len(categories()) == 21
    for code, each in categories().items():
        assert isinstance(each, Category)
        made = draft(
            category=code,
            minutes=each.minutes,
            content=each.content("zh"),
            min_age=each.min_age,
            capacity=each.capacity,
            risk=each.risk,
        )
        assert made.content == each.content_zh
        assert draft(content=each.content("en")).content == each.content_en
        assert each.risk in RISKS
    with pytest.raises(errors.CategoryUnknownError):
        category("nothing")


TERMS: dict[str, Any] = {
    "state": "open",
    "ends_at_ms": 1000,
    "day": 20261128,
    "capacity": 2,
    "min_age": 14,
    "risk": "normal",
    "insurance": "",
    "signed": 0,
}


@pytest.mark.parametrize(
    ("terms", "asker", "cause"),
    [
        ({}, {}, "free"),
        ({"signed": 2}, {}, "full_waiting"),
        ({"signed": 2}, {"has_overlap": True}, "full_waiting"),
        ({}, {"has_overlap": True}, "overlaps"),
        ({}, {"birth_day": 20130101}, "too_young"),
        ({}, {"birth_day": 20121128}, "free"),
        ({"signed": 9}, {"is_on_list": True, "birth_day": 20130101}, "already"),
        ({}, {"is_member": False}, "not_member"),
        ({"risk": "dangerous"}, {}, "insurance_missing"),
        ({"risk": "dangerous", "insurance": "A1"}, {}, "free"),
        ({"state": "cancelled"}, {"is_on_list": True}, "cancelled"),
        ({"state": "ended"}, {}, "ended"),
        ({"ends_at_ms": 500}, {}, "ended"),
    ],
)
def test_there_is_one_visible_cause(
    terms: dict[str, Any], asker: dict[str, Any], cause: str
) -> None:
    found = standing(Terms(**{**TERMS, **terms}), Asker(**asker), 500)
    assert found == cause
    assert found in CAUSES
    assert (found in OPEN_CAUSES) == (cause in ("free", "full_waiting", "overlaps"))


def test_times_in_words() -> None:
    end = SATURDAY_MS + 2 * HOUR_MS
    assert when_text(SATURDAY_MS, end, WEIHAI, "zh") == "11月28日 周六 09:00–11:00"
    assert when_text(SATURDAY_MS, end, WEIHAI, "en") == "Sat 28 Nov, 09:00–11:00"
    late = SATURDAY_MS + 14 * HOUR_MS
    assert times_text(late, late + 2 * HOUR_MS, WEIHAI, "zh") == "23:00–次日 01:00"
    assert times_text(late, late + 2 * HOUR_MS, WEIHAI, "en") == "23:00–next day 01:00"
    assert day_text(late, WEIHAI, "zh") == "11月28日 周六"


def test_a_text_is_broken_into_lines_for_a_picture() -> None:
    assert broken("清洁家园", 8, 2) == ["清洁家园"]
    assert broken("清洁家园行动", 8, 2) == ["清洁家园", "行动"]
    assert broken("清洁家园行动再来一次", 8, 2) == ["清洁家园", "行动再…"]
    assert broken("abcdef", 4, 2) == ["abcd", "ef"]


def test_a_plan_holds_or_is_refused() -> None:
    good = Plan(" 银龄 守护 ", "elders", 20260101, 20261231, 3_636_400, 0, 403, 120)
    assert good.name == "银龄 守护"
    for changes, refusal in (
        ({"name": ""}, errors.ActivityTextMissingError),
        ({"ends_day": 20251231}, errors.ProjectPeriodError),
        ({"ends_day": 20320102}, errors.ProjectPeriodError),
        ({"starts_day": 20260230}, errors.ProjectPeriodError),
        ({"grant_fen": -1}, errors.NumberRangeError),
        ({"person_times": 10**7 + 1}, errors.NumberRangeError),
    ):
        given: dict[str, Any] = {
            "name": "银龄",
            "category": "elders",
            "starts_day": 20260101,
            "ends_day": 20261231,
            **changes,
        }
        with pytest.raises(refusal):
            Plan(**given)
    assert day_of_text("2026-01-02") == 20260102
    with pytest.raises(errors.DayTimeError):
        day_of_text("nothing")
    assert (days_left(20261231, 20261230), days_left(20261231, 20270101)) == (1, 0)
