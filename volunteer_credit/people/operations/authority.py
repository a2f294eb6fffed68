"""Whether somebody may do something, asked inside the transaction that does it.

actor = acting(caller, action, book, target)              # for the request, before the lock
with perform(book, Request(actor, key, name, body)) as operation:
    authority = authorised(operation, caller, action, target)

Session, roles and household may have changed before the lock was ours; so nothing is believed.
What decides is one read: the edge's serves `acting` too, and under the lock it is made again,
together with the lock.
"""

from dataclasses import dataclass

from volunteer_credit.journal.operations.demo_time import ahead_ms
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.rules.requests import CITY, Actor
from volunteer_credit.people.operations.sealed import stage_of
from volunteer_credit.people.queries.grants import (
    ACTIVE,
    accounts_of,
    as_known,
    further_holdings,
    is_of_city,
    member_state,
)
from volunteer_credit.people.queries.sessions import works_at_desk
from volunteer_credit.people.queries.slips import slip_issuers
from volunteer_credit.people.queries.standing import STANDING, Seen, Standing, asked, seen_in
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
from volunteer_credit.shared.reading import all_rows, alone
from volunteer_credit.shared.runtime import current

ITSELF = Target()  # the caller, in the city
LOOK, ACT = "look", "act"  # what a caller's rows are kept for


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
    seen: Seen


def authorise(
    session: Reader, caller: Caller, action: str, target: Target = ITSELF, *, at_ms: int, day: int
) -> Authority:
    """Ask whether the session stands and a role of its person reaches this, as of now.

    `at_ms`: UTC. `day`: the local date, YYYYMMDD, on which grants must be in force.
    Raises: NotSignedInError, ChildError, NotAllowedError, StrongSignInNeededError,
    StepUpNeededError, DeskCredentialsError, DeskDeviceError.
    """
    values = asked(caller, target.book, day)
    seen = seen_in(all_rows(session, STANDING, **values), target.book)
    return decided(session, caller, action, target, seen, at_ms=at_ms, day=day)


def look(caller: Caller, book: str, day: int) -> Seen | None:
    """What decides, as of now and without any lock; kept with the caller for `acting`.

    The first time it may be what made the caller known.
    """
    seen = _seen(caller, LOOK, book, day)
    caller.seen[ACT, book, day] = seen
    return seen


def known(caller: Caller, seen: Seen, book: str, day: int) -> None:
    """Keep what was read when the caller became known, for one `look` and one `acting`."""
    caller.seen[LOOK, book, day] = caller.seen[ACT, book, day] = seen


def _seen(caller: Caller, use: str, book: str, day: int) -> Seen | None:
    """What was kept for this use, once; else what is there now."""
    found: Seen | None = caller.seen.pop((use, book, day), None)
    return found or seen_in(alone(STANDING, **asked(caller, book, day)), book)


def decided(
    reader: Reader,
    caller: Caller,
    action: str,
    target: Target,
    seen: Seen | None,
    *,
    at_ms: int,
    day: int,
) -> Authority:
    """`authorise`, when the caller's part has been read. Raises: as `authorise`."""
    row = _stands(seen, at_ms)
    assert seen is not None
    if _is_child(reader, caller.person_id, row, day):
        raise ChildError(age=CHILD_YEARS)
    question = _question(reader, caller, action, target, day, seen)
    holding = _holding(reader, question, row.method)
    if ACTIONS[action].steps_up and row.stepped_up_until_ms <= at_ms:
        raise StepUpNeededError
    _check_takeover(reader, question, row)
    return _authority(reader, question, holding, is_shared_phone=bool(row.is_shared_phone))


def authorised(
    operation: Operation, caller: Caller, action: str, target: Target = ITSELF
) -> Authority:
    """`authorise` under the lock of an operation, whose actor must still be the right one.

    Raises: also AuthorityChangedError.
    """
    # Sessions live by the clock, grants by the day of the book: a demonstration's may be ahead.
    now_ms, day = current().clock.now_ms(), operation.day
    values = asked(caller, target.book, day)
    seen = seen_in(operation.rows(STANDING, values), target.book)
    found = decided(operation.reader, caller, action, target, seen, at_ms=now_ms, day=day)
    asker, actor = operation.request.actor, found.actor(operation.community_id)
    if asker.account != actor.account or not (operation.replayed or asker == actor):
        raise AuthorityChangedError
    return found


def acting(caller: Caller, action: str, community_id: str, target: Target = ITSELF) -> Actor:
    """As whom somebody would write to a book (`city` too); nothing is decided by it.

    Raises: NotSignedInError, NotAllowedError, StrongSignInNeededError.
    """
    runtime, reader = current(), db.session
    now_ms = runtime.clock.now_ms() + ahead_ms(reader, community_id)
    day = local_day(now_ms, runtime.settings.utc_offset_minutes)
    seen = _seen(caller, ACT, target.book, day)
    if seen is None:
        raise NotSignedInError
    question = _question(reader, caller, action, target, day, seen)
    holding = _holding(reader, question, caller.method)
    named = _authority(reader, question, holding).actor(community_id)
    known_by = (STANDING, asked(caller, target.book, day))
    return Actor(named.account, named.role, named.acts_for, known_by)


def _stands(seen: Seen | None, at_ms: int) -> Standing:
    """The session, if it stands, and its person is one who may act."""
    if seen is None:
        raise NotSignedInError
    row = seen.standing
    if min(row.ends_at_ms, row.seen_at_ms + row.idle_ms) <= at_ms:
        raise NotSignedInError
    return row


def _is_child(reader: Reader, person_id: str, row: Standing, day: int) -> bool:
    """Whether this is a person under 14: then there is or was a guardian; others stay sealed."""
    return bool(row.is_ward) and stage_of(reader, person_id, day) is Stage.CHILD


def _question(
    reader: Reader, caller: Caller, action: str, target: Target, day: int, seen: Seen
) -> _Question:
    known = as_known(reader, target)
    if known is None or action not in ACTIONS:
        raise NotAllowedError(action=action)
    own = Own(caller.person_id, frozenset(seen.accounts))
    return _Question(caller, action, known, own, day, seen)


def _holding(reader: Reader, asked: _Question, method: str) -> Holding:
    held = [*asked.seen.holdings, *further_holdings(reader, asked.own.person_id, asked.target)]
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


def _check_takeover(reader: Reader, asked: _Question, row: Standing) -> None:
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


def _authority(
    reader: Reader, asked: _Question, holding: Holding, *, is_shared_phone: bool = False
) -> Authority:
    person_id, target = asked.caller.person_id, asked.target
    scope = "" if holding.scope == COMMUNITY else holding.scope
    city_scope = scope
    if holding.scope.startswith(f"{WARD}:"):  # a book names persons by account number only
        in_city = accounts_of(reader, target.person_id, CITY)
        scope, city_scope = target.account, next(iter(in_city), "")
    return Authority(
        person_id,
        next(iter(asked.seen.accounts), ""),
        holding.role,
        target.book,
        scope,
        next(iter(asked.seen.in_city), ""),
        city_scope,
        target,
        is_shared_phone,
    )
