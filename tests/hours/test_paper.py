"""Paper sheets: two persons, tier 4, three working days of notice; one person alone is refused."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.conventions.adopting import adopt_document
from tests.hours.make import GREEN, Square, entries, square
from tests.people.desks import household
from tests.people.make import COMMUNITY, Resident
from tests.service.books import replayed
from tests.service.make import FakeClock
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.hours.rules.errors import (
    CityDayError,
    EntryConsentError,
    LawFieldsError,
    LedItError,
    LineTwiceError,
    NotSecondError,
)
from volunteer_credit.journal.operations.proposal_seen import proposal_data
from volunteer_credit.people.operations.pair_words import lines_of
from volunteer_credit.people.operations.pairs import approve, withdraw
from volunteer_credit.people.rules.pair_errors import (
    NoSecondPersonError,
    OwnBenefitError,
    OwnProposalError,
    SameHouseholdError,
)
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def place(app: Flask, clock: FakeClock) -> Square:
    return square(clock)


def say_yes(place: Square, who: Resident, seq: int) -> None:
    place.count += 1
    approve(who.caller(), COMMUNITY, seq, f"yes {place.count}")
    end_reading()


def test_paper_and_code_come_to_the_same_record_but_for_how_it_was_proved(place: Square) -> None:
    anna, bo = place.town.anna, place.town.bo
    seq = place.paper(anna, place.vera, place.yu, key="paper")
    assert place.paper(anna, place.vera, place.yu, key="paper") == seq
    (sheet,) = place.sheets("proposed")
    assert place.states(sheet) == ["proposed", "proposed"]
    with pytest.raises(OwnProposalError):  # tier 4 by one person
        say_yes(place, anna, seq)
    say_yes(place, bo, seq)
    assert place.states(sheet) == ["noticed", "noticed"]
    assert place.days_later(4) == 2
    scanned = place.hand_in(place.line(place.vera, 120, started_at_ms=0), organiser="committee")
    place.approve(bo, scanned)
    paper, _, code = (each for each in entries("hours.recorded"))
    same = {"account", "category", "coefficient", "lead", "minutes", "organiser", "flags"}
    assert {name: paper.data[name] for name in same} == {name: code.data[name] for name in same}
    assert (paper.tier, code.tier) == (4, 1)
    assert set(paper.commitments) == {"service"}
    replayed(COMMUNITY)


def test_who_benefits_lives_there_or_leads_does_not_approve(place: Square) -> None:
    anna, bo = place.town.anna, place.town.bo
    with pytest.raises(OwnBenefitError):
        place.paper(anna, anna, place.vera)
    with pytest.raises(NoSecondPersonError):
        place.paper(anna, bo, place.vera)
    with pytest.raises(LedItError):
        say_yes(place, bo, place.paper(anna, place.yu, lead=bo.account))
    seq = place.paper(anna, place.vera)
    household("a", place.vera, bo)
    with pytest.raises(SameHouseholdError):
        say_yes(place, bo, seq)


def test_an_organisation_writes_for_who_agreed(place: Square) -> None:
    with pytest.raises(EntryConsentError, match="Line 1"):
        place.paper(place.wang, place.vera, organiser=GREEN)
    place.agree(place.vera, "proxy_entry", GREEN)
    seq = place.paper(place.wang, place.vera, organiser=GREEN)
    with pytest.raises(LedItError):  # li led it
        say_yes(place, place.li, seq)
    say_yes(place, place.town.anna, seq)  # and nobody else of the unit is left
    seq = place.paper(place.wang, place.vera, organiser=GREEN, lead=place.yu.account)
    with pytest.raises(NotSecondError):
        say_yes(place, place.town.anna, seq)
    say_yes(place, place.li, seq)
    stranger = place.town.add("远客", communities=[])
    stranger.accounts[COMMUNITY] = "e" * 32
    with pytest.raises(EntryConsentError):
        place.paper(place.town.anna, stranger)


def test_a_convention_may_ask_for_no_notice_and_for_a_supervisor(
    place: Square, clock: FakeClock
) -> None:
    anna, bo, other = place.town.anna, place.town.bo, place.town.add("石")
    place.town.grant(other, "staff")
    ten = templates()["ten_an_hour"]
    principles = replace(ten.principles, notice_working_days_by_tier=(0, 0, 0, 0))
    adopt_document(place.town, clock, replace(ten, principles=principles))
    seq = place.paper(anna, place.vera, day=20261123, minutes=721)
    with pytest.raises(CityDayError):
        say_yes(place, other, seq)
    say_yes(place, bo, seq)
    (sheet,) = place.sheets("decided")
    assert place.states(sheet) == ["recorded"]


def test_what_is_wrong_with_a_sheet_is_said_before_anything_is_written(place: Square) -> None:
    anna = place.town.anna
    with pytest.raises(LawFieldsError):
        place.paper(anna, place.vera, content="")
    with pytest.raises(LineTwiceError):
        place.paper(anna, place.vera, place.vera)
    assert place.sheets("proposed") == []


def test_the_second_person_reads_it_in_words_and_may_end_it(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera))
    seq = place.paper(place.town.anna, place.vera)
    data = proposal_data(COMMUNITY, seq)
    told = lines_of(db.session, COMMUNITY, "hours.sheet", data) or []
    words = " ".join(f"{name.zh} {text.zh}" for name, text in told)
    assert "清洁海滩" in words
    assert "与另一条服务时间重叠" in words  # what was scanned at the same time
    assert "韦○" in words
    assert lines_of(db.session, COMMUNITY, "hours.sheet", {**data, "sheet": "0" * 32}) == []
    end_reading()
    withdraw(place.town.bo.caller(), COMMUNITY, seq, "refused", "end")
    end_reading()
    assert place.sheets("withdrawn") != []
    assert place.approve(place.wang, sheet).recorded == 1  # nothing overlaps any more
