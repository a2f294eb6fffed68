"""Reads of who holds which role, from the rows as they stand."""

from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select

from volunteer_credit.people.models.membership import MemberRow, PlaceRow
from volunteer_credit.people.models.organisations import OrganisationMemberRow, OrganisationRow
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.models.vault import GuardianRow, LinkRow, ProxyRow
from volunteer_credit.people.rules.roles import CITY, POSITIONS, Holding, Own, Target
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import all_rows

ACTIVE, LEFT = "active", "left"

_links, _grants = LinkRow.__table__.c, GrantRow.__table__.c
_members = MemberRow.__table__.c
_ACCOUNTS = Prepared(
    select(_links.account)
    .where(_links.person_id == bindparam("person"), _links.community_id == bindparam("book"))
    .order_by(_links.is_current.desc(), _links.account)
)
_HERE_AND_IN_CITY = Prepared(
    select(_links.community_id, _links.account)
    .where(
        _links.person_id == bindparam("person"),
        _links.community_id.in_(bindparam("books", expanding=True)),
    )
    .order_by(_links.is_current.desc(), _links.account),
    lists=["books"],
)
_GRANTS = Prepared(
    select(_grants.community_id, _grants.account, _grants.role, _grants.scope, _grants.until_day)
    .where(
        _grants.community_id == bindparam("book"),
        _grants.account.in_(bindparam("accounts", expanding=True)),
        _grants.until_day >= bindparam("day"),
    )
    .order_by(_grants.account, _grants.role, _grants.scope),
    lists=["accounts"],
)
_STATES = Prepared(
    select(_members.state).where(
        _members.community_id == bindparam("book"),
        _members.account.in_(bindparam("accounts", expanding=True)),
    ),
    lists=["accounts"],
)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that a book grants. `until_day`: the last day, YYYYMMDD; past: it was taken away."""

    community_id: str
    account: str
    role: str
    scope: str
    until_day: int


def accounts_of(reader: Reader, person_id: str, book: str) -> list[str]:
    """A person's account numbers in a book, the one in use first."""
    return [each for (each,) in all_rows(reader, _ACCOUNTS, person=person_id, book=book)]


def accounts_here_and_in_city(
    reader: Reader, person_id: str, book: str
) -> tuple[list[str], list[str]]:
    """As `accounts_of`: those in a book, and those in the city's."""
    found = all_rows(reader, _HERE_AND_IN_CITY, person=person_id, books=[book, CITY])
    here, in_city = ([each for of, each in found if of == one] for one in (book, CITY))
    return here, in_city


def person_of(reader: Reader, book: str, account: str) -> str:
    """Whose account number this is; empty for nobody's."""
    query = select(LinkRow.person_id).where(
        LinkRow.community_id == book, LinkRow.account == account
    )
    return reader.execute(query).scalar_one_or_none() or ""


def grants_of(reader: Reader, book: str, accounts: list[str], day: int) -> list[Grant]:
    """What a book grants these accounts on a day; `day` 0: also what is over."""
    rows = all_rows(reader, _GRANTS, book=book, accounts=accounts, day=day)
    return [Grant(*row) for row in rows]


def holdings_of(reader: Reader, own: Own, target: Target, day: int) -> list[Holding]:
    """All that the asking person holds and that may reach the target."""
    book = target.book
    found = _membership(reader, own, book)
    if found and found[0].role == "volunteer":  # who has left holds nothing there any more
        found += [
            Holding(each.role, book, each.scope, in_book=True)
            for each in grants_of(reader, book, sorted(own.accounts), day)
        ]
    if target.person_id not in ("", own.person_id):
        found += _wards(reader, own.person_id, target.person_id)
    if target.organisation_id:
        found += _positions(reader, own.person_id, target.organisation_id)
    return found


def _membership(reader: Reader, own: Own, book: str) -> list[Holding]:
    if book == CITY:
        return [Holding("volunteer", CITY)]
    accounts = sorted(own.accounts)
    states = {each for (each,) in all_rows(reader, _STATES, book=book, accounts=accounts)}
    if ACTIVE in states:
        return [Holding("volunteer", book)]
    return [Holding("former_member", book)] if LEFT in states else []


def _wards(reader: Reader, person_id: str, ward_id: str) -> list[Holding]:
    queries = {
        "guardian": select(GuardianRow.minor_id).where(
            GuardianRow.guardian_id == person_id,
            GuardianRow.minor_id == ward_id,
            GuardianRow.until_ms.is_(None),
        ),
        "proxy": select(ProxyRow.principal_id).where(
            ProxyRow.proxy_id == person_id,
            ProxyRow.principal_id == ward_id,
            ProxyRow.until_ms.is_(None),
        ),
    }
    return [
        Holding(role, scope=f"person:{ward_id}")
        for role, query in queries.items()
        if reader.execute(query.limit(1)).first()
    ]


def _positions(reader: Reader, person_id: str, organisation_id: str) -> list[Holding]:
    query = (
        select(OrganisationMemberRow.position)
        .join(
            OrganisationRow,
            OrganisationRow.organisation_id == OrganisationMemberRow.organisation_id,
        )
        .where(
            OrganisationMemberRow.organisation_id == organisation_id,
            OrganisationMemberRow.person_id == person_id,
            OrganisationMemberRow.until_ms.is_(None),
            OrganisationRow.state == ACTIVE,
        )
    )
    held = reader.execute(query).scalars()
    return [
        Holding(each, scope=f"organisation:{organisation_id}") for each in held if each in POSITIONS
    ]


def as_known(reader: Reader, target: Target) -> Target | None:
    """The target with person, account and grid as they are known here; nothing if they disagree.

    The grid of a person is that of the place they live in, whatever the request says.
    """
    person_id = target.person_id
    if target.account:
        person_id = person_of(reader, target.book, target.account)
        if not person_id or target.person_id not in ("", person_id):
            return None
    if not person_id:
        return target
    account = target.account or next(iter(accounts_of(reader, person_id, target.book)), "")
    state, grid_id = member_state(reader, target.book, account)
    grid_id = grid_id if state else target.grid_id
    return replace(target, person_id=person_id, account=account, grid_id=grid_id)


def member_state(reader: Reader, community_id: str, account: str) -> tuple[str, str]:
    """The state of a membership and the grid of its place; empty where there is none."""
    query = (
        select(MemberRow.state, PlaceRow.grid_id, PlaceRow.kind, PlaceRow.place_id)
        .outerjoin(
            PlaceRow,
            (PlaceRow.community_id == MemberRow.community_id)
            & (PlaceRow.place_id == MemberRow.place_id),
        )
        .where(MemberRow.community_id == community_id, MemberRow.account == account)
    )
    row = reader.execute(query).one_or_none()
    if row is None:
        return "", ""
    return row.state, (row.place_id if row.kind == "grid" else row.grid_id) or ""


def is_of_city(reader: Reader, person_id: str, day: int) -> bool:
    """Whether somebody is the city's own concern: holds a role there, or belongs nowhere yet."""
    elsewhere = select(LinkRow.account).where(
        LinkRow.person_id == person_id, LinkRow.community_id != CITY
    )
    accounts = accounts_of(reader, person_id, CITY)
    if reader.execute(elsewhere.limit(1)).first() is None:
        return bool(accounts)
    return bool(grants_of(reader, CITY, accounts, day))


def account_here(reader: Reader, book: str, number: str) -> str | None:
    """The account number in use of an account or a person, whichever the number names."""
    person_id = person_of(reader, book, number) or number
    return next(iter(accounts_of(reader, person_id, book)), None)
