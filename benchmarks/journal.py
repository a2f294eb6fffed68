"""Appending to the service's journal, beside a hand-written transaction that writes the same rows.

All run in turn: ours, the floor (benchmarks/floor.py), and another engine in its own process.
"""

import secrets

from sqlalchemy.engine import make_url

from benchmarks.floor import MEMBERS, floor
from benchmarks.measure import Row, interleaved, median_ratio, per_second, seconds
from benchmarks.peers import peer
from benchmarks.services import Service, database, services
from tests.service.books import COMMUNITY, award, funded, request
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.shared.db import db

ROUNDS = 9
ONES = 150
BATCH = 500
WANTED_ONE = 0.5
WANTED_BATCH = 10
PEERS = {"SQLite": ("vaulteq", 3.0), "PostgreSQL": ("hordak", 1.5)}


def run() -> list[Row]:
    """Both engines, one after the other."""
    with services() as made:
        return [row for service in made for row in measured(service)]


def measured(service: Service) -> list[Row]:
    """One append beside the floor, and a batch beside single appends."""
    name, wanted_peer = PEERS[service.engine]
    place = peer_place(service)
    with service.app.app_context(), floor(service) as bare, peer(name, place) as other:
        funded(amount=10**15, members=MEMBERS)
        append(COMMUNITY, request("wallets"), [award(number) for number in range(MEMBERS)])
        bare(1)  # its statements are prepared, like ours
        ours, floors, theirs = [], [], []
        for _ in range(ROUNDS):
            ours.append(seconds(ones))
            floors.append(seconds(lambda: bare(ONES)))
            theirs.append(other.seconds(ONES))
        (batches,) = interleaved(ROUNDS, batch)
        db.session.remove()
    one, many = per_second(ONES, ours), per_second(BATCH, batches)
    engine = service.engine
    return [
        Row(f"{engine}: bare transaction, same rows", f"{per_second(ONES, floors):,.0f}/s"),
        Row(
            f"{engine}: one durable append",
            f"{one:,.0f}/s",
            median_ratio(ours, floors),
            f"≥ {WANTED_ONE}, ≥ 100/s",
        ),
        Row(f"{engine}: {name}, one transfer", f"{per_second(ONES, theirs):,.0f}/s"),
        Row(f"{engine}: ours beside {name}", "", median_ratio(ours, theirs), f"≥ {wanted_peer}"),
        Row(
            f"{engine}: entries in batches of {BATCH} beside one per commit",
            f"{many:,.0f}/s",
            many / one,
            f"≥ {WANTED_BATCH}",
        ),
    ]


def peer_place(service: Service) -> str:
    """Where a peer keeps its own tables: a file beside ours, or a database beside ours."""
    if service.engine == "SQLite":
        return str(service.folder / "peer.db")
    url = make_url(database(service, "peer")).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def key() -> str:
    """A request number, as a client would draw it."""
    return secrets.token_hex(16)


def ones() -> None:
    """ONES operations of one entry each."""
    for number in range(ONES):
        append(COMMUNITY, request(key()), [award(number % MEMBERS, 1)])


def batch() -> None:
    """One operation of BATCH entries."""
    append(COMMUNITY, request(key()), [award(number % MEMBERS, 1) for number in range(BATCH)])
