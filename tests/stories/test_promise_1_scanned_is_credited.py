"""Promise 1, scanned is credited: from scan to points, each line explains itself."""

import pytest
from flask import Flask

from tests.checkins.make import tap
from tests.people.make import COMMUNITY
from tests.points.make import entries
from tests.service.make import FakeClock
from tests.stories.afternoon import afternoon, own
from volunteer_credit.points.operations.own_points import own_line, own_points
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


def test_a_line_names_shift_minutes_clause_arithmetic_and_entries(
    app: Flask, clock: FakeClock
) -> None:
    here = afternoon(clock)
    wang = here.scheme.member("王小明")
    here.open()
    here.approve(here.serve(wang))
    line = own(wang)
    assert (line.sheet.title, line.line.minutes, line.standing) == (
        "清洁家园 saturday",
        125,
        "recorded",
    )
    kinds = {each.seq: each.kind for each in entries()}
    assert [(what, kinds[seq]) for what, _book, seq in line.steps] == [
        ("started", "presence.started"),
        ("ended", "presence.ended"),
        ("counted", "shift.counted"),
        ("noticed", "hours.noticed"),
        ("recorded", "hours.recorded"),
        ("points_awarded", "points.awarded"),
    ]
    (told,) = own_points(db.session, COMMUNITY, wang.person_id).lines
    assert told.line.seq == line.steps[-1][2]
    again = own_line(db.session, COMMUNITY, wang.person_id, told.line.book, told.line.seq)
    said = " / ".join(step.sentence("zh") for step in again.steps)
    assert "125" in said
    assert "hours_points" in said
    assert told.line.centipoints == line.line.centipoints == 2000
    end_reading()
    assert here.scheme.points(wang) == 20


def test_what_was_never_scanned_is_in_no_line(app: Flask, clock: FakeClock) -> None:
    here = afternoon(clock)
    wang, chen = here.scheme.member("王小明"), here.scheme.member("陈")
    shown = here.open()
    clock.pass_ms(61_000)
    with pytest.raises(AssertionError, match="expired"):
        tap(chen, shown)
    here.approve(here.serve(wang))
    assert [each.data["account"] for each in entries("hours.recorded")] == [wang.account]
    assert here.scheme.points(chen) == 0
