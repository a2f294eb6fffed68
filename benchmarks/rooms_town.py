"""A community on a Saturday, and its market: who checks in where, and what is held at which till.

It is built at a time that stands a day back, because a convention counts from the next day on;
what comes later goes by the clock.
"""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from flask import Flask

from benchmarks.services import Service, application, close
from tests.checkins.make import open_door, put_shift
from tests.people.make import COMMUNITY, DAY_MS, OPERATOR, Resident
from tests.redemptions.make import Market, market
from tests.service.make import FakeClock, settings_for
from volunteer_credit import create_app
from volunteer_credit.checkins.operations.keys import ticket_key
from volunteer_credit.checkins.queries.doors import door_of
from volunteer_credit.checkins.rules.acts import IN
from volunteer_credit.checkins.rules.tickets import DOOR, Ticket
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.projects.models.activities import SignUpRow
from volunteer_credit.redemptions.operations.holding import hold_own
from volunteer_credit.redemptions.rules.selling import Ask
from volunteer_credit.shared.clock import SystemClock
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.runtime import Runtime, current
from volunteer_credit.web import csrf

TILLS, BUYERS, POINTS_EACH = 8, 40, 200
PRICE_POINTS = 5
HOUR_MS = 3_600_000


class Visitor(NamedTuple):
    """Somebody signed in: the session, and what their browser sends."""

    who: Resident
    session_id: str
    headers: dict[str, str]


class Place(NamedTuple):
    """A shift whose door is open."""

    shift_id: str
    site: str


@dataclass
class Saturday:
    """The community, with an application of this process that goes by the clock."""

    app: Flask
    market: Market
    lead: Visitor
    volunteers: list[Visitor]
    places: list[Place]
    tills: list[tuple[str, str, Visitor]]  # shop, its offer, its cashier
    held_sales: list[tuple[str, str, Visitor]] = field(default_factory=list)
    count: int = 0

    def ticket(self, visitor: Visitor, place: Place) -> str:
        """What a scan at this door gives, good for an hour instead of five minutes."""
        until_ms = current().clock.now_ms() + HOUR_MS
        made = Ticket(
            COMMUNITY, place.site, place.shift_id, DOOR, IN, "", until_ms, secrets.token_hex(16)
        )
        return made.spelled(ticket_key(db.session()), visitor.session_id)

    def held(self) -> tuple[str, str, Visitor]:
        """Some points are held at the next till: the shop, the sale, and who may confirm it."""
        self.count += 1
        shop, offer, cashier = self.tills[self.count % TILLS]
        buyer = self.market.who(f"buyer {self.count % BUYERS}")
        ask = Ask(shop, PRICE_POINTS * 100, {offer: 1})
        sale = hold_own(buyer.caller(), COMMUNITY, ask, f"held {self.count}")
        end_reading()
        return shop, sale, cashier


def filled(service: Service, volunteers: int, places: int) -> Saturday:
    """Build it, and close the application that was there."""
    close(service.app)
    clock = FakeClock(SystemClock().now_ms() - DAY_MS)
    settings = settings_for(service.url, Path(service.folder))
    building = create_app(Runtime(settings, clock, secrets.token_bytes))
    with building.app_context():
        there = market(clock)
        tills = [_till(there, number) for number in range(TILLS)]
        for number in range(BUYERS):
            there.street.member(f"buyer {number}", POINTS_EACH)
        people = [there.street.town.add(f"volunteer {number}") for number in range(volunteers)]
        opened = [_door(there, number, people) for number in range(places)]
        end_reading()
        seal(COMMUNITY)
        end_reading()
    close(building)
    app = application(service.url, service.folder, create=False)
    with app.app_context():
        known = [visitor(app, each) for each in people]
        cashiers = [(shop, offer, visitor(app, who)) for shop, offer, who in tills]
        lead = visitor(app, there.street.town.anna)
    return Saturday(app, there, lead, known, opened, cashiers)


def visitor(app: Flask, who: Resident) -> Visitor:
    """Somebody signs in."""
    caller = who.caller()
    cookie = f"__Host-session={caller.session_id * 2}; __Host-device={caller.device_id}"
    with app.test_request_context("/", headers={"Cookie": cookie}):
        token = csrf.token()
    return Visitor(who, caller.session_id, {"Cookie": cookie, csrf.HEADER: token})


def _till(there: Market, number: int) -> tuple[str, str, Resident]:
    """A shop with one thing, and who stands there."""
    name = f"shop {number}"
    shop = there.street.shop(name)
    offer = there.street.offer(name, f"thing {number}", PRICE_POINTS)
    return shop, offer, there.street.cashier(f"cashier {number}", name)


def _door(there: Market, number: int, people: list[Resident]) -> Place:
    """A shift for which everybody signed up, and its open door."""
    lead, name = there.street.town.anna, f"shift {number}"
    shift_id = put_shift(lead, name, place=name, capacity=len(people))
    with perform(COMMUNITY, Request(OPERATOR, f"sign up {name}", "test")) as operation:
        operation.session.add_all(
            SignUpRow(
                community_id=COMMUNITY,
                shift_id=shift_id,
                account=each.account,
                turn=turn,
                state="signed",
                how="volunteer",
                since_ms=operation.at_ms,
            )
            for turn, each in enumerate(people, 1)
        )
        operation.answer({})
    open_door(lead, shift_id)
    door = door_of(db.session, COMMUNITY, shift_id)
    assert door is not None
    end_reading()
    return Place(shift_id, door.site)
