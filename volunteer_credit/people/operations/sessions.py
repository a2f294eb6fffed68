"""Sessions: they begin with a sign-in, slide while they are used, and end when they must.

The cookie holds a secret of which the table has the digest. All sessions are dropped after a
recovery, because an old one could be back.
"""

import hmac
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Update, update
from sqlalchemy.orm import Session

from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.operations.authority import authorise, known
from volunteer_credit.people.operations.digests import digest
from volunteer_credit.people.operations.sealed import stage_of
from volunteer_credit.people.queries.persons import was_ward
from volunteer_credit.people.queries.sessions import (
    has_link,
    is_active,
    roles_of,
)
from volunteer_credit.people.queries.standing import (
    BY_TOKEN,
    SessionKnown,
    Standing,
    asked_by_token,
    seen_in,
    session_in,
)
from volunteer_credit.people.rules.ages import CHILD_YEARS, Stage
from volunteer_credit.people.rules.authority_errors import ChildError
from volunteer_credit.people.rules.days import local_day
from volunteer_credit.people.rules.handles import handle, shown_label
from volunteer_credit.people.rules.roles import CITY
from volunteer_credit.people.rules.sign_in_errors import (
    FaceError,
    SignInRefusedError,
)
from volunteer_credit.people.rules.spans import STEP_UP_MS, has_face, seen_every_ms, span_of
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried, transaction
from volunteer_credit.shared.errors import BusyError
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.reading import alone
from volunteer_credit.shared.runtime import current

TOKEN_BYTES = 32
DEVICE_LETTERS = 32
LABEL_LENGTH_MAX = 60
_sessions = SessionRow.__table__.c


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in: a browser's random id, its address, and how it was told to behave.

    `label`: what the owner reads in the list of sessions. `old_token`: of the session that this
    sign-in replaces. On a shared phone `device_id` must be one that is not remembered.
    """

    device_id: str
    address: str
    is_shared_phone: bool = False
    label: str = ""
    old_token: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its secret for the cookie, and who that is.

    `remember_ms`: how long the cookie may live; 0 on a shared phone, where it ends with the visit.
    """

    token: str
    caller: Caller
    remember_ms: int


def begin_session(
    session: Session, person_id: str, method: str, browser: Browser, at_ms: int
) -> SignedIn:
    """Inside a transaction: a new session with a new secret; the one before it ends.

    Raises: SignInRefusedError for who may not sign in (locked, merged, erased, not yet active);
    ChildError.
    """
    if not is_active(session, person_id, hold=True):
        raise SignInRefusedError
    _refuse_child(session, person_id, day_of(at_ms))
    old_token = handle(browser.old_token, 2 * TOKEN_BYTES)
    if old_token:
        old = digest(session, "session", old_token)
        end_where(session, at_ms, _sessions.token_digest == old)
    token, session_id = current().random(TOKEN_BYTES).hex(), new_id(current().random)
    roles = roles_of(session, person_id, day_of(at_ms))
    span = span_of(roles, method, is_shared_phone=browser.is_shared_phone)
    until_ms = at_ms + min(STEP_UP_MS, span.whole_ms)
    session.add(
        SessionRow(
            session_id=session_id,
            token_digest=digest(session, "session", token),
            person_id=person_id,
            device_id=browser.device_id,
            method=method,
            is_shared_phone=int(browser.is_shared_phone),
            label=shown_label(browser.label, LABEL_LENGTH_MAX),
            began_at_ms=at_ms,
            seen_at_ms=at_ms,
            idle_ms=span.idle_ms,
            ends_at_ms=at_ms + span.whole_ms,
            stepped_up_until_ms=until_ms,
        )
    )
    session.flush()
    caller = Caller(
        person_id, session_id, browser.device_id, method, browser.is_shared_phone, until_ms
    )
    return SignedIn(token, caller, 0 if browser.is_shared_phone else span.idle_ms)


def _refuse_child(session: Session, person_id: str, day: int) -> None:
    """As `authorise` would everywhere: whoever never had a guardian stays sealed."""
    if was_ward(session, person_id) and stage_of(session, person_id, day) is Stage.CHILD:
        raise ChildError(age=CHILD_YEARS)


