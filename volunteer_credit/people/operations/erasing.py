"""Erasing a person, in steps that may be cut off anywhere and are taken up again.

1. `begin` (city): the duties are asked once more; the person's state says `erasing`, so from here
   on nobody signs in as them, finds or changes them.
2. `leaving` (each community): memberships end, and higher rooms close what is open. Whatever can
   refuse does so while all is still readable.
3. `rows` (city): no way back. Then the keys are destroyed, of merged files too: the person is
   unreadable everywhere at once, in every copy of the database and in the archive. It comes before
   the rows, so that a restored old copy is finished by just the steps that finish a crash.
4. Each community's rows, then the city's rows of the person in one operation, the index last of
   all. The erasure forgets whom it was about.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.models.privacy import ErasureRow
from volunteer_credit.people.models.vault import PersonRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.operations.forgetting import forget_member, forget_person
from volunteer_credit.people.operations.leaving import leave_member
from volunteer_credit.people.operations.privacy_hooks import hooks
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.leaving import (
    has_city_role,
    has_open_merge,
    is_only_guardian,
    links_of,
    open_erasures,
)
from volunteer_credit.people.queries.persons import MERGED, merged_into, state_of
from volunteer_credit.people.rules.erasing import (
    ASKED,
    CITY_ROLE,
    DONE,
    ERASING,
    GUARDS_MINOR,
    LEAVING,
    MERGE_OPEN,
    OPEN,
    OWN_WISH,
    REFUSED,
    RESTORED,
    ROWS,
    RUNNING,
    Duties,
    Duty,
    ErasureRefusedError,
    NoSuchMemberError,
)
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, end_reading, fold_log, retried
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.person_keys_errors import NoPersonKeyError, PersonErasedError
from volunteer_credit.shared.person_keys_records import hash_of
from volunteer_credit.shared.runtime import current

OPERATOR = Actor("operator:1", "operator")
JOB = Actor("system:erase", "system")
OWN, DESK = "self.erase", "person.erase"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of erasures came to."""

    done: int = 0
    refused: int = 0
    waiting: int = 0  # a fault stopped them; the next run goes on


def may_erase(reader: Reader, person_id: str, at_ms: int) -> list[Duty]:
    """What keeps a person from being erased now; nothing: it may be done."""
    persons = [person_id, *merged_into(reader, person_id)]
    found = [CITY_ROLE] if has_city_role(reader, person_id, day_of(at_ms)) else []
    found += [GUARDS_MINOR] if is_only_guardian(reader, person_id) else []
    found += [MERGE_OPEN] if has_open_merge(reader, person_id) else []
    links = links_of(reader, persons)
    for keeping in hooks().duties.values():
        found += keeping(reader, person_id, links, at_ms)
    return found


@retried
def ask_erasure(
    caller: Caller | None,
    key: str,
    person_id: str = "",
    *,
    community_id: str = "",
    reason: str = OWN_WISH,
) -> str:
    """Ask that a person be erased; the job does it. The erasure's number; empty: it was done.

    `community_id`: at whose desk it was asked for. `caller` None: from the machine's shell.
    Who asks twice gets the same number. Raises: ErasureRefusedError, NoSuchMemberError, and as
    `authorised` and `perform`.
    """
    whom = person_id or (caller.person_id if caller else "")
    action = DESK if community_id else OWN
    target = Target(community_id, whom)
    actor = OPERATOR if caller is None else acting(caller, action, CITY, target)
    body = {"request": request_digest(db.session, {"person": whom, "reason": reason})}
    with perform(CITY, Request(actor, key, "erasure.ask", body)) as operation:
        if caller is not None:
            authorised(operation, caller, action, target)
        if not operation.replayed:
            session, at_ms = operation.session, operation.at_ms
            answer = _asked(session, whom, at_ms)
            if answer is None:
                answer = new_id(current().random)
                session.add(
                    ErasureRow(
                        erasure_id=answer,
                        person_id=whom,
                        reason=reason,
                        state=ASKED,
                        phase=ASKED,
                        asked_at_ms=at_ms,
                    )
                )
            operation.answer(answer)
    return str(operation.result)


def _asked(reader: Reader, person_id: str, at_ms: int) -> str | None:
    """The erasure that is under way, empty for one that is done, None for a new one."""
    query = select(ErasureRow.erasure_id).where(
        ErasureRow.person_id == person_id, ErasureRow.state.in_(OPEN)
    )
    found = reader.execute(query).scalar_one_or_none()
    if found is not None:
        return found
    state = state_of(reader, person_id)
    if state is None and was_erased(person_id):
        return ""
    if state in (None, MERGED):
        raise NoSuchMemberError  # what was merged goes with the person that it is part of
    if duties := may_erase(reader, person_id, at_ms):
        raise ErasureRefusedError(duties=Duties(duties))
    return None


