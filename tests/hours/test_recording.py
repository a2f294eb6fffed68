"""From notice to book: late or twice the job changes nothing; objections stop it; corrections."""

import pytest
from flask import Flask

from tests.conventions.adopting import adopt, sign
from tests.fund.make import change_fund
from tests.hours.make import Square, entries, square
from tests.people.desks import household
from tests.people.make import COMMUNITY, Resident
from tests.service.books import replayed
from tests.service.make import FakeClock
from volunteer_credit.hours.jobs import jobs
from volunteer_credit.hours.operations.answering import Answer, Answered, answer_objection
from volunteer_credit.hours.operations.correcting import propose_correction
from volunteer_credit.hours.operations.ending import void_notice
from volunteer_credit.hours.operations.notice_view import notice
from volunteer_credit.hours.operations.objecting import object_to, withdraw_objection
from volunteer_credit.hours.operations.own_view import own_hours
from volunteer_credit.hours.operations.recording import record_due
from volunteer_credit.hours.queries import objections
from volunteer_credit.hours.rules.errors import (
    CorrectionSameError,
    CorrectionStaleError,
    LedItError,
    MinutesError,
    NotObjectableError,
    NotRecordedError,
    ObjectionClosedError,
    ObjectionOpenError,
    RecordMissingError,
)
from volunteer_credit.hours.rules.judging import Decision
from volunteer_credit.journal.operations.balances import family_balances
from volunteer_credit.people.operations.pairs import approve, withdraw
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.pair_errors import OwnBenefitError, SameHouseholdError
from volunteer_credit.points.queries.pending import pending
from volunteer_credit.points.queries.wallets import wallet
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def place(app: Flask, clock: FakeClock) -> Square:
    return square(clock)


def noticed(place: Square, *people: Resident, tier: int = 3) -> str:
    """A shift that stands in notice."""
    sheet = place.hand_in(*(place.line(each, tier=tier) for each in people))
    assert place.approve(place.wang, sheet).recorded == 0
    return sheet


def minutes_of(who: Resident) -> tuple[int, int]:
    (found,) = family_balances(db.session, COMMUNITY, f"hours:{who.account}")
    end_reading()
    return found.posted, found.credits_pending


def say(place: Square, who: Resident, where: tuple[str, int], reason: str = "too_short") -> int:
    place.count += 1
    seq = object_to(who.caller(), COMMUNITY, where, reason, "", f"object {place.count}")
    end_reading()
    return seq


def answer(place: Square, who: Resident, seq: int, told: Answer) -> Answered:
    place.count += 1
    made = answer_objection(who.caller(), COMMUNITY, seq, told, f"answer {place.count}")
    end_reading()
    return made


def propose(place: Square, who: Resident, where: tuple[str, int], minutes: int) -> int:
    place.count += 1
    key = f"correct {place.count}"
    made = propose_correction(who.caller(), COMMUNITY, where, minutes, "counted_wrong", "", key)
    end_reading()
    return made


def say_yes(place: Square, who: Resident, seq: int) -> None:
    place.count += 1
    approve(who.caller(), COMMUNITY, seq, f"yes {place.count}")
    end_reading()


# ---- notice --------------------------------------------------------------------------------------


def test_three_working_days_then_once_into_the_book(place: Square) -> None:
    sheet = noticed(place, place.vera, place.yu)
    assert [each.until_day for each in notice(COMMUNITY)] == [20261125, 20261125]
    end_reading()
    assert minutes_of(place.vera) == (0, 125)
    assert place.days_later(3) == 0  # the 25th is the last day of it
    assert place.days_later(1, "hour 1") == 2
    assert record_due("hour 1") == record_due("hour 2") == 0
    assert place.states(sheet) == ["recorded", "recorded"]
    assert minutes_of(place.vera) == (125, 0)
    assert len(entries("hours.recorded")) == len(entries("points.none")) == 2
    assert entries("hours.recorded")[0].actor.account == "system:hours"
    assert notice(COMMUNITY) == []
    replayed(COMMUNITY)


def test_a_late_job_records_the_same(place: Square) -> None:
    sheet = noticed(place, place.vera)
    assert place.days_later(30) == 1
    (recorded,) = entries("hours.recorded")
    assert recorded.day == 20261121
    assert place.states(sheet) == ["recorded"]
    (job,) = jobs()
    job.run("2026-12-22T08:00")  # nothing is left


