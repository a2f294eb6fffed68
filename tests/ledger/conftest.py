"""What the tests of the book may ask for beyond tests/conftest.py."""

import socket
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger import note


class _Remembering:
    """A public key that checks the same signature of the same text once."""

    def __init__(self, public: bytes) -> None:
        self.public = public

    @classmethod
    def from_public_bytes(cls, public: bytes) -> "_Remembering":
        return cls(public)

    def verify(self, signature: bytes, text: bytes) -> None:
        _verify(self.public, signature, text)


@cache
def _verify(public: bytes, signature: bytes, text: bytes) -> None:
    """A refusal is an exception, which no cache keeps."""
    Ed25519PublicKey.from_public_bytes(public).verify(signature, text)


@pytest.fixture
def remembered_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that read the same good entries hundreds of times to find the one bad one."""
    monkeypatch.setattr(note, "Ed25519PublicKey", _Remembering)


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