def caller_of(token: str, device_id: str, at_ms: int, community_id: str = "") -> Caller | None:
    """Whose session this is, on this browser; None when it is nobody's, or over.

    One read, which also says what they may do in a community: this one, else the one they have
    chosen. That somebody was here is written at most every five minutes, and more often only where
    the idle time is short.
    """
    token, device_id = handle(token, 2 * TOKEN_BYTES), handle(device_id, DEVICE_LETTERS)
    if not (token and device_id):
        return None
    day = day_of(at_ms)
    values = asked_by_token(digest(db.session, "session", token), community_id, day)
    rows = alone(BY_TOKEN, **values)
    session = session_in(rows)
    book = community_id or (session.community_id if session else "") or CITY
    seen = seen_in(rows, book)
    if session is None or seen is None or _is_over(session, seen.standing, at_ms):
        return None
    if not hmac.compare_digest(session.device_id, device_id):
        return None
    row = seen.standing
    if at_ms - row.seen_at_ms >= seen_every_ms(row.idle_ms):
        with suppress(BusyError):  # a request that only reads goes on; the next one writes it
            _seen(session.session_id, row.seen_at_ms, at_ms)
    caller = _caller(session, row)
    known(caller, seen, book, day)
    return caller


def _is_over(session: SessionKnown, row: Standing, at_ms: int) -> bool:
    ends_at_ms = min(row.ends_at_ms, row.seen_at_ms + row.idle_ms)
    return session.revoked_at_ms is not None or ends_at_ms <= at_ms


def _caller(session: SessionKnown, row: Standing) -> Caller:
    return Caller(
        person_id=session.person_id,
        session_id=session.session_id,
        device_id=session.device_id,
        method=row.method,
        is_shared_phone=bool(row.is_shared_phone),
        stepped_up_until_ms=row.stepped_up_until_ms,
        community_id=session.community_id,
        face=session.face,
    )


@retried
def _seen(session_id: str, seen_at_ms: int, at_ms: int) -> None:
    with transaction() as session:
        session.execute(
            update_sessions(
                {"seen_at_ms": at_ms},
                _sessions.session_id == session_id,
                _sessions.seen_at_ms == seen_at_ms,
            )
        )


@retried
def choose_face(caller: Caller, community_id: str, face: str) -> Caller:
    """Work in a community with one of the person's faces. Raises: FaceError, NotSignedInError."""
    if not (community_id.isascii() and community_id.isprintable()):
        raise FaceError
    now_ms = current().clock.now_ms()
    with transaction() as session:
        day = day_of(now_ms)
        authorise(session, caller, "self.sessions", at_ms=now_ms, day=day)
        roles = roles_of(session, caller.person_id, day, community_id)
        is_there = has_link(session, caller.person_id, community_id)
        if not (is_there and has_face(roles, face)):
            raise FaceError
        chosen = {"community_id": community_id, "face": face}
        session.execute(update_sessions(chosen, _sessions.session_id == caller.session_id))
    return Caller(
        caller.person_id,
        caller.session_id,
        caller.device_id,
        caller.method,
        caller.is_shared_phone,
        caller.stepped_up_until_ms,
        community_id,
        face,
    )


def step_up_session(session: Session, caller: Caller, at_ms: int) -> int:
    """Inside the transaction that proved it: the session is stepped up for ten minutes from now.

    Raises: NotSignedInError.
    """
    authorise(session, caller, "self.sessions", at_ms=at_ms, day=day_of(at_ms))
    until_ms = at_ms + STEP_UP_MS
    proved = {"stepped_up_until_ms": until_ms}
    session.execute(update_sessions(proved, _sessions.session_id == caller.session_id))
    return until_ms


def day_of(at_ms: int) -> int:
    """The local date of a time, YYYYMMDD."""
    return local_day(at_ms, current().settings.utc_offset_minutes)


def update_sessions(values: Mapping[str, object], *where: ColumnElement[bool]) -> Update:
    """A statement that changes the sessions which these conditions name."""
    changed = update(SessionRow).where(*where).values(values)
    return changed.execution_options(synchronize_session=False)


def end_where(session: Session, at_ms: int, *where: ColumnElement[bool]) -> int:
    """End the sessions that these conditions name; how many there were."""
    asked = update_sessions({"revoked_at_ms": at_ms}, *where, _sessions.revoked_at_ms.is_(None))
    return len(session.execute(asked.returning(_sessions.session_id)).all())
