"""Reads of sheets and their lines."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.hours.rules.judging import Span
from volunteer_credit.shared.db import Reader

GONE = ("refused", "voided", "withdrawn")  # what counts for nothing any more
OPEN = ("waiting", "proposed", "noticed")
_sheets, _lines = SheetRow.__table__.c, LineRow.__table__.c


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it was handed in."""

    sheet_id: str
    source: str
    state: str
    shift: str
    activity: str
    title: str
    place: str
    content: str
    category: str
    coefficient: str
    organiser: str
    organiser_name: str
    lead: str
    day: int
    planned_minutes: int
    starts_at_ms: int
    ends_at_ms: int
    handed_at_ms: int
    counted_by: str
    counted_book: int
    counted_seq: int
    proposed_book: int
    proposed_seq: int


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of a sheet."""

    sheet_id: str
    position: int
    account: str
    state: str
    started_book: int
    started_seq: int
    ended_book: int
    ended_seq: int
    started_at_ms: int
    ended_at_ms: int
    tier: int
    counted_minutes: int
    minutes: int
    flags: str
    reason: str
    words: str
    decided_by: str | None
    decided_at_ms: int | None
    noticed_book: int
    noticed_seq: int
    until_day: int
    recorded_book: int
    recorded_seq: int
    recorded_at_ms: int | None
    committed_book: int
    committed_seq: int
    outcome: str
    outcome_seq: int
    centipoints: int
    outcome_reason: str
    clause: str

    @property
    def span(self) -> Span:
        """From when to when, for comparing."""
        place = (self.sheet_id, self.position)
        return Span(self.account, self.started_at_ms, self.ended_at_ms, place)

    @property
    def record(self) -> int:
        """The entry that names this record now."""
        return self.recorded_seq or self.noticed_seq

    @property
    def record_book(self) -> int:
        """The number of its book."""
        return self.recorded_book if self.recorded_seq else self.noticed_book


_SHEET = [_sheets[name] for name in Sheet.__dataclass_fields__]
_LINE = [_lines[name] for name in SheetLine.__dataclass_fields__]


def sheet(reader: Reader, community_id: str, sheet_id: str) -> Sheet | None:
    """One sheet of a community."""
    query = select(*_SHEET).where(
        _sheets.community_id == community_id, _sheets.sheet_id == sheet_id
    )
    row = reader.execute(query).one_or_none()
    return None if row is None else Sheet(*row)


def sheets_in(
    reader: Reader, community_id: str, states: Collection[str], organisers: Collection[str] | None
) -> list[Sheet]:
    """Sheets in these states, oldest first; `organisers` None: of everybody."""
    query = select(*_SHEET).where(_sheets.community_id == community_id, _sheets.state.in_(states))
    if organisers is not None:
        query = query.where(_sheets.organiser.in_(organisers))
    return [Sheet(*row) for row in reader.execute(query.order_by(_sheets.day, _sheets.sheet_id))]


def lines_of(reader: Reader, community_id: str, sheet_id: str) -> list[SheetLine]:
    """A sheet's lines, in order."""
    query = _of(community_id).where(_lines.sheet_id == sheet_id).order_by(_lines.position)
    return [SheetLine(*row) for row in reader.execute(query)]


def line(reader: Reader, community_id: str, sheet_id: str, position: int) -> SheetLine | None:
    """One line of a sheet."""
    query = _of(community_id).where(_lines.sheet_id == sheet_id, _lines.position == position)
    row = reader.execute(query).one_or_none()
    return None if row is None else SheetLine(*row)


def with_sheets(
    reader: Reader, community_id: str, *, accounts: Sequence[str] = (), state: str = ""
) -> list[tuple[Sheet, SheetLine]]:
    """Lines with their sheets: of these accounts, or all in a state; the newest first."""
    query = (
        select(*_SHEET, *_LINE)
        .join(
            LineRow.__table__,
            (_lines.community_id == _sheets.community_id) & (_lines.sheet_id == _sheets.sheet_id),
        )
        .where(_sheets.community_id == community_id)
        .order_by(_sheets.day.desc(), _sheets.starts_at_ms.desc(), _lines.position)
    )
    if accounts:
        query = query.where(_lines.account.in_(accounts))
    if state:
        query = query.where(_lines.state == state)
    width = len(_SHEET)
    return [(Sheet(*row[:width]), SheetLine(*row[width:])) for row in reader.execute(query)]


def communities_with(reader: Reader, state: str) -> list[str]:
    """The communities that have lines in a state."""
    query = select(_lines.community_id).where(_lines.state == state).distinct()
    return list(reader.execute(query.order_by(_lines.community_id)).scalars())


def spans_around(
    reader: Reader, community_id: str, accounts: Sequence[str], from_ms: int, to_ms: int
) -> list[Span]:
    """Where these accounts were at that time, by all that still counts."""
    query = _of(community_id).where(
        _lines.account.in_(accounts),
        _lines.state.not_in(GONE),
        _lines.started_at_ms < to_ms,
        _lines.ended_at_ms > from_ms,
    )
    return [SheetLine(*row).span for row in reader.execute(query)]


def day_minutes(
    reader: Reader, community_id: str, accounts: Sequence[str], day: int
) -> dict[str, int]:
    """By account: the minutes of a day YYYYMMDD, of all that still counts."""
    query = (
        select(_lines.account, func.sum(_lines.minutes))
        .join(
            SheetRow.__table__,
            (_lines.community_id == _sheets.community_id) & (_lines.sheet_id == _sheets.sheet_id),
        )
        .where(
            _lines.community_id == community_id,
            _lines.account.in_(accounts),
            _lines.state.not_in(GONE),
            _sheets.day == day,
        )
        .group_by(_lines.account)
    )
    return {row[0]: int(row[1]) for row in reader.execute(query)}


def recorded_minutes(reader: Reader, community_id: str, accounts: Sequence[str]) -> int:
    """The minutes that the book has recorded for these accounts of one person."""
    query = select(func.sum(_lines.minutes)).where(
        _lines.community_id == community_id,
        _lines.account.in_(accounts),
        _lines.state == "recorded",
    )
    return int(reader.execute(query).scalar_one() or 0)


def has_open(reader: Reader, community_id: str, accounts: Sequence[str]) -> bool:
    """Whether a record of these accounts is on its way into the book."""
    query = _of(community_id).where(_lines.account.in_(accounts), _lines.state.in_(OPEN))
    return reader.execute(query.limit(1)).first() is not None


def is_reserved(reader: Reader, community_id: str, account: str) -> bool:
    """Whether minutes stand in notice for this account, or on a paper sheet that is proposed."""
    query = _of(community_id).where(
        _lines.account == account, _lines.state.in_(("proposed", "noticed"))
    )
    return reader.execute(query.limit(1)).first() is not None


def sealed_of(reader: Reader, community_id: str, accounts: Sequence[str]) -> list[Any]:
    """Book, record and sealed opening of every commitment to a service of these accounts."""
    query = select(_lines.committed_book, _lines.committed_seq, _lines.sealed).where(
        _lines.community_id == community_id,
        _lines.account.in_(accounts),
        _lines.committed_seq > 0,
    )
    return list(reader.execute(query.order_by(_lines.committed_book, _lines.committed_seq)))


def _of(community_id: str) -> Select[Any]:
    return select(*_LINE).where(_lines.community_id == community_id)
