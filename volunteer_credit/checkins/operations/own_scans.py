"""A volunteer's own scan: one tap writes, once, whatever is sent again.

Whatever is wrong is an answer that is kept, never an exception that undoes it.
"""

from dataclasses import dataclass

from volunteer_credit.checkins.models.presences import TicketRow
from volunteer_credit.checkins.operations import presences
from volunteer_credit.checkins.operations.failures import (
    TRIES_MAX,
    TRIES_SECONDS,
    SiteFullError,
    count_vain,
    kept,
    kept_alone,
)
from volunteer_credit.checkins.operations.judgement import OWN_DAYS, Comer, age_of
from volunteer_credit.checkins.operations.keys import (
    device_digest,
    place_key,
    ticket_key,
)
from volunteer_credit.checkins.operations.visits import Confirming, confirm_by_pin, confirming
from volunteer_credit.checkins.queries.doors import CLOSED, OPEN, STOPPED, Door, asked_door, door_of
from volunteer_credit.checkins.queries.presences import (
    asked_at_door,
    asked_before,
    before,
    count_at_site,
    count_tickets,
    own_presences,
    ticket_account,
)
from volunteer_credit.checkins.rules import tickets
from volunteer_credit.checkins.rules.acts import IN, OUT, judged_act
from volunteer_credit.checkins.rules.reasons import OK, REASONS, Outcome
from volunteer_credit.checkins.rules.spoken import (
    TRIES_MAX as SPOKEN_TRIES,
)
from volunteer_credit.checkins.rules.spoken import (
    TRIES_SECONDS as SPOKEN_SECONDS,
)
from volunteer_credit.checkins.rules.spoken import is_spoken, spoken_code
from volunteer_credit.checkins.rules.tickets import Ticket, TicketError, read_ticket
from volunteer_credit.checkins.rules.times import DAY_MS, is_its_time
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.queries.grants import asked_accounts
from volunteer_credit.people.queries.persons import asked_ward
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.projects.queries.shifts import DoorShift, asked_shift, door_shift
from volunteer_credit.projects.queries.sign_ups import asked_state
from volunteer_credit.projects.rules.states import CANCELLED
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Question, db, retried, table_of
from volunteer_credit.shared.limits import TooManyError, spend
from volunteer_credit.shared.reading import ahead, alone
from volunteer_credit.shared.runtime import current

ACTION = "checkin.scan"
UNCONFIRMED = "out_unconfirmed"
SITE_MAX, SITE_SECONDS = 600, 60  # check-ins of one place
WINDOW_MS = 1000
TICKETS = table_of(TicketRow)


@dataclass(frozen=True, slots=True)
class Typed:
    """What is filled in beside the tap: the lead's four digits, or the PIN of who was visited."""

    spoken: str = ""
    pin: str = ""


@retried
def scan(caller: Caller, text: str, typed: Typed = Typed(), within: str = "") -> Outcome:
    """Check in, out or again with a ticket of this session; `within`: of this community only.

    Raises: TooManyError, SiteFullError, NotSignedInError and its like.
    """
    reader = db.session()
    comer = Comer(caller.person_id, "", "", device_digest(reader, caller.device_id))
    try:
        ticket = read_ticket(ticket_key(reader), text, caller.session_id)
    except TicketError:
        return kept_alone(Outcome("invalid"), comer, caller.session_id)
    here, account = ticket.community_id, own_account(caller, ticket)
    comer = Comer(
        caller.person_id,
        account or "",
        ticket.way,
        comer.device,
        caller.is_shared_phone,
        site=ticket.site,
        served=ticket.served,
    )
    if account is None or within not in ("", here):
        return kept_alone(Outcome("foreign", here, ticket.shift_id), comer, caller.session_id)
    reason = _spoken(caller, ticket, typed.spoken)
    if reason:
        return kept_alone(Outcome(reason, here, ticket.shift_id), comer, caller.session_id)
    confirmed = confirming(ticket, typed.pin, caller.person_id)
    try:
        return _perform(caller, ticket, comer, confirmed)
    except NotAllowedError:  # such as who has left this community
        return kept_alone(Outcome("foreign", here, ticket.shift_id), comer, caller.session_id)


def own_account(caller: Caller, ticket: Ticket) -> str | None:
    """The number in use of who calls, in the book where the ticket counts."""
    statement, values = asked_accounts(caller.person_id, ticket.community_id)
    return next((account for (account,) in alone(statement, **values)), None)


def _spoken(caller: Caller, ticket: Ticket, typed: str) -> str:
    """Whether whoever came by the poster says what the lead says."""
    if ticket.way != tickets.POSTER:
        return ""
    reader, now_ms = db.session(), current().clock.now_ms()
    wait_seconds = spend("checkin:spoken", caller.person_id, SPOKEN_TRIES, SPOKEN_SECONDS, now_ms)
    if wait_seconds is not None:
        raise TooManyError(seconds=wait_seconds)
    door = door_of(reader, ticket.community_id, ticket.shift_id)
    key = place_key(reader, ticket.community_id, ticket.site)
    if door is None or not is_spoken(spoken_code(key, ticket.shift_id, door.openings), typed):
        return "spoken_code"
    return ""


