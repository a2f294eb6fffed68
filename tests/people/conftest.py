"""The fixtures of the service's tests, for the tests of people."""

from tests.people.screens import browser, site
from tests.service.conftest import (
    app,
    clock,
    database_url,
    postgres_template,
    postgres_url,
    pytest_generate_tests,
    sqlite_template,
)

__all__ = [
    "app",
    "browser",
    "clock",
    "database_url",
    "postgres_template",
    "postgres_url",
    "pytest_generate_tests",
    "site",
    "sqlite_template",
]
