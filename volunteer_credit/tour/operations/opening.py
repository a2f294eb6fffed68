"""Opening a tour: a one-time key that a start prints, and the signed ticket that follows it."""

import hmac

from volunteer_credit.journal.operations.city import city_clock
from volunteer_credit.journal.operations.clock_orders import confirm_clock
from volunteer_credit.journal.operations.demo_time import book_now_ms
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.operations.slips import issue_slip, slip_digest, use_slip
from volunteer_credit.people.rules.sign_in_errors import (
    SignInRefusedError,
    SlipOverError,
    SlipUsedError,
)
from volunteer_credit.people.rules.slips import INVITATION, SLIP_PATH
from volunteer_credit.shared.db import db, end_reading, retried
from volunteer_credit.shared.derived import derived
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current
from volunteer_credit.tour.operations.cast import person_of
from volunteer_credit.tour.rules.cast import COMMUNITY, VOLUNTEER
from volunteer_credit.tour.rules.errors import TourClosedError, TourKeyError
from volunteer_credit.tour.rules.ticket import LIFE_MS, Ticket, parse

DEMO = "demo"
PATH = "/tour"
PURPOSE = "tour"
OPERATOR = Actor("operator:1", "operator")
SECOND_MS = 1000


def check_tour() -> None:
    """Accept a demonstration from its first entry on. Raises: TourClosedError."""
    if current().settings.clock != DEMO or city_clock() != DEMO:
        raise TourClosedError


def make_key() -> str:
    """The path of a new tour: good once, for eight hours. Whoever has the shell makes one.

    It is a slip of the volunteer's, of which the database has the digest. It also says that the
    clock is right, which a book asks for after 36 h of silence. Raises: TourClosedError.
    """
    end_reading()
    check_tour()
    person_id, key = person_of(VOLUNTEER), new_id(current().random)
    for book in (CITY, COMMUNITY):
        now_ms = book_now_ms(db.session, book)
        confirm_clock(book, now_ms, Request(OPERATOR, f"{key} clock", "clock.confirm"))
    slip = issue_slip(None, INVITATION, person_id, COMMUNITY, key, life_ms=LIFE_MS)
    return f"{PATH}/{slip.path.removeprefix(SLIP_PATH)}"


def use_key(code: str, key: str) -> Ticket:
    """Begin a tour with its key, once. Raises: TourClosedError, TourKeyError."""
    check_tour()
    try:
        _use(code, key)
    except (SignInRefusedError, SlipOverError, SlipUsedError) as refusal:
        raise TourKeyError from refusal
    now_ms = book_now_ms(db.session, COMMUNITY)
    began_ms = now_ms - now_ms % SECOND_MS  # the book counts whole seconds
    ends_ms = current().clock.now_ms() + LIFE_MS
    return Ticket(new_id(current().random), began_ms, ends_ms)


@retried
def _use(code: str, key: str) -> None:
    body = {"slip": slip_digest(db.session, code)}
    with perform(CITY, Request(OPERATOR, key, "tour.begin", body)) as operation:
        if not operation.replayed:
            row = use_slip(operation, code, INVITATION)
            if row.person_id != person_of(VOLUNTEER):
                raise TourKeyError
            operation.answer({})


def signed(ticket: Ticket) -> str:
    """What the cookie holds."""
    text = ticket.text()
    return f"{text}.{derived(current()).mac(PURPOSE, text)}"


def ticket_of(cookie: str) -> Ticket | None:
    """The tour that a browser carries; None for no tour, a forged one, or one that is over."""
    if current().settings.clock != DEMO or not cookie.isascii():
        return None
    text, _, mac = cookie.rpartition(".")
    if not hmac.compare_digest(mac, derived(current()).mac(PURPOSE, text)):
        return None
    return parse(text, current().clock.now_ms())