def was_erased(person_id: str) -> bool:
    """Whether this person's key was destroyed."""
    try:
        person_keys(current()).seal(person_id, "erased?", b"")
    except PersonErasedError:
        return True
    except NoPersonKeyError:
        return False
    return False


def run_erasures(*, only_keyless: bool = False) -> Ran:
    """Do what was asked for and take up what was cut off; one that fails stops no other.

    `only_keyless`: those past the point of no return.
    """
    end_reading()
    counts = {DONE: 0, REFUSED: 0, RUNNING: 0}
    for erasure_id, person_id in open_erasures(db.session):
        if only_keyless and not was_erased(person_id):
            continue
        try:
            counts[_run(erasure_id, person_id)] += 1
        except ServiceError as problem:
            counts[RUNNING] += 1
            _log.warning("an erasure waits: %s", problem.code)
    if counts[DONE]:
        fold_log()
    return Ran(counts[DONE], counts[REFUSED], counts[RUNNING])


def _run(erasure_id: str, person_id: str) -> str:
    if not _begin(erasure_id, person_id):
        return REFUSED
    end_reading()
    persons = [person_id, *merged_into(db.session, person_id)]
    links = links_of(db.session, persons)
    for community_id, account in links:
        _each(community_id, account, leave_member)
    _no_way_back(erasure_id)
    for each in persons:
        person_keys(current()).destroy(each, current().clock.now_ms())
    for community_id, account in links:
        _each(community_id, account, forget_member)
    _finish(erasure_id, persons)
    return DONE


@retried
def _begin(erasure_id: str, person_id: str) -> bool:
    """Ask about duties for the last time, and shut the doors."""
    with perform(CITY, Request(JOB, f"{erasure_id} begin", "erasure.begin", {})) as operation:
        if not operation.replayed:
            session = operation.session
            row, person = session.get(ErasureRow, erasure_id), session.get(PersonRow, person_id)
            assert row is not None
            if row.phase == ASKED and not was_erased(person_id):
                duties = may_erase(session, person_id, operation.at_ms)
                row.state = REFUSED if duties else RUNNING
                row.phase = duties[0].code if duties else LEAVING
            row.state = row.state if row.state == REFUSED else RUNNING
            if person is not None and row.state == RUNNING:
                person.state = ERASING
            operation.answer(int(row.state == RUNNING))
    return bool(operation.result)


@retried
def _each(community_id: str, account: str, work: Callable[[Operation, str], None]) -> None:
    """One community's step: nothing to do when it was done.

    Its key is random: one that says which erasure this is would join account and person.
    """
    request = Request(JOB, new_id(current().random), "erasure.step", {"account": account})
    with perform(community_id, request) as operation:
        work(operation, account)
        operation.answer({})


@retried
def _no_way_back(erasure_id: str) -> None:
    with perform(CITY, Request(JOB, f"{erasure_id} rows", "erasure.rows", {})) as operation:
        if not operation.replayed:
            row = operation.session.get(ErasureRow, erasure_id)
            assert row is not None
            row.phase = ROWS
            operation.answer({})


@retried
def _finish(erasure_id: str, persons: list[str]) -> None:
    with perform(CITY, Request(JOB, f"{erasure_id} done", "erasure.done", {})) as operation:
        if not operation.replayed:
            session = operation.session
            for person_id in persons:
                forget_person(session, person_id)
            row = session.get(ErasureRow, erasure_id)
            assert row is not None
            row.person_id, row.state, row.phase = None, DONE, DONE
            row.done_at_ms = operation.at_ms
            operation.answer({})


def erase_restored() -> Ran:
    """Erase again whoever is back in a restored database: their key is gone, and stays gone.

    It needs the links of the restored copy: the vault cannot tell them any more.
    """
    end_reading()
    erased = {each.person_hash for each in person_keys(current()).erasures()}
    under_way = {person_id for _, person_id in open_erasures(db.session)}
    there = db.session.execute(select(PersonRow.person_id)).scalars()
    back = [each for each in there if hash_of(each) in erased and each not in under_way]
    if back:
        _ask_again(sorted(back))
    return run_erasures(only_keyless=True)


@retried
def _ask_again(persons: list[str]) -> None:
    with perform(CITY, Request(JOB, new_id(current().random), "erasure.again", {})) as operation:
        for person_id in persons:
            operation.session.add(
                ErasureRow(
                    erasure_id=new_id(current().random),
                    person_id=person_id,
                    reason=RESTORED,
                    state=RUNNING,
                    phase=ROWS,
                    asked_at_ms=operation.at_ms,
                )
            )
        operation.answer({})
