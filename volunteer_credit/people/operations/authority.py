"""Whether somebody may do something, asked inside the transaction that does it.

actor = acting(caller, action, book, target)              # for the request, before the lock
with perform(book, Request(actor, key, name, body)) as operation:
    authority = authorised(operation, caller, action, target)

Session, roles and household may have changed before the lock was ours; so nothing is believed.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import bindparam, case, exists, literal_column, select

from volunteer_credit.journal.operations.demo_time import ahead_ms
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.rules.requests import CITY, Actor
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.models.vault import GuardianRow, PersonRow
from volunteer_credit.people.operations.sealed import stage_of
from volunteer_credit.people.queries.grants import (
    ACTIVE,
    accounts_here_and_in_city,
    accounts_of,
    as_known,
    holdings_of,
    is_of_city,
    member_state,
)
from volunteer_credit.people.queries.sessions import works_at_desk
from volunteer_credit.people.queries.slips import slip_issuers
from volunteer_credit.people.rules.actions import ACTIONS
from volunteer_credit.people.rules.ages import CHILD_YEARS, Stage
from volunteer_credit.people.rules.authority_errors import (
    AuthorityChangedError,
    ChildError,
    DeskCredentialsError,
    DeskDeviceError,
    NotAllowedError,
    NotSignedInError,
    StepUpNeededError,
    StrongSignInNeededError,
)
from volunteer_credit.people.rules.days import local_day
from volunteer_credit.people.rules.roles import (
    COMMUNITY,
    FACTS,
    STRONG_METHODS,
    WARD,
    Holding,
    Own,
    Target,
    allowed,
)
from volunteer_credit.people.rules.slips import is_own_slip
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import one_row
from volunteer_credit.shared.runtime import current

ITSELF = Target()  # the caller, in the city


class _Standing(NamedTuple):
    """What counts of a session, in the order of the columns below."""

    method: str
    is_shared_phone: int
    began_at_ms: int
    seen_at_ms: int
    idle_ms: int
    ends_at_ms: int
    stepped_up_until_ms: int
    is_ward: int  # a guardian of theirs is or was known


_sessions, _persons = SessionRow.__table__.c, PersonRow.__table__.c
_guardians = GuardianRow.__table__.c
_STANDING = Prepared(
    select(
        *(_sessions[name] for name in _Standing._fields[:-1]),
        case(
            (exists().where(_guardians.minor_id == _sessions.person_id), literal_column("1")),
            else_=literal_column("0"),
        ),
    )
    .join(PersonRow.__table__, _persons.person_id == _sessions.person_id)
    .where(
        _sessions.session_id == bindparam("session"),
        _sessions.person_id == bindparam("person"),
        _sessions.device_id == bindparam("device"),
        _sessions.revoked_at_ms.is_(None),
        _persons.state == bindparam("state"),
    )
)


@dataclass(frozen=True, slots=True)
class Authority:
    """By which role somebody may do it, and under which account numbers.

    `account`: theirs in the target's book; empty if they have none there. `acts_for`: the scope of
    a role that is not held for a whole book, or the account of the person they act for.
    """

    person_id: str
    account: str
    role: str
    community_id: str
    acts_for: str = ""
    city_account: str = ""
    city_acts_for: str = ""
    target: Target = ITSELF  # with the person, account and grid that the rows name
    is_shared_phone: bool = False

    def actor(self, book: str) -> Actor:
        """How the entries of a book name them. Raises: NotAllowedError without a number there."""
        account, acts_for = self.account, self.acts_for
        if book == CITY:
            account, acts_for = self.city_account, self.city_acts_for
        if not account or book not in (CITY, self.community_id):
            raise NotAllowedError(action=self.role)
        return Actor(account, self.role, acts_for)


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, once caller and target are known by the rows of the target's book."""

    caller: Caller
    action: str
    target: Target
    own: Own
    day: int
    account: str  # the caller's in the target's book; empty if they have none there
    city_account: str


def authorise(
    session: Reader, caller: Caller, action: str, target: Target = ITSELF, *, at_ms: int, day: int
) -> Authority:
    """Ask whether the session stands and a role of its person reaches this, as of now.

    `at_ms`: UTC. `day`: the local date, YYYYMMDD, on which grants must be in force.
    Raises: NotSignedInError, ChildError, NotAllowedError, StrongSignInNeededError,
    StepUpNeededError, DeskCredentialsError, DeskDeviceError.
    """
    row = _session(session, caller, at_ms)
    if _is_child(session, caller.person_id, row, day):
        raise ChildError(age=CHILD_YEARS)
    asked = _question(session, caller, action, target, day)
    holding = _holding(session, asked, row.method)
    if ACTIONS[action].steps_up and row.stepped_up_until_ms <= at_ms:
        raise StepUpNeededError
    _check_takeover(session, asked, row)
    found = _authority(session, asked, holding)
    return replace(found, is_shared_phone=bool(row.is_shared_phone))


