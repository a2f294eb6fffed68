"""A whole demonstration with few people, served for a browser: what `make run` starts."""

import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from tests.people.sign_in_make import with_cheap_pins
from tests.service.make import FakeClock, settings_for
from tests.web.browser import serving
from volunteer_credit import create_app
from volunteer_credit.demo.clock import SeedClock
from volunteer_credit.demo.seeding import DAYS_BACK, seed
from volunteer_credit.shared import migrations
from volunteer_credit.shared.clock import Clock
from volunteer_credit.shared.db import WRITE, db
from volunteer_credit.shared.runtime import Runtime
from volunteer_credit.tour.operations.opening import make_key

SIZE = "small"


@dataclass
class Demo:
    """It runs. `address`: where, without a slash at the end."""

    address: str
    app: Flask

    def key(self) -> str:
        """The whole address of a new tour."""
        with self.app.app_context():
            return self.address + make_key()


class _Later:
    """An application that is made once the port is known."""

    app: Any = None

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        found: Iterable[bytes] = self.app(environ, start)
        return found


@contextmanager
def served(folder: Path, template: Path) -> Iterator[Demo]:
    """Make it in a folder, out of an empty database, and serve it."""
    (folder / "data").mkdir()
    shutil.copyfile(template, folder / "data" / "service.db")
    later, clock = _Later(), FakeClock()
    with serving(later) as address:  # type: ignore[arg-type] # any WSGI application will do
        with application(folder, SeedClock(DAYS_BACK, clock), address) as app, app.app_context():
            seed(app_clock(app), SIZE, is_new=True)
        with application(folder, clock, address) as app:
            later.app = app
            yield Demo(address, app)


def app_clock(app: Flask) -> SeedClock:
    """The clock that an application was made with."""
    found = app.extensions["volunteer_credit"].clock
    assert isinstance(found, SeedClock)
    return found


@contextmanager
def application(folder: Path, clock: Clock, address: str) -> Iterator[Flask]:
    """The demonstration's application at a time."""
    url = f"sqlite:///{folder / 'data' / 'service.db'}"
    settings = settings_for(url, folder, VC_CLOCK="demo", VC_PUBLIC_URL=address)
    app = create_app(Runtime(settings, clock, secrets.token_bytes))
    try:
        with app.app_context():
            with_cheap_pins()
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            for engine in (db.engine, db.engines[WRITE]):
                engine.dispose()


def migrated(folder: Path) -> Path:
    """An empty database with all tables, where no fixture has one."""
    (folder / "template" / "data").mkdir(parents=True)
    path = folder / "template" / "data" / "service.db"
    url = f"sqlite:///{path}"
    app = create_app(Runtime(settings_for(url, folder / "template"), FakeClock()))
    with app.app_context():
        migrations.upgrade()
        db.session.remove()
        for engine in (db.engine, db.engines[WRITE]):
            engine.dispose()
    return path
