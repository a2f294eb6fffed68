"""Two redemptions at once on PostgreSQL: what is there is held once."""

import threading

import pytest
from flask import Flask

from tests.people.make import Town
from tests.points.make import HOUR, Scheme, entries
from tests.points.spending import hold
from tests.service.make import FakeClock
from volunteer_credit.points.rules.errors import PointsShortError
from volunteer_credit.shared.db import db

pytestmark = pytest.mark.engines("postgresql")


def test_two_spends_at_once_never_take_more_than_there_is(app: Flask, clock: FakeClock) -> None:
    here = Scheme(Town(), clock)
    here.adopt()
    here.fund(100)
    who = here.member("王")
    here.record(who, 3 * HOUR)
    outcomes: list[str] = []

    def run(number: int) -> None:
        with app.app_context():
            own = Scheme(here.town, clock, count=1000 * number)
            try:
                hold(own, who, 2000)
                outcomes.append("held")
            except PointsShortError:
                outcomes.append("short")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in (1, 2, 3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["held", "short", "short"]
    assert len(entries("redemption.held")) == 1
    assert here.points(who) == 30
