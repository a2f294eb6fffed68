"""A shift over the end of a book: in by one, out by the next, counted and approved there."""

import pytest
from flask import Flask

from tests.checkins.make import code, open_door, put_shift, residents, sign_up, tap
from tests.people.make import COMMUNITY, Town
from tests.service.books import notes
from tests.service.make import FakeClock
from tests.service.next_book import next_book
from tests.service.written_again import rows_differ
from volunteer_credit.checkins.operations.annulling import annul
from volunteer_credit.checkins.operations.closing import Counted, close_shift
from volunteer_credit.checkins.operations.own_view import own_presence
from volunteer_credit.checkins.queries.presences import presence, presences_of
from volunteer_credit.checkins.rules.errors import PresenceUnknownError
from volunteer_credit.checkins.rules.times import MINUTE_MS
from volunteer_credit.hours.operations.approving import approve_shift
from volunteer_credit.hours.queries.sheets import lines_of
from volunteer_credit.journal.operations.examine import entry_of
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


def test_a_shift_goes_on(app: Flask, clock: FakeClock) -> None:
    assert app
    town = Town()
    wang, zhao, qian = residents(town, "王小明", "赵", "钱")
    shift = put_shift(town.anna)
    sign_up(shift, wang, zhao, qian)
    open_door(town.anna, shift)
    first = tap(wang, code(town.anna, shift)).seq
    tap(zhao, code(town.anna, shift))
    clock.pass_ms(90 * MINUTE_MS)
    next_book(COMMUNITY, [(town.anna.account, "staff"), (town.bo.account, "supervisor")])
    tap(wang, code(town.anna, shift))
    late = tap(qian, code(town.anna, shift)).seq
    end_reading()
    places = [(each.book, each.started_seq) for each in presences_of(db.session, COMMUNITY, shift)]
    assert places == [(1, first), (1, first + 1), (2, late)]
    assert own_presence(wang.caller(), COMMUNITY, first).presence.ended_book == 2
    assert presence(db.session, COMMUNITY, first, book=2) is None
    end_reading()
    caller = town.anna.caller()
    annul(caller, COMMUNITY, shift, late, "mistake", "annul")
    with pytest.raises(PresenceUnknownError):
        annul(caller, COMMUNITY, shift, late, "mistake", "again")
    closed = close_shift(caller, COMMUNITY, shift, Counted(2, True, {}), "close")
    end_reading()
    approve_shift(town.bo.caller(), COMMUNITY, closed.sheet_id, {}, "approve")
    end_reading()
    lines = lines_of(db.session, COMMUNITY, closed.sheet_id)
    assert [(each.started_book, each.ended_book, each.state) for each in lines] == [
        (1, 2, "recorded"),
        (1, 2, "waiting"),
    ], "who forgot to say goodbye is decided singly"
    found = [entry_of(note) for note in notes(COMMUNITY, 2)]
    end_reading()
    (noticed,) = (each for each in found if each.kind == "hours.noticed")
    assert noticed.refs[0] == (0, first)
    assert rows_differ("checkins_", "hours_") == []
    assert all(isinstance(ref, int) for ref in noticed.refs[1:])
