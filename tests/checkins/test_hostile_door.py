"""What one bad row, one locked PIN or a demonstration's clock must not cost at the door."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.checkins.make import (
    MINUTE_MS,
    code,
    on_phone,
    open_door,
    page,
    poster,
    put_shift,
    sign_up,
    tap,
)
from tests.people.make import COMMUNITY, DAY_MS, Resident, Town
from tests.people.sign_in_make import PIN, give_card, statements, with_cheap_pins
from tests.redemptions.visiting import enter
from tests.service.make import FakeClock
from volunteer_credit.checkins.operations import keys, overdue, promoting, shifts
from volunteer_credit.checkins.operations.admitting import admit
from volunteer_credit.checkins.operations.closing import Counted, close_shift
from volunteer_credit.checkins.operations.codes import shown_door
from volunteer_credit.checkins.operations.doors import turn_door
from volunteer_credit.checkins.operations.guests import opened_guest, walk_in
from volunteer_credit.checkins.operations.lead_view import lead_view, own_doors
from volunteer_credit.checkins.operations.offers import offered_visit
from volunteer_credit.checkins.operations.overdue import flag_overdue, forget_old
from volunteer_credit.checkins.operations.own_scans import Typed, scan
from volunteer_credit.checkins.operations.promoting import promote_guests
from volunteer_credit.checkins.pages.scan import CARDS
from volunteer_credit.checkins.rules.errors import TooEarlyError
from volunteer_credit.checkins.rules.spoken import TRIES_MAX as TRIES
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.cards import end_card
from volunteer_credit.people.rules.card_numbers import card_number
from volunteer_credit.people.rules.days import local_day
from volunteer_credit.people.rules.pins import TRIES_MAX
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.limits import TooManyError

pytestmark = pytest.mark.engines("sqlite")


class BrokenError(Exception):
    """What nobody expected."""


GUESTS = (("新来的", "13911112222"), ("又一位", "13911112223"))


@pytest.fixture
def town(app: Flask) -> Town:
    assert app
    with_cheap_pins()
    return Town(COMMUNITY)


@pytest.fixture
def shift(town: Town) -> str:
    made = put_shift(town.anna)
    open_door(town.anna, made)
    return made


def test_one_guest_whose_name_does_not_open(
    town: Town, shift: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, phone in GUESTS:
        walk_in(town.anna.caller(), COMMUNITY, shift, (name, phone), f"in {phone}")
        end_reading()
        town.add(name, phone=phone)
    real, seen = opened_guest, list[str]()

    def opened(reader: Any, guest: Any) -> tuple[str, str]:
        seen.append(guest.guest_id)
        if guest.guest_id == seen[0]:
            raise BrokenError
        return real(reader, guest)

    end_reading()
    monkeypatch.setattr(promoting, "opened_guest", opened)
    with pytest.raises(BrokenError):
        promote_guests()
    end_reading()
    assert lead_view(town.anna.caller(), COMMUNITY, shift).count == 1
    clock.pass_ms(31 * DAY_MS)
    bad, forget = seen[0], overdue._forget_guest

    def forgetting(community_id: str, guest_id: str) -> int:
        if guest_id == bad:
            raise BrokenError
        return forget(community_id, guest_id)

    monkeypatch.setattr(overdue, "_forget_guest", forgetting)
    end_reading()
    with pytest.raises(BrokenError):
        forget_old()
    end_reading()
    assert kept_guests(shift) == [bad]


def kept_guests(shift: str) -> list[str]:
    """Who is kept as a guest of a shift, in whatever state."""
    query = text("SELECT guest_id FROM checkins_guests WHERE shift_id = :shift")
    return list(db.session.execute(query, {"shift": shift}).scalars())


def test_one_door_that_cannot_be_flagged(
    town: Town, shift: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = put_shift(town.anna, "other", minutes=180)
    open_door(town.anna, other)
    clock.pass_ms(2 * DAY_MS)
    flag = overdue._flag

    def flagging(community_id: str, shift_id: str) -> int:
        if shift_id == shift:
            raise BrokenError
        return flag(community_id, shift_id)

    monkeypatch.setattr(overdue, "_flag", flagging)
    with pytest.raises(BrokenError):
        flag_overdue()
    end_reading()
    lines = own_doors(town.anna.caller(method="totp"), COMMUNITY)
    assert {each.shift.shift_id: each.is_forgotten for each in lines} == {shift: False, other: True}


def test_residents_without_a_card_share_no_counter(town: Town, clock: FakeClock) -> None:
    wang = town.add("王小明")
    made = put_shift(town.anna, "visit", kind="visit", minutes=600)
    sign_up(made, wang)
    for value in range(TRIES_MAX + 1):
        resident = town.add(f"陈{value}")
        number = give_card(resident, PIN, 3_000_000 + value)
        for pin in ("", PIN):
            end_reading()
            ticket = offered_visit(wang.caller(), number).offers[0].ticket
            if pin:
                end_card(None, number, COMMUNITY, f"lost {value}")
            found = scan(wang.caller(), ticket, Typed(pin=pin))
            assert found.status == "ok", "the card is gone, the visit ends all the same"
            clock.pass_ms(2 * MINUTE_MS)


def test_leads_are_asked_by_the_day_of_the_book(
    town: Town, shift: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    days: list[int] = []
    real = authorise

    def asked(*rest: Any, at_ms: int, day: int) -> object:
        days.append(day)
        return real(*rest, at_ms=at_ms, day=day)

    monkeypatch.setattr(shifts, "authorise", asked)
    monkeypatch.setattr(keys, "ahead_ms", lambda *_: DAY_MS)
    lead_view(town.anna.caller(), COMMUNITY, shift)
    assert days == [local_day(clock.at_ms + DAY_MS, 480)]


def test_scanning_opens_nobodys_name_however_many_came(town: Town, shift: str) -> None:
    def come(*people: Resident) -> None:
        for each in people:
            number = give_card(each, None, int(each.person_id[:5], 16))
            admit(town.anna.caller(), COMMUNITY, shift, number, f"in {number}")
            end_reading()

    def reads() -> int:
        end_reading()
        caller = town.anna.caller()
        return len(statements(lambda: lead_view(caller, COMMUNITY, shift, is_named=False)))

    come(town.add("王一"))
    before = reads()
    come(*(town.add(f"王{number}") for number in range(4)))
    assert reads() == before
    assert lead_view(town.anna.caller(), COMMUNITY, shift, is_named=False).count == 5


def test_nobody_comes_to_a_shift_of_another_week(town: Town, clock: FakeClock) -> None:
    card, chen = give_card(town.add("陈秀英")), town.anna.caller()
    early = put_shift(town.anna, "next week", starts_in=7 * 24 * 60)
    for number, given in enumerate((*GUESTS, ("", ""))):
        end_reading()
        if given[0]:
            outcome = walk_in(chen, COMMUNITY, early, given, f"walk {number}")
        else:
            outcome = admit(chen, COMMUNITY, early, card, "card")
        assert outcome.reason == "not_open"
    end_reading()
    with pytest.raises(TooEarlyError):
        close_shift(chen, COMMUNITY, early, Counted(0), "close")
    end_reading()
    assert admit(chen, COMMUNITY, put_shift(town.anna), card, "now").reason == "in"


def test_a_door_that_was_left_open_last_week(town: Town, shift: str, clock: FakeClock) -> None:
    """Who is still in there may go; nobody else is asked which of the two it is."""
    inside, comer = town.add("王小明"), town.add("陈秀英")
    end_reading()
    assert tap(inside, code(town.anna, shift)).reason == "in"
    clock.pass_ms(7 * DAY_MS)
    lead = town.anna.caller(method="totp")
    today = put_shift(town.anna, "today")
    turn_door(lead, COMMUNITY, today, "open", "open today")
    end_reading()
    shown = code(town.anna, today)
    assert {each.shift.shift_id for each in page(comer, shown).offers} == {today}
    assert {each.shift.shift_id for each in page(inside, shown).offers} == {shift, today}


def test_card_numbers_are_not_tried_one_by_one(app: Flask, town: Town) -> None:
    guest = enter(app, town.add("王小明"))
    numbers = [card_number(4_000_000 + value) for value in range(CARDS[0] + 1)]
    found = [guest.get(f"/C/{number}").status_code for number in numbers]
    assert (set(found[:-1]), found[-1]) == ({404}, 429)


def test_another_session_has_no_other_tries(town: Town, shift: str) -> None:
    wang = town.add("王小明")
    end_reading()
    printed = poster(shift)
    said = shown_door(town.anna.caller(), COMMUNITY, shift).spoken
    wrong = f"{(int(said) + 1) % 10_000:04}"
    callers = [on_phone(wang, name) for name in ("one", "two")]
    first, second = (page(wang, printed, each).offers[0].ticket for each in callers)
    for _ in range(TRIES):
        assert scan(callers[0], first, Typed(spoken=wrong)).reason == "spoken_code"
    with pytest.raises(TooManyError):
        scan(callers[1], second, Typed(spoken=said))
