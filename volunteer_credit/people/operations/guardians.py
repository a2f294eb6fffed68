"""Guardians of minors, confirmed at the desk from a document; it ends when the minor is 18."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.models.vault import GuardianRow
from volunteer_credit.people.operations.authority import acting, authorise, authorised
from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.operations.sealed import person, stage_of
from volunteer_credit.people.queries.grants import ACTIVE, member_state
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.ages import Stage
from volunteer_credit.people.rules.card_errors import CardUnknownError
from volunteer_credit.people.rules.guardians import check_guardian
from volunteer_credit.people.rules.person_errors import GuardianCardError, PersonUnknownError
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.person_keys_errors import PersonErasedError
from volunteer_credit.shared.runtime import current

JOB = Actor("system:guardians", "system")


@retried
def confirm_guardian(
    caller: Caller, minor_id: str, guardian_id: str, *, community_id: str, key: str
) -> None:
    """Say that one person is the guardian of another, having seen their documents.

    The guardian is a member of this community; the minor too, or of none yet.
    Raises: as `authorised` and `check_guardian`; PersonUnknownError.
    """
    target = Target(community_id, guardian_id)
    request = _request(caller, target, minor_id, key, "guardian.confirm")
    with perform(CITY, request) as operation:
        found = authorised(operation, caller, "guardian.confirm", target)
        if not operation.replayed:
            _check_here(operation.session, minor_id, community_id)
            _confirm(operation, found.person_id, minor_id, guardian_id)
            operation.answer({})


def entrust(
    operation: Operation, caller: Caller, minor_id: str, community_id: str, card: str
) -> None:
    """Inside the city's operation that adds a minor: whose card this is, is the guardian.

    Raises: as `authorise` and `check_guardian`; CardNumberError, CardCodeError, GuardianCardError.
    """
    session = operation.session
    session.flush()
    try:
        guardian_id = card_of(session, card).person_id
    except CardUnknownError:
        raise GuardianCardError from None
    account = account_of(session, guardian_id, community_id) or ""
    if member_state(session, community_id, account)[0] != ACTIVE:
        raise GuardianCardError
    now_ms, target = current().clock.now_ms(), Target(community_id, guardian_id)
    asked = "guardian.confirm"
    found = authorise(session, caller, asked, target, at_ms=now_ms, day=operation.day)
    _confirm(operation, found.person_id, minor_id, guardian_id)


def _confirm(operation: Operation, by_person: str, minor_id: str, guardian_id: str) -> None:
    session, pair = operation.session, (minor_id, guardian_id)
    one, other = (person(session, each)[1].fields.birth_day for each in pair)
    check_guardian(by_person, pair, (one, other), operation.day)
    if not guardianship(session, *pair):
        session.merge(  # ended within this second: the same row again
            GuardianRow(
                minor_id=minor_id,
                guardian_id=guardian_id,
                since_ms=operation.at_ms,
                until_ms=None,
                confirmed_by=by_person,
            )
        )


@retried
def end_guardian(
    caller: Caller, minor_id: str, guardian_id: str, *, community_id: str, key: str
) -> None:
    """Say that one person is no longer the guardian of another.

    Raises: as `authorised`; PersonUnknownError for the guardian of nobody.
    """
    target = Target(community_id, guardian_id)
    with perform(CITY, _request(caller, target, minor_id, key, "guardian.end")) as operation:
        authorised(operation, caller, "guardian.confirm", target)
        if not operation.replayed:
            _check_here(operation.session, minor_id, community_id)
            row = guardianship(operation.session, minor_id, guardian_id)
            if row is None:
                raise PersonUnknownError
            row.until_ms = operation.at_ms
            operation.answer({})


def guardianship(session: Session, minor_id: str, guardian_id: str) -> GuardianRow | None:
    """The row that says it now."""
    return session.execute(
        select(GuardianRow).where(
            GuardianRow.minor_id == minor_id,
            GuardianRow.guardian_id == guardian_id,
            GuardianRow.until_ms.is_(None),
        )
    ).scalar_one_or_none()


@retried
def end_grown(period: str) -> int:
    """End what is over because the minor is 18 now; how many. A job, once in a period."""
    with perform(CITY, Request(JOB, f"grown {period}", "guardian.grown")) as operation:
        if not operation.replayed:
            count = 0
            open_rows = select(GuardianRow).where(GuardianRow.until_ms.is_(None))
            for row in operation.session.execute(open_rows).scalars():
                if _is_grown(operation.session, row.minor_id, operation.day):
                    row.until_ms = operation.at_ms
                    count += 1
            operation.answer({"count": count})
    return int(operation.result["count"])


def _is_grown(session: Session, minor_id: str, day: int) -> bool:
    try:
        return stage_of(session, minor_id, day) is Stage.ADULT
    except (PersonErasedError, PersonUnknownError):
        return True  # nobody is left to be guarded


def _check_here(session: Session, minor_id: str, community_id: str) -> None:
    """Another community's minors are none of this desk's business."""
    places = {community for community, _ in person(session, minor_id)[1].links} - {CITY}
    if places and community_id not in places:
        raise PersonUnknownError


def _request(caller: Caller, target: Target, minor_id: str, key: str, name: str) -> Request:
    asked = {"minor": minor_id, "guardian": target.person_id}
    body = {"asked": request_digest(db.session, asked)}
    return Request(acting(caller, "guardian.confirm", CITY, target), key, name, body)
