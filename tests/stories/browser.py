"""A person with a phone or a screen: pages, forms and cookies, and every act on the bill."""

import http.client
import json
from collections.abc import Mapping
from itertools import count
from typing import Any
from urllib.parse import urlencode

from tests.stories.bill import ACT, SCAN, SCREEN, Bill
from tests.stories.pages import Page

HERE = "127.0.0.1"
OK = 200
REDIRECTS = (301, 302, 303)
_numbers = count(1)


class Browser:
    """One person at the pages in English. `face` and `who` name them on the bill."""

    def __init__(self, port: int, bill: Bill, face: str, who: str) -> None:
        self.bill, self.face, self.who = bill, face, who
        self.number = next(_numbers)
        self.cookies = {"lang": "en"}
        self._line = http.client.HTTPConnection(HERE, port, timeout=30)
        self._csrf = ""

    def get(self, path: str, answered: int = OK) -> Page:
        """Look at a page. `answered`: the status it must have."""
        self.bill.note(self.face, self.who, SCREEN)
        return self._followed(self._ask("GET", path), answered)

    def scan(self, address: str) -> Page:
        """Open what a camera read, in whatever capitals it stands."""
        return self.get("/" + address.partition("//")[2].partition("/")[2])

    def send(
        self,
        page: Page,
        action: str = "",
        filled: Mapping[str, str] | None = None,
        *,
        noted: str = ACT,
        answered: int = OK,
        which: int = 0,
        **more: str,
    ) -> Page:
        """Fill in a form of a page and send it; by default the one of the page's own address.

        `which`: of several that go there.
        """
        action = action or page.path.partition("?")[0]
        form = page.form(action, which)
        given = {**(filled or {}), **more}
        fields = form.fields | {name: [value] for name, value in given.items()}
        words = urlencode([(name, each) for name, some in fields.items() for each in some])
        if form.method == "get":
            return self.get(f"{action}?{words}")
        self.bill.note(self.face, self.who, noted)
        return self._followed(self._ask("POST", action, words.encode()), answered)

    def fill(
        self, path: str, action: str = "", filled: Mapping[str, str] | None = None, **more: str
    ) -> Page:
        """Open a page and send a form of it."""
        return self.send(self.get(path), action, {**(filled or {}), **more})

    def take(self, page: Page, action: str, **filled: str) -> Page:
        """A lead takes a card, a pass, a number or a name."""
        return self.send(page, action, filled, noted=SCAN)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API, as a program would that somebody uses."""
        if not self._csrf:
            self._csrf = json.loads(self._ask("GET", "/api/v1/session").body)["csrf_token"]
        headers = {
            "Content-Type": "application/json",
            "X-CSRF-Token": self._csrf,
            "Idempotency-Key": f"story {self.number} {next(_numbers)}",
        }
        data = None if body is None else json.dumps(body).encode()
        if method != "GET":
            self.bill.note(self.face, self.who, ACT)
        found = self._ask(method, f"/api/v1{path}", data, headers)
        assert found.status < http.client.BAD_REQUEST, (path, found.status, found.html[:600])
        return json.loads(found.body) if found.body else None

    def file(self, path: str) -> bytes:
        """Download something."""
        found = self._ask("GET", path)
        assert found.status == OK, (path, found.status, found.text[:600])
        return found.body

    def _followed(self, page: Page, status: int) -> Page:
        while page.status in REDIRECTS:
            self.bill.note(self.face, self.who, SCREEN)
            page = self._ask("GET", page.path)
        assert page.status == status, (self.who, page.status, page.path, page.text[:800])
        return page

    def _ask(
        self, method: str, path: str, data: bytes | None = None, more: dict[str, str] | None = None
    ) -> Page:
        self.bill.requests += 1
        headers = {
            # Everybody comes from an address of their own.
            "X-Forwarded-For": f"10.{self.number % 250 + 1}.{self.number // 250}.1",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
            **(more or {}),
        }
        self._line.close()  # people think between two pages: nothing stays open for so long
        self._line.request(method, path, data, headers)
        answer = self._line.getresponse()
        body = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status in REDIRECTS:
            path = answer.headers["Location"]
        return Page(answer.status, path, body)
