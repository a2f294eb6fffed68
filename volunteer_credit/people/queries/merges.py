"""Reads of merges, and of how a proposal ended."""

from sqlalchemy import select

from volunteer_credit.people.models.membership import CommunityRow, MemberRow
from volunteer_credit.people.models.roles import ApprovalRow
from volunteer_credit.people.models.vault import LinkRow, MergeRow
from volunteer_credit.people.queries.persons import MERGED
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


def half_merged(reader: Reader, person_id: str) -> list[str]:
    """The names of communities whose book has made this person one with another already.

    As long as the merge waits for other books; by code.
    """
    waits = select(MergeRow.merge_id).where(
        MergeRow.from_id == person_id, MergeRow.state == "proposed"
    )
    query = (
        select(CommunityRow.name)
        .join(LinkRow, LinkRow.community_id == CommunityRow.community_id)
        .join(
            MemberRow,
            (MemberRow.community_id == LinkRow.community_id)
            & (MemberRow.account == LinkRow.account),
        )
        .where(LinkRow.person_id == person_id, MemberRow.state == MERGED, waits.exists())
        .order_by(CommunityRow.community_id)
    )
    return list(reader.execute(query).scalars())


def closed_seq(reader: Reader, community_id: str, seq: int) -> int:
    """The entry that ended a proposal; -1 while it waits."""
    rows = ApprovalRow.__table__.c
    chosen = select(rows.closed_seq).where(rows.community_id == community_id, rows.seq == seq)
    found = reader.execute(chosen.order_by(rows.book.desc()).limit(1)).scalar_one_or_none()
    return -1 if found is None else int(found)
