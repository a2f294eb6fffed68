"""A person at the pages, without scripts: reads forms out of pages and sends them filled in."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.people.make import Resident
from tests.people.sign_in_make import PIN
from tests.web.site import ORIGIN, Visitor
from volunteer_credit.shared.db import end_reading


@dataclass
class Form:
    """A form of a page: where it goes, and what it holds."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given["action"], given["method"]))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self.forms[-1].fields[self._select] = given["value"]
        elif tag == "input" and self.forms and given.get("name"):
            is_box = given.get("type") in ("radio", "checkbox")
            if not is_box or "checked" in given:
                self.forms[-1].fields[given["name"]] = given.get("value", "")


def forms_of(answer: TestResponse) -> list[Form]:
    """The forms of a page, in their order."""
    reader = _Reader()
    reader.feed(answer.get_data(as_text=True))
    return reader.forms


def text_of(answer: TestResponse) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True)))


class Guest(Visitor):
    """A browser that is not signed in yet; every page is in English."""

    def __init__(self, app: Flask, origin: str = ORIGIN) -> None:
        super().__init__(app, origin)
        self.get("/?lang=en")

    def send(self, page: str | TestResponse, action: str = "", **filled: str) -> TestResponse:
        """Fill in a form of a page, by default the one that goes to the page's own address."""
        answer = self.get(page) if isinstance(page, str) else page
        wanted = action or (page if isinstance(page, str) else "")
        found = [each for each in forms_of(answer) if each.action == wanted.partition("?")[0]]
        assert found, (answer.status_code, wanted, text_of(answer)[:300])
        end_reading()
        return self.post(found[0].action, data={**found[0].fields, **filled})

    def follow(self, answer: TestResponse) -> TestResponse:
        """Go where an answer sends the browser."""
        assert answer.status_code == 303, text_of(answer)[:500]
        end_reading()
        return self.get(answer.headers["Location"])

    def sign_in(self, card: str, pin: str = PIN) -> TestResponse:
        """With a card."""
        answer = self.send("/sign-in/card", card=card, pin=pin)
        assert answer.status_code == 303, text_of(answer)[:500]
        return answer

    def be(self, who: Resident, *, method: str = "passkey") -> None:
        """A session as strong as the method, stepped up, that begins without any page."""
        caller = who.caller(method=method)
        end_reading()
        host = self.origin.partition("://")[2].partition(":")[0]
        for name, value in (("session", caller.session_id * 2), ("device", caller.device_id)):
            self.client.set_cookie(f"__Host-{name}", value, domain=host, secure=True)
        self.count, self.csrf = 0, self.get("/api/v1/session").get_json()["csrf_token"]

    def call(self, method: str, path: str, body: Any = None) -> TestResponse:
        """Call the API, as a script of a page would; the guest is somebody (`be`)."""
        self.count += 1
        headers = {"X-CSRF-Token": self.csrf, "Idempotency-Key": f"{self.csrf[:20]} {self.count}"}
        end_reading()
        return self.client.open(
            path, method=method, base_url=self.origin, json=body, headers=headers, buffered=True
        )

    def sign_in_as(self, who: Resident, code: str) -> None:
        """With the letters of an invitation."""
        assert who.person_id
        assert self.send(f"/s/{code}").status_code == 303
