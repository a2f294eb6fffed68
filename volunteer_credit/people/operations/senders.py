"""How one-time codes reach a phone: not at all, on the console, into a file, through a gateway.

A code is handed to the outbox after its transaction, and so is one for a phone that nobody has: the
answer is given before anything is sent, and tells nothing. What fails is not sent again; the person
asks for another code. Neither number nor code is ever logged.
"""

import json
import logging
import os
import sys
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor, wait
from http.client import HTTPException
from pathlib import Path
from typing import Protocol

from volunteer_credit.config import Settings
from volunteer_credit.shared.runtime import Runtime, current

TIMEOUT_SECONDS = 10
THREADS = 4
TOKEN_HEADER = "X-Token"  # noqa: S105 - the name of a header
TEXT = "您的登录验证码是 {code}，10 分钟内有效。工作人员不会向您索要验证码。"

_log = logging.getLogger(__name__)


class Sender(Protocol):
    """What brings a code to a phone."""

    def send(self, phone: str, code: str) -> None:
        """Send it now. Raises: OSError."""
        ...


class ConsoleSender:
    """Writes to standard error, for demonstrations."""

    def send(self, phone: str, code: str) -> None:
        """Write it."""
        sys.stderr.write(f"{phone}: {code}\n")


class FileSender:
    """Adds a line of JSON to a file that only its owner reads, for a program that sends it on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, phone: str, code: str) -> None:
        """Write it."""
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(_message(phone, code) + "\n")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A gateway that sends us elsewhere fails: the token is for nobody else."""

    def redirect_request(self, *_about: object) -> None:
        """Follow nothing."""


OPENER = urllib.request.build_opener(_NoRedirect)


class HttpSender:
    """Posts JSON to a gateway: {"phone", "code", "text"}, with the token in a header."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    def send(self, phone: str, code: str) -> None:
        """Post it; any status but 2xx is a failure."""
        asked = urllib.request.Request(  # noqa: S310 - the operator's own setting, http or https
            self._url,
            data=_message(phone, code).encode(),
            headers={"Content-Type": "application/json", TOKEN_HEADER: self._token},
        )
        with OPENER.open(asked, timeout=TIMEOUT_SECONDS):
            pass


def _message(phone: str, code: str) -> str:
    said = {"phone": phone, "code": code, "text": TEXT.format(code=code)}
    return json.dumps(said, ensure_ascii=False)


def sender_of(settings: Settings) -> Sender | None:
    """The sender that an installation has; none by default."""
    if settings.code_sender == "console":
        return ConsoleSender()
    if settings.code_sender == "file":
        assert settings.code_sender_path is not None  # the settings ask for it
        return FileSender(settings.code_sender_path)
    if settings.code_sender == "http":
        return HttpSender(settings.code_sender_url, settings.code_sender_token)
    return None


class Outbox:
    """What this process still has to send; a request never waits for it."""

    def __init__(self, sender: Sender | None) -> None:
        self.sender = sender
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="codes")
        self._pending: set[Future[None]] = set()

    def post(self, phone: str | None, code: str) -> None:
        """Hand over a code; without a phone it goes the same way and ends there."""
        posted = self._threads.submit(self._send, phone, code)
        self._pending.add(posted)
        posted.add_done_callback(self._pending.discard)

    def wait(self) -> None:
        """Wait until all that was handed over is sent, or has failed."""
        wait(list(self._pending))

    def _send(self, phone: str | None, code: str) -> None:
        if self.sender is None or phone is None:
            return
        try:
            self.sender.send(phone, code)
        except (OSError, HTTPException, ValueError) as problem:
            # The text of a failure may hold the address that was called, and so the number.
            _log.warning("a code was not sent: %s", type(problem).__name__)


def outbox() -> Outbox:
    """The outbox of the current application."""
    return current().part(Outbox, _outbox)


def _outbox(runtime: Runtime) -> Outbox:
    return Outbox(sender_of(runtime.settings))
