"""What somebody reads of their own check-in: minutes, about how many points, and what follows."""

from dataclasses import dataclass

from volunteer_credit.checkins.operations.keys import now_of
from volunteer_credit.checkins.queries.presences import Presence, presence
from volunteer_credit.checkins.queries.scans import served_of
from volunteer_credit.checkins.rules.errors import PresenceUnknownError
from volunteer_credit.checkins.rules.times import minutes_between
from volunteer_credit.conventions.operations.in_force import InForce, convention_on
from volunteer_credit.conventions.rules.policies import notice_working_days
from volunteer_credit.hours.queries.calendars import calendar_of
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.points.operations.estimating import Estimate, estimate
from volunteer_credit.projects.queries.shifts import DoorShift, door_shift
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current


@dataclass(frozen=True, slots=True)
class OwnPresence:
    """One's own check-in. `minutes`: so far, while it lasts.

    `estimate`: None in a community of hours only. `clause_number`: its place
    in the convention, 0 for none. `due_day`: the first day on which points can be
    there, if the shift is approved at once, YYYYMMDD. `visit`: how a visit was confirmed, or None.
    """

    presence: Presence
    shift: DoorShift
    minutes: int
    estimate: Estimate | None
    clause_number: int
    due_day: int
    visit: str | None


def own_presence(caller: Caller, community_id: str, started_seq: int) -> OwnPresence:
    """One check-in of the caller. Raises: PresenceUnknownError, also for another's."""
    reader, now_ms = db.session(), current().clock.now_ms()
    target = Target(community_id)
    day = day_of(now_of(reader, community_id))
    authorise(reader, caller, "checkin.scan", target, at_ms=now_ms, day=day)
    account = account_of(reader, caller.person_id, community_id)
    found = presence(reader, community_id, started_seq, account=account or "")
    if found is None or account is None or found.annulled_seq:
        raise PresenceUnknownError
    shift = door_shift(reader, community_id, found.shift_id)
    if shift is None:
        raise PresenceUnknownError
    minutes = found.minutes
    if not found.ended_seq:
        minutes = minutes_between(found.started_at_ms, now_of(reader, community_id))
    visits = served_of(reader, community_id, [found.place])
    about = estimate(
        reader,
        community_id,
        account,
        found.day,
        shift.category,
        shift.coefficient,
        minutes,
        shift.planned_minutes,
    )
    governing = convention_on(reader, community_id, found.day)
    return OwnPresence(
        found,
        shift,
        minutes,
        about,
        _clause_number(governing, about),
        _due_day(community_id, found, governing),
        visits[found.place][1] if found.place in visits else None,
    )


def _clause_number(governing: InForce | None, about: Estimate | None) -> int:
    """The how-manieth clause it is, as people read a convention."""
    clauses = [] if governing is None else [each.id for each in governing.convention.clauses]
    named = about.clause if about else ""
    return clauses.index(named) + 1 if named in clauses else 0


def _due_day(community_id: str, found: Presence, governing: InForce | None) -> int:
    """Hours stand in the public notice first; nothing is approved on the same day."""
    days = 0 if governing is None else notice_working_days(governing.convention, found.tier)
    return calendar_of(db.session(), community_id).after(found.day, max(1, days)).day
