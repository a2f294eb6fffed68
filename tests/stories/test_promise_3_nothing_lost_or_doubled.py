"""Promise 3, nothing is lost or doubled: every act may be sent again, and may die at any point."""

import pytest
from flask import Flask

from tests.checkins.make import code, page
from tests.people.make import COMMUNITY
from tests.points.make import entries
from tests.redemptions.make import market
from tests.service.make import FakeClock
from tests.service.workers import around_statements
from tests.stories.afternoon import afternoon, published
from volunteer_credit.checkins.operations.own_scans import scan
from volunteer_credit.journal.operations.compare import compare_rows
from volunteer_credit.redemptions.operations.deciding import confirm_own
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")


class DiedError(BaseException):
    """The process is gone: nothing catches it."""


def test_one_ticket_sent_ten_times_is_one_check_in(app: Flask, clock: FakeClock) -> None:
    here = afternoon(clock)
    wang = here.scheme.member("王小明")
    here.open()
    ticket = page(wang, code(here.town.anna, here.shift)).offers[0].ticket
    told = set()
    for _ in range(10):
        end_reading()
        found = scan(wang.caller(), ticket)
        told.add((found.reason, found.seq))
    end_reading()
    assert len(told) == 1
    assert len(entries("presence.started")) == 1


def test_an_approval_sent_again_is_answered_and_done_once(app: Flask, clock: FakeClock) -> None:
    here = afternoon(clock)
    wang = here.scheme.member("王小明")
    here.open()
    sheet = here.serve(wang)
    here.approve(sheet)
    here.scheme.count -= 1  # the same number again
    assert here.approve(sheet).recorded == 1
    assert here.scheme.points(wang) == 20
    assert len(entries("points.awarded")) == 1


def test_wherever_a_redemption_dies_its_retry_takes_the_points_once(
    app: Flask, clock: FakeClock
) -> None:
    here = market(clock)
    held = here.asked("张收银", here.ask("张记粮油", 毛巾=1), here.pass_of("王小明"))
    before = here.points("王小明")
    died = 0
    for point in range(0, 1000, 3):
        left = point

        def step() -> None:
            nonlocal left
            if left == 0:
                raise DiedError
            left -= 1

        try:
            with around_statements(step, lambda: None):
                confirm_own(here.who("王小明").caller(), COMMUNITY, held, 1000, "confirm")
            break
        except DiedError:
            end_reading()
            died += 1
            assert here.points("王小明") in (before, before - 10)
    end_reading()
    assert died > 3, "it was cut at several points"
    assert here.points("王小明") == before - 10
    assert len(entries("redemption.confirmed")) == 1
    assert published()[1].code == 0
    assert not compare_rows(COMMUNITY).differences
