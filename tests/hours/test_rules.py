"""The decisions of hours, without any database."""

import pytest

from tests.service.make import AT_MS
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.policies import Reviewer
from volunteer_credit.hours.queries.calendars import shipped
from volunteer_credit.hours.rules.calendar import Calendar, parse_days, year_of
from volunteer_credit.hours.rules.corrections import check_correction, moved
from volunteer_credit.hours.rules.errors import (
    CalendarYearError,
    CorrectionSameError,
    DecisionError,
    LawFieldsError,
    LineTwiceError,
    MinutesError,
    ReasonError,
    SheetDayError,
    TierError,
)
from volunteer_credit.hours.rules.evidence import (
    Line,
    ShiftFacts,
    check_facts,
    check_paper,
    check_scanned,
    scope_of,
)
from volunteer_credit.hours.rules.flag_words import FLAG_WORDS, flag_words
from volunteer_credit.hours.rules.judging import (
    Decision,
    Span,
    check_decision,
    flags_of,
    overlapping,
)
from volunteer_credit.hours.rules.notices import (
    OBJECTION_REASONS,
    check_reason,
    is_over,
    notice_days,
)
from volunteer_credit.hours.rules.paper import parse_lines, parse_minutes, parse_start
from volunteer_credit.hours.rules.standing import standing

CALENDAR = Calendar(shipped())
FACTS = {
    "shift": "s",
    "activity": "a",
    "title": "清洁海滩",
    "place": "海滨",
    "content": "捡拾垃圾",
    "category": "other",
    "coefficient": "",
    "organiser": "committee",
    "organiser_name": "环翠社区",
    "lead": "l" * 32,
    "day": 20261121,
    "planned_minutes": 60,
    "starts_at_ms": 0,
    "ends_at_ms": 1,
}


def facts(**changes: object) -> ShiftFacts:
    return ShiftFacts(**{**FACTS, **changes})  # type: ignore[arg-type] # fields by name


def line(account: str = "v", minutes: int = 60, tier: int = 4, started_seq: int = 0) -> Line:
    return Line(account, started_seq, 0, 0, 1, tier, minutes)


# ---- the law's seven fields (7.1 rule 1) ---------------------------------------------------------


@pytest.mark.parametrize(
    "field", ["title", "day", "place", "content", "organiser", "organiser_name", "lead"]
)
def test_no_record_without_each_field_of_the_law(field: str) -> None:
    check_facts(facts())
    with pytest.raises(LawFieldsError, match=field):
        check_facts(facts(**{field: 0 if field == "day" else " "}))


def test_service_time_is_the_seventh() -> None:
    check_paper([line(), line("w", 1440)])
    for minutes in (0, -1, 1441):
        with pytest.raises(MinutesError):
            check_paper([line(minutes=minutes)])
    with pytest.raises(MinutesError):
        check_paper([])
    with pytest.raises(MinutesError):
        check_paper([line(str(number)) for number in range(65)])
    with pytest.raises(LineTwiceError):
        check_paper([line(), line()])


def test_the_door_hands_in_what_was_scanned() -> None:
    check_scanned([line(tier=1, started_seq=5, minutes=0)])
    for wrong in (line(tier=4, started_seq=5), line(tier=1, started_seq=0), line(tier=0)):
        with pytest.raises(TierError):
            check_scanned([wrong])
    with pytest.raises(MinutesError):
        check_scanned([line(tier=1, started_seq=5, minutes=10_081)])
    assert (scope_of("committee"), scope_of("g1")) == ("", "g1")


# ---- what is looked at singly --------------------------------------------------------------------


def test_overlap_is_two_places_at_one_time() -> None:
    morning = Span("v", 0, 100, ("s1", 1))
    assert overlapping(morning, [Span("v", 99, 200, ("s2", 1))])
    assert not overlapping(morning, [Span("v", 100, 200, ("s2", 1))])  # one after the other
    assert not overlapping(morning, [Span("w", 50, 60, ("s2", 1))])
    assert not overlapping(morning, [morning])


def flagged(*known: str, minutes: int = 60, reviewer: Reviewer = "automatic") -> tuple[str, ...]:
    return flags_of(known, minutes, reviewer=reviewer, overlaps=False, is_kin=False)


