"""The log: one line of JSON for each event, and no name, number or secret in any."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.web.site import CANARY, TOKENS, Gate, Visitor
from volunteer_credit.web import logs

NAMELESS = ("2001:db8::7", "canary-path", "canary-query", "canary-agent", CANARY)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the process writes, from every logger and level."""
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.install()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    root.setLevel(logging.DEBUG)
    yield stream
    logging.getLogger("alembic").setLevel(logging.NOTSET)
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(written: io.StringIO, event: str) -> list[dict[str, object]]:
    """The events of a kind; every line is JSON."""
    found = [json.loads(each) for each in written.getvalue().splitlines()]
    return [each for each in found if each["event"] == event]


def test_a_request_is_one_line(visitor: Visitor, written: io.StringIO) -> None:
    visitor.enter("ann")
    answer = visitor.get("/c/lake/desk")
    line = lines(written, "request")[-1]
    actor = line.pop("actor")
    assert line.pop("time")
    assert line == {
        "level": "info",
        "logger": "volunteer_credit.web",
        "event": "request",
        "request_id": answer.headers["X-Request-Id"],
        "method": "GET",
        "route": "/c/<community>/desk",
        "status": 404,
        "ms": 0,
        "code": "not_here",
    }
    assert isinstance(actor, str)
    assert len(actor) == 8
    assert actor not in TOKENS["ann"] + "s-ann"
    visitor.get("/mine")
    assert lines(written, "request")[-1]["actor"] == actor, "one session, one pseudonym"


def test_unknown_addresses_are_not_written_down(visitor: Visitor, written: io.StringIO) -> None:
    visitor.client.open("/canary-path", method="CANARY-QUERY")
    line = lines(written, "request")[-1]
    assert (line["route"], line["method"], line["status"]) == ("unmatched", "", 404)


def test_what_says_nothing_of_anybody_is_not_logged(visitor: Visitor, written: io.StringIO) -> None:
    assert visitor.get("/healthz").status_code == 200
    assert not lines(written, "request")
    for path in ("/public", "/static/style.css"):
        assert visitor.get(path).status_code == 200
    assert not lines(written, "request"), "what is public is counted, not logged"
    assert visitor.get("/static/nix.css").status_code == 404
    assert lines(written, "request")[-1]["route"] == "/static/<path:filename>"
    assert visitor.get("/readyz").status_code == 503
    assert lines(written, "request")[-1]["route"] == "/readyz"


def test_nothing_that_names_a_person_is_ever_written(
    visitor: Visitor, gate: Gate, written: io.StringIO
) -> None:
    """The canary: it goes in wherever a request can carry it, and comes out nowhere."""
    visitor.enter("ann")
    headers = {
        "User-Agent": "canary-agent",
        "X-Forwarded-For": "2001:db8::7",
        "Referer": f"https://x/{CANARY}",
        "Accept-Language": "canary-query",
    }
    tokens = visitor.tokens("/mine")
    for path in ("/canary-path", f"/text/{CANARY}", "/form?q=canary-query", "/problem/fault"):
        visitor.get(path, headers=headers)
        visitor.get(f"/api/v1{path}", headers=headers)
    for name in ("fault", "sql", "gone"):
        visitor.get(f"/problem/{name}", headers=headers)
    visitor.post("/name", data={**tokens, "name": CANARY, CANARY: "1"}, headers=headers)
    visitor.post("/form", data={"_csrf": CANARY}, headers=headers)
    visitor.post("/api/v1/things", json={"name": CANARY * 9, CANARY: 1}, headers=headers)
    visitor.post("/api/v1/things", data=CANARY.encode(), content_type="application/json")
    gate.problem = RuntimeError(CANARY)
    visitor.get("/mine", headers=headers)
    text = written.getvalue()
    assert len(lines(written, "request")) > 15
    assert {each["error"] for each in lines(written, "fault")} >= {"RuntimeError"}
    secrets = (*NAMELESS, *TOKENS.values(), *tokens.values(), "13900001111", "s-ann")
    assert [each for each in secrets if each in text or ascii(each)[1:-1] in text] == []


def test_a_line_stays_one_line_and_an_exception_its_kind(written: io.StringIO) -> None:
    try:
        int(CANARY)
    except ValueError:
        logging.getLogger("other").exception("first\nsecond %s", "x" * 1000)
    (line,) = [json.loads(each) for each in written.getvalue().splitlines()]
    assert line["event"].startswith("first\nsecond")
    assert len(line["event"]) == 500
    assert (line["error"], line["logger"]) == ("ValueError", "other")


def test_a_fault_is_found_again(visitor: Visitor, site: Flask, written: io.StringIO) -> None:
    answer = visitor.get("/problem/fault")
    (line,) = lines(written, "fault")
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert line["route"] == "/problem/<name>"
    places = line["at"]
    assert isinstance(places, list)
    assert places[-1].startswith("site.py:")