def _perform(caller: Caller, ticket: Ticket, comer: Comer, confirmed: Confirming | None) -> Outcome:
    here, target = ticket.community_id, Target(ticket.community_id)
    # A scan is its own number: sent again, it is answered as at first.
    key = f"scan {ticket.nonce} {ticket.shift_id} {ticket.act}"
    body = {"shift": ticket.shift_id, "act": ticket.act, "way": ticket.way, "site": ticket.site}
    request = Request(acting(caller, ACTION, here, target), key, "checkin.scan", body)
    with perform(here, request) as operation:
        authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            outcome = _scan(operation, ticket, comer, confirmed)
            operation.answer([outcome.reason, outcome.shift_id, outcome.seq])
        reason, shift_id, seq = operation.result
    if REASONS[reason].status != OK and not operation.replayed:
        count_vain(caller.session_id, current().clock.now_ms())
    return Outcome(reason, here, shift_id, seq)


def _scan(
    operation: Operation, ticket: Ticket, comer: Comer, confirmed: Confirming | None
) -> Outcome:
    session, here = operation.session, operation.community_id
    ahead(session, _questions(operation, ticket, comer))
    _check_often(operation, comer)
    shift = door_shift(session, here, ticket.shift_id)
    reason = _refusal(operation, ticket, comer, shift)
    if reason or shift is None:
        named = Outcome(reason or "invalid", here, ticket.shift_id)
        return kept(session, named, comer, operation.at_ms)
    own = own_presences(session, here, comer.account, operation.at_ms - OWN_DAYS * DAY_MS)
    act, reason = judged_act(ticket.act, before(own, shift.shift_id), operation.at_ms)
    last = next((each for each in reversed(own) if each.shift_id == shift.shift_id), None)
    if act == IN and not is_its_time(shift.starts_at_ms, shift.ends_at_ms, operation.at_ms):
        reason = reason or "not_open"
    if reason:
        seq = last.started_seq if last else 0
        return kept(session, Outcome(reason, here, shift.shift_id, seq), comer, operation.at_ms)
    if act == IN:
        seq = presences.start(operation, comer, shift, own=own)
    else:
        assert last is not None
        seq = last.started_seq
        if act == OUT:
            presences.end(operation, comer, last)
            confirm_by_pin(operation, last.place, confirmed)
            if confirmed is not None and confirmed.is_locked:
                act = UNCONFIRMED
        else:
            presences.see_again(operation, comer, last, shift)
    _use(operation, ticket, comer)
    return Outcome(act, here, shift.shift_id, seq)


def _questions(operation: Operation, ticket: Ticket, comer: Comer) -> list[Question]:
    """What a check-in reads, so that it goes to the server once for all of it."""
    here, at_ms, shift_id = operation.community_id, operation.at_ms, ticket.shift_id
    since_ms = (
        at_ms - OWN_DAYS * DAY_MS,
        at_ms - TRIES_SECONDS * WINDOW_MS,
        at_ms - SITE_SECONDS * WINDOW_MS,
    )
    return [
        *asked_before(here, comer.account, ticket.nonce, comer.site, since_ms),
        *asked_at_door(here, shift_id, comer.account, comer.device, comer.person_id, at_ms),
        *asked_shift(here, shift_id),
        asked_door(here, shift_id),
        asked_state(here, shift_id, comer.account),
        asked_ward(comer.person_id),
    ]


def _refusal(operation: Operation, ticket: Ticket, comer: Comer, shift: DoorShift | None) -> str:
    """What stands against it, validity first: who is refused is not told that they are in."""
    session, here = operation.session, operation.community_id
    if ticket.is_over(operation.at_ms):
        return "expired"
    if ticket_account(session, here, ticket.nonce) is not None:
        return "replayed"
    if shift is None:
        return "invalid"
    refused = _door_refusal(door_of(session, here, shift.shift_id), ticket, shift)
    if refused:
        return refused
    return "" if age_of(session, comer.person_id, shift.day)[1] else "minor"


def _door_refusal(door: Door | None, ticket: Ticket, shift: DoorShift) -> str:
    if door is not None and door.state in (CLOSED, STOPPED):
        return {CLOSED: "closed", STOPPED: "stopped"}[door.state]
    if ticket.way in (tickets.DOOR, tickets.POSTER):
        is_here = door is not None and (door.state, door.site) == (OPEN, ticket.site)
        return "" if is_here else "not_open"
    return "cancelled" if shift.state == CANCELLED and door is None else ""


def _use(operation: Operation, ticket: Ticket, comer: Comer) -> None:
    values = {
        "community_id": operation.community_id,
        "nonce": ticket.nonce,
        "account": comer.account,
        "used_at_ms": operation.at_ms,
    }
    operation.add(TICKETS, values, at_end=True)


def _check_often(operation: Operation, comer: Comer) -> None:
    """Nobody scans seven times a minute, no door lets 600 people in. Raises: LimitedError."""
    session, here, at_ms = operation.session, operation.community_id, operation.at_ms
    used = count_tickets(session, here, comer.account, at_ms - TRIES_SECONDS * WINDOW_MS)
    if used >= TRIES_MAX:
        raise TooManyError(seconds=TRIES_SECONDS)
    since_ms = at_ms - SITE_SECONDS * WINDOW_MS
    if comer.site and count_at_site(session, here, comer.site, since_ms) >= SITE_MAX:
        raise SiteFullError(seconds=SITE_SECONDS)