def test_flags_come_from_the_door_and_from_here() -> None:
    assert flagged(minutes=720) == ()
    assert flagged(minutes=13 * 60) == ("long_presence",)
    assert flagged("walk_in", minutes=0) == ("no_time", "walk_in")
    assert flagged(reviewer="unit") == ("long_day",)
    found = flags_of((), 60, reviewer="city", overlaps=True, is_kin=True)
    assert found == ("city_day", "household_of_lead", "overlap")
    assert all(flag_words(each) == FLAG_WORDS[each] for each in found)
    assert flag_words("new_code") == ("new_code", "new_code")


@pytest.mark.parametrize(
    ("decision", "good"),
    [
        (Decision("approve"), True),
        (Decision("shorten", 59, "left_early"), True),
        (Decision("shorten", 60, "left_early"), False),  # not fewer
        (Decision("shorten", 0, "left_early"), False),
        (Decision("shorten", 30), False),  # no reason
        (Decision("shorten", 61, "left_early"), False),  # nobody adds time here
        (Decision("refuse", 0, "not_there"), True),
        (Decision("refuse"), False),
        (Decision("refuse", 0, "because"), False),
        (Decision("refuse", 0, "other"), False),  # other is written down
        (Decision("refuse", 0, "other", "走错了"), True),
        (Decision("refuse", 0, "other", "x" * 501), False),
        (Decision("lengthen", 90, "left_early"), False),
    ],
)
def test_a_decision_only_takes_away_and_says_why(decision: Decision, good: bool) -> None:
    if good:
        check_decision(decision, 1, 60)
    else:
        with pytest.raises(DecisionError):
            check_decision(decision, 1, 60)


def test_nothing_is_approved_that_took_no_time() -> None:
    with pytest.raises(DecisionError):
        check_decision(Decision("approve"), 3, 0)


# ---- notice --------------------------------------------------------------------------------------


def test_notice_by_tier_with_and_without_a_convention() -> None:
    assert [notice_days(None, tier) for tier in (1, 2, 3, 4)] == [0, 0, 3, 3]
    ten = templates()["ten_an_hour"]
    assert [notice_days(ten, tier) for tier in (1, 2, 3, 4)] == [0, 0, 3, 3]
    assert not is_over(20261125, 20261125)
    assert is_over(20261125, 20261126)


def test_reasons_are_of_the_list_and_other_is_written_down() -> None:
    check_reason("too_short", "", OBJECTION_REASONS)
    check_reason("other", "讲稿算不算", OBJECTION_REASONS)
    for reason, words in (("", ""), ("angry", ""), ("other", " "), ("too_short", "x" * 501)):
        with pytest.raises(ReasonError):
            check_reason(reason, words, OBJECTION_REASONS)


def stands(
    state: str, *, is_objected: bool = False, is_corrected: bool = False, minutes: int = 60
) -> str:
    return standing(state, is_objected=is_objected, is_corrected=is_corrected, minutes=minutes)


def test_where_a_record_stands() -> None:
    assert stands("proposed") == "waiting"
    assert stands("recorded") == "recorded"
    assert stands("recorded", is_corrected=True) == "corrected"
    assert stands("recorded", is_corrected=True, minutes=0) == "annulled"
    assert stands("noticed", is_objected=True) == "objected"


# ---- the calendar --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (20261123, True),  # Monday
        (20261121, False),  # Saturday
        (20260101, False),  # New Year, a Thursday
        (20260104, True),  # a Sunday that makes up for it
        (20260214, True),  # a Saturday before the Spring Festival
        (20260216, False),
        (20260220, False),
        (20260223, False),
        (20260224, True),
        (20260228, True),
        (20260509, True),
        (20260920, True),
        (20261010, True),
        (20261001, False),
    ],
)
def test_the_days_of_2026(day: int, works: bool) -> None:
    assert CALENDAR.is_working(day) is works


@pytest.mark.parametrize(
    ("day", "count", "until"),
    [
        (20261121, 0, 20261121),
        (20261121, 3, 20261125),
        (20261120, 1, 20261123),
        (20260213, 3, 20260225),  # 14 is worked, then the festival
        (20260213, 1, 20260214),
        (20260930, 1, 20261008),
        (20261009, 1, 20261010),  # a Saturday that is worked
        (20261121, 10, 20261204),
        (20231229, 1, 20240102),
    ],
)
def test_working_days_are_counted_after_a_day(day: int, count: int, until: int) -> None:
    found = CALENDAR.after(day, count)
    assert (found.day, found.missing) == (until, ())


