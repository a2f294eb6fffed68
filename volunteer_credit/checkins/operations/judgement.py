"""What a community knows when somebody comes or goes, gathered under its lock."""

from dataclasses import dataclass

from volunteer_credit.checkins.queries.presences import (
    Presence,
    count_in,
    is_elsewhere,
    other_phones,
    others_on_phone,
    own_presences,
)
from volunteer_credit.checkins.rules.flags import Arrival, Leaving
from volunteer_credit.checkins.rules.times import DAY_MS, minutes_between, overlaps
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.queries.consents import has_consent
from volunteer_credit.people.queries.persons import was_ward
from volunteer_credit.people.rules.ages import Stage, age_on, stage_on
from volunteer_credit.projects.queries.shifts import DoorShift
from volunteer_credit.projects.queries.sign_ups import state_of
from volunteer_credit.projects.rules.states import CANCELLED, SIGNED
from volunteer_credit.shared.db import Reader

MINORS = "minors"  # the purpose that a guardian agrees to (people/rules/purposes.py)
OWN_DAYS = 2


@dataclass(frozen=True, slots=True)
class Comer:
    """Who comes or goes, and how that is known.

    `device`: the digest of their phone, empty where a lead scans. `by`: that lead's account.
    """

    person_id: str
    account: str
    how: str
    device: str = ""
    is_shared_phone: bool = False
    by: str = ""
    site: str = ""
    served: str = ""


def age_of(reader: Reader, person_id: str, day: int) -> tuple[int | None, bool]:
    """(age, whether they may take part): nobody below 18 without a guardian's consent.

    The age is None for adults: only who is or was somebody's ward is opened.
    """
    if not was_ward(reader, person_id):
        return None, True
    birth_day = read_person(reader, person_id).fields.birth_day
    if stage_on(birth_day, day) is Stage.ADULT:
        return None, True
    return age_on(birth_day, day), has_consent(reader, person_id, MINORS)


def arrival(
    operation: Operation,
    comer: Comer,
    shift: DoorShift,
    since_ms: int,
    own: list[Presence] | None = None,
) -> Arrival:
    """What is known of somebody who comes in at `since_ms`. `own`: theirs, if they are read."""
    session, here = operation.session, operation.community_id
    shift_id, account = shift.shift_id, comer.account
    if own is None:
        own = own_presences(session, here, account, since_ms - OWN_DAYS * DAY_MS)
    return Arrival(
        is_signed_up=state_of(session, here, shift_id, account) == SIGNED,
        present=count_in(session, here, shift_id),
        capacity=shift.capacity,
        age_min=shift.min_age,
        age=age_of(session, comer.person_id, shift.day)[0],
        is_cancelled=shift.state == CANCELLED,
        is_in_here=any(
            each.shift_id != shift_id
            and overlaps((each.started_at_ms, each.ended_at_ms), (since_ms, None))
            for each in own
        ),
        is_in_elsewhere=is_elsewhere(session, comer.person_id, here, since_ms),
        is_second=any(each.shift_id == shift_id for each in own),
        is_phone_shared=comer.is_shared_phone
        or others_on_phone(session, here, shift_id, comer.device, account),
        has_two_phones=other_phones(session, here, shift_id, comer.device, account),
        is_own_scan=comer.by == account,
        is_walk_in=comer.how == "walk_in",
    )


def leaving(operation: Operation, comer: Comer, was: Presence, ended_at_ms: int) -> Leaving:
    """What is known of somebody who goes at `ended_at_ms`."""
    session, here, shift_id = operation.session, operation.community_id, was.shift_id
    span = (was.started_at_ms, ended_at_ms)
    own = own_presences(session, here, was.account, was.started_at_ms - OWN_DAYS * DAY_MS)
    phone = comer.device or was.device
    return Leaving(
        minutes=minutes_between(*span),
        is_by_lead=comer.how == "closing",
        overlaps_here=any(
            each.place != was.place and overlaps((each.started_at_ms, each.ended_at_ms), span)
            for each in own
        ),
        overlaps_elsewhere=is_elsewhere(session, comer.person_id, here, *span),
        is_phone_shared=comer.is_shared_phone
        or others_on_phone(session, here, shift_id, phone, was.account),
        has_two_phones=other_phones(session, here, shift_id, phone, was.account),
        sites=len(set(was.sites.split()) | ({comer.site} - {""})) if was.how == "round" else None,
    )
