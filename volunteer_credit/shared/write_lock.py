"""One writer at a time on SQLite: a lock for the threads, and a file lock for the processes.

Only the holder writes or checkpoints, so waits stay short and fair enough, and the race of WAL
resets (SQLite before 3.51.3) cannot happen. Design §6 has the measurements.
"""

import errno
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from volunteer_credit.shared.clock import Clock
from volunteer_credit.shared.db_errors import DatabaseBusyError, DatabaseFailedError

POLL_SECONDS = 0.001


class WriteLock:
    """The lock beside a database file. `with lock.held(): …` waits up to `timeout_seconds`."""

    def __init__(self, path: Path, timeout_seconds: float, clock: Clock) -> None:
        self.path = path
        self.timeout_seconds = timeout_seconds
        self._name = str(path)
        self._clock = clock
        self._threads = threading.Lock()
        self._never = threading.Event()
        self._descriptor = -1

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold both locks.

        Raises: DatabaseBusyError after the deadline, DatabaseFailedError without a lock file.
        """
        deadline_ms = self._clock.monotonic_ms() + int(self.timeout_seconds * 1000)
        if not self._threads.acquire(timeout=self.timeout_seconds):
            raise DatabaseBusyError(seconds=self.timeout_seconds)
        try:
            descriptor = self._locked(deadline_ms)
            try:
                yield
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def after_fork(self) -> None:
        """Forget what the parent held: called in a child, where no other thread lives.

        A descriptor shared over a fork is one lock, which the child would keep after the parent.
        """
        self._threads = threading.Lock()
        self._never = threading.Event()
        self._close()

    def _locked(self, deadline_ms: int) -> int:
        """The descriptor of the file that everybody locks, locked."""
        while True:
            try:
                descriptor = self._open()
                self._lock(descriptor, deadline_ms)
                if self._is_there(descriptor):
                    return descriptor
            except OSError as problem:
                reason = errno.errorcode.get(problem.errno or 0, "lock file")
                raise DatabaseFailedError(reason=reason) from problem
            self._close()  # it was removed or replaced, and others lock another file by now

    def _is_there(self, descriptor: int) -> bool:
        try:
            there = os.stat(self._name)  # noqa: PTH116 - twice as quick
            return os.path.samestat(os.fstat(descriptor), there)
        except FileNotFoundError:
            return False

    def _open(self) -> int:
        if self._descriptor < 0:
            self._descriptor = os.open(self._name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._descriptor

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _lock(self, descriptor: int, deadline_ms: int) -> None:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self._clock.monotonic_ms() >= deadline_ms:
                    raise DatabaseBusyError(seconds=self.timeout_seconds) from None
                self._never.wait(POLL_SECONDS)
            else:
                return


def file_locks_work(folder: Path) -> bool:
    """Whether a file lock in this folder keeps a second opening of the file out."""
    path = folder / f".lock-check-{os.getpid()}"
    opened: list[int] = []
    try:
        opened.append(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        opened.append(os.open(path, os.O_RDWR | os.O_CLOEXEC))
        for each in opened:
            fcntl.flock(each, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # the file system knows no locks, or cannot be written to
        return False
    else:
        return False
    finally:
        for each in reversed(opened):
            os.close(each)
        if opened:
            path.unlink(missing_ok=True)  # another process of this number may check too
