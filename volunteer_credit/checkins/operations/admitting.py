"""A lead scans a pass or a card, types its number, or takes name and phone; one tap each."""

from volunteer_credit.checkins.operations import presences
from volunteer_credit.checkins.operations.failures import kept
from volunteer_credit.checkins.operations.judgement import OWN_DAYS, Comer, age_of
from volunteer_credit.checkins.operations.shifts import CANCELLED, shift_here, target_of
from volunteer_credit.checkins.queries.doors import CLOSED, door_of
from volunteer_credit.checkins.queries.presences import before, own_presences
from volunteer_credit.checkins.rules.acts import AUTO, IN, OUT, judged_act
from volunteer_credit.checkins.rules.reasons import Outcome
from volunteer_credit.checkins.rules.times import DAY_MS, is_its_time
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.operations.digests import digest, request_digest
from volunteer_credit.people.queries.cards import PASS, CardSeen, is_card_ended
from volunteer_credit.people.queries.grants import ACTIVE, member_state
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.card_errors import (
    CardCodeError,
    CardNumberError,
    CardUnknownError,
)
from volunteer_credit.people.rules.card_numbers import parse_card, parse_number
from volunteer_credit.projects.queries.shifts import DoorShift
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.errors import BadRequestError

ACTION = "checkin.admit"


@retried
def admit(
    caller: Caller, community_id: str, shift_id: str, text: str, key: str, act: str = AUTO
) -> Outcome:
    """Check in or out whose card, pass or number this is. What is wrong is an answer, and kept.

    Raises: ShiftUnknownError, NotAllowedError and its like.
    """
    shift = shift_here(db.session, community_id, shift_id)
    target = target_of(community_id, shift)
    body = {"shift": shift_id, "act": act, "code": request_digest(db.session, {"code": text})}
    request = Request(acting(caller, ACTION, community_id, target), key, "checkin.admit", body)
    with perform(community_id, request) as operation:
        by = authorised(operation, caller, ACTION, target).account
        if not operation.replayed:
            outcome = _admit(operation, shift, text, act, by)
            operation.answer([outcome.reason, outcome.seq])
        reason, seq = operation.result
    return Outcome(reason, community_id, shift_id, seq)


def _admit(operation: Operation, shift: DoorShift, text: str, act: str, by: str) -> Outcome:
    reason, card = read_card(operation.session, text)
    account, how = "", "card"
    if card is not None:
        account = member_account(operation.session, card.person_id, operation.community_id)
        is_typed = text.strip().replace(" ", "").isdecimal()
        how = "pass" if card.kind == PASS else "number" if is_typed else "card"
        reason = "" if account else "not_member"
    comer = Comer(card.person_id if card else "", account, how, by=by)
    if reason:
        named = Outcome(reason, operation.community_id, shift.shift_id)
        return kept(operation.session, named, comer, operation.at_ms)
    return admitted(operation, comer, shift, act)


def member_account(reader: Reader, person_id: str, community_id: str) -> str:
    """The account of a member; empty for who is none, or has left."""
    account = account_of(reader, person_id, community_id) or ""
    is_here = account and member_state(reader, community_id, account)[0] == ACTIVE
    return account if is_here else ""


def admitted(operation: Operation, comer: Comer, shift: DoorShift, act: str) -> Outcome:
    """Inside a lead's operation: somebody who is known comes or goes. Validity first."""
    session, here, at_ms = operation.session, operation.community_id, operation.at_ms
    shift = shift_here(session, here, shift.shift_id)
    own = own_presences(session, here, comer.account, at_ms - OWN_DAYS * DAY_MS)
    last = next((each for each in reversed(own) if each.shift_id == shift.shift_id), None)
    reason = _refusal(session, here, comer, shift)
    if not reason:
        act, reason = judged_act(act, before(own, shift.shift_id), at_ms)
    if act == IN and not is_its_time(shift.starts_at_ms, shift.ends_at_ms, at_ms):
        reason = reason or "not_open"
    if reason:
        seq = last.started_seq if last else 0
        return kept(session, Outcome(reason, here, shift.shift_id, seq), comer, at_ms)
    if act == IN:
        return Outcome(IN, here, shift.shift_id, presences.start(operation, comer, shift, own=own))
    assert last is not None
    if act == OUT:
        presences.end(operation, comer, last)
    else:
        presences.see_again(operation, comer, last, shift)
    return Outcome(act, here, shift.shift_id, last.started_seq)


def _refusal(reader: Reader, community_id: str, comer: Comer, shift: DoorShift) -> str:
    door = door_of(reader, community_id, shift.shift_id)
    if door is not None and door.state == CLOSED:
        return "closed"
    if door is None and shift.state == CANCELLED:
        return "cancelled"
    return "" if age_of(reader, comer.person_id, shift.day)[1] else "minor"


def read_card(reader: Reader, text: str) -> tuple[str, CardSeen | None]:
    """(reason, card): one of the two is empty."""
    try:
        return "", card_of(reader, text)
    except CardUnknownError:
        return ("revoked_card" if _is_ended(reader, text) else "unknown_card"), None
    except CardNumberError:
        return "unknown_card", None
    except CardCodeError:
        return "invalid", None


def _is_ended(reader: Reader, text: str) -> bool:
    try:
        return is_card_ended(reader, number=parse_number(text))
    except BadRequestError:
        pass
    try:
        return is_card_ended(reader, card_digest=digest(reader, "card", parse_card(text)))
    except BadRequestError:
        return False  # a pass that has ended
