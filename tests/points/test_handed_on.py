"""What one book hands to the next, compared and begun with: pure, with lines made by hand."""

from collections.abc import Mapping
from typing import Any

import pytest

from volunteer_credit.conventions.rules.tallies import Tally, TallyKey
from volunteer_credit.journal.rules.replayed import Replayed
from volunteer_credit.points.rules.handed_on import Compared, compare
from volunteer_credit.points.rules.recomputing import OLDER, Recomputation
from volunteer_credit.points.rules.records import MARK, lines_of, record_line, record_of

ME, OTHER = "a" * 32, "b" * 32
ONE, TWO = "weihai.example/east/1", "weihai.example/east/2"
NAME = "c" * 64
CONTRACT = {"account": ME, "convention": NAME, "type": "contract"}
RECORD: dict[str, Any] = {
    "account": ME,
    "book": ONE,
    "category": "care",
    "centipoints": 1000,
    "clause": "hours_points",
    "coefficient": "",
    "convention": NAME,
    "day": 20261121,
    "debt": 0,
    "fund": "main",
    "minutes": 60,
    "month": 0,
    "planned_minutes": 0,
    "record": 7,
    "tier": 1,
    "turn": 1,
    "type": "record",
    "waiting": 1000,
}
TALLY = {
    "account": ME,
    "clause": "hours_points",
    "counted": 60_000,
    "epoch": 0,
    "given": 1000,
    "period": 0,
    "type": "tally",
}
VERSION = {
    "convention": NAME,
    "effective_day": 20261101,
    "fen_per_point_max": {},
    "timeline": 0,
    "type": "convention",
}
SERVED = {**RECORD, "account": OTHER, "record": 9, "turn": 0, "waiting": 0}
LINES: list[dict[str, Any]] = [CONTRACT, RECORD, SERVED, dict(MARK), TALLY]


def said(seq: int, kind: str, data: Mapping[str, Any], *refs: int, older: bool = False) -> Replayed:
    """An entry of the second book that moves nothing."""
    day = data.get("day", 20261121)
    rule = (NAME, "hours_points")
    rest = (day, rule, 1, refs, older, data, (), lambda _: 0, lambda _: False, TWO)
    return Replayed(seq, kind, 20261130, *rest)


def begun(*lines: Mapping[str, Any], previous: int = 0) -> Recomputation:
    """A book that follows another, and has restated these lines of it."""
    found = Recomputation(lambda _: None)
    found.take(said(0, "book.opened", {"previous": [{"origin": ONE}]}))
    found.take(said(1, "book.opening", {"lines": list(lines), "previous": previous}))
    found.take(said(2, "book.opened.complete", {}))
    return found


def stated(found: Recomputation, *lines: Mapping[str, Any]) -> Recomputation:
    found.take(said(90, "closing.stated", {"lines": list(lines)}))
    found.finish()
    return found


def codes(found: Recomputation) -> list[str]:
    return [each.code for each in found.wrong]


def test_a_record_reads_back_as_it_was_written() -> None:
    record = record_of(RECORD, 1)
    assert record_line(record, 1) == RECORD
    assert record.opening == 1
    tallies = {TallyKey(ME, "hours_points", 0, 0): Tally(60_000, 1000)}
    nothing = {TallyKey(ME, "year_cap", 2026, 0): Tally()}
    lines = lines_of([record], {"main": [record]}, {**tallies, **nothing}, {ME: NAME, OTHER: ""})
    assert lines == [MARK, CONTRACT, TALLY, RECORD]


def test_what_is_handed_on_is_handed_on_again() -> None:
    """A book in which nothing happened states just what it restated."""
    assert codes(stated(begun(*LINES, VERSION), *LINES)) == []


@pytest.mark.parametrize(
    "lines",
    [
        [CONTRACT, RECORD, SERVED, TALLY],
        [*LINES[:-1], {**TALLY, "given": 1001}],
        [CONTRACT, {**RECORD, "minutes": 59}, SERVED, MARK, TALLY],
        [*LINES, {**TALLY, "account": OTHER}],
        [SERVED, MARK],
        [CONTRACT, SERVED, MARK, TALLY],
    ],
)
def test_other_lines_are_found(lines: list[Mapping[str, Any]]) -> None:
    """Changed, added, and left out where somebody still takes part or waits."""
    assert set(codes(stated(begun(*LINES, VERSION), *lines))) == {"state_line"}


def test_who_was_erased_is_left_out_and_does_not_come_back() -> None:
    found = stated(begun(*LINES, VERSION), CONTRACT, RECORD, MARK, TALLY)
    assert (codes(found), found.left_out) == ([], {OTHER})
    later = Recomputation(lambda _: None, left_out={OTHER})
    later.take(said(3, "contract.signed", {"account": OTHER, "convention": NAME}))
    served = {"account": OTHER, "category": "care", "minutes": 60, "coefficient": ""}
    later.take(said(4, "hours.recorded", {**served, "planned_minutes": 0}))
    later.take(said(5, "points.none", {"account": OTHER, "reason": "no_convention"}, 4))
    later.take(said(6, "account.merge.approved", {"from": "d" * 32, "into": OTHER}))
    later.take(said(7, "contract.signed", {"account": "d" * 32, "convention": NAME}))
    assert codes(later) == ["left_out", "left_out", "left_out"], "nor by another number"
    assert compare([], []) == Compared([], [], set())


def test_what_is_not_handed_on_is_missing() -> None:
    """Without its mark the account of a book is not whole; several timelines need a choice."""
    assert begun(VERSION).missing == {f"what {ONE} counted"}
    two = begun(*LINES, VERSION, {**VERSION, "timeline": 1})
    assert two.missing == {"which of several inherited conventions counts"}
    broken = begun(*LINES, {**TALLY, "counted": 0, "clause": "year_cap"})
    assert codes(broken) == ["state_tally"]


def test_entries_name_what_the_opening_restates() -> None:
    """By the opening and the place of the line; what no line says is missing or wrong."""
    paid = {"account": ME, "centipoints": 1000, "fund": "main", "month": 202712}
    found = begun(*LINES, VERSION)
    found.take(said(3, "points.paid", paid, 1))
    assert found.missing == {f"document {NAME}"}, "it was found, and its convention is not there"
    found.take(said(4, "points.paid", paid, 0))
    assert codes(found) == ["pays_nothing_known"]
    found.take(said(5, "points.paid", paid, older=True))
    assert OLDER in found.missing
    gone = begun(*LINES, VERSION)
    left = {"account": ME, "reason": "left"}
    gone.take(said(3, "points.none", left, 1))
    assert codes(gone) == []
    gone.take(said(4, "points.none", left, 1))
    assert codes(gone) == ["follows_nothing"]
    assert codes(stated(gone, CONTRACT, SERVED, MARK, TALLY)) == ["follows_nothing", "state_line"]


def test_a_correction_without_a_line_is_missing() -> None:
    found = begun(*LINES, VERSION)
    told = {"account": ME, "record": 40, "minutes": 0}
    found.take(said(3, "hours.correction.proposed", told, older=True))
    found.take(said(4, "hours.correction.approved", told, 3))
    found.take(said(5, "points.none", {"account": ME, "reason": "no_convention"}, 4))
    assert OLDER in found.missing
