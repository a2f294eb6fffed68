"""How codes reach a phone, and what is never written anywhere else."""

import io
import json
import logging
import stat
import threading
import urllib.error
import urllib.request
from email.message import Message
from http.client import HTTPMessage
from pathlib import Path
from typing import Any

import pytest

from tests.service.make import settings_for
from volunteer_credit.people.operations import senders
from volunteer_credit.people.operations.senders import (
    ConsoleSender,
    FileSender,
    HttpSender,
    Outbox,
    sender_of,
)

PHONE, CODE = "13812345678", "042137"


class Failing:
    def __init__(self, problem: Exception) -> None:
        self.problem = problem

    def send(self, *_about: str) -> None:
        raise self.problem


def test_the_setting_says_which(tmp_path: Path) -> None:
    def of(**changes: str) -> object:
        return sender_of(settings_for(f"sqlite:///{tmp_path}/data/a.db", tmp_path, **changes))

    assert of() is None
    assert isinstance(of(VC_CODE_SENDER="console"), ConsoleSender)
    assert isinstance(of(VC_CODE_SENDER="file", VC_CODE_SENDER_PATH="/srv/codes"), FileSender)
    found = of(VC_CODE_SENDER="http", VC_CODE_SENDER_URL="https://gateway.example")
    assert isinstance(found, HttpSender)


def test_the_console_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleSender().send(PHONE, CODE)
    assert capsys.readouterr().err == f"{PHONE}: {CODE}\n"


def test_a_file_gets_a_line_for_each_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "codes"
    for _ in range(2):
        FileSender(path).send(PHONE, CODE)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(lines) == 2
    assert (lines[0]["phone"], lines[0]["code"]) == (PHONE, CODE)
    assert CODE in lines[0]["text"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_gateway_gets_json_and_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    class Answer:
        def __enter__(self) -> None: ...
        def __exit__(self, *problem: object) -> None: ...

    def opened(request: urllib.request.Request, timeout: float) -> Answer:
        asked.append((request, timeout))
        return Answer()

    monkeypatch.setattr(senders.OPENER, "open", opened)
    HttpSender("https://gateway.example/send", "tok").send(PHONE, CODE)
    request, timeout = asked[0]
    assert (request.get_method(), request.full_url) == ("POST", "https://gateway.example/send")
    assert request.get_header("X-token") == "tok"
    assert json.loads(request.data)["phone"] == PHONE
    assert 0 < timeout <= 10


def test_a_gateway_that_sends_us_elsewhere_fails() -> None:
    request = urllib.request.Request("https://gateway.example/send", data=b"{}")
    opener: Any = senders.OPENER
    handlers = opener.handlers
    (handler,) = (e for e in handlers if isinstance(e, urllib.request.HTTPRedirectHandler))
    headers = HTTPMessage()
    headers["location"] = "https://elsewhere.example/"
    assert handler.http_error_302(request, io.BytesIO(), 302, "", headers) is None


@pytest.mark.parametrize(
    "problem",
    [
        OSError(PHONE),
        urllib.error.HTTPError(f"https://a/{PHONE}", 500, CODE, Message(), None),
        TimeoutError(PHONE),
        ValueError(PHONE),
    ],
)
def test_a_failure_is_logged_without_number_and_code(
    problem: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        outbox = Outbox(Failing(problem))
        outbox.post(PHONE, CODE)
        outbox.wait()
    assert "not sent" in caplog.text
    assert PHONE not in caplog.text
    assert CODE not in caplog.text


def test_nobody_waits_for_a_gateway() -> None:
    begun, may_end = threading.Event(), threading.Event()

    class Slow:
        def send(self, *_about: str) -> None:
            begun.set()
            assert may_end.wait(10)

    outbox = Outbox(Slow())
    outbox.post(PHONE, CODE)
    outbox.post(None, CODE)
    assert begun.wait(10)
    may_end.set()
    outbox.wait()
