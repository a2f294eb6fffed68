"""Reads of who holds which role, from the rows as they stand."""

from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select

from volunteer_credit.people.models.membership import MemberRow, PlaceRow
from volunteer_credit.people.models.organisations import OrganisationMemberRow, OrganisationRow
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.models.vault import GuardianRow, LinkRow, ProxyRow
from volunteer_credit.people.rules.roles import CITY, POSITIONS, Holding, Target
from volunteer_credit.shared.db import Question, Reader
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import all_rows

ACTIVE = "active"

_links, _grants = LinkRow.__table__.c, GrantRow.__table__.c
_ACCOUNTS = Prepared(
    select(_links.account)
    .where(_links.person_id == bindparam("person"), _links.community_id == bindparam("book"))
    .order_by(_links.is_current.desc(), _links.account)
)
_PERSON = Prepared(
    select(_links.person_id).where(
        _links.community_id == bindparam("book"), _links.account == bindparam("account")
    )
)
_HOLDERS = Prepared(
    select(_grants.account).where(
        _grants.community_id == bindparam("book"),
        _grants.role == bindparam("role"),
        _grants.scope == bindparam("scope"),
        _grants.until_day >= bindparam("day"),
    )
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


def asked_accounts(person_id: str, book: str) -> Question:
    """What `accounts_of` is going to read, for `reading.ahead`."""
    return _ACCOUNTS, {"person": person_id, "book": book}


def asked_person(book: str, account: str) -> Question:
    """What `person_of` is going to read, for `reading.ahead`."""
    return _PERSON, {"book": book, "account": account}


def person_of(reader: Reader, book: str, account: str) -> str:
    """Whose account number this is; empty for nobody's."""
    rows = all_rows(reader, _PERSON, book=book, account=account)
    return str(rows[0][0]) if rows else ""


def grants_of(reader: Reader, book: str, accounts: list[str], day: int) -> list[Grant]:
    """What a book grants these accounts on a day; `day` 0: also what is over."""
    rows = all_rows(reader, _GRANTS, book=book, accounts=accounts, day=day)
    return [Grant(*row) for row in rows]


def further_holdings(reader: Reader, person_id: str, target: Target) -> list[Holding]:
    """What a person holds for whom or what the target names, beside all that its book grants."""
    found: list[Holding] = []
    if target.person_id not in ("", person_id):
        found += _wards(reader, person_id, target.person_id)
    if target.organisation_id:
        found += _positions(reader, person_id, target.organisation_id)
    return found


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


def asked_holders(book: str, role: str, scope: str, day: int) -> Question:
    """What `holders_of` is going to read, for `reading.ahead`."""
    return _HOLDERS, {"book": book, "role": role, "scope": scope, "day": day}


def holders_of(reader: Reader, book: str, role: str, scope: str, day: int) -> set[str]:
    """The accounts that hold a role for a scope on a day, YYYYMMDD."""
    rows = all_rows(reader, _HOLDERS, book=book, role=role, scope=scope, day=day)
    return {account for (account,) in rows}
