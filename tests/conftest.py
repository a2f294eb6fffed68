"""What every test stands on: one setting of hypothesis, and no network."""

import os
import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# The gate draws the same examples each time; a soak looks for new ones. Neither keeps a database.
settings.register_profile("gate", derandomize=True, max_examples=100, deadline=None, database=None)
settings.register_profile(
    "soak",
    max_examples=10_000,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))


class NetworkRefusedError(RuntimeError):
    """A test tried to open a network connection."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse internet sockets, loopback included; Unix sockets and pipes stay."""
    real = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}

    def guard(name: str) -> Any:
        def connect(self: socket.socket, address: object) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6}:
                self.close()  # or its late warning would hide this error
                raise NetworkRefusedError(address)
            return real[name](self, address)

        return connect

    for name in real:
        monkeypatch.setattr(socket.socket, name, guard(name))
