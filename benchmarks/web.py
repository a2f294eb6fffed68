"""Requests through the whole stack, beside bare Flask: both served alike, asked in turn.

Servers and load are processes of their own. The floor does the hand-written transaction of
benchmarks/floor.py, on a copy of our database.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import IO, Any, NamedTuple

from benchmarks.measure import Row
from benchmarks.peers import ROOT
from benchmarks.services import Service, services
from benchmarks.web_load import KEY
from benchmarks.web_ours import FOLDER, URL
from benchmarks.web_start import start_rows
from benchmarks.web_town import BOOKS, Filled, filled, name_of
from volunteer_credit.cli_serve import HOST
from volunteer_credit.serving import free_port
from volunteer_credit.web.idempotency import HEADER

ROUNDS = 7
CLIENTS = 16
POSTS = 320  # in a round, over all clients
POSTS_ALONE = 60  # in a round, one client
PAGES = 640
WARM_UP = 640  # every thread has its connections, every book is known
FIRST_PORT = 18_600
TRIES = 300
CREATED, OK = 201, 200
WANTED, WANTED_P99 = 0.5, 1.5
END_SECONDS = 10


class NotStartedError(RuntimeError):
    """A server that does not answer."""


class Taken(NamedTuple):
    """One round of one server: seconds in all, and the 99th percentile of its answers."""

    seconds: float
    p99: float


class Load:
    """The process that asks."""

    def __init__(self, given: IO[str], answers: IO[str]) -> None:
        self._given = given
        self._answers = answers

    def ask(self, **order: Any) -> Taken:
        """Let it ask; see benchmarks/web_load.py."""
        self._given.write(f"{json.dumps(order)}\n")
        self._given.flush()
        found = json.loads(self._answers.readline())
        return Taken(found["seconds"], quantiles(found["took"], n=100)[98])


def run() -> list[Row]:
    """Both engines, one after the other; then how long a start takes."""
    rows = []
    with services() as made, loading() as load:
        for service in made:
            rows += measured(service, load)
        (first, *_) = made
        rows += start_rows(first.url, first.folder)
    return rows


def measured(service: Service, load: Load) -> list[Row]:
    """Posts to one book and to many, by many clients and by one; and a public page."""
    town = filled(service)
    with (
        serving("benchmarks.web_ours", town.ours, service.folder) as ours,
        serving("benchmarks.web_floor", town.floor, service.folder) as floor,
    ):
        rows = []
        for books in (1, BOOKS):
            wanted = posts(town, books)
            ask = partial(load.ask, clients=CLIENTS, requests=wanted, status=CREATED)
            what = f"{service.engine}: POST, {CLIENTS} clients, {books} book{'s' * (books > 1)}"
            rows += compared(what, rounds(ask, ours, floor, POSTS))
        if service.engine == "PostgreSQL":
            rows += asking_rows(town, load, floor)
        alone = partial(load.ask, clients=1, requests=posts(town, 1), status=CREATED)
        what = f"{service.engine}: POST, one client, 1 book"
        rows += compared(what, rounds(alone, ours, floor, POSTS_ALONE))[:2]
        return rows + public_pages(service.engine, load, ours, floor)


def asking_rows(town: Filled, load: Load, floor: int) -> list[Row]:
    """The floor that only reads what any answer has to, beside itself."""
    bare = posts(town, BOOKS)
    asking = [(before.replace("/api/v1/", "/asking/", 1), after) for before, after in bare]
    ask = partial(load.ask, port=floor, clients=CLIENTS, status=CREATED)
    for requests in (asking, bare):
        ask(requests=requests, count=WARM_UP)
    found = [
        (ask(requests=asking, count=POSTS), ask(requests=bare, count=POSTS)) for _ in range(ROUNDS)
    ]
    what = f"PostgreSQL: POST, {CLIENTS} clients, {BOOKS} books: bare Flask with four reads"
    slow = median(our.p99 / bare.p99 for our, bare in found)
    rate = per_second(POSTS, [each for each, _ in found])
    return [Row(what, rate, ratio(found)), Row(f"{what}: 99th percentile", "", slow)]


def public_pages(engine: str, load: Load, ours: int, floor: int) -> list[Row]:
    """A checkpoint beside hello."""
    ask = partial(load.ask, clients=CLIENTS, status=OK)
    paths = {ours: f"/log/{name_of(0)}/checkpoint", floor: "/hello"}
    requests = {port: [message("GET", path, {}, "")] for port, path in paths.items()}

    def of(port: int, count: int) -> Taken:
        return ask(port=port, count=count, requests=requests[port])

    found = [(of(ours, PAGES), of(floor, PAGES)) for _ in range(ROUNDS + 1)][1:]
    rate = per_second(PAGES, [each for each, _ in found])
    return [
        Row(f"{engine}: bare Flask hello", per_second(PAGES, [each for _, each in found])),
        Row(f"{engine}: a published checkpoint", rate, ratio(found), f"≥ {WANTED}"),
    ]


def rounds(ask: Any, ours: int, floor: int, count: int) -> tuple[int, list[tuple[Taken, Taken]]]:
    """How many in a round, and the rounds: ours and the floor in turn, after a warm-up."""
    for port in (ours, floor):
        ask(port=port, count=WARM_UP)
    found = [(ask(port=ours, count=count), ask(port=floor, count=count)) for _ in range(ROUNDS)]
    return count, found


def compared(
    what: str, measured: tuple[int, list[tuple[Taken, Taken]]], wanted: float = WANTED
) -> list[Row]:
    """Rates and slow answers, ours beside the floor's."""
    count, found = measured
    ours, floors = [each for each, _ in found], [each for _, each in found]
    slow = median(our.p99 / floor.p99 for our, floor in found)
    p99s = f"{median(each.p99 for each in ours) * 1000:.0f} ms, "
    p99s += f"{median(each.p99 for each in floors) * 1000:.0f} ms"
    return [
        Row(f"{what}: bare Flask", per_second(count, floors)),
        Row(f"{what}: whole stack", per_second(count, ours), ratio(found), f"≥ {wanted}"),
        Row(f"{what}: 99th percentile beside the floor's", p99s, slow, f"≤ {WANTED_P99}"),
    ]


