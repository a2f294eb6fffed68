"""The entries of being there: started, seen again, ended. All inside a community's operation."""

from volunteer_credit.checkins.models.presences import CityPresenceRow, PresenceRow, VisitRow
from volunteer_credit.checkins.operations.doors import ensure_door
from volunteer_credit.checkins.operations.judgement import Comer, arrival, leaving
from volunteer_credit.checkins.queries.doors import door_of
from volunteer_credit.checkins.queries.presences import BE_IN_CITY, Presence
from volunteer_credit.checkins.rules.acts import TIERS
from volunteer_credit.checkins.rules.flags import arrival_flags, joined, leaving_flags
from volunteer_credit.checkins.rules.times import minutes_between
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.projects.queries.shifts import DoorShift

SITES_LENGTH_MAX = 400


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
    session, community_id = operation.session, operation.community_id
    session.add(
        PresenceRow(
            community_id=community_id,
            started_seq=made.seq,
            shift_id=shift.shift_id,
            account=comer.account,
            day=shift.day,
            tier=tier,
            how=comer.how,
            site=comer.site,
            sites=comer.site,
            started_at_ms=since_ms,
            admitted_by=comer.by,
            device=comer.device,
            flags=" ".join(flags),
        )
    )
    if comer.served:
        session.add(
            VisitRow(
                community_id=community_id,
                started_seq=made.seq,
                served=comer.served,
                started_at_ms=since_ms,
            )
        )
    known = (comer.person_id, community_id, since_ms)
    # Two shifts within one second are one presence in the city.
    if own is None or any(each.started_at_ms == since_ms for each in own):
        session.merge(_in_city(*known))
    else:
        names = ("person_id", "community_id", "started_at_ms")
        operation.write_last(BE_IN_CITY, dict(zip(names, known, strict=True)))
    return made.seq


def see_again(operation: Operation, comer: Comer, was: Presence, shift: DoorShift) -> None:
    """Somebody is still there."""
    data = {
        "account": was.account,
        "how": comer.how,
        "shift": was.shift_id,
        "site": comer.site,
    }
    tier, refs = TIERS[comer.how], [was.started_seq]
    entry = NewEntry("presence.seen", data, day=shift.day, tier=tier, refs=refs)
    row = _row(operation, was)
    row.seen_seq, row.seen_at_ms = operation.append(entry).seq, operation.at_ms
    row.sites = _with_site(row.sites, comer.site)


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
    entry = NewEntry("presence.ended", data, day=was.day, tier=tier, refs=[was.started_seq])
    row = _row(operation, was)
    row.ended_seq, row.ended_at_ms = operation.append(entry).seq, until_ms
    row.ended_how, row.ended_by, row.minutes, row.tier = comer.how, comer.by, minutes, tier
    row.flags = " ".join(joined(was.flag_codes, flags))
    row.sites = _with_site(row.sites, comer.site)
    known = (comer.person_id, operation.community_id, was.started_at_ms)
    city = operation.session.get(CityPresenceRow, known)
    if city is not None:
        city.ended_at_ms = until_ms
    operation.session.flush()
    return minutes


def _in_city(person_id: str, community_id: str, started_at_ms: int) -> CityPresenceRow:
    return CityPresenceRow(
        person_id=person_id, community_id=community_id, started_at_ms=started_at_ms
    )


def _row(operation: Operation, was: Presence) -> PresenceRow:
    row = operation.session.get(PresenceRow, (operation.community_id, was.started_seq))
    assert row is not None, "it was just read under the lock"
    return row


def _with_site(sites: str, site: str) -> str:
    found = " ".join(dict.fromkeys([*sites.split(), *([site] if site else [])]))
    return found if len(found) <= SITES_LENGTH_MAX else sites
