"""The log of looks, as the person reads it and as an inspector does."""

from dataclasses import dataclass

from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.look_up import note_of
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.accesses import Access, accesses_in, accesses_of
from volunteer_credit.people.rules.person_errors import PersonUnknownError
from volunteer_credit.people.rules.reasons import masked_name
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.person_keys_errors import NoPersonKeyError, PersonErasedError
from volunteer_credit.shared.runtime import current


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at one's record: who (role and masked name), when (UTC ms), why."""

    at_ms: int
    by_role: str
    by_name: str  # empty when the one who looked was erased since
    community_id: str
    action: str
    reason: str
    note: str


def who_looked(caller: Caller, person_id: str = "") -> list[Looked]:
    """Who looked at the caller's record, or at that of their ward, newest first.

    Raises: as `authorise`.
    """
    at_ms = current().clock.now_ms()
    target = Target(person_id=person_id)
    authorise(db.session, caller, "self.read", target, at_ms=at_ms, day=day_of(at_ms))
    return looks_at(db.session, person_id or caller.person_id)


def looks_at(reader: Reader, person_id: str) -> list[Looked]:
    """The log of one person, opened."""
    names: dict[str, str] = {}
    found = []
    for each in accesses_of(reader, person_id):
        if each.by_person not in names:
            names[each.by_person] = _name(reader, each.by_person)
        found.append(
            Looked(
                each.at_ms,
                each.by_role,
                names[each.by_person],
                each.community_id,
                each.action,
                each.reason,
                _note(each),
            )
        )
    return found


def access_log(caller: Caller, community_id: str, from_ms: int, to_ms: int) -> list[Access]:
    """What was looked at from a community's desks in [from, to), for an inspector: no notes.

    Raises: as `authorise`.
    """
    at_ms = current().clock.now_ms()
    target = Target(community_id)
    authorise(db.session, caller, "access.read", target, at_ms=at_ms, day=day_of(at_ms))
    return accesses_in(db.session, community_id, from_ms, to_ms)


def _name(reader: Reader, person_id: str) -> str:
    try:
        return masked_name(read_person(reader, person_id).fields.name)
    except (PersonUnknownError, PersonErasedError, NoPersonKeyError):
        return ""


def _note(access: Access) -> str:
    if access.sealed_note is None:
        return ""
    keys, sealed = person_keys(current()), bytes(access.sealed_note)
    return keys.open(access.person_id, note_of(access.access_id), sealed).decode()