def per_second(count: int, taken: Sequence[Taken]) -> str:
    """A rate as the table shows it."""
    return f"{count / median(each.seconds for each in taken):,.0f}/s"


def ratio(found: Sequence[tuple[Taken, Taken]]) -> float:
    """How fast we are beside the floor: the median of the rounds' ratios."""
    return median(floor.seconds / ours.seconds for ours, floor in found)


def posts(town: Filled, books: int) -> list[tuple[str, str]]:
    """A request for each book, before and after its number."""
    body = json.dumps({"member": 7, "points": 1})
    headers = {**town.headers, "Content-Type": "application/json", HEADER: KEY}
    return [
        message("POST", f"/api/v1/communities/{name_of(number)}/bench", headers, body)
        for number in range(books)
    ]


def message(method: str, path: str, headers: Mapping[str, str], body: str) -> tuple[str, str]:
    """A request as it is sent, before and after its own number."""
    named = {"Host": "points.example", **headers, "Content-Length": str(len(body))}
    named.setdefault("X-Number", KEY)
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {text}" for name, text in named.items())]
    before, _, after = ("\r\n".join([*lines, "", ""]) + body).partition(KEY)
    return before, after


@contextmanager
def loading() -> Iterator[Load]:
    """Start the process that asks."""
    command = [sys.executable, "-m", "benchmarks.web_load"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Load(process.stdin, process.stdout)
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


@contextmanager
def serving(module: str, url: str, folder: Path) -> Iterator[int]:
    """Start a server; its port. What it logs goes to a file, as it would."""
    port = free_port(HOST, FIRST_PORT)
    assert port is not None
    command = [sys.executable, "-m", "benchmarks.web_serve", module, str(port)]
    environ = {**os.environ, URL: url, FOLDER: str(folder)}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, env=environ, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            await_port(process, port)
            yield port
        finally:
            process.terminate()
            process.wait(END_SECONDS)


def await_port(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until the server answers."""
    for _ in range(TRIES):
        with suppress(OSError):
            asked = HTTPConnection(HOST, port, timeout=END_SECONDS)
            asked.request("GET", "/hello")
            asked.getresponse().read()
            asked.close()
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            break
    raise NotStartedError
