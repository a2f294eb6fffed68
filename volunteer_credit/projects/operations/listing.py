"""A pasted relay list: who is meant, under the desk's rules, and signing them up in one act.

Staff match any member by name. A coordinator matches by name who came to this organiser before,
and others only by name together with the digits of a phone: a list is no register of the community.
Whoever is shown reads that they were looked up, and by whom.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import check_same, personal_digest
from volunteer_credit.people.operations.look_up import Why, age_of, check_recent, write_looks
from volunteer_credit.people.operations.sealed import Vault, read_person
from volunteer_credit.people.operations.search import SEARCH, members_of
from volunteer_credit.people.queries.cards import PAPER, number_of
from volunteer_credit.people.queries.grants import person_of
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.person_errors import PersonUnknownError
from volunteer_credit.people.rules.reasons import AGE_ADULT_YEARS, ROLES_FOR_MINORS
from volunteer_credit.projects.models.activities import ShiftRow
from volunteer_credit.projects.operations.names import DoorName, door_name
from volunteer_credit.projects.operations.organisers import CHANGE, as_own, named, target_of
from volunteer_credit.projects.operations.signing_up import put_on_list
from volunteer_credit.projects.queries.shifts import DoorShift, door_shift
from volunteer_credit.projects.queries.sign_ups import ever_signed_up_with
from volunteer_credit.projects.rules.drafts import CAPACITY, CAPACITY_MAX
from volunteer_credit.projects.rules.errors import (
    GuardianSignsError,
    NumberRangeError,
    ShiftUnknownError,
    TooYoungError,
)
from volunteer_credit.projects.rules.matching import Known, Match, matched
from volunteer_credit.projects.rules.relay import LINES_MAX, RelayLine, read_relay
from volunteer_credit.projects.rules.standings import (
    ALREADY,
    FREE,
    FULL_WAITING,
    NOT_MEMBER,
    OVERLAPS,
)
from volunteer_credit.projects.rules.states import LISTED
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried

STAFF = "staff"
WHY = Why("activity_safety")


@dataclass(frozen=True, slots=True)
class ListedLine:
    """A line as its reader ticks it: `candidates` by account, with a name as the door has it."""

    line: RelayLine
    state: str
    candidates: tuple[DoorName, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """What came of a list: how many have a place, wait, were there before; who could not."""

    signed: int
    waiting: int
    already: int
    refused: tuple[tuple[str, str], ...]  # account, code of the reason


@retried
def match_list(
    caller: Caller, community_id: str, shift_id: str, text: str, key: str
) -> list[ListedLine]:
    """Who may be meant by each line. Nothing is signed up yet.

    Raises: ListTooLongError, ListEmptyError, ShiftUnknownError, TooManyLooksError, LookOverError,
    and as `authorised` and `perform`.
    """
    lines = read_relay(text)
    shift = _shift(db.session, community_id, shift_id)
    caller, target = as_own(caller, shift.organiser), target_of(community_id, shift.organiser)
    # Whose names they are only the key of who was found may tell (as people/operations/search.py).
    body = {"community": community_id, "shift": shift_id}
    actor = acting(caller, CHANGE, CITY, target)
    members = list(_meant(db.session, community_id, lines))  # many are opened: not under the lock
    request = Request(actor, key, "project.match_list", body)
    with perform(CITY, request) as operation:
        authority = authorised(operation, caller, CHANGE, target)
        named(operation.session, authority, shift.organiser)
        known = _shown(operation, members, (authority.role, shift.organiser, community_id))
        matches = matched(lines, known)
        hits = list(dict.fromkeys(one for each in matches for one in each.persons))
        if not operation.replayed:
            write_looks(operation, authority, SEARCH, hits, WHY)
            digest = [personal_digest(each, {"text": text}) for each in hits[:1]]
            operation.answer([hits, digest])
        else:
            check_recent(operation, authority, SEARCH, hits)
            for person_id, kept in zip(*operation.result, strict=False):
                check_same(kept, person_id, {"text": text})
        return [_listed_line(operation.session, community_id, each) for each in matches]


@retried
def sign_up_listed(
    caller: Caller,
    community_id: str,
    shift_id: str,
    accounts: Sequence[str],
    walk_ins: int,
    key: str,
) -> Listed:
    """Sign all of them up, in this order; `walk_ins`: heads that are expected without a name.

    Who is too young is left out and named. Raises: NumberRangeError, ShiftUnknownError,
    ShiftCancelledError, ShiftOverError, InsuranceMissingError, and as `authorised` and `perform`.
    """
    chosen = list(dict.fromkeys(accounts))
    if len(chosen) > LINES_MAX or not 0 <= walk_ins <= CAPACITY_MAX:
        raise NumberRangeError(field=CAPACITY, least=0, most=CAPACITY_MAX)
    shift = _shift(db.session, community_id, shift_id)
    caller, target = as_own(caller, shift.organiser), target_of(community_id, shift.organiser)
    body = {"shift": shift_id, "accounts": chosen, "walk_ins": walk_ins}
    actor = acting(caller, CHANGE, community_id, target)
    with perform(community_id, Request(actor, key, "project.sign_up_list", body)) as operation:
        authority = authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            session = operation.session
            named(session, authority, shift.organiser)
            session.get_one(ShiftRow, (community_id, shift_id)).walk_ins = walk_ins
            operation.answer(_sign_all(operation, _shift(session, community_id, shift_id), chosen))
        signed, waiting, already, refused = operation.result
    return Listed(signed, waiting, already, tuple((each, code) for each, code in refused))


def _sign_all(operation: Operation, shift: DoorShift, accounts: Sequence[str]) -> list[Any]:
    session, community_id = operation.session, operation.community_id
    members, causes, refused = members_of(session, community_id, ""), list[str](), []
    for account in accounts:
        person_id = person_of(session, community_id, account)
        if person_id not in members:
            refused.append([account, NOT_MEMBER])
            continue
        birth_day = read_person(session, person_id).fields.birth_day
        try:
            causes.append(put_on_list(operation, shift, account, birth_day, LISTED))
        except (TooYoungError, GuardianSignsError) as problem:
            refused.append([account, problem.code])
    counted = [causes.count(FREE) + causes.count(OVERLAPS)]
    return [*counted, causes.count(FULL_WAITING), causes.count(ALREADY), refused]


def _shift(reader: Reader, community_id: str, shift_id: str) -> DoorShift:
    found = door_shift(reader, community_id, shift_id)
    if found is None:
        raise ShiftUnknownError
    return found


def _meant(
    reader: Reader, community_id: str, lines: Sequence[RelayLine]
) -> Iterator[tuple[Known, Vault]]:
    """The members whose name or whole phone stands in the list, opened one by one."""
    names = {each.name for each in lines}
    phones = {each.tail for each in lines}
    for person_id in sorted(members_of(reader, community_id, "")):
        try:
            vault = read_person(reader, person_id)
        except PersonUnknownError:
            continue  # erased meanwhile
        fields = vault.fields
        if fields.name in names or fields.phone in phones:
            numbers = (fields.phone, number_of(reader, person_id, PAPER) or "")
            yield Known(person_id, fields.name, tuple(filter(None, numbers))), vault


def _shown(
    operation: Operation, members: list[tuple[Known, Vault]], asked: tuple[str, str, str]
) -> Iterator[Known]:
    """Those whom this role may find, and whether by name alone."""
    role, organiser, community_id = asked
    came = ever_signed_up_with(operation.session, community_id, organiser)
    for known, vault in members:
        age = age_of(vault, operation.day)
        if role in ROLES_FOR_MINORS or age is None or age >= AGE_ADULT_YEARS:
            by_name = role == STAFF or vault.account(community_id) in came
            yield replace(known, by_name=by_name)


def _listed_line(reader: Reader, community_id: str, match: Match) -> ListedLine:
    accounts = (account_of(reader, each, community_id) for each in match.persons)
    shown = tuple(door_name(reader, community_id, each) for each in accounts if each)
    return ListedLine(match.line, match.state, shown)