def test_what_the_unit_ends_in_notice_never_counts(place: Square) -> None:
    sheet = noticed(place, place.vera, place.yu)
    caller = place.wang.caller()
    seq = void_notice(caller, COMMUNITY, (sheet, 1), "not_there", "", "end")
    end_reading()
    assert void_notice(caller, COMMUNITY, (sheet, 1), "not_there", "", "end") == seq
    with pytest.raises(NotObjectableError):
        void_notice(caller, COMMUNITY, (sheet, 1), "not_there", "", "again")
    with pytest.raises(RecordMissingError):
        void_notice(caller, COMMUNITY, (sheet, 7), "not_there", "", "nowhere")
    with pytest.raises(NotAllowedError):
        void_notice(place.vera.caller(), COMMUNITY, (sheet, 2), "not_there", "", "volunteer")
    assert place.days_later(4) == 1
    assert place.states(sheet) == ["voided", "recorded"]
    assert minutes_of(place.vera) == (0, 0)
    replayed(COMMUNITY)


# ---- objections ----------------------------------------------------------------------------------


def test_an_open_objection_keeps_a_record_out_until_it_is_answered(place: Square) -> None:
    sheet = noticed(place, place.vera, place.yu)
    seq = say(place, place.yu, (sheet, 1), "too_long")  # any member, in notice
    with pytest.raises(ObjectionOpenError):
        say(place, place.vera, (sheet, 1))
    assert place.days_later(4) == 1
    assert place.states(sheet) == ["noticed", "recorded"]
    for who in (place.vera, place.yu):
        with pytest.raises(NotAllowedError):
            answer(place, who, seq, Answer(False, "evidence_right"))
    with pytest.raises(LedItError):
        answer(place, place.li, seq, Answer(False, "evidence_right"))
    answer(place, place.wang, seq, Answer(False, "evidence_right", "扫码无误"))
    with pytest.raises(ObjectionClosedError):
        answer(place, place.wang, seq, Answer(False, "evidence_right"))
    assert record_due("next") == 1
    assert [each.data["outcome"] for each in entries("hours.answered")] == ["dismissed"]
    replayed(COMMUNITY)


def test_upheld_in_notice_shortens_or_ends_it_at_once(place: Square) -> None:
    sheet = noticed(place, place.vera, place.yu)
    first, second = (say(place, place.vera, (sheet, 1)), say(place, place.vera, (sheet, 2)))
    answer(place, place.wang, first, Answer(True, "agreed", "", 60))
    answer(place, place.wang, second, Answer(True, "agreed", "", 0))
    assert place.days_later(4) == 1
    assert place.states(sheet) == ["recorded", "voided"]
    assert minutes_of(place.vera) == (60, 0)
    replayed(COMMUNITY)


def test_who_lives_with_the_volunteer_answers_nothing(place: Square) -> None:
    sheet = noticed(place, place.vera)
    household("a", place.vera, place.wang)
    seq = say(place, place.vera, (sheet, 1))
    with pytest.raises(SameHouseholdError):
        answer(place, place.wang, seq, Answer(False, "evidence_right"))
    anna = place.town.anna
    own = place.hand_in(place.line(anna, started_at_ms=0), organiser="committee")
    place.approve(place.town.bo, own)
    mine = say(place, anna, (own, 1))
    with pytest.raises(OwnBenefitError):
        answer(place, anna, mine, Answer(True, "agreed", "", 500))
    with pytest.raises(MinutesError):
        answer(place, place.town.bo, mine, Answer(True, "agreed", "", 10_081))


