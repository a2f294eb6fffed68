"""Whole installations to measure: an application on a fresh SQLite file or PostgreSQL database."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
from flask import Flask
from sqlalchemy.engine import make_url

from tests.service.make import settings_for
from tests.service.postgres import server
from volunteer_credit import create_app
from volunteer_credit.shared.clock import SystemClock
from volunteer_credit.shared.db import WRITE, db
from volunteer_credit.shared.migrations import upgrade
from volunteer_credit.shared.runtime import Runtime


class Service(NamedTuple):
    """An application, its engine's name, and the address of its database."""

    app: Flask
    engine: str
    url: str
    folder: Path


@contextmanager
def services() -> Iterator[list[Service]]:
    """One on each engine, in folders that go away."""
    with tempfile.TemporaryDirectory(prefix="vc-bench-") as name, server() as postgres:
        folder = Path(name)
        (folder / "data").mkdir()
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        address = make_url(postgres).set(drivername="postgresql+psycopg", database="bench")
        urls = {
            "SQLite": f"sqlite:///{folder / 'data' / 'service.db'}",
            "PostgreSQL": address.render_as_string(hide_password=False),
        }
        made = []
        for engine, url in urls.items():
            place = folder / engine
            place.mkdir()
            made.append(Service(application(url, place), engine, url, place))
        try:
            yield made
        finally:
            for service in made:
                close(service.app)
            shutil.rmtree(folder / "data")
            (folder / "data").mkdir()


def database(service: Service, name: str) -> str:
    """The address of another, empty database beside a service's own."""
    url = make_url(service.url)
    if service.engine == "SQLite":
        folder = service.folder / f"data-{name}"
        folder.mkdir()
        return f"sqlite:///{folder / 'service.db'}"
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return url.set(database=name).render_as_string(hide_password=False)


def application(url: str, folder: Path, *, create: bool = True) -> Flask:
    """An application on this database, with all tables."""
    app = create_app(Runtime(settings_for(url, folder), SystemClock(), secrets.token_bytes))
    if create:
        with app.app_context():
            upgrade()
    return app


def close(app: Flask) -> None:
    """Give the connections back."""
    with app.app_context():
        for engine in (db.engine, db.engines[WRITE]):
            engine.dispose()
