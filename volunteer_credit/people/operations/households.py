"""Households: declared by their members, confirmed at the desk or on a visit, left, merged.

Moving out, a split and a merge have one form: leave the old household, declare or join another.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.models.membership import HouseholdMemberRow, HouseholdRow, MemberRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.queries.households import household_of, place_of, present
from volunteer_credit.people.rules.households import (
    ASKED,
    CONFIRMED,
    DECLARED,
    DESK,
    MEMBERS_MAX,
    VISIT,
    HouseholdDeclinedError,
    HouseholdFullError,
    HouseholdHowError,
    HouseholdOwnError,
    HouseholdTakenError,
    HouseholdUnknownError,
    RepresentativeOnlyError,
    check_others,
    state_after,
)
from volunteer_credit.people.rules.places import PlaceUnknownError
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

OWN, CONFIRM = "self.household", "household.confirm"


@retried
def declare_household(
    caller: Caller,
    community_id: str,
    others: Sequence[str],
    key: str,
    place_id: str | None = None,
) -> str:
    """Say with which members one lives; they are asked. The caller represents it. Its id.

    Raises: HouseholdFullError, HouseholdTakenError, HouseholdDeclinedError,
    HouseholdUnknownError, PlaceUnknownError, NotAllowedError and its like.
    """
    target = Target(community_id)
    body = {"others": sorted(others), "place": place_id or ""}
    actor = acting(caller, OWN, community_id, target)
    with perform(community_id, Request(actor, key, "household.declare", body)) as operation:
        authorised(operation, caller, OWN, target)
        if not operation.replayed:
            check_others(actor.account, list(others))
            session = operation.session
            if place_id and place_of(session, community_id, place_id) is None:
                raise PlaceUnknownError
            household_id = new_id(current().random)
            session.add(
                HouseholdRow(
                    community_id=community_id,
                    household_id=household_id,
                    place_id=place_id,
                    state=DECLARED,
                    declared_by=actor.account,
                    declared_at_ms=operation.at_ms,
                )
            )
            for account in (actor.account, *others):
                is_first = account == actor.account
                _enter(operation, household_id, account, DECLARED if is_first else ASKED)
            _represent(session, community_id, household_id, actor.account)
            operation.answer({"household_id": household_id})
        return str(operation.result["household_id"])


@retried
def add_to_household(caller: Caller, community_id: str, account: str, key: str) -> None:
    """Ask one more member to join the household that the caller represents.

    Raises: RepresentativeOnlyError, HouseholdFullError and as `declare_household`.
    """
    target = Target(community_id)
    actor = acting(caller, OWN, community_id, target)
    request = Request(actor, key, "household.add", {"account": account})
    with perform(community_id, request) as operation:
        authorised(operation, caller, OWN, target)
        if not operation.replayed:
            household_id = _own(operation, actor.account, representing=True)
            if len(present(operation.session, community_id, household_id)) >= MEMBERS_MAX:
                raise HouseholdFullError(members_max=MEMBERS_MAX)
            _enter(operation, household_id, account, ASKED)
            _settle(operation, household_id)
            operation.answer({})


@retried
def agree_to_household(caller: Caller, community_id: str, key: str) -> None:
    """Say oneself that one belongs to the household that named one.

    Raises: HouseholdUnknownError.
    """
    target = Target(community_id)
    actor = acting(caller, OWN, community_id, target)
    with perform(community_id, Request(actor, key, "household.agree", {})) as operation:
        authorised(operation, caller, OWN, target)
        if not operation.replayed:
            household_id = _own(operation, actor.account)
            row = _row(operation.session, community_id, household_id, actor.account)
            if row.state == ASKED:
                row.state = DECLARED
            operation.answer({})


@retried
def leave_household(
    caller: Caller, community_id: str, key: str, *, account: str = "", decline: bool = False
) -> None:
    """Leave one's household, or take `account` out of the one that the caller represents.

    `decline`: and never be entered in one again, unless one says so oneself.
    Raises: HouseholdUnknownError, RepresentativeOnlyError.
    """
    target = Target(community_id)
    actor = acting(caller, OWN, community_id, target)
    leaver = account or actor.account
    body = {"account": leaver, "decline": decline}
    with perform(community_id, Request(actor, key, "household.leave", body)) as operation:
        authorised(operation, caller, OWN, target)
        if not operation.replayed:
            session = operation.session
            household_id = household_of(session, community_id, actor.account)
            if leaver != actor.account:
                household_id = _own(operation, actor.account, representing=True)
            if household_id is not None and leaver in present(session, community_id, household_id):
                step_out(operation, leaver)
            elif not decline:
                raise HouseholdUnknownError
            if leaver == actor.account:
                _member(session, community_id, leaver).declines_household = int(decline)
            operation.answer({})


@retried
def confirm_household(
    caller: Caller, community_id: str, household_id: str, how: str, key: str
) -> None:
    """Confirm who belongs to a household, at the desk or on a visit, also for who has no phone.

    Raises: HouseholdHowError, HouseholdUnknownError, HouseholdOwnError, NotAllowedError.
    """
    if how not in (DESK, VISIT):
        raise HouseholdHowError
    target = Target(community_id, account=_someone(community_id, household_id))
    actor = acting(caller, CONFIRM, community_id, target)
    body = {"household": household_id, "how": how}
    with perform(community_id, Request(actor, key, CONFIRM, body)) as operation:
        authorised(operation, caller, CONFIRM, target)
        if not operation.replayed:
            session = operation.session
            row = session.get(HouseholdRow, (community_id, household_id))
            inside = present(session, community_id, household_id)
            if row is None or target.account not in inside:
                raise HouseholdUnknownError  # or whoever it was asked about has moved out since
            if actor.account in inside:
                raise HouseholdOwnError
            for account in inside:
                _row(session, community_id, household_id, account).state = CONFIRMED
            row.state, row.confirmed_how = CONFIRMED, how
            row.confirmed_by, row.confirmed_at_ms = actor.account, operation.at_ms
            operation.answer({})


def step_out(operation: Operation, account: str) -> None:
    """Inside an operation on the community: end a member's belonging to a household, if any."""
    session, community_id = operation.session, operation.community_id
    household_id = household_of(session, community_id, account)
    if household_id is None:
        return
    row = _row(session, community_id, household_id, account)
    was_first, row.is_representative = bool(row.is_representative), 0
    row.until_ms = operation.at_ms
    session.flush()
    left = present(session, community_id, household_id)
    if left and was_first:
        # The one who said it themselves comes before the one who was only named.
        chosen = min(left, key=lambda each: (left[each][0] == ASKED, each))
        _represent(session, community_id, household_id, chosen)
    _settle(operation, household_id)


