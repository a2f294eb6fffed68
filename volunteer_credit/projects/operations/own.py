"""What somebody is on the list of, and where they would stand: they, and those they stand for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from volunteer_credit.people.operations.family_view import stood_for
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.queries.family import GUARDIAN, wards_of
from volunteer_credit.people.queries.settings import Belonging, belongings
from volunteer_credit.people.rules.ages import Stage, stage_on
from volunteer_credit.projects.operations.signing_up import terms_with
from volunteer_credit.projects.operations.times import now_ms
from volunteer_credit.projects.queries.shifts import DoorShift
from volunteer_credit.projects.queries.sign_ups import (
    ON_LIST,
    OwnSignUp,
    overlapping,
    position_of,
    sign_ups_of,
    state_of,
)
from volunteer_credit.projects.rules.standings import NOT_MEMBER, TOO_YOUNG, Asker, standing
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db

ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Someone:
    """Whom the caller may sign up: oneself (`person_id` empty), or by name whom they stand for."""

    person_id: str
    name: str
    account: str
    birth_day: int
    is_guarded: bool = False


@dataclass(frozen=True, slots=True)
class Chance:
    """Where one of them stands with a shift. `position`: on its wait-list, from 1."""

    who: Someone
    cause: str
    state: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """What the caller's people are on the list of in one community."""

    community_id: str
    name: str
    sign_ups: list[tuple[Someone, OwnSignUp]]


def chances(caller: Caller, community_id: str, shift: DoorShift, signed: int) -> list[Chance]:
    """Where the caller, and each of those they stand for, stands with a shift now."""
    reader, at_ms = db.session, now_ms(db.session, community_id)
    people = list(people_in(reader, caller, community_id))
    if not people:
        return [Chance(Someone("", "", "", 0), NOT_MEMBER)]
    return [_chance(reader, community_id, shift, signed, each, at_ms) for each in people]


def ward_sign_ups(caller: Caller, person_id: str) -> list[Place]:
    """The same of one whom the caller stands for. Raises: as `stood_for`."""
    stood_for(caller, person_id, "project.read")
    return [
        replace(
            place,
            sign_ups=[each for each in place.sign_ups if each[0].person_id == person_id],
        )
        for place in own_sign_ups(caller)
        if account_in(db.session, person_id, place.community_id)
    ]


def own_sign_ups(caller: Caller) -> list[Place]:
    """By community: what the caller's people are on the list of and is not over yet."""
    reader = db.session
    found = []
    for home in homes_of(reader, caller):
        people = {each.account: each for each in people_in(reader, caller, home.community_id)}
        from_ms = now_ms(reader, home.community_id)
        rows = sign_ups_of(reader, home.community_id, sorted(people), from_ms)
        shown = [(people[each.account], each) for each in rows]
        found.append(Place(home.community_id, home.name, shown))
    return found


def homes_of(reader: Reader, caller: Caller) -> list[Belonging]:
    """The communities of the caller and of those they stand for, each once."""
    persons = [caller.person_id, *(each.person_id for each in wards_of(reader, caller.person_id))]
    found: dict[str, Belonging] = {}
    for person_id in persons:
        for each in belongings(reader, person_id):
            if each.state == ACTIVE:
                found.setdefault(each.community_id, each)
    return [found[name] for name in sorted(found)]


def people_in(reader: Reader, caller: Caller, community_id: str) -> Iterator[Someone]:
    """The caller first; nobody where they are no member, since nobody could act for them here."""
    account = account_in(reader, caller.person_id, community_id)
    if not account:
        return
    fields = read_person(reader, caller.person_id).fields
    yield Someone("", fields.name, account, fields.birth_day)
    for each in wards_of(reader, caller.person_id):
        theirs = account_in(reader, each.person_id, community_id)
        if theirs:
            ward = read_person(reader, each.person_id).fields
            is_guarded = each.kind == GUARDIAN
            yield Someone(each.person_id, ward.name, theirs, ward.birth_day, is_guarded)


def account_in(reader: Reader, person_id: str, community_id: str) -> str:
    """The account of a member there; empty for who is none."""
    return next(
        (
            each.account
            for each in belongings(reader, person_id)
            if (each.community_id, each.state) == (community_id, ACTIVE)
        ),
        "",
    )


def _chance(
    reader: Reader, community_id: str, shift: DoorShift, signed: int, who: Someone, at_ms: int
) -> Chance:
    state = state_of(reader, community_id, shift.shift_id, who.account)
    is_on_list = state in ON_LIST
    asker = Asker(
        is_on_list=is_on_list,
        birth_day=who.birth_day,
        has_overlap=overlapping(reader, community_id, who.account, shift),
    )
    cause = standing(terms_with(shift, signed), asker, at_ms)
    is_child = stage_on(who.birth_day, shift.day) is Stage.CHILD
    if is_child and not who.is_guarded and not is_on_list:
        cause = TOO_YOUNG
    position = position_of(reader, community_id, shift.shift_id, who.account) if is_on_list else 0
    return Chance(who, cause, state if is_on_list else "", position)
