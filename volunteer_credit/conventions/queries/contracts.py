"""Reads of who has signed the convention, and so takes part in the points scheme."""

from typing import NamedTuple

from sqlalchemy import func, select

from volunteer_credit.conventions.models.versions import ContractRow
from volunteer_credit.shared.db import Reader

SIGNED, ENDED = "signed", "ended"

_contracts = ContractRow.__table__.c


class Contract(NamedTuple):
    """Somebody's contract."""

    state: str
    convention: str
    book: int
    seq: int
    since_ms: int
    ended_at_ms: int | None


def contract(reader: Reader, community_id: str, account: str) -> Contract | None:
    """Somebody's contract, also one that has ended."""
    query = select(*(_contracts[name] for name in Contract._fields)).where(
        _contracts.community_id == community_id, _contracts.account == account
    )
    row = reader.execute(query).one_or_none()
    return None if row is None else Contract(*row)


def has_signed(reader: Reader, community_id: str, account: str) -> bool:
    """Whether somebody takes part in the points scheme now."""
    found = contract(reader, community_id, account)
    return found is not None and found.state == SIGNED


def signed_count(reader: Reader, community_id: str) -> int:
    """How many take part."""
    query = select(func.count()).where(
        _contracts.community_id == community_id, _contracts.state == SIGNED
    )
    return reader.execute(query).scalar_one()
