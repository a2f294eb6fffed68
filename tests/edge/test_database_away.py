"""The database is busy, or gone: it is said, with a time to come back, and nothing is lost."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.edge.place import Place, placed
from tests.edge.settled import Settled
from tests.people.make import COMMUNITY
from tests.service.make import FakeClock
from volunteer_credit.shared.db import WRITE, db

SEEN = ("/", "/me", f"/c/{COMMUNITY}/desk", f"/book/{COMMUNITY}", "/api/v1/me")


class Ticking(FakeClock):
    """A clock on which every look takes a while, so that nobody waits for long."""

    def monotonic_ms(self) -> int:
        self.steady_ms += 500
        return self.steady_ms


@pytest.fixture
def hasty(tmp_path: Path, settled: Settled) -> Iterator[Place]:
    """A town in which waiting for a lock is soon over."""
    with placed(tmp_path, settled, Ticking()) as found:
        yield found


@contextmanager
def held(place: Place) -> Iterator[None]:
    """Another worker writes, and does not end."""
    with (place.folder / "data" / "service.db.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def gone(place: Place) -> Iterator[None]:
    """The folder of the database is not there."""
    with place.app.app_context():
        db.session.remove()
        for engine in (db.engine, db.engines[WRITE]):
            engine.dispose()
    data, away = place.folder / "data", place.folder / "away"
    data.rename(away)
    try:
        yield
    finally:
        away.rename(data)


def test_a_database_that_is_busy_is_asked_again(hasty: Place) -> None:
    browser = hasty.browser("volunteer")
    form = {**browser.hidden(), "name": "王小明", "reach": "新的"}
    before = hasty.counts()
    with held(hasty):
        answer = browser.ask("POST", "/me/change", data=form)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "<html" in answer.text
        call = browser.call("POST", "/api/v1/me/pass")
        assert (call.status_code, call.get_json()["code"]) == (503, "database_busy")
        assert int(call.headers["Retry-After"]) > 0
        assert [browser.get(path).status_code for path in SEEN] == [200, 200, 403, 200, 200]
    assert hasty.counts() == before
    assert browser.ask("POST", "/me/change", data=form).status_code == 303, "the same form"
    assert hasty.counts() != before


def test_a_database_that_is_gone_is_said_and_comes_back(hasty: Place) -> None:
    browser, nobody = hasty.browser("volunteer", language="en"), hasty.browser("nobody")
    before = hasty.counts()
    with gone(hasty):
        for path in SEEN:
            answer = browser.get(path)
            assert answer.status_code == 503, path
            assert int(answer.headers["Retry-After"]) > 0
            assert answer.headers["Cache-Control"] == "no-store"
            assert path.startswith("/api/") or '<html lang="en"' in answer.text
        assert browser.send("/me/change", name="x", reach="y").status_code == 503
        assert browser.call("POST", "/api/v1/me/pass").status_code == 503
        assert nobody.send("/sign-in/card", card="1", pin="2").status_code in (400, 503)
        assert nobody.get("/healthz").status_code == 200
        assert nobody.get("/static/style.css").status_code == 200
        assert nobody.get("/readyz").status_code == 503
        assert nobody.get("/nothing").status_code == 404
    assert [browser.get(path).status_code for path in SEEN] == [200, 200, 403, 200, 200]
    assert hasty.counts() == before
