"""The fixtures of the service's tests, for the tests of the tour."""

from tests.people.screens import browser
from tests.service.conftest import (
    app,
    clock,
    database_url,
    postgres_template,
    postgres_url,
    pytest_generate_tests,
    sqlite_template,
)
from tests.tour.make import stage, stages

__all__ = [
    "app",
    "browser",
    "clock",
    "database_url",
    "postgres_template",
    "postgres_url",
    "pytest_generate_tests",
    "sqlite_template",
    "stage",
    "stages",
]
