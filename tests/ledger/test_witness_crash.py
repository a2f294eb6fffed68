"""A witness that dies or whose disk fails, at every step: it never cosigns two trees."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import StoreError
from ledger.witness import Response
from ledger.witness_app import Witness
from ledger.witness_state import create_state
from ledger.witness_state_errors import (
    WitnessStateCorruptError,
    WitnessStateExistsError,
    WitnessStateLostError,
    WitnessStateMissingError,
)
from tests.ledger.make import seed
from tests.ledger.witnessing import (
    FORKED,
    HONEST,
    KEYS,
    NOW,
    ORIGIN,
    TREE_SIZE_MAX,
    TREES,
    create,
    folders,
    new_witness,
    opened,
    settle,
    witness,
)

ROOT = Path(__file__).resolve().parents[2]
REFUSED = (WitnessStateMissingError, WitnessStateLostError, WitnessStateCorruptError)
STEPS = ("open", "write", "fsync", "rename", "fsync")


class Died(BaseException):
    """The end of the process, at this point; no handler of the package catches it."""


class Disk:
    """Counts the steps that change the disk and fails at one of them.

    With `done` the step has happened and only its answer is lost. Without, what it should have
    made durable is gone: a file that was not synced is empty, a rename that was not synced undone.
    """

    def __init__(self, patch: pytest.MonkeyPatch, at: int, failure: BaseException) -> None:
        self.steps: list[str] = []
        self._at, self._failure, self._done = at, failure, False
        self._undo: dict[int, Callable[[], object]] = {}  # by the inode that was not synced
        self._real: dict[str, Any] = {name: getattr(os, name) for name in set(STEPS)}
        for name in self._real:
            patch.setattr(os, name, getattr(self, name))

    def failing(self, *, done: bool) -> "Disk":
        self._done = done
        return self

    def _step(self, name: str, *arguments: Any) -> Any:
        self.steps.append(name)
        if len(self.steps) - 1 != self._at:
            return self._real[name](*arguments)
        if self._done:
            self._real[name](*arguments)
        elif name == "fsync":
            self._undo.get(os.fstat(arguments[0]).st_ino, bool)()
        raise self._failure

    def open(self, path: Any, flags: int, mode: int = 0o777, **named: Any) -> Any:
        if flags & os.O_CREAT:
            self._undo[path.parent.stat().st_ino] = path.unlink
            return self._step("open", path, flags, mode)
        return self._real["open"](path, flags, mode, **named)

    def write(self, fd: int, data: bytes) -> Any:
        self._undo[os.fstat(fd).st_ino] = lambda: os.ftruncate(fd, 0)
        return self._step("write", fd, data)

    def fsync(self, fd: int) -> Any:
        return self._step("fsync", fd)

    def rename(self, old: Path, new: Path) -> Any:
        before = new.read_bytes() if new.exists() else None

        def undo() -> None:
            new.unlink()
            if before is not None:
                new.write_bytes(before)

        result = self._step("rename", old, new)
        self._undo[new.parent.stat().st_ino] = undo
        return result


@contextmanager
def failing_disk(at: int, failure: BaseException, *, done: bool) -> Iterator[Disk]:
    """A disk that fails at step `at`, counted from 0."""
    with pytest.MonkeyPatch.context() as patch:
        yield Disk(patch, at, failure).failing(done=done)


def test_the_steps_are_those_that_are_failed_below(tmp_path: Path) -> None:
    one = new_witness(tmp_path)
    with failing_disk(-1, Died(), done=False) as disk:
        settle(one, HONEST, 3)
        assert disk.steps == [*STEPS, *STEPS]
        settle(one, HONEST, 6)
        assert disk.steps == [*STEPS, *STEPS, *STEPS]


@pytest.mark.parametrize("failure", [Died(), OSError(5, "Input/output error")], ids=["dies", "io"])
@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
@pytest.mark.parametrize("first_size", [0, 3])
@pytest.mark.parametrize("at", range(10))
def test_a_failed_step_never_leads_to_two_trees(
    tmp_path: Path, failure: BaseException, at: int, first_size: int, done: bool
) -> None:
    """After any failure, one of two trees of the same size is cosigned, and never the other."""
    one = new_witness(tmp_path)
    if first_size:
        assert settle(one, HONEST, first_size)[-1].status == 200
    answered: list[tuple[str, Response]] = []
    with failing_disk(at, failure, done=done) as disk:
        try:
            answered.append(("honest", settle(one, HONEST, 6)[-1]))
        except (Died, StoreError):
            assert len(disk.steps) == at + 1
        else:
            assert first_size
            assert at >= len(STEPS)
    again = witness(tmp_path)
    for name in ("forked", "honest", "forked"):
        answered.append((name, settle(again, TREES[name], 6)[-1]))
    signed = {name for name, response in answered if response.status == 200}
    assert len(signed) == 1
    assert {response.status for _, response in answered} == {200, 422}
    (name,) = signed
    assert settle(again, TREES[name], 9)[-1].status == 200


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
@pytest.mark.parametrize("at", range(10))
def test_a_create_that_dies_leaves_a_key_that_works_or_never_signs(
    tmp_path: Path, at: int, done: bool
) -> None:
    folder, key_folder = folders(tmp_path)
    with failing_disk(at, Died(), done=done) as disk:
        try:
            create_state(folder, key_folder, KEYS, seed("state id"))
        except Died:
            assert len(disk.steps) == at + 1
    given, whole = (key_folder / "state").exists(), (folder / "state").exists()
    if whole:
        assert settle(witness(tmp_path), HONEST, 3)[-1].status == 200
    else:
        with pytest.raises(REFUSED):
            opened(tmp_path)
    if given:
        with pytest.raises(WitnessStateExistsError):
            create_state(tmp_path / "another", key_folder, KEYS, seed("another id"))
    assert given or not whole


def other_process(base: Path, tree: str, size_max: int, *origins: str) -> subprocess.Popen[str]:
    """A witness over the same state in a process of its own, ready to start."""
    words = [sys.executable, "-m", "tests.ledger.witnessing"]
    process = subprocess.Popen(
        [*words, str(base), tree, str(size_max), *origins],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def start(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def test_two_processes_at_once_cosign_one_of_two_trees(tmp_path: Path) -> None:
    """They race for the first leaf apart, under each of twelve origins."""
    create(tmp_path)
    origins = [f"race.example/{number}" for number in range(12)]
    processes = {name: other_process(tmp_path, name, 7, *origins) for name in TREES}
    for process in processes.values():
        start(process)
    signed: dict[str, set[str]] = {origin: set() for origin in origins}
    for name, process in processes.items():
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        lines = [line.split() for line in output.splitlines()]
        assert len(lines) == 7 * len(origins)
        for origin, size, status in lines:
            if status == "200" and int(size) > 5:
                signed[origin].add(name)
    assert {len(names) for names in signed.values()} == {1}


@pytest.mark.parametrize("answers", [1, 4, 9, 17])
def test_kill_9_loses_nothing_that_was_answered(tmp_path: Path, answers: int) -> None:
    create(tmp_path)
    with other_process(tmp_path, "honest", TREE_SIZE_MAX, ORIGIN) as process:
        start(process)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(answers)]
        process.kill()
        lines += process.stdout.readlines()
    assert {line.split()[2] for line in lines} == {"200"}
    with opened(tmp_path).turn(ORIGIN) as turn:
        assert turn.last is not None
        size = turn.last[0]
    assert size >= len(lines) >= answers
    one: Witness = witness(tmp_path)
    assert one.add_checkpoint(FORKED.request(0, 7), NOW).status == 409
    assert settle(one, FORKED, max(size, 6))[-1].status == (200 if size <= 5 else 422)
