"""A person goes through everything, also through what fails: no log line ever names them."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any, NoReturn
from urllib.parse import quote

import pytest
from sqlalchemy.exc import OperationalError

from tests.edge.place import Browser, Place
from tests.people.make import COMMUNITY
from tests.people.sign_in_make import PIN, WRONG_PIN
from tests.people.visitor import Guest, text_of
from volunteer_credit.people.operations.erasing import run_erasures
from volunteer_credit.web import auth, logs

NAME, NOTE, REACH = "金丝雀", "备注金丝", "楼长转告金"
PHONE = "13977778888"
ID_NUMBER = "11010519491231002X"
AGENT = "CanaryAgent/7.7"
HOUR_MS = 3_600_000
DESK = f"/c/{COMMUNITY}/desk"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the process writes, from every logger and level."""
    stream, root = io.StringIO(), logging.getLogger()
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


def spellings(text: str) -> set[str]:
    """How a text may stand in a line: as it is, escaped for JSON, for an address, as bytes."""
    return {
        text,
        json.dumps(text)[1:-1],
        quote(text),
        quote(text).lower(),
        repr(text.encode())[2:-1],
    }


def broken(
    place: Place, monkeypatch: pytest.MonkeyPatch, endpoint: str, problem: Exception
) -> None:
    """Let a view fail with words that name somebody."""

    def fail(**_parts: Any) -> NoReturn:
        raise problem

    setattr(fail, auth.DECLARED, auth.NOBODY)
    monkeypatch.setitem(place.app.view_functions, endpoint, fail)


def served_at_the_desk(staff: Browser) -> tuple[str, str]:
    """Added, found, looked up, given card, consent and slip; their page and the slip's letters."""
    added = staff.send(f"{DESK}/add", name=NAME, phone=PHONE, reach=REACH, birth_day="19491231")
    assert added.status_code == 303
    page = added.location.partition("?")[0]
    why = {"reason": "desk_service", "note": NOTE}
    for text in (NAME, PHONE):
        assert staff.send(f"{DESK}/search", text=text, **why).status_code == 200
    assert NAME in staff.send(page, **why).text
    assert staff.send(page, reason=NAME, note=ID_NUMBER).status_code == 422
    assert staff.send(f"{DESK}/search", text=ID_NUMBER, **{**why, "note": PHONE}).status_code == 200
    assert staff.send(f"{page}/change", area=ID_NUMBER).status_code == 303
    assert staff.send(f"{page}/visit", card="yes", pin=PIN).status_code == 200
    consent = {"purpose": "location", "subject": "-", "version": "1", "act": "give"}
    assert staff.send(f"{page}/consents", **consent).status_code == 303
    assert staff.send(f"{page}/role", role="inspector", until_day=PHONE).status_code == 422
    slip = text_of(staff.send(f"{page}/slip", kind="invitation"))
    found = re.search(r"((?:[0-9A-Z]{4} ){6}[0-9A-Z]{2}) ", slip)
    assert found is not None
    return page, found[1].replace(" ", "")


def signed_in_every_way(place: Place, guest: Guest, slip: str) -> list[str]:
    """By code, with a wrong one before, and by slip; the secrets that were used."""
    assert guest.send("/sign-in/card", card=PHONE, pin=WRONG_PIN).status_code >= 400
    assert guest.send("/sign-in/totp", phone=PHONE, code="123456").status_code >= 400
    typed = guest.follow(guest.send("/sign-in/code", phone=PHONE))
    code = place.sender.code(PHONE)
    action = "/sign-in/code/typed"
    assert guest.send(typed, action, code="000000" if code != "000000" else "1").status_code >= 400
    assert guest.send(typed, action, code=code).status_code == 303
    secrets = [session_of(guest)]
    assert guest.send(f"/s/{slip}").status_code == 303
    return [*secrets, session_of(guest)]


def session_of(guest: Guest) -> str:
    cookie = guest.client.get_cookie("__Host-session", "points.example")
    assert cookie is not None
    return cookie.value


def provoked(place: Place, guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusals and faults that have the canary everywhere."""
    for path in (f"/{PHONE}", f"/c/{NAME}/desk", f"/me?x={PHONE}&{NAME}=1", f"/s/{PHONE}"):
        guest.get(path, headers={"User-Agent": AGENT, "Referer": f"https://x.example/{PHONE}"})
    assert guest.get(f"/me/consents/{quote(NAME)}/{PHONE}").status_code == 404
    assert guest.send("/me/change", name="", phone=PHONE, reach=REACH * 99).status_code == 422
    assert guest.get(f"/me/export.json?{PHONE}={quote(NAME)}").status_code == 200
    guest.client.open(f"/{PHONE}", method=f"X{PHONE}", base_url=guest.origin)
    failed = OperationalError("SELECT ?", {"name": NAME}, Exception(PHONE))
    for problem in (RuntimeError(f"{NAME} {PHONE} {ID_NUMBER}"), failed):
        broken(place, monkeypatch, "people_own.show", problem)
        answer = guest.get("/me")
        assert answer.status_code == 500
        assert NAME not in answer.text
    monkeypatch.undo()


def test_no_line_of_the_log_names_anybody(
    place: Place,
    written: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    staff = place.browser("staff")
    page, slip = served_at_the_desk(staff)
    with place.app.app_context():
        guest = Guest(place.app)
        secrets = signed_in_every_way(place, guest, slip)
        provoked(place, guest, monkeypatch)
        assert guest.send(f"/me/leave/{COMMUNITY}").status_code == 422
        assert guest.send("/me/erase", sure="yes").status_code == 303
        place.clock.pass_ms(HOUR_MS)
        assert run_erasures().done == 1
        assert guest.get("/me").status_code == 303, "and they are nobody any more"
    out, err = capfd.readouterr()
    lines = [json.loads(each) for each in written.getvalue().splitlines()]
    events = {each["event"] for each in lines}
    statuses = {each.get("status") for each in lines}
    assert {"request", "fault"} <= events
    assert {200, 303, 404, 422, 500} <= statuses
    needles = [NAME, NOTE, REACH, PHONE, ID_NUMBER, AGENT, slip, page.rpartition("/")[2], *secrets]
    text = written.getvalue() + out + err
    assert not [each for each in needles if any(way in text for way in spellings(each))]


def test_the_canary_would_be_heard(written: io.StringIO) -> None:
    logging.getLogger("volunteer_credit.web").info("for %s", NAME)
    assert any(way in written.getvalue() for way in spellings(NAME))