def test_others_object_only_in_notice_and_one_takes_back_only_ones_own(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera))
    with pytest.raises(NotObjectableError):
        say(place, place.vera, (sheet, 1))  # nothing is said of it yet
    place.approve(place.wang, sheet)
    with pytest.raises(NotObjectableError):
        say(place, place.yu, (sheet, 1))
    with pytest.raises(RecordMissingError):
        say(place, place.vera, (sheet, 2))
    seq = say(place, place.vera, (sheet, 1))
    with pytest.raises(RecordMissingError):
        withdraw_objection(place.yu.caller(), COMMUNITY, seq, "k")
    with pytest.raises(RecordMissingError):
        withdraw_objection(place.vera.caller(), COMMUNITY, 1, "k")
    end_reading()
    back = withdraw_objection(place.vera.caller(), COMMUNITY, seq, "back")
    end_reading()
    assert withdraw_objection(place.vera.caller(), COMMUNITY, seq, "back") == back
    with pytest.raises(ObjectionClosedError):
        withdraw_objection(place.vera.caller(), COMMUNITY, seq, "again")
    end_reading()
    (said,) = objections.objections_of(db.session, COMMUNITY, [place.vera.account])
    assert said.state == "withdrawn"


def test_a_refused_line_can_be_objected_to(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera))
    place.approve(place.wang, sheet, line1=Decision("refuse", reason="not_there"))
    seq = say(place, place.vera, (sheet, 1), "not_there")
    with pytest.raises(NotRecordedError):  # nothing was scanned away: a paper sheet puts it right
        answer(place, place.wang, seq, Answer(True, "agreed", "", 60))
    answer(place, place.wang, seq, Answer(True, "agreed", "补录纸质表"))


# ---- corrections ---------------------------------------------------------------------------------


def test_a_correction_is_a_pair_and_can_be_corrected_again(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera))
    with pytest.raises(NotRecordedError):
        propose(place, place.wang, (sheet, 1), 60)
    place.approve(place.wang, sheet)
    with pytest.raises(CorrectionSameError):
        propose(place, place.wang, (sheet, 1), 125)
    with pytest.raises(RecordMissingError):
        propose(place, place.wang, (sheet, 2), 60)
    seq, other = (
        propose(place, place.li, (sheet, 1), 60),
        propose(place, place.li, (sheet, 1), 90),
    )
    say_yes(place, place.wang, seq)
    assert minutes_of(place.vera) == (60, 0)
    with pytest.raises(CorrectionStaleError):
        say_yes(place, place.wang, other)
    withdraw(place.li.caller(), COMMUNITY, other, "overtaken", "end")
    end_reading()
    say_yes(place, place.wang, propose(place, place.li, (sheet, 1), 150))
    say_yes(place, place.wang, propose(place, place.li, (sheet, 1), 0))
    assert minutes_of(place.vera) == (0, 0)
    (own,) = own_hours(place.vera.caller(), COMMUNITY).lines
    assert own.standing == "annulled"
    assert [each.state for each in own.corrections] == ["approved", "withdrawn", *["approved"] * 2]
    assert len(entries("points.none")) == 4
    end_reading()
    replayed(COMMUNITY)


def test_upheld_after_recording_proposes_the_correction(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera))
    place.approve(place.wang, sheet)
    seq = say(place, place.vera, (sheet, 1))
    made = answer(place, place.wang, seq, Answer(True, "evidence_wrong", "", 155))
    assert made.correction_seq > made.seq
    say_yes(place, place.li, made.correction_seq)
    assert minutes_of(place.vera) == (155, 0)
    again = say(place, place.vera, (sheet, 1))
    assert answer(place, place.wang, again, Answer(True, "agreed", "", 155)).correction_seq == 0


# ---- points follow -------------------------------------------------------------------------------


def test_points_follow_each_hour_and_each_correction(place: Square, clock: FakeClock) -> None:
    adopt(place.town, clock)
    end_reading()
    change_fund(place.town, 1000)
    end_reading()
    sign(place.vera, "sign")
    end_reading()
    sheet = place.hand_in(place.line(place.vera, 120, tier=3), day=20261123)
    place.approve(place.wang, sheet)
    (expected,) = pending(db.session, COMMUNITY, place.vera.account)
    assert (expected.centipoints, expected.minutes, expected.title) == (2000, 120, "清洁海滩")
    assert place.days_later(4) == 1
    assert pending(db.session, COMMUNITY, place.vera.account) == []
    (line,) = place.lines(sheet)
    assert (line.outcome, line.centipoints) == ("awarded", 2000)
    assert line.clause == expected.clause
    say_yes(place, place.wang, propose(place, place.li, (sheet, 1), 90))
    assert sum(each.posted for each in wallet(db.session, COMMUNITY, place.vera.account)) == 1500
    end_reading()
    replayed(COMMUNITY)
