"""Builders for the tests of the publication: a browser, books, messages that were sent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from werkzeug.test import TestResponse

from tests.people.make import COMMUNITY, Resident
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.rules.requests import Actor, NewEntry, Request
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.rules.authority_errors import StepUpNeededError
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.publication.operations.posting import posting
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.derived import derived
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import csrf
from volunteer_credit.web.cookies import SESSION, name_of
from volunteer_credit.web.gate import above

ORIGIN = "https://points.example"
OPERATOR = Actor("operator:1", "operator")


def publish(*communities: str) -> None:
    """Seal the books; people's keys are another slice's concern."""
    sealing().persons_backed_up = lambda *_: True
    for each in communities or (COMMUNITY,):
        seal(each)


def write(resident: Resident, key: str, community: str = COMMUNITY, **data: Any) -> int:
    """An entry that names somebody in its data; its place."""
    entry = NewEntry("points.example", {"account": resident.accounts[community], **data})
    return append(community, Request(OPERATOR, key, "test"), [entry])[0].seq


def folder_of(community: str = COMMUNITY, book: int = 1) -> Path:
    """Where a book is published."""
    settings = current().settings
    return settings.export_dir / settings.namespace / community / str(book)


class TownGate:
    """The gate over the town's own rules."""

    def __init__(self) -> None:
        self.callers: dict[str, Caller] = {}

    def caller(
        self,
        token: str,
        device_id: str,  # noqa: ARG002 - as Gate asks
        community_id: str = "",  # noqa: ARG002 - as Gate asks
    ) -> Caller | None:
        return self.callers.get(token)

    def may(self, caller: Caller | None, action: str, community_id: str) -> bool:
        assert caller is not None
        at_ms = current().clock.now_ms()
        target = Target(community_id)
        try:
            authorise(db.session, caller, action, target, at_ms=at_ms, day=day_of(at_ms))
        except StepUpNeededError:
            return True
        except ServiceError:
            return False
        return True

    def language(self, caller: Caller) -> str | None:  # noqa: ARG002 - as Gate asks
        return "en"

    def is_large_print(self, caller: Caller) -> bool:  # noqa: ARG002 - as Gate asks
        return False


@dataclass
class Reader:
    """A browser; `token` is the secret of its session."""

    app: Flask
    token: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def as_(self, resident: Resident, **options: Any) -> "Reader":
        """The same, signed in."""
        token = f"token-of-{resident.person_id}"
        gate = above().gate
        assert isinstance(gate, TownGate)
        gate.callers[token] = resident.caller(**options)
        return replace(self, token=token, cookies={name_of(SESSION): token})

    def get(self, path: str, **headers: str) -> TestResponse:
        """Ask for an address, in English."""
        return self._ask("GET", path, headers)

    def post(self, path: str, key: str = "k", *, method: str = "POST", **body: Any) -> TestResponse:
        """Call the API."""
        code = derived(current()).mac("csrf", f"session\n{self.token}")
        sent = {csrf.HEADER: code, "Idempotency-Key": key}
        return self._ask(method, path, sent, json=body or None)

    def send(self, page: str, **form: Any) -> TestResponse:
        """Fill in the form of a page and send it."""
        shown = self.get(page)
        for each in shown.headers.getlist("Set-Cookie"):
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        pairs = re.findall(r'name="(_csrf|_key)" value="([^"]+)"', shown.get_data(as_text=True))
        return self._ask("POST", page, {}, data={**dict(pairs), **form})

    def _ask(self, method: str, path: str, headers: dict[str, str], **more: Any) -> TestResponse:
        sent = {"Accept-Language": "en", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        client = self.app.test_client(use_cookies=False)
        return client.open(
            path, method=method, base_url=ORIGIN, headers=sent, buffered=True, **more
        )


@dataclass
class Receiver:
    """What stands at the other end of webhooks; answers from `statuses`, then 204."""

    statuses: list[int] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    def install(self) -> "Receiver":
        """Take the place of the network."""
        posting().send = self._take  # type: ignore[method-assign] # that is its purpose
        return self

    def _take(self, url: str, headers: Any, body: str) -> int:
        self.got.append((url, dict(headers), body))
        return self.statuses.pop(0) if self.statuses else 204


def problem(response: TestResponse) -> tuple[int, str]:
    """Status and code of a refused call."""
    return response.status_code, response.get_json()["code"]


def found_names(names: Sequence[str], community: str = COMMUNITY) -> list[str]:
    """The names as an archive of this community has them."""
    assert current_app is not None
    origin = f"{current().settings.namespace}/{community}/1"
    return [each.removeprefix(f"{origin}/") for each in names]
