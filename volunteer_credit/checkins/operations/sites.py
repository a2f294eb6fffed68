"""Places with codes: where shifts meet, and the points of a round."""

from volunteer_credit.checkins.models.doors import SiteRow
from volunteer_credit.checkins.operations.keys import place_key
from volunteer_credit.checkins.operations.shifts import led_shift, shift_here, target_of
from volunteer_credit.checkins.queries.doors import POINT, Site, site_of, sites_of
from volunteer_credit.checkins.rules.errors import SitesManyError, SiteUnknownError
from volunteer_credit.checkins.rules.venue_codes import SITE_BYTES, poster_code
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.rules.names import parse_text
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.runtime import current

POINTS_MAX = 50
NAME_MAX = 60
ADMIT = "checkin.open"


def site_for(operation: Operation, organiser: str, kind: str, name: str) -> str:
    """Inside a community's operation: the place of this name, made if it is new."""
    session, community_id = operation.session, operation.community_id
    for each in sites_of(session, community_id, organiser, kind):
        if each.name == name:
            return each.site
    site = current().random(SITE_BYTES).hex()
    while site_of(session, community_id, site) is not None:
        site = current().random(SITE_BYTES).hex()
    session.add(
        SiteRow(
            community_id=community_id,
            site=site,
            organiser=organiser,
            kind=kind,
            name=name,
            made_at_ms=operation.at_ms,
        )
    )
    session.flush()
    return site


@retried
def add_point(caller: Caller, community_id: str, shift_id: str, name: str, key: str) -> str:
    """A point of the rounds of this shift's organiser; its number.

    Raises: SitesManyError, TextLengthError, TextCharacterError, NotAllowedError and its like.
    """
    shift = shift_here(db.session, community_id, shift_id)
    name, target = parse_text("name", name, NAME_MAX), target_of(community_id, shift)
    actor = acting(caller, ADMIT, community_id, target)
    body = {"shift": shift_id, "name": name}
    with perform(community_id, Request(actor, key, "checkin.point", body)) as operation:
        authorised(operation, caller, ADMIT, target)
        if not operation.replayed:
            there = sites_of(operation.session, community_id, shift.organiser, POINT)
            if len(there) >= POINTS_MAX:
                raise SitesManyError(most=POINTS_MAX)
            operation.answer(site_for(operation, shift.organiser, POINT, name))
    return str(operation.result)


@retried
def end_point(caller: Caller, community_id: str, shift_id: str, site: str, key: str) -> None:
    """Take a point out of use: its poster opens nothing any more. Raises: SiteUnknownError."""
    shift = shift_here(db.session, community_id, shift_id)
    target = target_of(community_id, shift)
    actor = acting(caller, ADMIT, community_id, target)
    body = {"site": site}
    with perform(community_id, Request(actor, key, "checkin.point_end", body)) as operation:
        authorised(operation, caller, ADMIT, target)
        if not operation.replayed:
            row = operation.session.get(SiteRow, (community_id, site))
            if row is None or (row.organiser, row.kind) != (shift.organiser, POINT):
                raise SiteUnknownError
            row.ended_at_ms = row.ended_at_ms or operation.at_ms
            operation.answer({})


def points_of(caller: Caller, community_id: str, shift_id: str) -> list[Site]:
    """The points of a round's organiser, for its lead."""
    shift, _ = led_shift(caller, ADMIT, community_id, shift_id)
    return sites_of(db.session, community_id, shift.organiser, POINT)


def poster_of(caller: Caller, community_id: str, shift_id: str, site: str) -> tuple[Site, str]:
    """A place of the shift's organiser and the code of its poster. Raises: SiteUnknownError."""
    shift, _ = led_shift(caller, ADMIT, community_id, shift_id)
    found = site_of(db.session, community_id, site)
    if found is None or found.organiser != shift.organiser or found.ended_at_ms is not None:
        raise SiteUnknownError
    return found, poster_code(place_key(db.session, community_id, site), site)
