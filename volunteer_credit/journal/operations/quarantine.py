"""Rows that stood where they never belonged: moved to `journal_quarantine`, with the reason."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from volunteer_credit.journal.models import EntryRow, QuarantineRow
from volunteer_credit.journal.operations.fence import fence_down, fence_up

REASON_LENGTH = 64
_entries, _quarantine = EntryRow.__table__.c, QuarantineRow.__table__.c


class Quarantine:
    """What one recovery moves away. The fence around the entries is down only if it must be."""

    def __init__(self, connection: Connection, community_id: str, at_ms: int) -> None:
        self._connection = connection
        self._community_id = community_id
        self._at_ms = at_ms
        self._fence_down = False
        self.count = 0
        last = select(func.max(_quarantine.number)).where(_quarantine.community_id == community_id)
        self._number: int = connection.execute(last).scalar_one_or_none() or 0

    def keep(self, book: int, seq: int, note: bytes, reason: str) -> None:
        """Remember a row that is about to go; of other tables than the entries as JSON."""
        self._number += 1
        self.count += 1
        self._connection.execute(
            insert(QuarantineRow).values(
                community_id=self._community_id,
                number=self._number,
                book=book,
                seq=seq,
                found_at_ms=self._at_ms,
                reason=reason[:REASON_LENGTH],
                note=note,
            )
        )

    def move(self, book: int, rows: Sequence[tuple[int, bytes, str]]) -> None:
        """Move rows (seq, note, reason) out of the entries."""
        if rows and not self._fence_down:
            fence_down(self._connection)
            self._fence_down = True
        for seq, note, reason in rows:
            self.keep(book, seq, note, reason)
            self._connection.execute(
                delete(EntryRow).where(
                    _entries.community_id == self._community_id,
                    _entries.book == book,
                    _entries.seq == seq,
                )
            )

    def close(self) -> None:
        """Put the fence up again; before the commit."""
        if self._fence_down:
            fence_up(self._connection)
            self._fence_down = False


def as_note(row: Mapping[str, Any]) -> bytes:
    """A row of any table as bytes to keep; its own bytes in hex."""
    return json.dumps(dict(row), default=bytes.hex).encode()
