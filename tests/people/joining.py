"""Somebody who holds every key of the archive, and tries to say which account was whose."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from volunteer_credit.journal.models import EntryRow, OperationRow
from volunteer_credit.journal.operations.keys import ROW_KEY_ID, keeper
from volunteer_credit.journal.operations.sidecar import ARCHIVE, archive_name, opened_rows
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations import digests
from volunteer_credit.people.rules import spelling
from volunteer_credit.shared.db import db, end_reading

_NUMBER = re.compile(r"[0-9a-f]{32,}")
# Keys that are the same in every installation say nothing of anybody.
_WORDS = frozenset({"init", "found", "founders"})


def clues(community: str) -> set[str]:
    """All that could be the same in two books: keys, and numbers of rows, answers and entries."""
    end_reading()
    key = keeper().seed(db.session, archive_name(community), ARCHIVE, ROW_KEY_ID)
    found: set[str] = set()
    chosen = select(OperationRow).where(OperationRow.community_id == community)
    for row in db.session.execute(chosen).scalars():
        rows = opened_rows(key, community, row.position, bytes(row.rows))
        text = f"{row.actor} {row.result} {rows}"
        found |= {row.key, *_NUMBER.findall(text), *_NUMBER.findall(row.key)}
    notes = select(EntryRow.note).where(EntryRow.community_id == community)
    for note in db.session.execute(notes).scalars():
        found |= set(_NUMBER.findall(bytes(note).decode()))
    return found - _WORDS


class Asked:
    """What requests were made of, by book, before a digest hid it: it can be tried out."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.bodies: list[str] = []
        patch.setattr(Request, "digest", self._requested(Request.digest))
        patch.setattr(digests, "digest", self._digested(digests.digest))

    def _requested(self, work: Any) -> Any:
        def run(request: Request) -> Any:
            self.bodies.append(f"{request.name} {spelling.spell(dict(request.body))}")
            return work(request)

        return run

    def _digested(self, work: Any) -> Any:
        def run(reader: Any, purpose: str, text: str) -> Any:
            if purpose == "request":
                self.bodies.append(text)
            return work(reader, purpose, text)

        return run

    def joining(self, ones: set[str], others: set[str]) -> Iterator[str]:
        """The bodies that name one of each."""
        for body in self.bodies:
            numbers = set(_NUMBER.findall(body))
            if numbers & ones and numbers & others:
                yield body
