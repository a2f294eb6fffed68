"""Two at once, on both databases: one wins, the other is told; nothing is recorded twice."""

import threading
from collections.abc import Callable

from flask import Flask

from tests.hours.make import Square, entries, square
from tests.people.make import COMMUNITY
from tests.service.books import replayed
from tests.service.make import FakeClock
from volunteer_credit.hours.operations.approving import approve_shift
from volunteer_credit.hours.operations.recording import record_due
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.errors import ServiceError


def at_once(app: Flask, *works: Callable[[], object]) -> list[object]:
    """What each answers, or the code of its refusal."""
    said: list[object] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            try:
                gate.wait()
                said.append(work())
            except ServiceError as problem:
                said.append(problem.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(each,)) for each in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return said


def test_two_second_persons_and_two_jobs_at_once(app: Flask, clock: FakeClock) -> None:
    place: Square = square(clock)
    sheet = place.hand_in(place.line(place.vera), place.line(place.yu, tier=3))
    callers = place.wang.caller(), place.town.bo.caller()
    end_reading()
    said = at_once(
        app,
        *(
            lambda caller=caller: approve_shift(caller, COMMUNITY, sheet, {}, "both").approved
            for caller in callers
        ),
    )
    assert sorted(map(str, said)) == ["2", "sheet_decided"]
    assert place.states(sheet) == ["recorded", "noticed"]
    assert place.days_later(3) == 0
    clock.pass_ms(86_400_000 - 1000)
    end_reading()
    counts = at_once(app, lambda: record_due("one"), lambda: record_due("other"))
    assert sorted(map(str, counts)) == ["0", "1"]
    assert len(entries("hours.recorded")) == len(entries("points.none")) == 2
    replayed(COMMUNITY)
