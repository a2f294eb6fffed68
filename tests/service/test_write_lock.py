"""The lock beside a SQLite file: one holder among threads, processes and forks."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.service import workers
from tests.service.make import FakeClock
from volunteer_credit.shared.db_errors import DatabaseBusyError, DatabaseFailedError
from volunteer_credit.shared.write_lock import WriteLock


class SteppingClock(FakeClock):
    """A clock that goes on a little whenever it is asked, so that deadlines come."""

    def monotonic_ms(self) -> int:
        self.steady_ms += 100
        return self.steady_ms


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "service.db.lock"


def lock_at(path: Path, timeout_seconds: float = 5) -> WriteLock:
    """A lock as another process would have it: a descriptor of its own."""
    return WriteLock(path, timeout_seconds, SteppingClock())


@contextmanager
def refused(lock: WriteLock) -> Iterator[None]:
    """Whoever asks for the lock is told that it is busy."""
    with pytest.raises(DatabaseBusyError) as caught, lock.held():
        pytest.fail("two hold one lock")
    assert str(int(lock.timeout_seconds)) in caught.value.sentence("zh")
    yield


def test_one_at_a_time_among_processes(path: Path) -> None:
    one, other = lock_at(path), lock_at(path)
    with one.held(), refused(other):
        pass
    with other.held(), refused(one):
        pass


def test_one_at_a_time_among_threads(path: Path) -> None:
    lock = lock_at(path, timeout_seconds=0.01)
    with lock.held():
        refusals: list[BaseException] = []

        def ask() -> None:
            try:
                with lock.held():
                    pass
            except DatabaseBusyError as problem:
                refusals.append(problem)

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert len(refusals) == 1
    with lock.held():
        pass


def test_the_deadline_is_by_the_steady_hand(path: Path) -> None:
    one, other = lock_at(path), lock_at(path, timeout_seconds=7)
    clock = SteppingClock()
    other._clock = clock
    with one.held(), refused(other):
        assert clock.steady_ms - 1_000_000 in range(7_000, 7_300)


def test_what_raises_inside_lets_go(path: Path) -> None:
    lock = lock_at(path)
    with pytest.raises(ZeroDivisionError), lock.held():
        raise ZeroDivisionError
    with lock_at(path).held():
        pass


def test_a_lock_that_was_refused_can_be_had_later(path: Path) -> None:
    one, other = lock_at(path), lock_at(path)
    with one.held(), refused(other):
        pass
    with other.held():
        pass


@pytest.mark.parametrize("replaced", [False, True])
def test_a_lock_file_that_is_removed_does_not_make_two_locks(path: Path, replaced: bool) -> None:
    one, other = lock_at(path), lock_at(path)
    with one.held():
        path.unlink()
        if replaced:
            path.touch()
    with other.held(), refused(one):
        pass
    with one.held(), refused(other):
        pass


def test_who_waits_while_the_file_is_removed_locks_the_new_one(path: Path) -> None:
    one, other = lock_at(path), lock_at(path)
    with one.held():
        other._open()
        path.unlink()
    with other.held():
        assert path.exists()
        with refused(lock_at(path)):
            pass


@pytest.mark.parametrize("there", ["folder", "nothing"])
def test_a_lock_file_that_cannot_be_made_is_a_fault(path: Path, there: str) -> None:
    if there == "folder":
        path.mkdir()
    lock = lock_at(path if there == "folder" else path / "missing" / "lock")
    with pytest.raises(DatabaseFailedError), lock.held():
        pytest.fail("there is no lock")
    if there == "folder":
        path.rmdir()
        with lock.held():
            assert path.is_file()


def test_a_killed_holder_lets_go(path: Path) -> None:
    ours, theirs = workers.FORKSERVER.Pipe()
    process = workers.start(workers.hold_lock, str(path), theirs)
    assert ours.recv() == "held"
    with refused(lock_at(path)):
        pass
    process.kill()
    assert workers.finished(process) == -9
    with lock_at(path).held():
        pass


def test_another_process_lets_go_when_it_is_done(path: Path) -> None:
    ours, theirs = workers.FORKSERVER.Pipe()
    process = workers.start(workers.hold_lock, str(path), theirs)
    assert ours.recv() == "held"
    with refused(lock_at(path)):
        pass
    ours.send("enough")
    assert ours.recv() == "released"
    with lock_at(path).held():
        pass
    assert workers.finished(process) == 0


def test_a_child_has_a_lock_of_its_own(path: Path) -> None:
    """What `os.fork` calls in a child; tests/service/test_bad_days_fork.py forks for real."""
    lock = lock_at(path)
    with lock.held():
        descriptor = lock._descriptor
        copy = os.dup(descriptor)  # as the parent keeps it
        lock.after_fork()
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(descriptor)
        with refused(lock):
            pass
        os.close(copy)
        lock._descriptor = os.open(path, os.O_RDWR)  # for the end of the outer block
        lock._threads.acquire()
    with lock.held():
        pass
