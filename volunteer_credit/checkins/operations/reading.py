"""A scanned code of a door or a poster: whose it is, and whether it counts now."""

from dataclasses import dataclass

from volunteer_credit.checkins.operations.keys import now_of, place_key, ticket_key
from volunteer_credit.checkins.queries.doors import POINT, Site, sites_named
from volunteer_credit.checkins.rules import tickets
from volunteer_credit.checkins.rules.tickets import EXCHANGE_MS, SCAN, Ticket, read_ticket
from volunteer_credit.checkins.rules.venue_codes import VenueCode, VenueCodeError, read_code
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a code says. `reason`: why it does not count; `ticket`: what it is exchanged for.

    `about`: the one place that it names, though the code may not be ours. `way`: how it came.
    """

    reason: str = ""
    site: Site | None = None
    ticket: Ticket | None = None
    about: Site | None = None
    way: str = tickets.DOOR


def scanned(reader: Reader, text: str) -> Scanned:
    """Read a code; nothing is written. Reasons: invalid, expired."""
    try:
        code = read_code(text)
    except VenueCodeError:
        return Scanned("invalid")
    named = sites_named(reader, code.site)
    about = named[0] if len(named) == 1 else None
    site = _owner(reader, code, named)
    way = _way(code, site or about)
    if site is None or site.ended_at_ms is not None:
        return Scanned("invalid", about=site or about, way=way)
    now_ms = now_of(reader, site.community_id)
    if not code.is_fresh(now_ms):
        return Scanned("expired", site, about=site)
    expires_at_ms, nonce = now_ms + EXCHANGE_MS, new_id(current().random)
    ticket = Ticket(site.community_id, site.site, "", way, "", "", expires_at_ms, nonce)
    return Scanned("", site, ticket, site, way)


def _way(code: VenueCode, site: Site | None) -> str:
    if code.step is not None:
        return tickets.DOOR
    return tickets.ROUND if site is not None and site.kind == POINT else tickets.POSTER


def _owner(reader: Reader, code: VenueCode, named: list[Site]) -> Site | None:
    """The place whose key made this code."""
    ours = (each for each in named if code.is_ours(place_key(reader, each.community_id, each.site)))
    return next(ours, None)


def exchange(reader: Reader, ticket: Ticket) -> str:
    """What a browser keeps of a scan while somebody signs in."""
    return ticket.spelled(ticket_key(reader), SCAN)


def exchanged(reader: Reader, text: str) -> Ticket | None:
    """The scan that a browser kept; None when there is none, or its time is over.

    Raises: TicketError.
    """
    if not text:
        return None
    ticket = read_ticket(ticket_key(reader), text, SCAN)
    return None if ticket.is_over(now_of(reader, ticket.community_id)) else ticket


def opened_ticket(reader: Reader, text: str, session_id: str) -> Ticket:
    """A ticket of a session, to offer the same again. Raises: TicketError."""
    return read_ticket(ticket_key(reader), text, session_id)
