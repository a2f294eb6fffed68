"""A check-in and a confirmed sale through the whole stack, beside bare Flask with the same rows.

Tickets and holds are made before each round, so that only the POST is timed.
"""

import json
from urllib.parse import urlencode

from benchmarks.measure import Row
from benchmarks.rooms_town import PRICE_POINTS, Place, Saturday, Visitor, filled
from benchmarks.services import Service, close, services
from benchmarks.web import CLIENTS, OK, Load, compared, loading, message, serving
from benchmarks.web_town import copied
from tests.people.make import COMMUNITY
from volunteer_credit.checkins.queries.presences import presences_of
from volunteer_credit.redemptions.queries.redemptions import sale
from volunteer_credit.redemptions.rules.selling import CONFIRMED
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.web.idempotency import HEADER

ROUNDS = 7
POSTS = 160  # in a round, over all clients; each by somebody else, at a door of its own
SEE_OTHER = 303
WANTED = 0.4
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json", HEADER: "{key}"}

Requests = list[tuple[str, str]]


def run() -> list[Row]:
    """Both engines, one after the other."""
    with services() as made, loading() as load:
        return [row for service in made for row in measured(service, load)]


def measured(service: Service, load: Load) -> list[Row]:
    """Check-ins, then sales: a round of ours and the same requests to the floor, in turn."""
    town = filled(service, POSTS * (ROUNDS + 1), ROUNDS + 1)
    with town.app.app_context():
        held_for(town, 0)  # rows for the floor to change
        close(town.app)
    floor_url = copied(service)
    with (
        town.app.app_context(),
        serving("benchmarks.web_ours", service.url, service.folder) as ours,
        serving("benchmarks.web_floor", floor_url, service.folder) as floor,
    ):
        rows = []
        for what, status, make, count in WORKS:
            found = []
            for number in range(ROUNDS + 1):
                order = {
                    "clients": CLIENTS,
                    "count": POSTS,
                    "status": status,
                    "requests": make(town, number),
                }
                found.append((load.ask(port=ours, **order), load.ask(port=floor, **order)))
                assert count(town, number) == POSTS, "a post came to nothing"
            title = f"{service.engine}: {what}, {CLIENTS} clients"
            rows += compared(title, (POSTS, found[1:]), WANTED)
        close(town.app)
        return rows


def check_ins(town: Saturday, number: int) -> Requests:
    """One tap each of the next volunteers, at the round's door."""
    people = town.volunteers[number * POSTS : (number + 1) * POSTS]
    found = [check_in(town, each, town.places[number]) for each in people]
    end_reading()
    return found


def check_in(town: Saturday, who: Visitor, place: Place) -> tuple[str, str]:
    """The one tap, as a phone sends it."""
    form = {"ticket": town.ticket(who, place), "spoken": "", "pin": ""}
    return message("POST", "/check-in", {**who.headers, **FORM}, urlencode(form))


def confirmations(town: Saturday, number: int) -> Requests:
    """What cashiers take of points that are held now."""
    body = json.dumps({"centipoints": PRICE_POINTS * 100})
    found = []
    for shop, name, cashier in held_for(town, number):
        path = f"/api/v1/communities/{COMMUNITY}/merchants/{shop}/sales/{name}/confirm"
        found.append(message("POST", path, {**cashier.headers, **JSON}, body))
    return found


def held_for(town: Saturday, number: int) -> list[tuple[str, str, Visitor]]:
    """The sales of a round; asked again, the same."""
    if len(town.held_sales) <= number * POSTS:
        town.held_sales += [town.held() for _ in range(POSTS)]
    return town.held_sales[number * POSTS : (number + 1) * POSTS]


def count_check_ins(town: Saturday, number: int) -> int:
    """How many are in at the round's door."""
    end_reading()
    there = presences_of(db.session, COMMUNITY, town.places[number].shift_id)
    end_reading()
    return len({each.account for each in there})


def count_confirmed(town: Saturday, number: int) -> int:
    """How many of the round's sales are done."""
    end_reading()
    found = [sale(db.session, COMMUNITY, name) for _, name, _ in held_for(town, number)]
    end_reading()
    return sum(each is not None and each.state == CONFIRMED for each in found)


WORKS = (
    ("check-in", SEE_OTHER, check_ins, count_check_ins),
    ("redemption confirmed", OK, confirmations, count_confirmed),
)
