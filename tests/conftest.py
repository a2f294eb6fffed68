"""What every test stands on: one setting of hypothesis, folders in memory, and no network."""

import gc
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Generator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.tracing import untraced

# The gate draws the same examples each time; a soak looks for new ones. Neither keeps a database.
settings.register_profile("gate", derandomize=True, max_examples=80, deadline=None, database=None)
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


# Begun first, so that nobody waits for them at the end.
LONG = ("tests/stories/test_saturday.py", "tests/test_readme.py", "tests/tour/test_walk.py")
SWEEP_CASES_MIN, SWEEP_STEP = 5, 4
UNTRACED = Path(__file__).with_name("untraced.txt")  # tests/untraced.py writes it


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first; mark the tests of tests/untraced.txt, and what is left to the soak."""
    items.sort(key=lambda each: not each.nodeid.startswith(LONG))
    lines = (line.split("\t") for line in UNTRACED.read_text().splitlines())
    traced_cases = {name: kept for name, *kept in lines}
    for each in items:
        name, bracket, case = each.nodeid.partition("[")
        if name in traced_cases and bracket + case not in traced_cases[name]:
            each.add_marker(pytest.mark.untraced)
    thin_out(items)


def thin_out(items: list[pytest.Item]) -> None:
    """Let a sweep take every fourth case to its second engine, and all of them in `make soak`.

    A sweep is a test of five cases or more that runs on both, unless it is marked with its engines.
    """
    sweeps: dict[tuple[object, ...], list[pytest.Item]] = {}
    for each in items:
        if isinstance(each, pytest.Function) and each.get_closest_marker("engines") is None:
            given = getattr(each, "callspec", None)
            if given is not None and given.params.get("database_url") == "postgresql":
                sweeps.setdefault((each.parent, each.originalname), []).append(each)
    for cases in sweeps.values():
        if len(cases) >= SWEEP_CASES_MIN:
            for index, case in enumerate(cases):
                if index % SWEEP_STEP:
                    case.add_marker(pytest.mark.soak)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Trace what is done once, when modules are loaded, in the first of several workers only."""
    is_another = os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0"
    with untraced() if is_another and sys.gettrace() else nullcontext():
        return (yield)


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
    if sys.gettrace() is None or item.get_closest_marker("untraced") is None:
        return (yield)
    with untraced():
        return (yield)


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
