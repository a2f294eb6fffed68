"""The whole application with a town in it, and a browser for every kind of caller."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.edge.settled import Settled
from tests.people.make import DAY_MS, number
from tests.people.sign_in_make import KeptSender, with_cheap_pins, with_sender
from tests.service.make import FakeClock, settings_for
from tests.web.routes import row_counts
from tests.web.site import ORIGIN
from volunteer_credit import create_app
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.operations.digests import digest
from volunteer_credit.shared.db import WRITE, db, transaction
from volunteer_credit.shared.derived import derived
from volunteer_credit.shared.runtime import Runtime, current

VISIT = number("visit")


@dataclass
class Browser:
    """A browser that keeps its cookies as they are, whatever the answers say of them."""

    client: FlaskClient
    cookies: dict[str, str]
    csrf: str
    form_mac: Any
    session_id: str = ""
    count: int = 0

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        """Ask for an address; nothing else is sent but cookies."""
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers = {**(sent if self.cookies else {}), **options.pop("headers", {})}
        return self.client.open(
            path, method=method, base_url=ORIGIN, headers=headers, buffered=True, **options
        )

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.ask("GET", path, **options)

    def send(self, path: str, **form: Any) -> TestResponse:
        """Send a form as a page of ours would."""
        return self.ask("POST", path, data={**self.hidden(), **form})

    def call(self, method: str, path: str, body: Any = None) -> TestResponse:
        """Call the API as a script of ours would."""
        self.count += 1
        key = f"{self.session_id} {self.count}"
        return self.ask(
            method, path, json=body, headers={"X-CSRF-Token": self.csrf, "Idempotency-Key": key}
        )

    def hidden(self) -> dict[str, str]:
        """What a form of this browser hides."""
        self.count += 1
        key = number(self.session_id, str(self.count))
        return {"_csrf": self.csrf, "_key": f"{key}.{self.form_mac(key)}"}


@dataclass
class Place:
    """An application on a copy of the settled town. `folder` is where all of it lies."""

    app: Flask
    clock: FakeClock
    folder: Path
    settled: Settled
    sender: KeptSender
    count: int = 0

    def browser(self, role: str, *, language: str = "") -> Browser:
        """A new session of this role; each is stepped up, and strong unless it is by card."""
        found = self._nobody() if role == "nobody" else self._signed_in(role)
        if language:
            found.cookies["lang"] = language
        return found

    def _nobody(self) -> Browser:
        return self._bound(f"visit\n{VISIT}", {"__Host-visit": VISIT})

    def _signed_in(self, role: str) -> Browser:
        self.count += 1
        session_id, device_id = number("session", role, str(self.count)), number("device", role)
        token = session_id * 2
        home, person = self.settled.homes[role], self.settled.people[role]
        now_ms = self.clock.now_ms()
        with self.app.app_context(), transaction() as session:
            session.add(
                SessionRow(
                    session_id=session_id,
                    token_digest=digest(session, "session", token),
                    person_id=person.person_id,
                    device_id=device_id,
                    method="card" if role == "by_card" else "passkey",
                    is_shared_phone=0,
                    community_id=home,
                    began_at_ms=now_ms,
                    seen_at_ms=now_ms,
                    idle_ms=DAY_MS,
                    ends_at_ms=now_ms + DAY_MS,
                    stepped_up_until_ms=now_ms + DAY_MS,
                )
            )
        return self._bound(
            f"session\n{token}", {"__Host-session": token, "__Host-device": device_id}, session_id
        )

    def _bound(self, binding: str, cookies: dict[str, str], session_id: str = "") -> Browser:
        with self.app.app_context():
            ours = derived(current())
        return Browser(
            self.app.test_client(use_cookies=False),
            cookies,
            ours.mac("csrf", binding),
            lambda key: ours.mac("form-key", f"{key}\n{binding}"),
            session_id,
        )

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.app.app_context():
            return row_counts()

    def person(self, name: str) -> str:
        """The number of a person of the town."""
        return self.settled.people[name].person_id


@contextmanager
def placed(folder: Path, settled: Settled, clock: FakeClock | None = None) -> Iterator[Place]:
    """An application on a copy of the town; no context stands open around its requests."""
    settled.copy(folder)
    clock = clock or FakeClock()
    settings = settings_for(settled.url(folder), folder)
    app = create_app(Runtime(settings, clock, secrets.token_bytes))
    with app.app_context():
        with_cheap_pins()
        sender = with_sender()
    try:
        yield Place(app, clock, folder, settled, sender)
    finally:
        with app.app_context():
            db.session.remove()
            for engine in (db.engine, db.engines[WRITE]):
                engine.dispose()
