"""The entries of being there: started, seen again, ended. All inside a community's operation."""

from volunteer_credit.checkins.models.presences import CityPresenceRow, PresenceRow, VisitRow
from volunteer_credit.checkins.operations.doors import ensure_door
from volunteer_credit.checkins.operations.judgement import Comer, arrival, leaving
from volunteer_credit.checkins.queries.doors import door_of
from volunteer_credit.checkins.queries.presences import Presence
from volunteer_credit.checkins.rules.acts import TIERS
from volunteer_credit.checkins.rules.flags import arrival_flags, joined, leaving_flags
from volunteer_credit.checkins.rules.times import minutes_between
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.operations.succession_refs import reference
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.projects.queries.shifts import DoorShift
from volunteer_credit.shared.db import table_of

SITES_LENGTH_MAX = 400
PRESENCES, CITY_PRESENCES = table_of(PresenceRow), table_of(CityPresenceRow)
IN_CITY = ("person_id", "community_id", "started_at_ms")


def start(
    operation: Operation,
    comer: Comer,
    shift: DoorShift,
    started_at_ms: int | None = None,
    own: list[Presence] | None = None,
) -> int:
    """Somebody comes in; the entry. `started_at_ms`: earlier than now, for a guest.

    `own`: their check-ins of these days, if they are read already.
    """
    since_ms = operation.at_ms if started_at_ms is None else started_at_ms
    flags = arrival_flags(arrival(operation, comer, shift, since_ms, own))
    if door_of(operation.session, operation.community_id, shift.shift_id) is None:
        ensure_door(operation, shift)
    data = {
        "account": comer.account,
        "activity": shift.activity_id,
        "flags": list(flags),
        "how": comer.how,
        "shift": shift.shift_id,
        "site": comer.site,
    }
    tier = TIERS[comer.how]
    made = operation.append(NewEntry("presence.started", data, day=shift.day, tier=tier))
    row = _begun(operation, comer, shift, since_ms)
    row |= {"started_seq": made.seq, "tier": tier, "flags": " ".join(flags)}
    operation.add(PRESENCES, row, at_end=own is not None)
    if comer.served:
        operation.session.add(
            VisitRow(
                community_id=operation.community_id,
                book=operation.head.book,
                started_seq=made.seq,
                served=comer.served,
                started_at_ms=since_ms,
            )
        )
    known = (comer.person_id, operation.community_id, since_ms)
    # Two shifts within one second are one presence in the city.
    if own is None or any(each.started_at_ms == since_ms for each in own):
        operation.session.merge(CityPresenceRow(**dict(zip(IN_CITY, known, strict=True))))
    else:
        in_city = {**dict(zip(IN_CITY, known, strict=True)), "ended_at_ms": None}
        operation.add(CITY_PRESENCES, in_city, at_end=True)
    return made.seq


def see_again(operation: Operation, comer: Comer, was: Presence, shift: DoorShift) -> None:
    """Somebody is still there."""
    data = {
        "account": was.account,
        "how": comer.how,
        "shift": was.shift_id,
        "site": comer.site,
    }
    tier, refs = TIERS[comer.how], [reference(operation, *was.place)]
    entry = NewEntry("presence.seen", data, day=shift.day, tier=tier, refs=refs)
    changed = {
        "seen_book": operation.head.book,
        "seen_seq": operation.append(entry).seq,
        "seen_at_ms": operation.at_ms,
        "sites": _with_site(was.sites, comer.site),
    }
    operation.change(PRESENCES, was._asdict(), changed)


def end(
    operation: Operation,
    comer: Comer,
    was: Presence,
    ended_at_ms: int | None = None,
) -> int:
    """Somebody goes; how many minutes they were there. `ended_at_ms`: earlier than now."""
    until_ms = operation.at_ms if ended_at_ms is None else ended_at_ms
    flags = leaving_flags(leaving(operation, comer, was, until_ms))
    minutes = minutes_between(was.started_at_ms, until_ms)
    data = {
        "account": was.account,
        "flags": list(flags),
        "how": comer.how,
        "minutes": minutes,
        "shift": was.shift_id,
    }
    tier = max(was.tier, TIERS[comer.how])
    refs = [reference(operation, *was.place)]
    entry = NewEntry("presence.ended", data, day=was.day, tier=tier, refs=refs)
    changed = {
        "ended_book": operation.head.book,
        "ended_seq": operation.append(entry).seq,
        "ended_at_ms": until_ms,
        "ended_how": comer.how,
        "ended_by": comer.by,
        "minutes": minutes,
        "tier": tier,
        "flags": " ".join(joined(was.flag_codes, flags)),
        "sites": _with_site(was.sites, comer.site),
    }
    operation.change(PRESENCES, was._asdict(), changed)
    known = (comer.person_id, operation.community_id, was.started_at_ms)
    in_city = dict(zip(IN_CITY, known, strict=True))
    operation.change(CITY_PRESENCES, in_city, {"ended_at_ms": until_ms})
    return minutes


def _begun(
    operation: Operation, comer: Comer, shift: DoorShift, since_ms: int
) -> dict[str, str | int | None]:
    """The row of somebody who has just come in, but for what its entry says."""
    book = operation.head.book
    return {
        "community_id": operation.community_id,
        "book": book,
        "shift_id": shift.shift_id,
        "account": comer.account,
        "day": shift.day,
        "how": comer.how,
        "site": comer.site,
        "sites": comer.site,
        "started_at_ms": since_ms,
        "admitted_by": comer.by,
        "device": comer.device,
        "seen_book": book,
        "seen_seq": 0,
        "seen_at_ms": None,
        "ended_book": book,
        "ended_seq": 0,
        "ended_at_ms": None,
        "ended_how": "",
        "ended_by": "",
        "minutes": 0,
        "annulled_book": book,
        "annulled_seq": 0,
    }


def _with_site(sites: str, site: str) -> str:
    found = " ".join(dict.fromkeys([*sites.split(), *([site] if site else [])]))
    return found if len(found) <= SITES_LENGTH_MAX else sites
