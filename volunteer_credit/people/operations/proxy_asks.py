"""A person asks one of the family to act for them; that one agrees; the desk confirms it."""

from collections.abc import Callable

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.vault import ProxyAskRow
from volunteer_credit.people.operations.authority import Authority, acting, authorised
from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.operations.digests import digest, personal_digest
from volunteer_credit.people.operations.proxies import put_proxy
from volunteer_credit.people.operations.sealed import stage_of
from volunteer_credit.people.queries.persons import found_by, proxies_of
from volunteer_credit.people.queries.proxy_asks import open_asks
from volunteer_credit.people.queries.settings import belongings
from volunteer_credit.people.rules.ages import Stage
from volunteer_credit.people.rules.card_errors import (
    CardCodeError,
    CardNumberError,
    CardUnknownError,
)
from volunteer_credit.people.rules.identity import parse_volunteer_number
from volunteer_credit.people.rules.identity_errors import PhoneError, VolunteerNumberError
from volunteer_credit.people.rules.person_errors import PersonUnknownError, WardAgeError
from volunteer_credit.people.rules.phones import parse_phone
from volunteer_credit.people.rules.proxy_asks import (
    ACCEPTED,
    ASKED,
    CONFIRMED,
    DECLINED,
    OPEN,
    OPEN_MAX,
    REFUSED,
    WITHDRAWN,
    ProxyAsksFullError,
    ProxyAskUnknownError,
    ProxyNumberError,
    ProxySelfError,
    ProxyThereError,
    check_reason,
    number_end,
    waits_since_ms,
)
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

OWN, DESK = "self.consent", "proxy.confirm"
ACTIVE = "active"


@retried
def ask_proxy(caller: Caller, number: str, community_id: str, key: str) -> str:
    """Ask whoever has this number (phone, card, pass, volunteer number); the id of the request.

    It is the same whether that is anybody or not. `community_id`: whose desk shall confirm it.
    Raises: ProxyNumberError, ProxySelfError, ProxyAsksFullError, ProxyThereError, WardAgeError,
    PersonUnknownError where the caller is no member, and as `authorised` and `perform`.
    """
    meant = _meant(db.session, number, caller.person_id)
    said = personal_digest(caller.person_id, {"number": number, "community": community_id})
    request = Request(acting(caller, OWN, CITY), key, "proxy.ask", {"said": said})
    with perform(CITY, request) as operation:
        authorised(operation, caller, OWN)
        if not operation.replayed:
            asked = _newly_asked(operation, caller.person_id, meant, community_id)
            ask_id = new_id(current().random)
            operation.session.add(
                ProxyAskRow(
                    ask_id=ask_id,
                    principal_id=caller.person_id,
                    proxy_id=asked,
                    community_id=community_id,
                    number_end=number_end(number),
                    state=ASKED,
                    asked_at_ms=operation.at_ms,
                )
            )
            operation.answer({"ask": ask_id})
    return str(operation.result["ask"])


def answer_ask(caller: Caller, ask_id: str, key: str, *, is_yes: bool) -> None:
    """Agree to act for who asks, or refuse. Raises: ProxyAskUnknownError, as `authorised`."""

    def work(row: ProxyAskRow) -> None:
        if row.proxy_id != caller.person_id or row.state != ASKED:
            raise ProxyAskUnknownError
        row.state = ACCEPTED if is_yes else REFUSED

    _own(caller, ask_id, "proxy.accept" if is_yes else "proxy.refuse", key, work)


def withdraw_ask(caller: Caller, ask_id: str, key: str) -> None:
    """Ask no longer. Raises: ProxyAskUnknownError, as `authorised`."""

    def work(row: ProxyAskRow) -> None:
        if row.principal_id != caller.person_id or row.state not in OPEN:
            raise ProxyAskUnknownError
        row.state = WITHDRAWN

    _own(caller, ask_id, "proxy.withdraw", key, work)


def confirm_ask(caller: Caller, community_id: str, ask_id: str, key: str) -> None:
    """At the desk: what both want holds from now on.

    Raises: ProxyAskUnknownError, and as `authorised` and `check_proxy`.
    """

    def work(operation: Operation, found: Authority, row: ProxyAskRow) -> None:
        assert row.proxy_id is not None
        put_proxy(operation, found.person_id, (row.principal_id, row.proxy_id), "own")
        row.state = CONFIRMED

    _at_desk(caller, (community_id, ask_id), ("proxy.ask_confirm", "", key), work)


