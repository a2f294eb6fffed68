"""Founding a community: its row, its book, and the first two persons whom the book names.

Several operations in a fixed order, each done once; a crash between is finished by the same
request. The community is `founding`, and nobody has a role in it, until both founders have accepted
(accepting.py).
"""

from volunteer_credit.journal.operations.books import found_book
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import (
    CITY,
    Actor,
    Request,
    check_community,
)
from volunteer_credit.people.models.membership import CommunityRow
from volunteer_credit.people.operations.accepting import check_let_in
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.operations.memberships import link, linked_account
from volunteer_credit.people.operations.sealed import stage_of
from volunteer_credit.people.queries.founding import FOUNDING
from volunteer_credit.people.queries.sessions import (
    devices_of,
    is_active,
    passkeys_of,
    totp_of,
)
from volunteer_credit.people.rules.ages import Stage
from volunteer_credit.people.rules.founding import (
    CommunityExistsError,
    FoundersError,
    parse_line,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, end_reading, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

OPERATOR = Actor("operator:1", "operator")
ROLES = ("staff", "supervisor")
FOUND = "community.found"


def found_community(
    caller: Caller | None,
    community_id: str,
    name: str,
    founders: tuple[str, str],
    key: str,
) -> dict[str, str]:
    """Name a member of staff and a supervisor, who found a community when both have accepted.

    Their account numbers by role. `founders`: the two persons, in this order. `caller`: a platform
    admin; None is the operator.
    Raises: as `authorised`; CommunityCodeError, CommunityNameError, CommunityExistsError,
    FoundersError, FoundersLetInError, BookExistsError.
    """
    check_community(community_id)
    name = parse_line(name)
    if _begin(caller, community_id, name, founders, key):
        for each in founders:
            _link(each, community_id)
    end_reading()
    accounts = [linked_account(db.session(), each, community_id) for each in founders]
    by_role = dict(zip(ROLES, accounts, strict=True))
    pairs = [(account, role) for role, account in by_role.items()]
    found_book(community_id, Request(OPERATOR, "found", "found"), pairs)
    return by_role


@retried
def _begin(
    caller: Caller | None, community_id: str, name: str, founders: tuple[str, str], key: str
) -> bool:
    """The community's row; whether it waits for its founders.

    Who they are does not stand in this request: the book names two account numbers, and these two
    are the first. The book itself refuses a retry that names others.
    """
    end_reading()
    actor = OPERATOR if caller is None else acting(caller, FOUND, CITY)
    body = {"community": community_id, "name": request_digest(db.session(), {"name": name})}
    with perform(CITY, Request(actor, key, FOUND, body)) as operation:
        if caller is not None:
            authorised(operation, caller, FOUND)
        session = operation.session
        if operation.replayed:
            return session.get_one(CommunityRow, community_id).state == FOUNDING
        if community_id == CITY or session.get(CommunityRow, community_id) is not None:
            raise CommunityExistsError(community=community_id)
        _check(operation, founders)
        session.add(
            CommunityRow(
                community_id=community_id,
                name=name,
                state=FOUNDING,
                founded_at_ms=operation.at_ms,
            )
        )
        operation.answer({})
        return True


@retried
def _link(person_id: str, community_id: str) -> None:
    """Give a founder their number, as whoever joins gets it: nothing says of which community."""
    request = Request(OPERATOR, new_id(current().random), "member.add")
    with perform(CITY, request) as operation:
        link(operation.session, person_id, community_id, operation.at_ms, operation.day)
        operation.answer({})


def _check(operation: Operation, founders: tuple[str, str]) -> None:
    session = operation.session
    if len(set(founders)) != len(ROLES):
        raise FoundersError
    for each in founders:
        enrolled = is_active(session, each) and _signs_in_strongly(session, each)
        if not enrolled or stage_of(session, each, operation.day) is not Stage.ADULT:
            raise FoundersError
    check_let_in(session, *founders)


def _signs_in_strongly(reader: Reader, person_id: str) -> bool:
    totp = totp_of(reader, person_id)
    has_totp = totp is not None and totp[1] is not None
    return bool(passkeys_of(reader, person_id) or devices_of(reader, person_id) or has_totp)
