"""Whether somebody is the second person of a shift: of the unit, without any part in it."""

from collections.abc import Collection

from volunteer_credit.hours.models.sheets import SheetRow
from volunteer_credit.hours.operations.handing_in import opener_digests
from volunteer_credit.hours.rules.errors import LedItError, NotSecondError, OneIssuerError
from volunteer_credit.hours.rules.evidence import COMMITTEE, scope_of
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.operations.authority import Authority
from volunteer_credit.people.operations.digests import personal_digest
from volunteer_credit.people.queries.approvals import pool_of, sides_of
from volunteer_credit.people.queries.grants import accounts_of, grants_of, person_of
from volunteer_credit.people.queries.openers import opened_by
from volunteer_credit.people.rules.pairs import Sides, check_second
from volunteer_credit.people.rules.roles import ROLES, Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader

ACTION = "hours.approve"
SUPERVISOR = "supervisor"


def target_of(community_id: str, organiser: str) -> Target:
    """What roles must reach to decide the hours of an organiser."""
    return Target(community_id, organisation_id=scope_of(organiser))


def check_approver(
    operation: Operation,
    caller: Caller,
    authority: Authority,
    sheet: SheetRow,
    waiting: Collection[str],
) -> None:
    """Accept who approves a shift: of the unit, on their own device, on no side of it.

    `waiting`: whose lines wait.

    Raises: LedItError, OneIssuerError, NotSecondError, and as `check_second`.
    """
    session = operation.session
    sides = sides_of(
        session, operation.community_id, sheet.counted_by, [sheet.lead], sheet.handed_at_ms
    )
    others = {sides.proposer, *sides.beneficiaries} - {""}
    if caller.person_id in others:
        raise LedItError
    device = personal_digest(sides.proposer, {"device": caller.device_id})
    check_second(
        sides,
        caller.person_id,
        device=device or caller.device_id,
        proposer_device=sheet.counted_device,
        is_shared_phone=authority.is_shared_phone,
    )
    same = opener_digests(session, sheet.sheet_id, caller) & set(sheet.counted_openers.split())
    if same or opened_by(session, caller) & others:
        raise OneIssuerError
    check_unit(operation, sheet.organiser, sides, waiting)


def check_unit(
    operation: Operation, organiser: str, sides: Sides, waiting: Collection[str] = ()
) -> None:
    """Who organises records: staff only where the unit has nobody else. Raises: NotSecondError.

    `waiting`: whose lines are decided singly: who is near to all of them can decide nothing.
    A supervisor may always: they look at it for the residents.
    """
    actor = operation.request.actor
    if organiser == COMMITTEE or actor.role == SUPERVISOR:
        return
    session, community_id = operation.session, operation.community_id
    unit = _unit(session, community_id, organiser, sides, operation.day)
    if not unit or actor.account in unit:
        return
    left, at_ms = set(waiting), operation.at_ms
    if not left or any(left - near_accounts(session, community_id, each, at_ms) for each in unit):
        raise NotSecondError


def _unit(
    reader: Reader, community_id: str, organiser: str, sides: Sides, day: int
) -> Collection[str]:
    """The accounts of an organisation's own persons who could approve."""
    pool = pool_of(reader, ACTION, target_of(community_id, organiser), sides, day)
    scope = f"organisation:{organiser}"
    return {
        each.account
        for each in grants_of(reader, community_id, sorted(pool), day)
        if each.scope == scope and ACTION in ROLES[each.role].actions
    }


def near_accounts(reader: Reader, community_id: str, account: str, at_ms: int) -> set[str]:
    """The account numbers of somebody and of their household: not theirs to decide."""
    kin = sides_of(reader, community_id, account, [], at_ms).kin
    persons = {person_of(reader, community_id, account), *kin} - {""}
    return {each for person in persons for each in accounts_of(reader, person, community_id)}
