"""Many books at once on PostgreSQL, beside one: the same workers, the same number of appends."""

import multiprocessing
import secrets
import threading
import time
from pathlib import Path

from benchmarks.measure import Row
from benchmarks.services import Service, application, close, services
from tests.service.books import award, funded, request
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.shared.errors import BusyError

BOOKS = 50
PROCESSES = 4
THREADS = 4
EACH = 200
WANTED = 1.5


def run() -> list[Row]:
    """One book, then fifty."""
    with services() as made:
        (service,) = (each for each in made if each.engine == "PostgreSQL")
        with service.app.app_context():
            for number in range(BOOKS):
                funded(name_of(number), amount=10**12, members=1)
        one, many = rate(service, 1), rate(service, BOOKS)
    who = f"{PROCESSES} processes × {THREADS} threads"
    return [
        Row(f"PostgreSQL: {who}, one book", f"{one:,.0f}/s", wanted="≥ 100/s"),
        Row(f"PostgreSQL: {who}, {BOOKS} books", f"{many:,.0f}/s", many / one, f"≥ {WANTED}"),
    ]


def name_of(number: int) -> str:
    """The community of a book."""
    return f"bench-{number:02}"


def rate(service: Service, books: int) -> float:
    """Appends a second over all workers."""
    context = multiprocessing.get_context("spawn")
    ready, go = context.Barrier(PROCESSES + 1), context.Barrier(PROCESSES + 1)
    workers = [
        context.Process(target=worker, args=(service.url, service.folder, number, books, ready, go))
        for number in range(PROCESSES)
    ]
    for each in workers:
        each.start()
    ready.wait()
    start = time.perf_counter()
    go.wait()
    for each in workers:
        each.join()
    assert all(each.exitcode == 0 for each in workers)
    return PROCESSES * THREADS * EACH / (time.perf_counter() - start)


def worker(
    url: str,
    folder: Path,
    process: int,
    books: int,
    ready: "threading.Barrier",
    go: "threading.Barrier",
) -> None:
    """One process: its threads append in turn to the books that are theirs, or all to one."""
    app = application(url, folder, create=False)

    def thread(number: int) -> None:
        lane = process * THREADS + number
        with app.app_context():
            for turn in range(EACH):
                community = name_of((lane + turn * PROCESSES * THREADS) % books)
                once(community, secrets.token_hex(16))

    with app.app_context():
        once(name_of(process % books), secrets.token_hex(16))
    threads = [threading.Thread(target=thread, args=(number,)) for number in range(THREADS)]
    ready.wait()
    go.wait()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    close(app)


def once(community: str, key: str) -> None:
    """Append until it is done: a busy book is asked again with the same request number."""
    while True:
        try:
            append(community, request(key), [award(0, 1)])
        except BusyError:
            continue
        else:
            return
