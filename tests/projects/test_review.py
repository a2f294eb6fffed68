"""What a hostile reading of this room found: a shift that runs late, the day of a book ahead."""

from collections.abc import Sequence
from types import SimpleNamespace

import pytest
from flask import Flask

from tests.people.make import COMMUNITY
from tests.projects.make import DAY_MS, HOUR_MS, SATURDAY_MS, published, stage
from tests.service.make import FakeClock
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.projects.operations import organisers, people, times
from volunteer_credit.projects.operations.changing import Change, change_shift
from volunteer_credit.projects.operations.publishing import undo_publishing
from volunteer_credit.projects.queries import used
from volunteer_credit.projects.queries.shifts import door_shift
from volunteer_credit.projects.rules.errors import StartPastError, UndoOverError
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


def test_a_shift_that_runs_late_is_made_longer(app: Flask, clock: FakeClock) -> None:
    on = stage()
    (shift_id,) = published(on, minutes=240).shift_ids
    clock.pass_ms(SATURDAY_MS + 3 * HOUR_MS - clock.at_ms)
    end_reading()
    longer = Change(SATURDAY_MS, SATURDAY_MS + 6 * HOUR_MS, "东岛广场", 3)
    change_shift(on.anna.caller(), COMMUNITY, shift_id, longer, "longer")
    end_reading()
    found = door_shift(db.session, COMMUNITY, shift_id)
    assert found is not None
    assert found.planned_minutes == 360
    moved = Change(SATURDAY_MS + HOUR_MS // 2, SATURDAY_MS + 6 * HOUR_MS, "东岛广场", 3)
    end_reading()
    with pytest.raises(StartPastError):
        change_shift(on.anna.caller(), COMMUNITY, shift_id, moved, "moved")


def test_roles_are_asked_for_on_the_day_of_the_book(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A demonstration's book is ahead: what is over there is over."""
    on, days = stage(), list[int]()
    (shift_id,) = published(on).shift_ids
    caller = on.anna.caller()
    end_reading()
    monkeypatch.setattr(times, "ahead_ms", lambda *_args: 3 * DAY_MS)

    def authorise(*_args: object, day: int, **_more: object) -> SimpleNamespace:
        days.append(day)
        return SimpleNamespace()

    for module in (organisers, people):
        monkeypatch.setattr(module, "authorise", authorise)
    assert organisers.may_change(db.session, caller, Target(COMMUNITY))
    people.people_of(caller, COMMUNITY, shift_id)
    assert days == [20261125, 20261125]


def test_what_somebody_came_to_is_not_taken_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A walk-in signs up for nothing, and their presence must not lose its shift."""
    on = stage()
    made, other = published(on), published(on, "other")
    end_reading()

    def came(_reader: object, _community: str, shifts: Sequence[str]) -> bool:
        return set(shifts) == set(made.shift_ids)

    monkeypatch.setattr(used, "_told", [])
    used.register_used(came)
    used.register_used(came)
    with pytest.raises(UndoOverError):
        undo_publishing(on.anna.caller(), COMMUNITY, made.activity_id, "undo")
    end_reading()
    undo_publishing(on.anna.caller(), COMMUNITY, other.activity_id, "undo other")
    end_reading()
    assert door_shift(db.session, COMMUNITY, made.shift_ids[0])
    assert door_shift(db.session, COMMUNITY, other.shift_ids[0]) is None
