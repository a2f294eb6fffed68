"""What a merge hands over: every row that named the one person or account names the other.

Cards, passes and devices go on working; where both were the same thing, only one of them stays so.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from volunteer_credit.people.models.credentials import (
    CardRow,
    DeviceRow,
    PasskeyRow,
    SlipRow,
    TotpRow,
)
from volunteer_credit.people.models.membership import HouseholdMemberRow, MemberRow
from volunteer_credit.people.models.organisations import OrganisationMemberRow
from volunteer_credit.people.models.privacy import AccessRow, ConsentRow
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.models.vault import GuardianRow, ProxyAskRow, ProxyRow
from volunteer_credit.people.operations.labels import open_label, seal_label
from volunteer_credit.people.operations.look_up import note_of
from volunteer_credit.people.operations.session_ends import end_all
from volunteer_credit.people.queries.cards import PASS
from volunteer_credit.people.queries.persons import MERGED
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

# Rows with an end, by who they are about: of two that say the same now, one ends.
_SPANS: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (OrganisationMemberRow, "person_id", ("organisation_id",)),
    (GuardianRow, "minor_id", ("guardian_id",)),
    (GuardianRow, "guardian_id", ("minor_id",)),
    (ProxyRow, "principal_id", ("proxy_id",)),
    (ProxyRow, "proxy_id", ("principal_id",)),
)


def hand_over_person(session: Session, source_id: str, into_id: str, at_ms: int) -> None:
    """Make the city's rows of one person those of another, as a step of a city operation.

    The source's sessions end, and so does their TOTP: they set it up anew.
    """
    end_all(session, source_id, at_ms)
    _cards(session, source_id, into_id, at_ms)
    for table, name in ((DeviceRow, "device_id"), (PasskeyRow, "passkey_id")):
        for row in _rows(session, table, "person_id", source_id):
            label = open_label(source_id, getattr(row, name), row.sealed_label)
            row.sealed_label = seal_label(into_id, getattr(row, name), label)
            row.person_id = into_id
    for row in _rows(session, SlipRow, "person_id", source_id):
        row.person_id = into_id
    for row in _rows(session, TotpRow, "person_id", source_id):
        session.delete(row)
    for name in ("principal_id", "proxy_id"):
        for row in _rows(session, ProxyAskRow, name, source_id):
            setattr(row, name, into_id)
    for table, column, same in _SPANS:
        _spans(session, table, column, (source_id, into_id), same, at_ms)
    _consents(session, source_id, into_id, at_ms)
    _accesses(session, source_id, into_id)
    session.flush()


def hand_over_account(
    session: Session, community_id: str, source: str, into: str, at_ms: int
) -> None:
    """Make a community's rows of one member those of another, as a step of its operation."""
    old = session.get(MemberRow, (community_id, source))
    new = session.get(MemberRow, (community_id, into))
    assert old is not None
    assert new is not None
    old.state, old.left_at_ms = MERGED, at_ms
    new.place_id = new.place_id or old.place_id
    _grants(session, community_id, source, into)
    _household(session, community_id, (source, into), at_ms)
    session.flush()


def _cards(session: Session, source_id: str, into_id: str, at_ms: int) -> None:
    has_pass = any(
        row.kind == PASS and row.state == "active"
        for row in _rows(session, CardRow, "person_id", into_id)
    )
    for row in _rows(session, CardRow, "person_id", source_id):
        row.person_id = into_id
        if row.kind == PASS and row.state == "active" and has_pass:
            row.state, row.ended_at_ms = "replaced", at_ms


def _spans(
    session: Session,
    table: Any,
    column: str,
    persons: tuple[str, str],
    same: tuple[str, ...],
    at_ms: int,
) -> None:
    source_id, into_id = persons
    there = {
        tuple(getattr(row, name) for name in same)
        for row in _rows(session, table, column, into_id)
        if row.until_ms is None
    }
    for row in _rows(session, table, column, source_id):
        if row.until_ms is None and tuple(getattr(row, name) for name in same) in there:
            row.until_ms = at_ms
        _rename(session, row, column, into_id)


def _consents(session: Session, source_id: str, into_id: str, at_ms: int) -> None:
    """A consent of the source counts on only where the other row never said anything itself."""
    said = {(row.purpose, row.subject) for row in _rows(session, ConsentRow, "person_id", into_id)}
    for row in _rows(session, ConsentRow, "person_id", source_id):
        if row.withdrawn_at_ms is None and (row.purpose, row.subject) in said:
            row.withdrawn_at_ms, row.withdrawn_by = at_ms, into_id
        _rename(session, row, "person_id", into_id)


def _accesses(session: Session, source_id: str, into_id: str) -> None:
    keys = person_keys(current())
    for row in _rows(session, AccessRow, "person_id", source_id):
        row.person_id = into_id
        if row.sealed_note is not None:
            note = keys.open(source_id, note_of(row.access_id), row.sealed_note)
            row.sealed_note = keys.seal(into_id, note_of(row.access_id), note)
    for row in _rows(session, AccessRow, "by_person", source_id):
        row.by_person = into_id


def _grants(session: Session, community_id: str, source: str, into: str) -> None:
    """The book moves grants to the root, the longer staying (P9); so do its rows."""
    here = (GrantRow.community_id == community_id, GrantRow.account == source)
    for row in session.execute(select(GrantRow).where(*here)).scalars().all():
        there = session.get(GrantRow, (community_id, into, row.role, row.scope))
        if there is None:
            row.account = into
            continue
        if row.until_day > there.until_day:
            there.until_day, there.seq = row.until_day, row.seq
        session.delete(row)


def _household(session: Session, community_id: str, accounts: tuple[str, str], at_ms: int) -> None:
    """Who had a household under either number has one; under both, the one of `into`."""
    source, into = (
        session.execute(
            select(HouseholdMemberRow).where(
                HouseholdMemberRow.community_id == community_id,
                HouseholdMemberRow.account == account,
                HouseholdMemberRow.until_ms.is_(None),
            )
        ).scalar_one_or_none()
        for account in accounts
    )
    if source is None:
        return
    source.until_ms = at_ms
    if into is None:
        session.add(
            HouseholdMemberRow(
                community_id=community_id,
                household_id=source.household_id,
                account=accounts[1],
                since_ms=at_ms,
                is_representative=source.is_representative,
                state=source.state,
            )
        )
    elif into.household_id == source.household_id:
        into.is_representative = max(into.is_representative, source.is_representative)


def _rows(session: Session, table: Any, column: str, value: str) -> Sequence[Any]:
    chosen = select(table).where(getattr(table, column) == value)
    return session.execute(chosen).scalars().all()


def _rename(session: Session, row: Any, column: str, value: str) -> None:
    """Change a part of a row's key; a row that has that key already stays as it is."""
    session.flush()
    mapper = type(row).__mapper__
    names = [mapper.get_property_by_column(each).key for each in mapper.primary_key]
    key = tuple(value if name == column else getattr(row, name) for name in names)
    if session.get(type(row), key) is None:
        setattr(row, column, value)
    else:
        session.delete(row)
