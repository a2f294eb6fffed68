"""A Saturday morning of one community: check-ins on time, and pages read beside them.

The server is `volunteer-credit serve` as it is installed, the load a process of its own that keeps
to a schedule. 3,600 requests on loopback, then it ends.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import cycle
from statistics import quantiles
from typing import Any
from urllib.parse import urljoin

from benchmarks.measure import Row
from benchmarks.peers import ROOT
from benchmarks.rooms import check_in
from benchmarks.rooms_town import Saturday, filled
from benchmarks.saturday_load import FOLLOWED
from benchmarks.services import Service, close, services
from benchmarks.web import END_SECONDS, FIRST_PORT, OK, await_port, message
from tests.people.make import COMMUNITY
from tests.service.make import environ_for
from volunteer_credit.checkins.operations.keys import place_key
from volunteer_credit.checkins.queries.presences import count_come
from volunteer_credit.checkins.rules.venue_codes import STEP_MS, door_code
from volunteer_credit.cli_serve import HOST
from volunteer_credit.serving import free_port
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.runtime import current

CHECK_INS, SECONDS = 600, 60
READS = 50  # a second: scans before a tap, the page after it, and what else is looked at
DOORS, WORKERS = 4, 2
SCAN_AHEAD_SECONDS = 3
TAP, SCAN = "check-in", "scan"
WANTED_SECONDS, WANTED_BYTES = 1, 100_000
LOADED = re.compile(r"""(?:href|src)="(/static/[^"]+)"|url\("?([^")]+)"?\)|from "([^"]+)\"""")


def run() -> list[Row]:
    """Both engines, one after the other."""
    with services() as made:
        return [row for service in made for row in measured(service)]


def measured(service: Service) -> list[Row]:
    """One minute."""
    town = filled(service, CHECK_INS, DOORS)
    with town.app.app_context(), serving(service) as port:
        bytes_loaded = weight(town, port)
        found = sent({"port": port, "due": due(town)})
        end_reading()
        come = sum(count_come(db.session, COMMUNITY, each.shift_id) for each in town.places)
        end_reading()
        close(town.app)
    for each in found["errors"][:3]:
        print(each, file=sys.stderr)
    taps = found["took"].pop(TAP)
    reads = [each for several in found["took"].values() for each in several]
    count = len(taps) + len(reads)
    title = f"{service.engine}: {CHECK_INS} check-ins in {SECONDS} s, {WORKERS} workers"
    lost = CHECK_INS - come
    return [
        Row(f"{title}: errors, lost", f"{len(found['errors'])}, {lost} of {count:,}", wanted="0"),
        Row(f"{title}: a check-in", spread(taps), wanted=f"99th < {WANTED_SECONDS} s"),
        Row(f"{title}: a page, {len(reads) / SECONDS:.0f} a second", spread(reads)),
        Row(
            f"{service.engine}: first view of a scan: HTML, CSS, JavaScript",
            f"{bytes_loaded / 1000:.1f} kB",
            wanted=f"≤ {WANTED_BYTES // 1000} kB",
        ),
    ]


def spread(took: list[float]) -> str:
    """The median, and what the slowest twentieth and hundredth took at least."""
    cuts = quantiles(took, n=100)
    return f"{cuts[49] * 1000:.0f} ms; 95th {cuts[94] * 1000:.0f} ms; 99th {cuts[98] * 1000:.0f} ms"


def due(town: Saturday) -> list[tuple[float, str, str]]:
    """The schedule: when, what for, and the request."""
    found = []
    doors = cycle(town.places)
    for number, (each, place) in enumerate(zip(town.volunteers, doors, strict=False)):
        at_seconds = SCAN_AHEAD_SECONDS + number * SECONDS / CHECK_INS
        scan = scan_path(town, number % DOORS, at_seconds - SCAN_AHEAD_SECONDS)
        found.append((at_seconds - SCAN_AHEAD_SECONDS, SCAN, get(scan, each.headers)))
        found.append((at_seconds, TAP, "".join(check_in(town, each, place))))
    others = READS * SECONDS - 2 * CHECK_INS
    lead = town.lead.headers
    looked = cycle(("/", activities(), "/me/activities", f"/me/points/{COMMUNITY}", shops(), ""))
    for number, path in zip(range(others), looked, strict=False):
        at_seconds = SCAN_AHEAD_SECONDS + number * SECONDS / others
        who = town.volunteers[number % CHECK_INS].headers if path else lead
        text = get(path or door_path(town, number % DOORS), who)
        found.append((at_seconds, path or "door", text))
    end_reading()
    return found


def activities() -> str:
    """What anybody may sign up for."""
    return f"/c/{COMMUNITY}/activities"


def shops() -> str:
    """Where points are taken."""
    return f"/c/{COMMUNITY}/shops"


def door_path(town: Saturday, number: int) -> str:
    """What a lead's phone asks for while it shows the code."""
    return f"/api/v1/communities/{COMMUNITY}/doors/{town.places[number].shift_id}"


def scan_path(town: Saturday, number: int, in_seconds: float) -> str:
    """What the door's QR says in so many seconds."""
    site = town.places[number].site
    step = (current().clock.now_ms() + int(in_seconds * 1000)) // STEP_MS
    return f"/V/{door_code(place_key(db.session(), COMMUNITY, site), site, step)}"


def get(path: str, headers: dict[str, str]) -> str:
    """A request as it is sent."""
    return "".join(message("GET", path, headers, ""))


def weight(town: Saturday, port: int) -> int:
    """The bytes of a scan's page and of all that it loads."""
    asked = HTTPConnection(HOST, port, timeout=END_SECONDS)
    waiting, seen, total = [scan_path(town, 0, 0)], set[str](), 0
    end_reading()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        asked.request("GET", path, headers={**town.volunteers[0].headers, "Host": "points.example"})
        answer = asked.getresponse()
        body = answer.read()
        assert answer.status == OK, path
        total += len(body)
        if b"\0" not in body:
            named = LOADED.findall(body.decode())
            waiting += [urljoin(path, next(filter(None, each))) for each in named]
    asked.close()
    return total


def sent(order: dict[str, Any]) -> dict[str, Any]:
    """Let another process keep to the schedule."""
    command = [sys.executable, "-m", "benchmarks.saturday_load"]
    done = subprocess.run(  # noqa: S603 - our own program
        command,
        input=f"{json.dumps(order)}\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    assert FOLLOWED in found["took"], found["errors"][:1]
    return found


@contextmanager
def serving(service: Service) -> Iterator[int]:
    """The server as operators start it; its port."""
    port = free_port(HOST, FIRST_PORT)
    assert port is not None
    (service.folder / "backup").mkdir()
    for each in (service.folder.parent / "data", *service.folder.iterdir()):
        each.chmod(0o700)
    command = [sys.executable, "-m", "volunteer_credit", "serve", "--port", str(port)]
    environ = {**os.environ, **environ_for(service.url, service.folder)}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*command, "--workers", str(WORKERS)],
            env=environ,
            cwd=ROOT,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            await_port(process, port)
            yield port
        finally:
            process.terminate()
            process.wait(END_SECONDS)
