"""How sessions end: by their owner, by staff, with a device, with a role, with the person."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from volunteer_credit.people.models.sessions import (
    ChallengeRow,
    CodeRow,
    SessionRow,
)
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.sessions import day_of, end_where, update_sessions
from volunteer_credit.people.queries.sessions import SessionSeen, roles_of, sessions_of
from volunteer_credit.people.rules.handles import handle
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.people.rules.sign_in_errors import CredentialMissingError
from volunteer_credit.people.rules.spans import span_of
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried, transaction
from volunteer_credit.shared.runtime import current

_sessions = SessionRow.__table__.c


def own_sessions(caller: Caller) -> list[SessionSeen]:
    """The caller's sessions that are not over, the last used first."""
    return sessions_of(db.session, caller.person_id, current().clock.now_ms())


@retried
def sign_out(caller: Caller) -> None:
    """End this session: "done" on a shared phone, or signing out anywhere; twice does no harm."""
    with transaction() as session:
        end_where(session, current().clock.now_ms(), _sessions.session_id == caller.session_id)


@retried
def end_session(caller: Caller, session_id: str) -> None:
    """End one of the caller's own sessions. Raises: CredentialMissingError, NotSignedInError."""
    with transaction() as session:
        now_ms = _ask(session, caller)
        mine = _sessions.person_id == caller.person_id
        if not end_where(session, now_ms, mine, _sessions.session_id == handle(session_id, 32)):
            raise CredentialMissingError


@retried
def end_other_sessions(caller: Caller) -> int:
    """End all of the caller's sessions but this; how many there were. Raises: NotSignedInError."""
    with transaction() as session:
        now_ms = _ask(session, caller)
        mine = _sessions.person_id == caller.person_id
        return end_where(session, now_ms, mine, _sessions.session_id != caller.session_id)


@retried
def end_sessions_of(caller: Caller, person_id: str, community_id: str) -> int:
    """Staff end all sessions of a person, as after a theft; how many there were.

    Raises: NotAllowedError and its like.
    """
    now_ms = current().clock.now_ms()
    with transaction() as session:
        target = Target(community_id, person_id)
        day = day_of(now_ms)
        authorise(session, caller, "session.end", target, at_ms=now_ms, day=day)
        return end_all(session, person_id, now_ms)


def end_all(session: Session, person_id: str, at_ms: int) -> int:
    """Inside an operation that locks, erases, merges or lets go a person: end their sessions."""
    return end_where(session, at_ms, _sessions.person_id == person_id)


def end_on_device(session: Session, device_id: str, at_ms: int) -> int:
    """Inside an operation that revokes a device: end the sessions on it."""
    return end_where(session, at_ms, _sessions.device_id == device_id)


def end_by_card(session: Session, person_id: str, at_ms: int) -> int:
    """Inside an operation that ends a card or changes its PIN: end what the card has opened."""
    return end_where(session, at_ms, _sessions.person_id == person_id, _sessions.method == "card")


def shorten_sessions(session: Session, person_id: str, at_ms: int) -> None:
    """Inside an operation that gives a role: no session outlasts what that role allows."""
    roles = roles_of(session, person_id, day_of(at_ms))
    for is_shared_phone in (False, True):
        span = span_of(roles, "", is_shared_phone=is_shared_phone)
        theirs = (
            _sessions.person_id == person_id,
            _sessions.is_shared_phone == int(is_shared_phone),
        )
        ends_at_ms = at_ms + span.whole_ms
        latest = {_sessions.ends_at_ms: ends_at_ms, _sessions.idle_ms: span.idle_ms}
        for column, value in latest.items():
            session.execute(update_sessions({column.name: value}, *theirs, column > value))


@retried
def forget_sessions() -> None:
    """After a recovery: drop all sessions, codes and challenges, because an old one may be back."""
    with transaction() as session:
        for table in (SessionRow, CodeRow, ChallengeRow):
            session.execute(delete(table).execution_options(synchronize_session=False))


def _ask(session: Reader, caller: Caller) -> int:
    now_ms = current().clock.now_ms()
    authorise(session, caller, "self.sessions", at_ms=now_ms, day=day_of(now_ms))
    return now_ms
