"""Whether the process lives, and whether it can work."""

from pathlib import Path

import pytest
from flask import Flask

from tests.web.site import Visitor
from volunteer_credit.shared import migrations
from volunteer_credit.shared.db_errors import DatabaseGoneError
from volunteer_credit.web import health


def failing(app: Flask) -> list[str]:
    """What keeps the application from its work."""
    answer = Visitor(app).get("/readyz")
    found: list[str] = answer.get_json()["failing"]
    assert answer.status_code == (503 if found else 200)
    assert answer.get_json()["status"] == ("failing" if found else "ok")
    return found


def test_a_process_that_answers_lives(visitor: Visitor) -> None:
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_a_whole_installation_is_ready(app: Flask) -> None:
    assert failing(app) == []


@pytest.mark.engines("sqlite")
def test_a_database_that_was_not_migrated_is_not(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "current", lambda: "0001")
    assert failing(app) == ["schema"]
    monkeypatch.setattr(migrations, "current", lambda: None)
    assert failing(app) == ["schema"]


@pytest.mark.engines("sqlite")
def test_a_release_goes_back_to_before_a_migration(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "current", lambda: "9999")
    assert failing(app) == []


@pytest.mark.engines("sqlite")
def test_a_database_that_is_away_is_not(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> str:
        raise DatabaseGoneError

    monkeypatch.setattr(migrations, "current", away)
    assert failing(app) == ["database"]


@pytest.mark.engines("sqlite")
def test_a_full_disk_is_not(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def room(_path: Path) -> tuple[int, int]:
        return 1, 100

    monkeypatch.setattr(health, "room", room)
    assert failing(app) == ["disk"]
