"""Builders for the tests of the tour: the made-up town with few people, and who walks in it."""

import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.conventions.adopting import adoption
from tests.people.make import DAY_MS
from tests.people.sign_in_make import with_cheap_pins
from tests.service.make import FakeClock, settings_for
from volunteer_credit import create_app
from volunteer_credit.conventions.operations.adopting import propose_convention
from volunteer_credit.conventions.operations.shown import today
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.demo.shops import fund, shops
from volunteer_credit.demo.town import COMMUNITY, STAFF, Town, found, fresh_key
from volunteer_credit.people.rules.days import local_day
from volunteer_credit.shared.db import WRITE, db, end_reading
from volunteer_credit.shared.runtime import Runtime
from volunteer_credit.tour.operations.opening import make_key

ADDRESS = "http://127.0.0.1:8000"
OFFSET_MINUTES = 480


@dataclass
class Stage:
    """A demonstration with few people, in a folder of its own."""

    app: Flask
    clock: FakeClock
    folder: Path

    def key(self) -> str:
        """The path of a new tour."""
        with self.app.app_context():
            return make_key()


def adopt(town: Town, clock: FakeClock) -> None:
    """Ten points an hour, market every day, from tomorrow on; and it is tomorrow."""
    template = templates()["ten_an_hour"]
    parameters = replace(template.parameters, market_months=(), market_days=())
    convention = replace(template, parameters=parameters)
    effective = local_day(clock.now_ms() + DAY_MS, OFFSET_MINUTES)
    vote = adoption(convention, effective, 20260601)
    town.second(propose_convention(town[STAFF], COMMUNITY, convention, vote, fresh_key()).seq)
    clock.pass_ms(DAY_MS)
    end_reading()


def application(folder: Path, clock: FakeClock, address: str = ADDRESS) -> Flask:
    """The demonstration's application in a folder."""
    url = f"sqlite:///{folder / 'data' / 'service.db'}"
    settings = settings_for(url, folder, VC_CLOCK="demo", VC_PUBLIC_URL=address)
    app = create_app(Runtime(settings, clock, secrets.token_bytes))
    with app.app_context():
        with_cheap_pins()
    return app


def closed(app: Flask) -> None:
    """Its connections end."""
    with app.app_context():
        db.session.remove()
        for engine in (db.engine, db.engines[WRITE]):
            engine.dispose()


@dataclass(frozen=True)
class Stages:
    """A folder that was made once, and when that was."""

    folder: Path
    at_ms: int

    @contextmanager
    def opened(self, folder: Path, address: str = ADDRESS) -> Iterator[Stage]:
        """A copy of it, with its application."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        clock = FakeClock(self.at_ms)
        app = application(folder, clock, address)
        try:
            yield Stage(app, clock, folder)
        finally:
            closed(app)


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Stages:
    folder, clock = tmp_path_factory.mktemp("tour"), FakeClock()
    (folder / "data").mkdir()
    shutil.copyfile(sqlite_template, folder / "data" / "service.db")
    app = application(folder, clock)
    with app.app_context():
        town = found(is_new=True)
        adopt(town, clock)
        fund(town)
        shops(town, today(COMMUNITY))
        town.close()
    closed(app)
    return Stages(folder, clock.now_ms())


@pytest.fixture
def stage(stages: Stages, tmp_path: Path) -> Iterator[Stage]:
    with stages.opened(tmp_path / "stage") as found:
        yield found


class Visitor:
    """A browser without scripts: it follows what it is shown, and sends the forms of pages."""

    def __init__(self, stage: Stage) -> None:
        self.client = stage.app.test_client()
        self.text = ""
        self.path = ""

    def get(self, path: str, status: int = 200) -> str:
        """Open a page; its text."""
        return self._take(self.client.get(path, base_url=ADDRESS), path, status)

    def send(
        self, action: str, filled: Mapping[str, object] | None = None, *, status: int = 200
    ) -> str:
        """Send the form of the page that is shown and leads there; the text that follows."""
        hidden = self.hidden(action)
        answer = self.client.post(action, base_url=ADDRESS, data={**hidden, **(filled or {})})
        return self._take(answer, action, status)

    def hidden(self, action: str) -> dict[str, str]:
        """What a form of the page that is shown has in it."""
        match = re.search(
            rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', self.text, re.DOTALL
        )
        assert match is not None, f"no form leads to {action} on {self.path}"
        fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', match[1])
        return dict(fields)

    def step(self, number: int, status: int = 200) -> str:
        """Press the button of a step."""
        self.get("/tour")
        return self.send(f"/tour/step/{number}", status=status)

    def begin(self, stage: Stage) -> None:
        """Open the address that a start prints."""
        path = stage.key()
        self.get(path)
        self.send(path)

    def _take(self, answer: TestResponse, path: str, status: int) -> str:
        for _ in range(5):
            if answer.status_code not in (302, 303):
                break
            path = answer.headers["Location"]
            answer = self.client.get(path, base_url=ADDRESS)
        self.text, self.path = answer.get_data(as_text=True), path
        assert answer.status_code == status, (path, answer.status_code, plain(self.text))
        return self.text


def plain(page: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


# ---- the steps, as somebody takes them -----------------------------------------------------------

ROOT = f"/c/{COMMUNITY}"


def publish(visitor: Visitor, when: str = "now") -> None:
    """Step 1: an activity of two hours."""
    visitor.step(1)
    organiser = visitor.hidden(f"{ROOT}/publish")["organiser"]
    filled = {
        "organiser": organiser,
        "title": "清洁广场",
        "category": "environment",
        "when": when,
        "day": "",
        "time": "09:00",
        "weeks": "1",
        "place": "东门",
        "capacity": "5",
    }
    visitor.send(f"{ROOT}/publish", filled)


def form(visitor: Visitor) -> str:
    """Where the first form of the page leads."""
    found = re.search(r'<form[^>]*action="([^"]+)"', visitor.text.partition("<main")[2])
    assert found is not None, plain(visitor.text)
    return found[1]


def check_in(visitor: Visitor) -> None:
    """Step 2: sign up, go to the door, scan with this screen."""
    visitor.step(2)
    visitor.send(form(visitor))
    visitor.get("/tour")
    visitor.send("/tour/door")
    visitor.send("/tour/door/scan")
    visitor.send("/check-in")


def close(visitor: Visitor) -> None:
    """Step 3: one head, all stayed."""
    visitor.step(3)
    there = re.findall(r'name="presence" value="([0-9]+)"', visitor.text)
    filled: dict[str, object] = {"heads": "1"}
    if there:
        filled |= {"all_stayed": "yes", "presence": there, "left_at": [""]}
    visitor.send(form(visitor), filled)


def approve(visitor: Visitor) -> None:
    """Step 4: the line that the lead checked out is decided by itself."""
    visitor.step(4)
    filled = {"decision-1": "approve", "minutes-1": "", "words-1": "", "reason-1": ""}
    visitor.send(form(visitor), filled)