def decline_ask(caller: Caller, community_id: str, ask_id: str, reason: str, key: str) -> None:
    """At the desk: it is not confirmed. Raises: ProxyReasonError, as `confirm_ask`."""
    check_reason(reason)

    def work(_operation: Operation, _found: Authority, row: ProxyAskRow) -> None:
        row.state, row.reason = DECLINED, reason

    _at_desk(caller, (community_id, ask_id), ("proxy.ask_decline", reason, key), work)


@retried
def _own(
    caller: Caller, ask_id: str, name: str, key: str, work: Callable[[ProxyAskRow], None]
) -> None:
    with perform(CITY, Request(acting(caller, OWN, CITY), key, name, {"ask": ask_id})) as operation:
        authorised(operation, caller, OWN)
        if not operation.replayed:
            row = _row(operation, ask_id)
            work(row)
            row.decided_at_ms = operation.at_ms
            operation.answer({})


@retried
def _at_desk(
    caller: Caller,
    where: tuple[str, str],
    asked: tuple[str, str, str],
    work: Callable[[Operation, Authority, ProxyAskRow], None],
) -> None:
    community_id, ask_id = where
    name, reason, key = asked
    found = db.session.get(ProxyAskRow, ask_id)
    if found is None or found.community_id != community_id:
        raise ProxyAskUnknownError
    target = Target(community_id, found.principal_id)
    body = {"ask": ask_id, "reason": reason}
    request = Request(acting(caller, DESK, CITY, target), key, name, body)
    with perform(CITY, request) as operation:
        authority = authorised(operation, caller, DESK, target)
        if not operation.replayed:
            row = _row(operation, ask_id)
            if row.state != ACCEPTED or row.principal_id != target.person_id:
                raise ProxyAskUnknownError
            work(operation, authority, row)
            row.decided_at_ms, row.decided_by = operation.at_ms, caller.person_id
            operation.answer({})


def _row(operation: Operation, ask_id: str) -> ProxyAskRow:
    row = operation.session.get(ProxyAskRow, ask_id)
    if row is None or row.asked_at_ms <= waits_since_ms(operation.at_ms):
        raise ProxyAskUnknownError
    return row


def _meant(reader: Reader, number: str, own_id: str) -> str:
    """Whose number this is; empty where it is nobody's, or several others' who share a phone."""
    found = _with_number(reader, number)
    others = [each for each in found if each != own_id]
    if found and not others:
        raise ProxySelfError
    return others[0] if len(others) == 1 else ""


def _with_number(reader: Reader, number: str) -> list[str]:
    try:
        return found_by(reader, "phone", digest(reader, "phone", parse_phone(number)))
    except PhoneError:
        pass
    try:
        return [card_of(reader, number).person_id]
    except CardUnknownError:
        return []
    except (CardNumberError, CardCodeError):
        pass
    kind = "volunteer_number"
    try:
        return found_by(reader, kind, digest(reader, kind, parse_volunteer_number(number)))
    except VolunteerNumberError:
        raise ProxyNumberError from None


def _newly_asked(
    operation: Operation, principal_id: str, proxy_id: str, community_id: str
) -> str | None:
    """Who is asked by this; nobody where there is nobody, or they are asked already."""
    session = operation.session
    if stage_of(session, principal_id, operation.day) is not Stage.ADULT:
        raise WardAgeError
    homes = [each for each in belongings(session, principal_id) if each.state == ACTIVE]
    if community_id not in [each.community_id for each in homes]:
        raise PersonUnknownError
    waiting = open_asks(session, principal_id, waits_since_ms(operation.at_ms))
    if len(waiting) >= OPEN_MAX:
        raise ProxyAsksFullError(count_max=OPEN_MAX)
    if proxy_id and proxy_id in proxies_of(session, principal_id):
        raise ProxyThereError
    is_asked = proxy_id in [each.proxy_id for each in waiting]
    return None if is_asked or not proxy_id else proxy_id
