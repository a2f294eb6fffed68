"""What a witness stops is stopped in every process, those that run and those that start."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.service.books import COMMUNITY, notes
from tests.service.make import FakeClock
from tests.service.sealed import ORIGIN, awards, grown, head_of, restart
from volunteer_credit.journal.operations.examine import read_head
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sidecar_files import archive_folder
from volunteer_credit.journal.operations.stops import FILE, LOOK_MS
from volunteer_credit.journal.rules.errors import BehindPublicationError, BookForkError
from volunteer_credit.journal.rules.seal_errors import FolderChangedError
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")


@contextmanager
def another_process(app: Flask) -> Iterator[None]:
    """What happens in here is done by a process that knows nothing of this one."""
    parts: dict[Any, Any] = app.extensions["volunteer_credit"]._parts
    own = dict(parts)
    restart(app)
    yield
    parts.clear()
    parts.update(own)
    end_reading()


def stop(app: Flask, problem: BookForkError | BehindPublicationError) -> None:
    """Another process asks a witness, which disputes the book."""
    with another_process(app):
        _, head, _ = read_head(COMMUNITY)
        guard().stop(head, problem)


FORK = BookForkError(origin=ORIGIN, where="witness w", size=3)
BEHIND = BehindPublicationError(origin=ORIGIN, where="witness w", size=3, published=5)


def stop_file() -> Path:
    return archive_folder(COMMUNITY) / FILE


@pytest.mark.parametrize("problem", [FORK, BEHIND])
def test_a_running_process_hears_of_it(
    app: Flask, clock: FakeClock, problem: BookForkError | BehindPublicationError
) -> None:
    grown(2)
    seal(COMMUNITY)
    stop(app, problem)
    before = len(notes())
    with pytest.raises(type(problem)):
        seal(COMMUNITY)  # looks at once
    clock.pass_ms(LOOK_MS)
    with pytest.raises(type(problem)) as caught:
        awards(1, 60)
    assert caught.value.sentence("zh") == problem.sentence("zh")
    assert len(notes()) == before
    restart(app)
    with pytest.raises(type(problem)):
        awards(1, 61)


def test_it_looks_once_a_second_and_reads_nothing_in_between(app: Flask, clock: FakeClock) -> None:
    grown(2)
    seal(COMMUNITY)
    awards(1, 50)
    stop(app, FORK)
    awards(1, 51)  # within the second of the last look
    clock.pass_ms(LOOK_MS)
    with pytest.raises(BookForkError):
        awards(1, 52)


def test_who_has_looked_lets_it_go_on_everywhere(app: Flask, clock: FakeClock) -> None:
    grown(2)
    seal(COMMUNITY)
    stop(app, FORK)
    clock.pass_ms(LOOK_MS)
    with pytest.raises(BookForkError):
        awards(1, 50)
    with another_process(app):
        guard().again(ORIGIN)
        guard().again(ORIGIN)
    assert not stop_file().exists()
    clock.pass_ms(LOOK_MS)
    awards(1, 50)
    assert head_of(seal(COMMUNITY)).size == len(notes())


@pytest.mark.parametrize("data", [b"", b"{}", b'{"code": "of a newer release"}', b"[]"])
def test_what_does_not_read_stops_too(app: Flask, clock: FakeClock, data: bytes) -> None:
    grown(2)
    seal(COMMUNITY)
    stop_file().write_bytes(data)
    clock.pass_ms(LOOK_MS)
    with pytest.raises(FolderChangedError):
        awards(1, 50)


def test_a_disk_that_takes_no_file_stops_this_process_all_the_same(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    grown(2)
    seal(COMMUNITY)
    stop_file().mkdir()
    _, head, _ = read_head(COMMUNITY)
    guard().stop(head, FORK)
    assert "was not told" in caplog.text
    with pytest.raises(BookForkError):
        awards(1, 50)


def test_the_file_says_which_book_and_who(app: Flask) -> None:
    grown(2)
    seal(COMMUNITY)
    stop(app, FORK)
    said = json.loads(stop_file().read_bytes())
    assert said == {"code": "book_fork", "origin": ORIGIN, "size": 3, "where": "witness w"}
    assert [each.name for each in stop_file().parent.glob("stopped*")] == [FILE]
