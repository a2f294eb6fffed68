"""The fixtures of the service's tests, for the tests of hours."""

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
    "clock",
    "database_url",
    "postgres_template",
    "postgres_url",
    "pytest_generate_tests",
    "sqlite_template",
]
