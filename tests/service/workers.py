"""What the tests of the journal run in other processes: each function opens its own application.

Nothing here waits by the clock. A worker that is refused for being busy tries again under its key.
"""

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from tests.service.books import award, request
from tests.service.make import FakeClock, settings_for
from volunteer_credit import create_app
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.shared.db import WRITE, db
from volunteer_credit.shared.errors import BusyError
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.runtime import Runtime
from volunteer_credit.shared.write_lock import WriteLock

# A new process each time, which has opened nothing; what it imports is imported once for all.
FORKSERVER = multiprocessing.get_context("forkserver")
FORKSERVER.set_forkserver_preload([__name__, "volunteer_credit.wiring"])
DONE_SECONDS = 1_800  # a worker that is not done by then has hung
WHOLE = 2  # entries of the operation that dies


@dataclass(frozen=True)
class Job:
    """What a worker appends: `each` operations in each thread, with numbers from `first` on."""

    url: str
    folder: str
    worker: int
    communities: tuple[str, ...]
    threads: int
    each: int
    acknowledged: str  # the file that gets a line for each answer

    def key(self, thread: int, number: int) -> str:
        """The idempotency key of one operation."""
        return f"{self.worker}-{thread}-{number}"

    def community(self, thread: int, number: int) -> str:
        """Whose book an operation is for."""
        return self.communities[(thread + number) % len(self.communities)]


@contextmanager
def service(url: str, folder: str, clock: FakeClock | None = None) -> Iterator[Flask]:
    """An application of its own on a database that is there."""
    with in_context(made(url, folder, clock)) as app:
        yield app


def made(url: str, folder: str, clock: FakeClock | None = None) -> Flask:
    """An application that has not opened anything yet."""
    return create_app(Runtime(settings_for(url, Path(folder)), clock or FakeClock()))


@contextmanager
def in_context(app: Flask) -> Iterator[Flask]:
    """Work with an application, and close what it has opened."""
    with app.app_context():
        yield app
        db.session.remove()
        for engine in (db.engine, db.engines[WRITE]):
            engine.dispose()


def persistent(act: Callable[[], Any]) -> Any:
    """Do it, again when the database is busy."""
    while True:
        try:
            return act()
        except BusyError:
            continue


def append_many(job: Job) -> None:
    """Append from many threads and write down, on the disk, what was acknowledged.

    What the file has already is not done again, so a worker that was killed can be started anew.
    """
    known = {line[1] for line in acknowledged(job.acknowledged)}
    log = os.open(job.acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    failures: list[BaseException] = []

    def run(app: Flask, thread: int) -> None:
        try:
            with app.app_context():
                for number in range(job.each):
                    if job.key(thread, number) not in known:
                        append_one(job, thread, number, log)
        except BaseException as problem:
            failures.append(problem)
            raise

    with service(job.url, job.folder) as app:
        threads = [threading.Thread(target=run, args=(app, n)) for n in range(job.threads)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    if failures:
        raise failures[0]


def append_one(job: Job, thread: int, number: int, log: int) -> None:
    """Append one entry and write down that it was acknowledged."""
    community, asked = job.community(thread, number), request(job.key(thread, number))
    (made,) = persistent(lambda: append(community, asked, [award(amount=1)]))
    os.write(log, f"{json.dumps([community, asked.key, made.seq, made.id])}\n".encode())
    os.fdatasync(log)


def acknowledged(path: str) -> list[list[Any]]:
    """The answers in a worker's file; a line that a kill cut off was never an answer."""
    file = Path(path)
    text = file.read_text() if file.exists() else ""
    lines = [line for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return [json.loads(line) for line in lines]


def start(target: Callable[..., None], *args: Any) -> ForkServerProcess:
    """A process that runs a function of this file."""
    process = FORKSERVER.Process(target=target, args=args, daemon=True)
    process.start()
    return process


def finished(process: ForkServerProcess) -> int:
    """Wait for the end of a process; its exit code."""
    process.join(DONE_SECONDS)
    assert process.exitcode is not None, "a worker hangs"
    code = process.exitcode
    process.close()
    return code


def die_at_each_point(url: str, folder: str, community: str, pipe: Pipe) -> None:
    """Fork a child for each point of an append at which it kills itself, then one that lives.

    After each the test looks at the database; a word from it starts the next.
    """
    app, point = made(url, folder), 0
    while True:
        child = os.fork()
        if child == 0:
            _append_and_die(app, community, point)
        _, status = os.waitpid(child, 0)
        pipe.send((point, os.waitstatus_to_exitcode(status)))
        if not os.WIFSIGNALED(status) or pipe.recv() != "next":
            return
        point += 1


@contextmanager
def around_statements(before: Callable[[], None], after: Callable[[], None]) -> Iterator[None]:
    """Call these around each statement of the write engine, BEGIN and COMMIT among them."""
    engine, dialect = db.engines[WRITE], db.engines[WRITE].dialect
    commit, execute, many = dialect.do_commit, Prepared._execute, Prepared.run_many

    def call(act: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            before()
            result = act(*args)
            after()
            return result

        return run

    def ran(*_: Any) -> None:
        after()

    def runs(*_: Any) -> None:
        before()

    listeners = {"begin": runs, "before_cursor_execute": runs, "after_cursor_execute": ran}
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    patched = pytest.MonkeyPatch()
    patched.setattr(dialect, "do_commit", call(commit))
    patched.setattr(Prepared, "_execute", call(execute))
    patched.setattr(Prepared, "run_many", call(many))
    try:
        yield
    finally:
        patched.undo()
        for name, listener in listeners.items():
            event.remove(engine, name, listener)


def _append_and_die(app: Flask, community: str, point: int) -> None:
    """In a forked child: never returns."""
    left = point

    def here(*_: Any, **__: Any) -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    try:
        with in_context(app), around_statements(here, here):
            append(community, request(f"point {point}"), [award(amount=1)] * WHOLE)
            os._exit(0)
    except BaseException:
        os._exit(1)


def hold_lock(path: str, pipe: Pipe) -> None:
    """Hold the lock beside a database until told, or killed."""
    with WriteLock(Path(path), 5, FakeClock()).held():
        pipe.send("held")
        pipe.recv()
    pipe.send("released")


def in_turn(community: str, key: str) -> Any:
    """Append one entry as soon as the others let us."""
    return persistent(lambda: append(community, request(key), [award()]))


def fork_and_append(url: str, folder: str, community: str, pipe: Pipe) -> None:
    """Append, read, fork, and append in both: the exit code of the child and what both got."""
    with service(url, folder):
        first = append(community, request("before"), [award()])
        db.session.execute(text("SELECT 1"))  # a read transaction is open across the fork
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                made = [in_turn(community, f"child {n}") for n in range(20)]
                again = append(community, request("before"), [award()])
                os.write(write, json.dumps([len(made), again[0].id]).encode())
                code = 0
            finally:
                os._exit(code)
        made = [in_turn(community, f"parent {n}") for n in range(20)]
        _, status = os.waitpid(child, 0)
        os.close(write)
        told = json.loads(os.read(read, 1000) or "[]")
        os.close(read)
        pipe.send((os.waitstatus_to_exitcode(status), told, len(made), first[0].id))
