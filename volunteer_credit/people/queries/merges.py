"""Reads of merges, and of how a proposal ended."""

from sqlalchemy import select

from volunteer_credit.people.models.roles import ApprovalRow
from volunteer_credit.people.models.vault import MergeRow
from volunteer_credit.shared.db import Reader


def newest_merge(reader: Reader, source_id: str, into_id: str) -> tuple[str, str] | None:
    """Number and state of the merge of these two: the one that waits, else the last."""
    rows = MergeRow.__table__.c
    chosen = select(rows.merge_id, rows.state).where(
        rows.from_id == source_id, rows.into_id == into_id
    )
    order = rows.state != "proposed", rows.proposed_at_ms.desc()  # one that waits comes first
    row = reader.execute(chosen.order_by(*order).limit(1)).one_or_none()
    return None if row is None else (row.merge_id, row.state)


def closed_seq(reader: Reader, community_id: str, seq: int) -> int:
    """The entry that ended a proposal; -1 while it waits."""
    rows = ApprovalRow.__table__.c
    chosen = select(rows.closed_seq).where(rows.community_id == community_id, rows.seq == seq)
    found = reader.execute(chosen.order_by(rows.book.desc()).limit(1)).scalar_one_or_none()
    return -1 if found is None else int(found)
