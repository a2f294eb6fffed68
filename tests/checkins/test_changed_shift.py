"""A shift to which somebody has come keeps its time: its organiser may give it more."""

from dataclasses import dataclass

import pytest
from flask import Flask

from tests.checkins.make import MINUTE_MS, code, open_door, put_shift, residents, sign_up, tap
from tests.people.make import COMMUNITY, DAY_MS, Resident, Town
from tests.people.sign_in_make import give_card
from tests.projects.make import SATURDAY_MS
from tests.service.make import FakeClock
from volunteer_credit.checkins.operations.admitting import admit
from volunteer_credit.checkins.operations.annulling import annul
from volunteer_credit.checkins.operations.overdue import flag_overdue
from volunteer_credit.checkins.queries.doors import door_of
from volunteer_credit.checkins.queries.presences import presences_of
from volunteer_credit.projects.operations.changing import Change, change_shift
from volunteer_credit.projects.queries.shifts import DoorShift, door_shift
from volunteer_credit.projects.rules.errors import ShiftBegunError
from volunteer_credit.projects.rules.times import check_covers
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
HOUR_MS = 60 * MINUTE_MS
MIDNIGHT_MS = SATURDAY_MS - 9 * HOUR_MS


@dataclass
class Saturday:
    """A shift of two hours that begins in ten minutes, with its door open."""

    town: Town
    wang: Resident
    shift: str

    @property
    def now(self) -> DoorShift:
        end_reading()
        found = door_shift(db.session, COMMUNITY, self.shift)
        assert found is not None
        return found

    def move(self, begin_minutes: int, end_minutes: int) -> None:
        """Move begin and end by so many minutes."""
        was = self.now
        wanted = Change(
            was.starts_at_ms + begin_minutes * MINUTE_MS,
            was.ends_at_ms + end_minutes * MINUTE_MS,
            was.place,
            was.capacity,
        )
        end_reading()
        key = f"move {begin_minutes} {end_minutes}"
        change_shift(self.town.anna.caller(), COMMUNITY, self.shift, wanted, key)
        end_reading()


@pytest.fixture
def saturday(app: Flask) -> Saturday:
    assert app
    town = Town()
    (wang,) = residents(town, "王小明")
    shift = put_shift(town.anna, starts_in=10)
    sign_up(shift, wang)
    open_door(town.anna, shift)
    return Saturday(town, wang, shift)


@pytest.mark.parametrize("moved", [(10, 0), (0, -10), (30, 30), (-30, -30), (1440, 1440)])
def test_what_somebody_has_spent_there_is_not_taken_away(
    saturday: Saturday, moved: tuple[int, int]
) -> None:
    tap(saturday.wang, code(saturday.town.anna, saturday.shift))
    with pytest.raises(ShiftBegunError):
        saturday.move(*moved)
    assert saturday.now.revision == 0
    saturday.move(-10, 60)
    assert saturday.now.planned_minutes == 190


def test_nor_after_they_left(saturday: Saturday, clock: FakeClock) -> None:
    for _ in ("in", "out"):
        tap(saturday.wang, code(saturday.town.anna, saturday.shift))
        clock.pass_ms(30 * MINUTE_MS)
    with pytest.raises(ShiftBegunError):
        saturday.move(0, -60)


def test_before_anybody_comes_all_of_it_may_move_and_the_door_goes_with_it(
    saturday: Saturday, clock: FakeClock
) -> None:
    saturday.move(1440, 1440)
    end_reading()
    door, shift = door_of(db.session, COMMUNITY, saturday.shift), saturday.now
    assert door is not None
    assert (door.starts_at_ms, door.ends_at_ms) == (shift.starts_at_ms, shift.ends_at_ms)
    clock.pass_ms(DAY_MS + 150 * MINUTE_MS)  # a day after it would have ended
    assert flag_overdue() == 0


def test_who_came_by_mistake_holds_nothing_fast(saturday: Saturday) -> None:
    lead = saturday.town.anna
    admit(lead.caller(), COMMUNITY, saturday.shift, give_card(saturday.wang), "in")
    end_reading()
    (here,) = presences_of(db.session, COMMUNITY, saturday.shift)
    end_reading()
    with pytest.raises(ShiftBegunError):
        saturday.move(20, 20)
    annul(lead.caller(), COMMUNITY, saturday.shift, here.started_seq, "wrong_person", "annul")
    end_reading()
    saturday.move(30, 30)


def hours(begin: int, end: int) -> tuple[int, int]:
    """A span in hours of Saturday."""
    return MIDNIGHT_MS + begin * HOUR_MS, MIDNIGHT_MS + end * HOUR_MS


def test_more_of_the_same_day_is_more_and_the_day_before_is_not() -> None:
    for was, wanted in (((0, 2), (0, 2)), ((0, 2), (0, 3)), ((1, 2), (0, 2))):
        check_covers(hours(*was), hours(*wanted), 480)
    with pytest.raises(ShiftBegunError):
        check_covers(hours(0, 2), hours(-1, 2), 480)
