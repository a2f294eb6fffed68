"""What the tests of the book may ask for beyond tests/conftest.py."""

import socket
from typing import Any

import pytest


@pytest.fixture
def loopback(no_network: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sockets connect to 127.0.0.1, and nowhere else; no proxy comes between."""
    guarded = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family == socket.AF_INET and address[0] == "127.0.0.1":
            super(socket.socket, self).connect(address)
        else:
            guarded(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
