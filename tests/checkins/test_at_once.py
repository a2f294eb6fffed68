"""One ticket sent a thousand times at one moment, two phones at one moment: on both engines."""

from itertools import count
from typing import Any

from flask import Flask

from tests.checkins.make import (
    MINUTE_MS,
    code,
    on_phone,
    open_door,
    page,
    put_shift,
    sign_up,
    tap,
)
from tests.people.make import COMMUNITY, Town
from tests.people.sign_in_make import at_once
from tests.service.make import FakeClock
from volunteer_credit.checkins.operations.closing import Counted, close_shift
from volunteer_credit.checkins.operations.own_scans import scan
from volunteer_credit.checkins.queries.presences import presences_of
from volunteer_credit.checkins.rules.reasons import Outcome
from volunteer_credit.shared.db import db, end_reading

THREADS, EACH = 4, 250


def test_a_thousand_replays_of_one_ticket_are_one_record(app: Flask, clock: FakeClock) -> None:
    town = Town()
    wang = town.add("王小明")
    shift = put_shift(town.anna)
    sign_up(shift, wang)
    open_door(town.anna, shift)
    caller = wang.caller()
    ticket = page(wang, code(town.anna, shift)).offers[0].ticket
    times = EACH if db.engine.dialect.name == "sqlite" else EACH // 10

    def replay(_index: int) -> list[Outcome]:
        return [scan(caller, ticket) for _ in range(times)]

    several: list[Any] = at_once(app, THREADS, replay)
    answers = [one for each in several for one in each]
    end_reading()
    (there,) = presences_of(db.session, COMMUNITY, shift)
    assert len(answers) == THREADS * times
    assert {(each.reason, each.seq) for each in answers} == {("in", there.started_seq)}
    clock.pass_ms(6 * MINUTE_MS)  # also when its time is over
    assert scan(caller, ticket).reason == "in"
    _two_phones(app, town, shift)
    _closings(app, town, shift)


def _two_phones(app: Flask, town: Town, shift: str) -> None:
    zhao = town.add("赵")
    end_reading()
    phones = [on_phone(zhao, name) for name in ("one", "two", "three")]
    tickets = [page(zhao, code(town.anna, shift), each).offers[0].ticket for each in phones]
    end_reading()
    answers = at_once(app, len(phones), lambda n: scan(phones[n], tickets[n]).reason)
    assert sorted(map(str, answers)) == ["already_in", "already_in", "in"]
    end_reading()
    assert len(presences_of(db.session, COMMUNITY, shift)) == 2


def _closings(app: Flask, town: Town, shift: str) -> None:
    numbers, staff = count(), town.anna.caller()
    tap(town.anna, code(town.anna, shift))
    end_reading()

    def close(_index: int) -> object:
        return close_shift(staff, COMMUNITY, shift, Counted(3, True), f"close {next(numbers)}")

    answers = at_once(app, 3, close)
    assert len({str(each) for each in answers}) == 1, answers
