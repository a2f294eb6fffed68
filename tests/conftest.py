"""What every test stands on: one setting of hypothesis, folders in memory, and no network."""

import gc
import os
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Generator
from pathlib import Path
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

# Where Linux keeps files in memory: there a folder costs a twentieth. What a disk guards against
# is the end of the machine, which the tests bring about with disks of their own. `TMPDIR` wins.
MEMORY = Path("/dev/shm")  # noqa: S108 - it is asked for its room, and pytest makes folders in it
ROOM_BYTES = 4 << 30
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_BYTES:
    os.environ["TMPDIR"] = str(MEMORY)  # for the processes that tests start
    tempfile.tempdir = str(MEMORY)


COLLECTED_EACH = (100_000, 20, 20)  # objects made between two looks for garbage, and how often


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not among what stays: that costs an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_EACH)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Run a test that is marked `untraced` without the tracer of coverage, which halves its time.

    So what only such a test reaches counts as not covered.
    """
    tracer, threads_tracer = sys.gettrace(), threading.gettrace()
    if tracer is None or item.get_closest_marker("untraced") is None:
        return (yield)
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        threading.settrace(threads_tracer)
        sys.settrace(tracer)


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