def _someone(community_id: str, household_id: str) -> str:
    """Some member of a household: by whom the grid of the household is known."""
    inside = present(db.session, community_id, household_id)
    if not inside:
        raise HouseholdUnknownError
    return min(inside)


def _own(operation: Operation, account: str, *, representing: bool = False) -> str:
    session, community_id = operation.session, operation.community_id
    household_id = household_of(session, community_id, account)
    if household_id is None:
        raise HouseholdUnknownError
    if representing and not present(session, community_id, household_id)[account][1]:
        raise RepresentativeOnlyError
    return household_id


def _enter(operation: Operation, household_id: str, account: str, state: str) -> None:
    session, community_id = operation.session, operation.community_id
    member = _member(session, community_id, account)
    if state == DECLARED and _is_only_asked(session, community_id, account):
        step_out(operation, account)  # to be named by somebody else binds nobody
    if household_of(session, community_id, account) is not None:
        raise HouseholdTakenError
    if member.declines_household and state == ASKED:
        raise HouseholdDeclinedError
    member.declines_household = 0
    # Who comes back within the second in which they left has that row again.
    key = (community_id, household_id, account, operation.at_ms)
    row = session.get(HouseholdMemberRow, key)
    if row is None:
        names = ("community_id", "household_id", "account", "since_ms")
        row = HouseholdMemberRow(**dict(zip(names, key, strict=True)))
        session.add(row)
    row.state, row.until_ms = state, None
    session.flush()


def _is_only_asked(session: Session, community_id: str, account: str) -> bool:
    household_id = household_of(session, community_id, account)
    inside = present(session, community_id, household_id) if household_id else {}
    return account in inside and inside[account][0] == ASKED


def _member(session: Session, community_id: str, account: str) -> MemberRow:
    member = session.get(MemberRow, (community_id, account))
    if member is None or member.state != "active":
        raise HouseholdUnknownError
    return member


def _row(
    session: Session, community_id: str, household_id: str, account: str
) -> HouseholdMemberRow:
    return session.execute(
        select(HouseholdMemberRow).where(
            HouseholdMemberRow.community_id == community_id,
            HouseholdMemberRow.household_id == household_id,
            HouseholdMemberRow.account == account,
            HouseholdMemberRow.until_ms.is_(None),
        )
    ).scalar_one()


def _represent(session: Session, community_id: str, household_id: str, account: str) -> None:
    session.flush()
    for each in present(session, community_id, household_id):
        row = _row(session, community_id, household_id, each)
        row.is_representative = int(each == account)


def _settle(operation: Operation, household_id: str) -> None:
    """Say what the household is now that somebody came or went."""
    session, community_id = operation.session, operation.community_id
    session.flush()
    row = session.get(HouseholdRow, (community_id, household_id))
    assert row is not None
    states = [state for state, _ in present(session, community_id, household_id).values()]
    row.state = state_after(states)
