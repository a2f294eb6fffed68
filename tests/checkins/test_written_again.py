"""What the archive knows of a shift is what the database holds, however a row was written."""

from flask import Flask

from tests.checkins.make import MINUTE_MS, code, open_door, put_shift, residents, sign_up, tap
from tests.people.make import COMMUNITY, Town
from tests.service.make import FakeClock
from tests.service.written_again import rows_differ
from volunteer_credit.checkins.operations.closing import Counted, close_shift
from volunteer_credit.hours.operations.approving import approve_shift
from volunteer_credit.shared.db import end_reading


def test_the_archive_has_every_row_of_a_shift(app: Flask, clock: FakeClock) -> None:
    assert app
    town = Town()
    wang, zhao, qian = residents(town, "王小明", "赵", "钱")
    shift = put_shift(town.anna)
    sign_up(shift, wang, zhao)
    open_door(town.anna, shift)
    reasons = [tap(each, code(town.anna, shift)).reason for each in (wang, zhao, qian)]
    clock.pass_ms(30 * MINUTE_MS)
    open_door(town.anna, shift, "ask", "ask")
    clock.pass_ms(30 * MINUTE_MS)
    reasons += [tap(wang, code(town.anna, shift)).reason for _ in range(3)]
    clock.pass_ms(10 * MINUTE_MS)
    reasons.append(tap(wang, code(town.anna, shift)).reason)
    assert reasons == [*["in"] * 3, "seen", "out", "in", "out"]
    counted = Counted(2, all_stayed=True)
    closed = close_shift(town.anna.caller(), COMMUNITY, shift, counted, "close")
    end_reading()
    approve_shift(town.bo.caller(), COMMUNITY, closed.sheet_id, {}, "approve")
    assert rows_differ("checkins_", "hours_", "projects_") == []
