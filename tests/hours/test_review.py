"""What a hostile reading of this room found: strange addresses, units of two, jobs, merges."""

from collections.abc import Sequence

import pytest
from flask import Flask

from tests.hours.make import GREEN, Square, square
from tests.hours.test_calls import MINE, ROOT, Caller
from tests.people.desks import household
from tests.people.make import COMMUNITY, DAY_MS, Resident
from tests.people.sign_in_make import with_cheap_pins
from tests.people.test_merges import merged
from tests.service.make import FakeClock
from volunteer_credit.hours.operations import desk_view, recording
from volunteer_credit.hours.operations.answering import Answer, answer_objection
from volunteer_credit.hours.operations.correcting import propose_correction
from volunteer_credit.hours.operations.desk_view import queue
from volunteer_credit.hours.operations.objecting import object_to
from volunteer_credit.hours.operations.privacy import CORRECTION_OPEN, duties
from volunteer_credit.hours.rules.errors import LedItError, NotSecondError, SheetDayError
from volunteer_credit.hours.rules.judging import Decision
from volunteer_credit.hours.rules.paper import parse_start
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.operations.own_export import own_export
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.people.rules.pair_errors import SameHouseholdError
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
YES = Decision("approve")
BIG = "9" * 25  # no database has such a number


@pytest.fixture
def place(app: Flask, clock: FakeClock) -> Square:
    with_cheap_pins()
    return square(clock)


def sign(place: Square, who: Resident, seq: int) -> None:
    place.count += 1
    approve(who.caller(), COMMUNITY, seq, f"sign {place.count}")
    end_reading()


def test_numbers_that_no_row_has_are_not_found(place: Square, app: Flask) -> None:
    sheet = place.hand_in(place.line(place.vera))
    vera, wang = Caller(app, place.vera), Caller(app, place.wang)
    assert vera.send(f"{MINE}/{sheet}/{BIG}/objections", {"reason": "too_short"})[0] == 404
    assert vera.send(f"{MINE}/objections/{BIG}/withdraw")[0] == 404
    said = {"is_upheld": True, "reason": "agreed"}
    assert wang.send(f"{ROOT}/objections/{BIG}/answer", said)[0] == 404
    void = {"reason": "not_there"}
    assert wang.send(f"{ROOT}/sheets/{sheet}/lines/{BIG}/void", void)[0] == 404
    assert vera.guest.get(f"/me/points/{COMMUNITY}/line/{BIG}/{BIG}").status_code == 404
    end_reading()
    page = wang.guest.get(f"/c/{COMMUNITY}/hours/{sheet}?single={'1' * 5000}")
    assert page.status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "2026-11-31", "20260230"])
def test_a_day_that_the_book_has_not_is_refused(day: str) -> None:
    with pytest.raises(SheetDayError):
        parse_start(day, "09:00", 480)
    assert parse_start("1970-01-01", "09:00", 480)[0] == 19700101


def test_the_last_second_person_of_a_unit_may_have_been_there(place: Square) -> None:
    """Wang approves all but his own line; nobody else of GREEN is left, so staff decides it."""
    anna = place.town.anna
    sheet = place.hand_in(place.line(place.vera), place.line(place.wang))
    with pytest.raises(NotSecondError):
        place.approve(anna, sheet)
    assert place.approve(place.wang, sheet).left == 1
    assert place.approve(anna, sheet).left == 0
    assert place.states(sheet) == ["recorded", "recorded"]


def test_a_paper_sheet_of_the_last_second_person(place: Square) -> None:
    place.agree(place.wang, "proxy_entry", GREEN)
    seq = place.paper(place.li, place.wang, organiser=GREEN, lead=place.yu.account)
    sign(place, place.town.anna, seq)
    (sheet,) = place.sheets("decided")
    assert place.states(sheet) == ["noticed"]


def test_who_lives_with_the_lead_signs_no_paper(place: Square) -> None:
    household("a", place.yu, place.town.bo)
    end_reading()
    anna, bo = place.town.anna, place.town.bo
    with pytest.raises(SameHouseholdError):
        sign(place, bo, place.paper(anna, place.vera, lead=place.yu.account))
    with pytest.raises(LedItError):
        sign(place, bo, place.paper(anna, place.vera, lead=bo.account))


def test_one_bad_sheet_stops_no_other(place: Square, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        place.approve(place.wang, place.hand_in(place.line(place.vera, tier=3)), line1=YES)
    real, tried = recording._record_lines, list[str]()

    def fails(operation: Operation, sheet: str, positions: Sequence[int]) -> int:
        tried.append(sheet)
        if sheet == tried[0]:
            raise ZeroDivisionError
        return real(operation, sheet, positions)

    monkeypatch.setattr(recording, "_record_lines", fails)
    with pytest.raises(ZeroDivisionError):  # so the run is tried again
        place.days_later(5)
    assert [place.states(each) for each in tried] == [["noticed"], ["recorded"]]
    monkeypatch.undo()
    assert place.days_later(0) == 1


def test_an_open_correction_keeps_somebody_from_being_erased(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera))
    place.approve(place.wang, sheet)
    links = [(COMMUNITY, place.vera.account)]
    where = (sheet, 1)
    seq = propose_correction(
        place.wang.caller(), COMMUNITY, where, 60, "counted_wrong", "", "correct"
    )
    end_reading()
    assert duties(db.session, place.vera.person_id, links, 0) == [CORRECTION_OPEN]
    end_reading()
    sign(place, place.li, seq)
    assert duties(db.session, place.vera.person_id, links, 0) == []


def test_who_was_made_one_can_still_open_their_words(place: Square) -> None:
    place.approve(place.wang, place.hand_in(place.line(place.vera)))
    end_reading()
    merged(place.town, place.vera, place.yu)
    (record,) = own_export(place.yu.caller())["hours"]
    assert len(bytes.fromhex(record["opening"])) == 32
    assert "清洁海滩" in record["payload"]


def test_the_age_of_a_sheet_is_told_by_the_book(
    place: Square, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.hand_in(place.line(place.vera))
    ahead_ms = clock.at_ms + 3 * DAY_MS
    monkeypatch.setattr(desk_view, "book_now_ms", lambda *_args: ahead_ms)
    (waiting,) = queue(place.town.anna.caller(), COMMUNITY).waiting
    assert waiting.age_days == 3


def test_what_is_settled_is_not_read_again(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera))
    place.approve(place.wang, sheet)
    where = (sheet, 1)
    seq = object_to(place.vera.caller(), COMMUNITY, where, "too_short", "", "object")
    end_reading()
    told = Answer(True, "evidence_wrong", "", 155)
    made = answer_objection(place.wang.caller(), COMMUNITY, seq, told, "answer")
    assert [each.seq for each in place.objections()] == [seq]
    end_reading()
    sign(place, place.li, made.correction_seq)
    assert place.objections() == []
