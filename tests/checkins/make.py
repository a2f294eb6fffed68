"""Builders for the tests of the door: a shift, who leads it, and scans as people make them."""

from typing import Any

from tests.people.make import COMMUNITY, DAY_MS, OPERATOR, Resident, Town, number
from tests.people.wards import put_city
from tests.service.make import AT_MS
from volunteer_credit.checkins.operations.codes import shown_door
from volunteer_credit.checkins.operations.doors import turn_door
from volunteer_credit.checkins.operations.keys import place_key
from volunteer_credit.checkins.operations.offers import Offered, offered
from volunteer_credit.checkins.operations.own_scans import Typed, scan
from volunteer_credit.checkins.operations.reading import scanned
from volunteer_credit.checkins.queries.doors import door_of
from volunteer_credit.checkins.queries.presences import presence
from volunteer_credit.checkins.rules.reasons import Outcome
from volunteer_credit.checkins.rules.venue_codes import poster_code
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.models.organisations import OrganisationMemberRow, OrganisationRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.rules.days import local_day
from volunteer_credit.projects.models.activities import (
    ActivityRow,
    LeadRow,
    ShiftRow,
    SignUpRow,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, end_reading, transaction
from volunteer_credit.shared.runtime import current

MINUTE_MS = 60_000
PLACE = "东区广场"


def put_shift(
    lead: Resident,
    name: str = "saturday",
    *,
    community: str = COMMUNITY,
    starts_in: int = 0,
    minutes: int = 120,
    **changes: Any,
) -> str:
    """A shift that begins in so many minutes; its id."""
    now_ms = current().clock.now_ms()
    shift_id, activity_id = number("shift", name), number("activity", name)
    starts_at_ms = now_ms + starts_in * MINUTE_MS
    organiser = changes.pop("organiser", "committee")
    activity = ActivityRow(
        community_id=community,
        activity_id=activity_id,
        project_id="",
        organiser=organiser,
        organiser_name="东区社区居委会",
        title=f"清洁家园 {name}",
        content="清理楼道",
        risks="",
        category="environment",
        published_by=lead.accounts[community],
        published_at_ms=now_ms,
    )
    values: dict[str, Any] = {
        "place": PLACE,
        "capacity": 30,
        "min_age": 0,
        "skill": "",
        "coefficient": "",
        "risk": "normal",
        "insurance": "",
        "kind": "venue",
        "sites": 1,
        "state": "open",
        "reason": "",
        "walk_ins": 0,
        "revision": 0,
        **changes,
    }
    shift = ShiftRow(
        community_id=community,
        shift_id=shift_id,
        activity_id=activity_id,
        starts_at_ms=starts_at_ms,
        ends_at_ms=starts_at_ms + minutes * MINUTE_MS,
        day=local_day(starts_at_ms, 480),
        **values,
    )
    leads = LeadRow(community_id=community, shift_id=shift_id, account=lead.accounts[community])
    with perform(community, Request(OPERATOR, f"shift {name}", "test")) as operation:
        operation.session.add_all([activity, shift, leads])
        operation.answer({})
    return shift_id


def change_shift(shift_id: str, community: str = COMMUNITY, **changes: Any) -> None:
    """Change the row of a shift, as its organiser would."""
    key = f"change {current().random(8).hex()}"
    with perform(community, Request(OPERATOR, key, "test")) as operation:
        row = operation.session.get(ShiftRow, (community, shift_id))
        assert row is not None
        for name, value in changes.items():
            setattr(row, name, value)
        operation.answer({})
    end_reading()


def sign_up(shift_id: str, *residents: Resident, community: str = COMMUNITY) -> None:
    """Put residents on the list of a shift."""
    for turn, each in enumerate(residents, 1):
        key = f"sign up {shift_id} {each.account}"
        with perform(community, Request(OPERATOR, key, "test")) as operation:
            row = SignUpRow(
                community_id=community,
                shift_id=shift_id,
                account=each.accounts[community],
                turn=turn,
                state="signed",
                how="volunteer",
                since_ms=operation.at_ms,
            )
            operation.session.add(row)
            operation.answer({})
    end_reading()


def open_door(lead: Resident, shift_id: str, key: str = "open", act: str = "open") -> None:
    """Turn a door: open, stopped, ask."""
    community = lead_community(lead)
    turn_door(lead.caller(community=community), community, shift_id, act, f"{key} {shift_id[:8]}")
    end_reading()


def lead_community(lead: Resident) -> str:
    """Where a lead of these tests works."""
    return next(each for each in lead.accounts if each != "city")


def code(lead: Resident, shift_id: str, community: str = COMMUNITY) -> str:
    """What the door shows now."""
    end_reading()
    return shown_door(lead.caller(community=community), community, shift_id).codes[0].address


def poster(shift_id: str, community: str = COMMUNITY) -> str:
    """The code of the printed poster of a shift's place."""
    door = door_of(db.session, community, shift_id)
    assert door is not None
    return poster_code(place_key(db.session, community, door.site), door.site)


def on_phone(who: Resident, phone: str) -> Caller:
    """A session of somebody on a phone that others may use too."""
    session_id, now_ms = number("session", who.name, phone), current().clock.now_ms()
    with transaction() as session:
        if session.get(SessionRow, session_id) is None:
            session.add(
                SessionRow(
                    session_id=session_id,
                    token_digest=session_id * 2,
                    person_id=who.person_id,
                    device_id=number("phone", phone),
                    method="card",
                    is_shared_phone=0,
                    began_at_ms=now_ms,
                    seen_at_ms=now_ms,
                    idle_ms=DAY_MS,
                    ends_at_ms=now_ms + DAY_MS,
                )
            )
    return Caller(who.person_id, session_id, number("phone", phone), "card")


def page(who: Resident, text: str, caller: Caller | None = None) -> Offered:
    """What the page of a scan offers."""
    end_reading()
    found = scanned(db.session, text)
    assert found.ticket is not None, found.reason
    return offered(caller or who.caller(), found.ticket)


def tap(
    who: Resident,
    text: str,
    index: int = 0,
    typed: Typed | None = None,
    caller: Caller | None = None,
) -> Outcome:
    """Scan, and tap the first button, or another."""
    ticket = page(who, text, caller).offers[index].ticket
    found = scan(caller or who.caller(), ticket, typed or Typed())
    end_reading()
    return found


def flags_of(seq: int, community: str = COMMUNITY) -> tuple[str, ...]:
    """The flags of a check-in."""
    found = presence(db.session, community, seq)
    assert found is not None
    return found.flag_codes


def residents(town: Town, *names: str) -> list[Resident]:
    """Members of the first community."""
    found = [town.add(each) for each in names]
    end_reading()
    return found


def organisation(who: Resident, position: str) -> str:
    """An organisation in which somebody has a place; its id."""
    body = number("organisation", who.name)
    put_city(
        OrganisationRow(
            organisation_id=body,
            kind="social_organisation",
            name="和美社会工作服务中心",
            state="active",
            created_at_ms=AT_MS,
        ),
        OrganisationMemberRow(
            organisation_id=body,
            person_id=who.person_id,
            since_ms=AT_MS,
            position=position,
            confirmed_by=who.person_id,
        ),
        key=f"body {body}",
    )
    return body
