"""The fixtures of the service, and a town whose books are published."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, OTHER, Town
from tests.publication.make import Reader, TownGate, publish, write
from tests.service.conftest import (
    app,
    clock,
    database_url,
    postgres_template,
    postgres_url,
    pytest_generate_tests,
    sqlite_template,
)
from volunteer_credit.web import gate
from volunteer_credit.web.gate import Above

__all__ = [
    "app",
    "clock",
    "database_url",
    "postgres_template",
    "postgres_url",
    "pytest_generate_tests",
    "sqlite_template",
]


@pytest.fixture
def town(app: Flask) -> Town:
    """Two communities whose books are published."""
    found = Town(COMMUNITY, OTHER)
    for community in (COMMUNITY, OTHER):
        for number in range(3):
            write(found.anna, f"first {number}", community)
    publish(COMMUNITY, OTHER)
    return found


@pytest.fixture
def site(app: Flask, town: Town) -> Reader:
    """A browser at the application, signed in as whoever the test says."""
    gate.attach(app, Above(TownGate()))
    return Reader(app)
