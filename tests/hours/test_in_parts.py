"""A large shift is written in parts: a retry finishes what was cut off, and nothing is twice."""

from typing import Any

import pytest
from flask import Flask

from tests.hours.make import Square, entries, square
from tests.people.make import COMMUNITY, Resident
from tests.service.books import replayed
from tests.service.make import FakeClock
from volunteer_credit.hours.operations import approving
from volunteer_credit.hours.operations.approving import Approved
from volunteer_credit.hours.rules.errors import DecisionError, SheetDecidedError
from volunteer_credit.hours.rules.judging import Decision
from volunteer_credit.journal.rules.errors import IdempotencyKeyUsedError
from volunteer_credit.people.operations.session_ends import end_all
from volunteer_credit.people.rules.authority_errors import NotSignedInError
from volunteer_credit.shared.db import transaction

KINDS = ("hours.noticed", "hours.recorded", "hours.refused", "points.none")


@pytest.fixture
def place(app: Flask, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Square:
    assert app
    monkeypatch.setattr(approving, "LINES_AT_ONCE", 2)
    return square(clock)


def people(place: Square, count: int) -> list[Resident]:
    return [place.town.add(f"志愿者{each}") for each in range(count)]


def written(kind: str) -> list[str]:
    """Whose entries of a kind there are, in order."""
    return [each.data["account"] for each in entries(kind)]


def cut_after(monkeypatch: pytest.MonkeyPatch, parts: int) -> None:
    """Let the process die before a part."""
    real = approving._part

    def dying(act: Any, part: int, positions: Any) -> Any:
        if part == parts:
            raise RuntimeError
        return real(act, part, positions)

    monkeypatch.setattr(approving, "_part", dying)


def test_a_retry_finishes_what_was_cut_off_exactly_once(
    place: Square, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = people(place, 5)
    sheet = place.hand_in(*(place.line(each) for each in who))
    with monkeypatch.context() as dying:
        cut_after(dying, 2)
        with pytest.raises(RuntimeError):
            place.approve(place.wang, sheet, "once")
    assert place.states(sheet) == [*["recorded"] * 4, "waiting"]
    made = place.approve(place.wang, sheet, "once")
    assert made == Approved(approved=5, recorded=5, refused=0, left=0)
    assert place.approve(place.wang, sheet, "once") == made
    accounts = [each.account for each in who]
    assert all(written(kind) == accounts for kind in KINDS if kind != "hours.refused")
    with pytest.raises(IdempotencyKeyUsedError):
        place.approve(place.wang, sheet, "once", line1=Decision("approve"))
    with pytest.raises(SheetDecidedError):
        place.approve(place.wang, sheet)
    replayed(COMMUNITY)


@pytest.mark.engines("sqlite")
def test_who_approves_next_gets_what_was_left_and_the_first_retry_nothing(
    place: Square, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = place.hand_in(*(place.line(each) for each in people(place, 5)))
    with monkeypatch.context() as dying:
        cut_after(dying, 1)
        with pytest.raises(RuntimeError):
            place.approve(place.wang, sheet, "once")
    assert place.sheets("waiting") == [sheet]
    assert place.approve(place.wang, sheet, "another").approved == 3
    assert place.sheets("decided") == [sheet]
    assert place.approve(place.wang, sheet, "once") == Approved(2, 2, 0, 0)
    assert len(entries("hours.recorded")) == 5


@pytest.mark.engines("sqlite")
def test_all_of_it_is_looked_at_before_the_first_line_is_written(place: Square) -> None:
    lines = [place.line(each) for each in people(place, 4)]
    sheet = place.hand_in(*lines, place.line(place.vera, flags=("walk_in",)))
    with pytest.raises(DecisionError):
        place.approve(place.wang, sheet, line5=Decision("shorten", 999, "left_early"))
    with pytest.raises(SheetDecidedError):
        place.approve(place.wang, sheet, line6=Decision("approve"))
    assert place.states(sheet) == ["waiting"] * 5
    refuse = Decision("refuse", 0, "not_there")
    made = place.approve(place.wang, sheet, line1=refuse, line4=refuse)
    assert made == Approved(approved=2, recorded=2, refused=2, left=1)
    assert place.states(sheet) == ["refused", "recorded", "recorded", "refused", "waiting"]
    assert place.approve(place.wang, sheet, line5=Decision("approve")).left == 0


@pytest.mark.engines("sqlite")
def test_who_is_signed_out_meanwhile_writes_no_further_part(
    place: Square, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = place.hand_in(*(place.line(each) for each in people(place, 3)))
    caller, real = place.wang.caller(), approving._part

    def signed_out(act: Any, part: int, positions: Any) -> Any:
        if part:
            with transaction() as session:
                end_all(session, place.wang.person_id, place.clock.at_ms)
        return real(act, part, positions)

    monkeypatch.setattr(approving, "_part", signed_out)
    with pytest.raises(NotSignedInError):
        approving.approve_shift(caller, COMMUNITY, sheet, {}, "once")
    assert place.states(sheet) == ["recorded", "recorded", "waiting"]