def test_a_missing_year_is_said_and_counted_by_weekends() -> None:
    found = CALENDAR.after(20261230, 3)
    assert (found.day, found.missing) == (20270104, (2027,))
    assert CALENDAR.after(20261230, 1).missing == ()
    told = Calendar({**shipped(), 2027: year_of(2027, [101], [102])})
    assert (told.after(20261230, 3).day, told.after(20261230, 3).missing) == (20270104, ())
    assert told.after(20261231, 1).day == 20270102


def test_ten_working_days_from_the_end() -> None:
    assert not CALENDAR.is_overdue(20261121, 20261204)
    assert CALENDAR.is_overdue(20261121, 20261205)
    assert sorted(shipped()) == list(range(2004, 2027))


def test_days_as_somebody_types_them() -> None:
    assert parse_days("0101，0104、0101\n0228", 2026) == [101, 104, 228]
    assert parse_days("", 2027) == []
    for wrong in ("0229", "1301", "1", "0101x", "00000"):
        with pytest.raises(CalendarYearError):
            parse_days(wrong, 2026)
    with pytest.raises(CalendarYearError):
        parse_days("0101", 1999)
    with pytest.raises(CalendarYearError):
        year_of(2027, [102], [])  # a Saturday is off anyway
    with pytest.raises(CalendarYearError):
        year_of(2027, [], [104])  # a Monday is worked anyway


# ---- corrections ---------------------------------------------------------------------------------


def test_a_correction_moves_the_difference() -> None:
    check_correction(60, 0)
    with pytest.raises(CorrectionSameError):
        check_correction(60, 60)
    for minutes in (-1, 10_081):
        with pytest.raises(MinutesError):
            check_correction(60, minutes)
    less, more = moved("g1", "v", 120, 90), moved("g1", "v", 90, 120)
    assert (less["debit"], less["credit"], less["amount"]) == ("hours:v", "organiser:g1", 30)
    assert (more["debit"], more["credit"], more["amount"]) == ("organiser:g1", "hours:v", 30)


# ---- paper ---------------------------------------------------------------------------------------


def test_lines_as_they_are_pasted() -> None:
    wide = "".join(chr(ord(each) + 0xFEE0) for each in "12345678")  # as a Chinese keyboard types
    text = f"12345678 120\n\n1234 5678，2:05\n{wide}\u300090分钟\n12345678、1.5小时\n12345678;2h"
    found, wrong = parse_lines(text)
    assert not wrong
    assert [(each.number, each.minutes) for each in found] == [
        (1, 120),
        (3, 125),
        (4, 90),
        (5, 90),
        (6, 120),
    ]
    assert {each.who for each in found} == {"12345678"}


def test_lines_that_do_not_read_are_named_and_the_others_kept() -> None:
    found, wrong = parse_lines("12345678 120\n12345678\nhello\n1 0\n2 1441\n3 a")
    assert [each.number for each in found] == [1]
    assert sorted(wrong) == [2, 3, 4, 5, 6]
    assert len(parse_lines("1 1\n" * 100)[0]) == 64
    assert 65 in parse_lines("1 1\n" * 100)[1]


def test_a_shift_over_midnight_counts_on_the_day_it_began() -> None:
    assert parse_start("2026-11-22", "08:00", 480) == (20261122, AT_MS)
    assert parse_start("2026年11月30日", "23：30", 480)[0] == 20261130
    assert parse_start("20261130", "23:30", 480)[0] == 20261130
    for day, time in (("2026-02-30", "08:00"), ("soon", "08:00"), ("2026-11-22", "25:00")):
        with pytest.raises(SheetDayError):
            parse_start(day, time, 480)
    with pytest.raises(SheetDayError):
        parse_start("2026-11-22", "noon", 480)
    with pytest.raises(SheetDayError):
        parse_start("0001-01-01", "00:00", 480)


def test_minutes_as_they_are_written() -> None:
    assert [parse_minutes(text) for text in ("90", "1:30", "1.5h", "90min", "1小时")] == [
        90,
        90,
        90,
        90,
        60,
    ]
    for text in ("", "0", "-5", "1:60", "1e3", "99999", "24:01"):
        with pytest.raises(MinutesError):
            parse_minutes(text)
