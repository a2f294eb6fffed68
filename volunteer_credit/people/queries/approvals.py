"""Reads of what waits for a second person, and of who could be one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select

from volunteer_credit.people.models.membership import HouseholdMemberRow, MemberRow
from volunteer_credit.people.models.roles import ApprovalRow, GrantRow
from volunteer_credit.people.models.vault import GuardianRow, LinkRow, PersonRow, ProxyRow
from volunteer_credit.people.queries.grants import ACTIVE
from volunteer_credit.people.queries.links import persons_of
from volunteer_credit.people.rules.pairs import KIN_KEPT_MS, Sides
from volunteer_credit.people.rules.roles import CITY, Holding, Own, Target, allowed
from volunteer_credit.shared.db import Reader

OPEN = "open"
LIVED_WITH = ("declared", "confirmed")


@dataclass(frozen=True, slots=True)
class Approval:
    """A proposal that waits, or did. `asked`: who of the pool has it now, if anybody."""

    community_id: str
    book: int
    seq: int
    name: str
    subject: str
    proposer: str
    proposed_at_ms: int
    asked: str | None
    due_at_ms: int
    state: str


_COLUMNS = [getattr(ApprovalRow, name) for name in Approval.__dataclass_fields__]


def approval(reader: Reader, community_id: str, seq: int) -> Approval | None:
    """The proposal at `seq` of the newest book that has one there."""
    query = select(*_COLUMNS).where(
        ApprovalRow.community_id == community_id, ApprovalRow.seq == seq
    )
    row = reader.execute(query.order_by(ApprovalRow.book.desc()).limit(1)).one_or_none()
    return None if row is None else Approval(*row)


def proposed_at(reader: Reader, community_id: str, book: int, approved_seq: int) -> int:
    """The seq of the proposal that an approval of this book closed."""
    query = select(ApprovalRow.seq).where(
        ApprovalRow.community_id == community_id,
        ApprovalRow.book == book,
        ApprovalRow.closed_seq == approved_seq,
    )
    return int(reader.execute(query).scalar_one())


def waiting_for(reader: Reader, community_id: str, account: str) -> list[Approval]:
    """What one of the pool is asked about now, oldest first."""
    return _open(reader, _of(community_id).where(ApprovalRow.asked == account))


def proposed_by(reader: Reader, community_id: str, account: str) -> list[Approval]:
    """What somebody proposed and nobody decided yet, oldest first."""
    return _open(reader, _of(community_id).where(ApprovalRow.proposer == account))


def open_in(reader: Reader, community_id: str) -> list[Approval]:
    """All that waits in a community, oldest first."""
    return _open(reader, _of(community_id))


def due(reader: Reader, at_ms: int) -> list[Approval]:
    """What the person asked has left lying, in all communities."""
    return _open(reader, select(*_COLUMNS).where(ApprovalRow.due_at_ms <= at_ms))


def without_second(reader: Reader) -> list[Approval]:
    """What waits while nobody is left to approve it, in all communities."""
    return _open(reader, select(*_COLUMNS).where(ApprovalRow.asked.is_(None)))


def _of(community_id: str) -> Select[Any]:
    return select(*_COLUMNS).where(ApprovalRow.community_id == community_id)


def _open(reader: Reader, query: Select[Any]) -> list[Approval]:
    chosen = query.where(ApprovalRow.state == OPEN)
    order = ApprovalRow.community_id, ApprovalRow.book, ApprovalRow.seq
    return [Approval(*row) for row in reader.execute(chosen.order_by(*order))]


def sides_of(
    reader: Reader,
    community_id: str,
    proposer: str,
    beneficiaries: Collection[str],
    proposed_at_ms: int,
) -> Sides:
    """Who has a part in a proposal; who moved out shortly before it, or since, has one still."""
    since_ms = proposed_at_ms - KIN_KEPT_MS
    proposing = persons_of(reader, community_id, [proposer])
    benefiting = persons_of(reader, community_id, beneficiaries)
    parties = sorted(proposing | benefiting)
    kin = _standing_for(reader, parties, since_ms)
    # Who shares a household shares it in every book, also where only another one was told.
    for book, accounts in _accounts(reader, parties).items():
        kin |= persons_of(reader, book, _lived_with(reader, book, accounts, since_ms))
    return Sides(next(iter(proposing), ""), frozenset(benefiting), frozenset(kin) - set(parties))


def _accounts(reader: Reader, persons: Sequence[str]) -> dict[str, list[str]]:
    """All account numbers of some persons, by community."""
    query = select(LinkRow.community_id, LinkRow.account).where(LinkRow.person_id.in_(persons))
    found: dict[str, list[str]] = {}
    for community_id, account in reader.execute(query):
        found.setdefault(community_id, []).append(account)
    return found


def _lived_with(
    reader: Reader, community_id: str, accounts: Sequence[str], since_ms: int
) -> list[str]:
    rows = HouseholdMemberRow
    lived = (
        rows.community_id == community_id,
        rows.state.in_(LIVED_WITH),
        or_(rows.until_ms.is_(None), rows.until_ms > since_ms),
    )
    households = select(rows.household_id).where(*lived, rows.account.in_(accounts))
    query = select(rows.account).where(*lived, rows.household_id.in_(households))
    return list(reader.execute(query).scalars())


def _standing_for(reader: Reader, persons: Sequence[str], since_ms: int) -> set[str]:
    pairs = (
        (GuardianRow.guardian_id, GuardianRow.minor_id, GuardianRow.until_ms),
        (ProxyRow.proxy_id, ProxyRow.principal_id, ProxyRow.until_ms),
    )
    found: set[str] = set()
    for standing, stood_for, until_ms in pairs:
        for one, other in ((standing, stood_for), (stood_for, standing)):
            stands = or_(until_ms.is_(None), until_ms > since_ms)
            query = select(one).where(other.in_(persons), stands)
            found |= set(reader.execute(query).scalars())
    return found


def pool_of(reader: Reader, action: str, target: Target, sides: Sides, day: int) -> dict[str, int]:
    """Who could approve, by account, and how many proposals each is asked about already."""
    book = target.book
    query = (
        select(GrantRow.role, GrantRow.scope, LinkRow.person_id)
        .join(
            LinkRow,
            (LinkRow.community_id == GrantRow.community_id) & (LinkRow.account == GrantRow.account),
        )
        .join(PersonRow, PersonRow.person_id == LinkRow.person_id)
        .where(GrantRow.community_id == book, GrantRow.until_day >= day, PersonRow.state == ACTIVE)
    )
    persons = {
        person_id
        for role, scope, person_id in reader.execute(query)
        if sides.refusal(person_id) is None
        and allowed([Holding(role, book, scope, in_book=True)], action, target, Own(person_id))
    }
    accounts = _members(reader, book, sorted(persons))
    counts = (
        select(ApprovalRow.asked, func.count())
        .where(ApprovalRow.community_id == book, ApprovalRow.state == OPEN)
        .group_by(ApprovalRow.asked)
    )
    asked = {row[0]: int(row[1]) for row in reader.execute(counts)}
    return {each: asked.get(each, 0) for each in accounts}


def _members(reader: Reader, book: str, persons: Sequence[str]) -> list[str]:
    """The account numbers in use of those who belong there now."""
    query = select(LinkRow.account).where(
        LinkRow.community_id == book, LinkRow.person_id.in_(persons), LinkRow.is_current == 1
    )
    if book != CITY:
        query = query.join(
            MemberRow,
            (MemberRow.community_id == LinkRow.community_id)
            & (MemberRow.account == LinkRow.account),
        ).where(MemberRow.state == ACTIVE)
    return list(reader.execute(query.order_by(LinkRow.account)).scalars())
