"""What a scan page offers to somebody: which shifts, in or out, each with its ticket."""

from dataclasses import dataclass

from volunteer_credit.checkins.operations.judgement import OWN_DAYS
from volunteer_credit.checkins.operations.keys import now_of, ticket_key
from volunteer_credit.checkins.operations.shifts import CANCELLED, HOUR_MS, ROUND, VISIT
from volunteer_credit.checkins.queries.doors import (
    CLOSED,
    OPEN,
    STOPPED,
    Door,
    Site,
    door_of,
    doors_at,
    site_of,
)
from volunteer_credit.checkins.queries.presences import Presence, before, own_presences
from volunteer_credit.checkins.rules import tickets
from volunteer_credit.checkins.rules.acts import OUT, SEEN, offered_acts
from volunteer_credit.checkins.rules.errors import SelfVisitError
from volunteer_credit.checkins.rules.tickets import EXCHANGE_MS, TICKET_MS, Ticket
from volunteer_credit.checkins.rules.times import DAY_MS, is_its_time
from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.queries.settings import belongings
from volunteer_credit.people.rules.card_errors import CardUnknownError
from volunteer_credit.projects.queries.shifts import (
    DoorShift,
    door_shift,
    shifts_around,
    signed_up,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

AROUND_MS = 3 * HOUR_MS  # before and after their time, visits and rounds are offered
CLOSED_MS = 12 * HOUR_MS  # for so long a closed shift is named as the reason
ACTIVE, ENDED = "active", "ended"


@dataclass(frozen=True, slots=True)
class Offer:
    """One button. `since_ms`: since when they are in; None when they are not."""

    shift: DoorShift
    act: str
    ticket: str
    since_ms: int | None
    has_left: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """What a scan page says. `reason`: why there is nothing to tap."""

    community_id: str
    way: str
    place: str
    offers: tuple[Offer, ...] = ()
    reason: str = ""
    served: str = ""
    site: str = ""


def offered(caller: Caller, ticket: Ticket) -> Offered:
    """What a scan of a door or a poster offers. Nothing is written."""
    reader, here = db.session(), ticket.community_id
    account, site = account_of(reader, caller.person_id, here), site_of(reader, here, ticket.site)
    place = site.name if site else ""
    if account is None:
        return Offered(here, ticket.way, place, reason="foreign", site=ticket.site)
    assert site is not None, "the ticket is ours, and places stay"
    shifts, reason = _meeting(reader, ticket, site, account)
    found = [each for shift in shifts for each in _offers(reader, caller, ticket, shift, account)]
    said = "" if found else reason
    return Offered(here, ticket.way, place, tuple(found), said, site=ticket.site)


def offered_visit(caller: Caller, text: str) -> Offered:
    """What the scan of a resident's card offers.

    Raises: SelfVisitError, CardUnknownError, CardNumberError, CardCodeError.
    """
    reader = db.session()
    seen = card_of(reader, text)
    if seen.person_id == caller.person_id:
        raise SelfVisitError
    places = [each for each in belongings(reader, caller.person_id) if each.state == ACTIVE]
    for each in places:
        here, served = each.community_id, account_of(reader, seen.person_id, each.community_id)
        if served is None:
            continue
        shifts = _around(reader, here, VISIT, each.account)
        nonce, until_ms = new_id(current().random), now_of(reader, here) + EXCHANGE_MS
        ticket = Ticket(here, "", "", tickets.VISIT, "", served, until_ms, nonce)
        found = [
            one for shift in shifts for one in _offers(reader, caller, ticket, shift, each.account)
        ]
        if found:
            return Offered(here, tickets.VISIT, "", tuple(found), served=served)
    if not places:
        raise CardUnknownError
    return Offered(places[0].community_id, tickets.VISIT, "", reason="not_open")


def _meeting(
    reader: Reader, ticket: Ticket, site: Site, account: str
) -> tuple[list[DoorShift], str]:
    """The shifts that meet at a place now, or why there is none."""
    here = ticket.community_id
    if ticket.way == tickets.ROUND:
        found = _around(reader, here, ROUND, account, site.organiser)
        return found, "not_open"
    doors = doors_at(reader, here, site.site, now_of(reader, here) - CLOSED_MS)
    states = {each.shift_id: each.state for each in doors}
    known = [door_shift(reader, here, each) for each, state in states.items() if state == OPEN]
    reason = next((said for said, state in _WHY if state in states.values()), "not_open")
    return _of_now(reader, here, account, [each for each in known if each is not None]), reason


def _of_now(
    reader: Reader, community_id: str, account: str, known: list[DoorShift]
) -> list[DoorShift]:
    """Without what was left open days ago, unless one is still in there."""
    now_ms = now_of(reader, community_id)
    now = [each for each in known if is_its_time(each.starts_at_ms, each.ends_at_ms, now_ms)]
    if len(now) == len(known):
        return known
    own = own_presences(reader, community_id, account, now_ms)
    inside = {each.shift_id for each in own if not each.ended_seq}
    return [each for each in known if each in now or each.shift_id in inside]


_WHY = (("stopped", STOPPED), ("closed", CLOSED))


def _around(
    reader: Reader, community_id: str, kind: str, account: str, organiser: str = ""
) -> list[DoorShift]:
    """The visits or rounds of about now: one's own, else all of them."""
    now_ms = now_of(reader, community_id)
    found = [
        each
        for each in shifts_around(reader, community_id, now_ms - AROUND_MS, now_ms + AROUND_MS)
        if each.kind == kind
        and each.state not in (CANCELLED, ENDED)
        and organiser in ("", each.organiser)
    ]
    own = [
        each
        for each in found
        if any(one.account == account for one in signed_up(reader, community_id, each.shift_id))
    ]
    return own or found


def _offers(
    reader: Reader, caller: Caller, ticket: Ticket, shift: DoorShift, account: str
) -> list[Offer]:
    here, now_ms = ticket.community_id, now_of(reader, ticket.community_id)
    own = own_presences(reader, here, account, now_ms - OWN_DAYS * DAY_MS)
    known = before(own, shift.shift_id)
    acts = offered_acts(
        known,
        asks_again=_asks_again(door_of(reader, here, shift.shift_id), own),
        is_round=ticket.way == tickets.ROUND,
    )
    if ticket.way == tickets.VISIT:
        acts = tuple(each for each in acts if each != SEEN) or (OUT,)
    until_ms, key = now_ms + TICKET_MS, ticket_key(reader)
    return [
        Offer(
            shift,
            act,
            ticket.offered(shift.shift_id, act, until_ms).spelled(key, caller.session_id),
            known.in_since_ms,
            known.has_left,
        )
        for act in acts
    ]


def _asks_again(door: Door | None, own: list[Presence]) -> bool:
    """Whether everybody was asked to scan again, and this person has not yet."""
    asked_at_ms = door.asked_at_ms if door else None
    return asked_at_ms is not None and any(
        not each.ended_seq and each.started_at_ms < asked_at_ms > (each.seen_at_ms or 0)
        for each in own
        if door and each.shift_id == door.shift_id
    )
