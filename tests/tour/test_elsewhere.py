"""In every other book the tour is refused: its pages, its acts, its commands."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.people.make import Town
from tests.people.sign_in_make import with_cheap_pins
from tests.service.make import FakeClock
from tests.service.shell import Shell
from tests.tour.make import Stage
from volunteer_credit.people.operations.sessions import Browser
from volunteer_credit.shared.runtime import current
from volunteer_credit.tour.operations import breaking, cast, clock, opening
from volunteer_credit.tour.rules.cast import VOLUNTEER
from volunteer_credit.tour.rules.errors import TourClosedError
from volunteer_credit.tour.rules.ticket import Ticket

ACTS: dict[str, Callable[[], object]] = {
    "check": opening.check_tour,
    "key": opening.make_key,
    "use": lambda: opening.use_key("A" * 26, "key"),
    "clock": lambda: clock.move_on(1, "key"),
    "thursday": clock.thursday_ms,
    "break": breaking.break_a_copy,
    "enter": lambda: cast.enter(VOLUNTEER, Browser("0" * 32, "127.0.0.1"), "key"),
    "person": lambda: cast.person_of(VOLUNTEER),
    "account": lambda: cast.account_of(VOLUNTEER),
}
DEMO = {"VC_CLOCK": "demo", "VC_PUBLIC_URL": "http://127.0.0.1:8000"}
pytestmark = pytest.mark.engines("sqlite")


@pytest.mark.parametrize("act", ACTS)
def test_no_act_works_in_a_book_that_counts(app: Flask, act: str) -> None:
    with_cheap_pins()
    Town()
    with pytest.raises(TourClosedError):
        ACTS[act]()


def test_no_page_is_there_in_a_book_that_counts(app: Flask) -> None:
    Town()
    visitor, origin = app.test_client(), "https://points.example"
    ticket = Ticket("0" * 32, 0, current().clock.now_ms() + 1)
    visitor.set_cookie("__Host-tour", opening.signed(ticket), domain="points.example", secure=True)
    for path in ("/tour", "/tour/" + "A" * 26, "/tour/door", "/tour/thursday"):
        assert visitor.get(path, base_url=origin).status_code == 404
    assert opening.ticket_of(opening.signed(ticket)) is None
    assert b"tour-bar" not in visitor.get("/", base_url=origin).data


def test_no_command_works_in_a_book_that_counts(
    database_url: str, tmp_path: Path, clock: FakeClock
) -> None:
    shell = Shell(database_url, tmp_path, clock)
    shell("init")
    for changed in ({}, DEMO):  # nor where only the setting says that it is a trial
        shell.environ |= changed
        for words in (
            ["demo-tour"],
            ["demo-clock", "--days", "1"],
            ["demo-clock", "--to", "thursday"],
        ):
            assert "tour_closed" in shell(*words, code=21)


def test_a_demonstration_without_its_people_has_no_tour(
    database_url: str, tmp_path: Path, clock: FakeClock
) -> None:
    shell = Shell(database_url, tmp_path, clock)
    shell.environ |= DEMO
    shell("init")
    assert "tour_closed" in shell("demo-tour", code=21)


def test_the_commands_of_a_demonstration(stage: Stage) -> None:
    shell = Shell(f"sqlite:///{stage.folder / 'data' / 'service.db'}", stage.folder, stage.clock)
    shell.environ |= DEMO
    assert shell("demo-tour").startswith("http://127.0.0.1:8000/tour/")
    assert '"path": "/tour/' in shell("demo-tour", "--json")
    assert "2.0 days further: 0 hours" in shell("demo-clock", "--days", "2")
    assert '"recorded": 0' in shell("demo-clock", "--to", "thursday", "--json")
    shell("demo-tour")  # also while the book is ahead
    for words in ([], ["--days", "1", "--to", "thursday"], ["--days", "0"], ["--to", "friday"]):
        shell("demo-clock", *words, code=2)
