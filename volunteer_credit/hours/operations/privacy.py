"""What hours give to a person's export, what keeps them from erasure, and what is forgotten."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from volunteer_credit.hours.models.objections import CorrectionRow, ObjectionRow
from volunteer_credit.hours.models.sheets import LineRow
from volunteer_credit.hours.operations.service import open_words
from volunteer_credit.hours.queries import objections, sheets
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.operations.privacy_hooks import Link
from volunteer_credit.people.queries.persons import merged_into
from volunteer_credit.people.rules.erasing import Duty
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.person_keys_errors import (
    NoPersonKeyError,
    PersonErasedError,
    SealedDataError,
)

OBJECTION_OPEN = Duty(
    "objection_open",
    "有一条异议尚未办结",
    "an objection to a service record is not answered yet",
)
CORRECTION_OPEN = Duty(
    "correction_open",
    "有一项时长更正尚待第二人批准",
    "a correction of a service record waits for its second person",
)
HOURS_OPEN = Duty(
    "hours_open",
    "有服务时长尚在审核或公示中",
    "service hours are still being approved or in notice",
)


def export(reader: Reader, person_id: str, links: Sequence[Link]) -> list[dict[str, Any]]:
    """Every record, and what opens the commitments of the book to its words."""
    found, persons = [], [person_id, *merged_into(reader, person_id)]
    for community_id, account in links:
        opened = {
            (book, seq): _opened(persons, bytes(sealed))
            for book, seq, sealed in sheets.sealed_of(reader, community_id, [account])
        }
        for sheet, line in sheets.with_sheets(reader, community_id, accounts=[account]):
            place = line.committed_book, line.committed_seq
            opening, payload = opened.get(place, (b"", b""))
            found.append(
                {
                    "community": community_id,
                    "title": sheet.title,
                    "day": sheet.day,
                    "place": sheet.place,
                    "content": sheet.content,
                    "unit": sheet.organiser_name,
                    "lead": sheet.lead,
                    "started_at_ms": line.started_at_ms,
                    "ended_at_ms": line.ended_at_ms,
                    "minutes": line.minutes,
                    "state": line.state,
                    "book": line.record_book,
                    "entry": line.record,
                    "committed_in": line.committed_seq,
                    "committed_book": line.committed_book,
                    "opening": opening.hex(),
                    "payload": payload.decode(),
                }
            )
        found += _objected(reader, community_id, account)
    return found


def _opened(persons: Sequence[str], sealed: bytes) -> tuple[bytes, bytes]:
    """By the key of whom it was sealed for: the person, or who was made one with them since."""
    for person_id in persons:
        try:
            return open_words(person_id, sealed)
        except (SealedDataError, NoPersonKeyError, PersonErasedError):
            continue
    return b"", b""


def _objected(reader: Reader, community_id: str, account: str) -> list[dict[str, Any]]:
    return [
        {
            "community": community_id,
            "book": each.book,
            "objection": each.seq,
            "reason": each.reason,
            "words": each.words,
            "answer": each.state,
            "answer_words": each.answer_words,
        }
        for each in objections.objections_of(reader, community_id, [account])
    ]


def duties(reader: Reader, _person_id: str, links: Sequence[Link], _at_ms: int) -> list[Duty]:
    """An open objection or correction, and hours on their way into the book."""
    found = []
    for community_id, account in links:
        told = objections.objections_of(reader, community_id, [account])
        if any(each.state == objections.OPEN for each in told):
            found.append(OBJECTION_OPEN)
        put = objections.corrections_of(reader, community_id, [account])
        if any(each.state == objections.OPEN for each in put):
            found.append(CORRECTION_OPEN)
        if sheets.has_open(reader, community_id, [account]):
            found.append(HOURS_OPEN)
    return list(dict.fromkeys(found))


def forget(operation: Operation, account: str) -> None:
    """Delete what is kept of an account beside the book: lines, objections, corrections."""
    session, community_id = operation.session, operation.community_id
    for table, column in (
        (LineRow, LineRow.account),
        (ObjectionRow, ObjectionRow.account),
        (ObjectionRow, ObjectionRow.objector),
        (CorrectionRow, CorrectionRow.account),
    ):
        rows = session.execute(
            select(table).where(table.community_id == community_id, column == account)
        )
        for row in rows.scalars().all():
            session.delete(row)
        session.flush()
