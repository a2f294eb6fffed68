"""Communities to post to, in our database and in a copy of it for the floor, and who posts."""

import shutil
from typing import Any, NamedTuple

import psycopg
from sqlalchemy.engine import make_url

from benchmarks.floor import MEMBERS
from benchmarks.services import Service, close, database
from tests.ledger.make import family, plain
from tests.people.make import Town
from tests.service.books import award, member
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.rules.requests import Actor, NewEntry, Request
from volunteer_credit.people.operations.sessions import Browser, begin_session
from volunteer_credit.shared.db import end_reading, transaction
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import csrf

BOOKS = 50
DEVICE = "d" * 32
FUND_AMOUNT = 10**12


class Filled(NamedTuple):
    """A filled database, its copy, and the headers of a signed-in member of the staff."""

    ours: str
    floor: str
    headers: dict[str, str]


def name_of(number: int) -> str:
    """The community of a book."""
    return f"bench-{number:02}"


def filled(service: Service) -> Filled:
    """Make the communities and copy their database; nobody may be connected to it."""
    with service.app.app_context():
        town = Town(*(name_of(number) for number in range(BOOKS)))
        for number in range(BOOKS):
            _fund(town, name_of(number))
        seal(name_of(0))
        headers = _signed_in(service, town)
        end_reading()
    close(service.app)
    return Filled(service.url, copied(service), headers)


def _fund(town: Town, community: str) -> None:
    """A fund full of points, and wallets that have got some."""
    wallets = [family(f"wallet:{member(n)}", "centipoints", limited=True) for n in range(MEMBERS)]
    ends = family("sponsor:city", "centipoints"), family("fund:f1", "centipoints", limited=True)
    accounts = [*ends, *wallets]
    job = Actor("system:points", "system")
    for start in range(0, len(accounts), 64):
        opened = NewEntry("account.opened", {"accounts": accounts[start : start + 64]})
        append(community, Request(job, f"accounts {start}", "test"), [opened])
    moves = [plain("sponsor:city", "fund:f1", FUND_AMOUNT, code="granted")]
    data: dict[str, Any] = {"beneficiaries": [], "transfers": moves}
    anna, bo = town.anna.actor("staff", community), town.bo.actor("supervisor", community)
    proposal = NewEntry("fund.example.proposed", data)
    (proposed,) = append(community, Request(anna, "grant", "test"), [proposal])
    approval = NewEntry("fund.example.approved", data, refs=[proposed.seq], transfers=moves)
    append(community, Request(bo, "grant", "test"), [approval])
    append(community, Request(job, "wallets", "test"), [award(n) for n in range(MEMBERS)])


def _signed_in(service: Service, town: Town) -> dict[str, str]:
    """What the browser of a member of the staff sends."""
    with transaction() as session:
        browser, at_ms = Browser(DEVICE, "192.0.2.1"), current().clock.now_ms()
        token = begin_session(session, town.anna.person_id, "passkey", browser, at_ms).token
    cookie = f"__Host-session={token}; __Host-device={DEVICE}"
    with service.app.test_request_context("/", headers={"Cookie": cookie}):
        return {"Cookie": cookie, csrf.HEADER: csrf.token()}


def copied(service: Service) -> str:
    """The address of a copy of a database; nobody may be connected to it."""
    url = make_url(service.url)
    if service.engine == "SQLite":
        copy = database(service, "floor")
        shutil.copyfile(str(url.database), str(make_url(copy).database))
        return copy
    server = url.set(drivername="postgresql", database="postgres")
    with psycopg.connect(
        server.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute(f'CREATE DATABASE "floor" TEMPLATE "{url.database}"'.encode())
    return url.set(database="floor").render_as_string(hide_password=False)
