"""Reads of objections and corrections."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from volunteer_credit.hours.models.objections import CorrectionRow, ObjectionRow
from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.shared.db import Reader

OPEN = "open"
_objections, _corrections = ObjectionRow.__table__.c, CorrectionRow.__table__.c
_lines = LineRow.__table__.c


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection, and what was answered; `minutes` -1: nothing was said of them."""

    book: int
    seq: int
    sheet_id: str
    position: int
    account: str
    objector: str
    state: str
    reason: str
    words: str
    objected_at_ms: int
    answered_at_ms: int | None
    answered_book: int
    answered_seq: int
    answer_reason: str
    answer_words: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction that was proposed: `state` open, approved or withdrawn."""

    book: int
    proposed_seq: int
    sheet_id: str
    position: int
    account: str
    minutes_before: int
    minutes: int
    reason: str
    words: str
    state: str
    approved_seq: int
    approved_at_ms: int | None
    outcome: str
    outcome_seq: int
    centipoints: int


_OBJECTION = [_objections[name] for name in Objection.__dataclass_fields__]
_IN_ORDER = _objections.book, _objections.seq
_CORRECTION = [_corrections[name] for name in Correction.__dataclass_fields__]


def objection(reader: Reader, community_id: str, seq: int, book: int = 0) -> Objection | None:
    """The objection that an entry made; without a book's number that of the newest book."""
    query = select(*_OBJECTION).where(
        _objections.community_id == community_id, _objections.seq == seq
    )
    if book:
        query = query.where(_objections.book == book)
    row = reader.execute(query.order_by(_objections.book.desc()).limit(1)).one_or_none()
    return None if row is None else Objection(*row)


def to_answer(reader: Reader, community_id: str) -> list[Objection]:
    """All that wait for an answer, or were upheld and the record does not say so yet.

    The oldest first.
    """
    differs = (_objections.minutes != _lines.minutes) & _lines.state.in_(("noticed", "recorded"))
    upheld = (_objections.state == "upheld") & (_objections.minutes >= 0) & differs
    query = (
        select(*_OBJECTION)
        .join(
            LineRow,
            (_lines.community_id == _objections.community_id)
            & (_lines.sheet_id == _objections.sheet_id)
            & (_lines.position == _objections.position),
        )
        .where(_objections.community_id == community_id, (_objections.state == OPEN) | upheld)
    )
    return [Objection(*row) for row in reader.execute(query.order_by(*_IN_ORDER))]


def objections_of(reader: Reader, community_id: str, accounts: Sequence[str]) -> list[Objection]:
    """Those to records of these accounts, and those that these accounts made."""
    query = select(*_OBJECTION).where(
        _objections.community_id == community_id,
        or_(_objections.account.in_(accounts), _objections.objector.in_(accounts)),
    )
    return [Objection(*row) for row in reader.execute(query.order_by(*_IN_ORDER))]


def corrections_of(reader: Reader, community_id: str, accounts: Sequence[str]) -> list[Correction]:
    """Those of records of these accounts, oldest first."""
    query = select(*_CORRECTION).where(
        _corrections.community_id == community_id, _corrections.account.in_(accounts)
    )
    return [
        Correction(*row)
        for row in reader.execute(query.order_by(_corrections.book, _corrections.proposed_seq))
    ]


def open_corrections(reader: Reader, community_id: str) -> list[Correction]:
    """Those that wait for their second person, oldest first."""
    query = select(*_CORRECTION).where(
        _corrections.community_id == community_id, _corrections.state == OPEN
    )
    return [
        Correction(*row)
        for row in reader.execute(query.order_by(_corrections.book, _corrections.proposed_seq))
    ]


def objected_lines(reader: Reader, community_id: str) -> set[tuple[str, int]]:
    """The lines with an open objection: nothing is recorded of them until it is answered."""
    query = select(_objections.sheet_id, _objections.position).where(
        _objections.community_id == community_id, _objections.state == OPEN
    )
    return {(row[0], row[1]) for row in reader.execute(query)}


def correction_words(
    reader: Reader, community_id: str, account: str, record: int, minutes: int
) -> tuple[str, str]:
    """The title of somebody's record, and what stands beside the newest correction to so much."""
    query = (
        select(SheetRow.title, _corrections.words)
        .join(
            SheetRow,
            (SheetRow.community_id == _corrections.community_id)
            & (SheetRow.sheet_id == _corrections.sheet_id),
        )
        .where(
            _corrections.community_id == community_id,
            _corrections.account == account,
            _corrections.record == record,
            _corrections.minutes == minutes,
        )
        .order_by(_corrections.book.desc(), _corrections.proposed_seq.desc())
        .limit(1)
    )
    row = reader.execute(query).one_or_none()
    return ("", "") if row is None else (row[0], row[1])
