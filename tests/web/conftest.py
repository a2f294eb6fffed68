"""The fixtures of the service, and a small site on the edge."""

from pathlib import Path

import pytest
from flask import Flask

from tests.service.conftest import (
    app,
    clock,
    database_url,
    postgres_template,
    postgres_url,
    pytest_generate_tests,
    sqlite_template,
)
from tests.web.site import Gate, Visitor, build

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
def gate() -> Gate:
    return Gate({("ann", "things.read", "hill"), ("bob", "things.read", "lake")})


@pytest.fixture
def site(tmp_path: Path, gate: Gate) -> Flask:
    return build(tmp_path, gate)


@pytest.fixture
def visitor(site: Flask) -> Visitor:
    return Visitor(site)