def authorised(
    operation: Operation, caller: Caller, action: str, target: Target = ITSELF
) -> Authority:
    """`authorise` under the lock of an operation, whose actor must still be the right one.

    Raises: also AuthorityChangedError.
    """
    # Sessions live by the clock, grants by the day of the book: a demonstration's may be ahead.
    now_ms, day = current().clock.now_ms(), operation.day
    found = authorise(operation.session, caller, action, target, at_ms=now_ms, day=day)
    asked, actor = operation.request.actor, found.actor(operation.community_id)
    if asked.account != actor.account or not (operation.replayed or asked == actor):
        raise AuthorityChangedError
    return found


def acting(caller: Caller, action: str, community_id: str, target: Target = ITSELF) -> Actor:
    """As whom somebody would write to a book (`city` too); nothing is decided by it.

    Raises: NotAllowedError, StrongSignInNeededError.
    """
    runtime, reader = current(), db.session()
    now_ms = runtime.clock.now_ms() + ahead_ms(reader, community_id)
    day = local_day(now_ms, runtime.settings.utc_offset_minutes)
    asked = _question(reader, caller, action, target, day)
    holding = _holding(reader, asked, caller.method)
    return _authority(reader, asked, holding).actor(community_id)


def _session(reader: Reader, caller: Caller, at_ms: int) -> _Standing:
    """The session, if it stands, and its person is one who may act."""
    # Columns, and not an object: statements of this transaction may have changed the row.
    found = one_row(
        reader,
        _STANDING,
        session=caller.session_id,
        person=caller.person_id,
        device=caller.device_id,
        state=ACTIVE,
    )
    if found is None:
        raise NotSignedInError
    row = _Standing(*found)
    if min(row.ends_at_ms, row.seen_at_ms + row.idle_ms) <= at_ms:
        raise NotSignedInError
    return row


def _is_child(reader: Reader, person_id: str, row: _Standing, day: int) -> bool:
    """Whether this is a person under 14: then there is or was a guardian; others stay sealed."""
    return bool(row.is_ward) and stage_of(reader, person_id, day) is Stage.CHILD


def _question(reader: Reader, caller: Caller, action: str, target: Target, day: int) -> _Question:
    known = as_known(reader, target)
    if known is None or action not in ACTIONS:
        raise NotAllowedError(action=action)
    accounts, in_city = accounts_here_and_in_city(reader, caller.person_id, target.book)
    own = Own(caller.person_id, frozenset(accounts))
    account, city_account = next(iter(accounts), ""), next(iter(in_city), "")
    return _Question(caller, action, known, own, day, account, city_account)


def _holding(reader: Reader, asked: _Question, method: str) -> Holding:
    held = holdings_of(reader, asked.own, asked.target, asked.day)
    by_fact = [each for each in held if each.role in FACTS]
    counted = held if method in STRONG_METHODS else by_fact

    def found(holdings: list[Holding]) -> Holding | None:
        return allowed(holdings, asked.action, asked.target, asked.own, asked.caller.face)

    holding = found(counted)
    if holding is None and found(held):
        raise StrongSignInNeededError
    if holding is None or not _concerns(reader, asked, holding):
        raise NotAllowedError(action=asked.action)
    return holding


def _check_takeover(reader: Reader, asked: _Question, row: _Standing) -> None:
    """Let nobody who issues slips and devices become a colleague: that would be two in one."""
    person_id, day = asked.caller.person_id, asked.day
    if asked.action == "self.credentials" and row.method not in STRONG_METHODS:
        is_own = is_own_slip(slip_issuers(reader, person_id, row.began_at_ms), person_id)
        if not (row.method == "slip" and is_own) and works_at_desk(reader, person_id, day):
            raise DeskCredentialsError
    is_for_another = asked.action == "device.enrol" and not asked.own.is_target(asked.target)
    if is_for_another and works_at_desk(reader, asked.target.person_id, day):
        raise DeskDeviceError


def _concerns(reader: Reader, asked: _Question, holding: Holding) -> bool:
    """Whether the person that this is about is one whom that role has to do with."""
    target, action = asked.target, ACTIONS[asked.action]
    if asked.own.is_target(target) or action.strangers:
        return True
    if target.book == CITY:
        is_ward = holding.role in FACTS
        return is_ward or is_of_city(reader, target.person_id, asked.day)
    state, _grid = member_state(reader, target.book, target.account)
    return state == ACTIVE or (action.former and bool(state))


def _authority(reader: Reader, asked: _Question, holding: Holding) -> Authority:
    person_id, target = asked.caller.person_id, asked.target
    scope = "" if holding.scope == COMMUNITY else holding.scope
    city_scope = scope
    if holding.scope.startswith(f"{WARD}:"):  # a book names persons by account number only
        in_city = accounts_of(reader, target.person_id, CITY)
        scope, city_scope = target.account, next(iter(in_city), "")
    return Authority(
        person_id,
        asked.account,
        holding.role,
        target.book,
        scope,
        asked.city_account,
        city_scope,
        target,
    )
