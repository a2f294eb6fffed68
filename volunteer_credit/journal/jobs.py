"""The journal's jobs: seal every book that has grown, ask the witnesses about what is published."""

import logging
from collections.abc import Callable, Iterable

from ledger.errors import LedgerError
from volunteer_credit.config import Settings
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.cosign import cosign_published
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.witnesses import witnesses
from volunteer_credit.journal.rules.seal_errors import SealingFailedError
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.errors import BusyError, ServiceError
from volunteer_credit.shared.jobs import Job
from volunteer_credit.shared.runtime import Runtime, current

_log = logging.getLogger(__name__)


def jobs(settings: Settings) -> list[Job]:
    """What the scheduler runs for the journal."""
    every = settings.seal_interval_seconds
    return [
        Job(name="seal", run=seal_all, interval_seconds=every),
        Job(name="witness", run=cosign_all, interval_seconds=every),
    ]


class Done:
    """Up to which size this process has done its round for each book."""

    def __init__(self, _runtime: Runtime) -> None:
        self.sealed: dict[str, int] = {}
        self.cosigned: dict[str, int] = {}


def seal_all(_period: str) -> None:
    """Seal every book that has grown, and each once after the start, for what a crash left.

    A book that cannot be sealed keeps no other from it. Raises: SealingFailedError at the end.
    """
    done = current().part(Done, Done).sealed
    books = _books()
    waiting = [
        community
        for community, (origin, size, sealed) in books.items()
        if size > sealed or done.get(origin) != size
    ]

    def work(community: str) -> None:
        origin, size, _ = books[community]
        seal(community)
        done[origin] = size

    _each(waiting, work)


def cosign_all(_period: str) -> None:
    """Ask the witnesses about every book with a checkpoint that they have not seen from here.

    Raises: SealingFailedError at the end, when a witness has stopped a book.
    """
    if not witnesses().places:
        return
    done = current().part(Done, Done).cosigned
    books = _books()
    waiting = [
        community
        for community, (origin, _, sealed) in books.items()
        if sealed and done.get(origin) != sealed
    ]

    def work(community: str) -> None:
        origin, _, sealed = books[community]
        data = cosign_published(community)
        if data is not None and witnesses().signed(data):
            done[origin] = sealed

    _each(waiting, work)


def _books() -> dict[str, tuple[str, int, int]]:
    end_reading()
    found = queries.sealed_sizes(db.session())
    end_reading()
    return found


def _each(communities: Iterable[str], work: Callable[[str], object]) -> None:
    failed: list[tuple[str, ServiceError | LedgerError]] = []
    for community in communities:
        try:
            work(community)
        except BusyError as problem:  # the next period tries again
            _log.warning("%s: %s", community, problem.code)
        except (ServiceError, LedgerError) as problem:
            _log.error("%s: %s", community, problem.code)
            failed.append((community, problem))
    if failed:
        community, first = failed[0]
        raise SealingFailedError(count=len(failed), community=community, reason=first)
