"""Reads of awards, of their lines, and of what waits for a fund."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import func, select

from volunteer_credit.points.models.awards import AwardRow, LineRow
from volunteer_credit.shared.db import Reader

DEFERRED = "deferred"
SHOWN_MAX = 50

_awards, _lines = AwardRow.__table__.c, LineRow.__table__.c


class Award(NamedTuple):
    """A record and its points, see AwardRow."""

    book: int
    record_seq: int
    account: str
    day: int
    category: str
    coefficient: str
    planned_minutes: int
    minutes: int
    tier: int
    convention: str
    clause: str
    fund: str
    centipoints: int
    waiting: int
    debt: int
    month: int
    state: str
    reason: str
    seq: int
    waits_book: int
    waits_since: int
    paid_book: int | None
    paid_seq: int | None
    paid_at_ms: int | None


class Line(NamedTuple):
    """An entry about a record, see LineRow."""

    book: int
    seq: int
    account: str
    record_book: int
    record_seq: int
    kind: str
    minutes_before: int
    minutes: int
    centipoints: int
    rest: int
    reason: str
    before: str
    at_ms: int


def lines(
    reader: Reader, community_id: str, account: str, *, before_ms: int = 0, count: int = SHOWN_MAX
) -> list[Line]:
    """Somebody's lines, newest first; `before_ms`: only older ones."""
    query = select(*(_lines[name] for name in Line._fields)).where(
        _lines.community_id == community_id, _lines.account == account
    )
    if before_ms:
        query = query.where(_lines.at_ms < before_ms)
    order = _lines.at_ms.desc(), _lines.book.desc(), _lines.seq.desc()
    return [Line(*row) for row in reader.execute(query.order_by(*order).limit(count))]


def line(reader: Reader, community_id: str, account: str, book: int, seq: int) -> Line | None:
    """One of somebody's lines."""
    query = select(*(_lines[name] for name in Line._fields)).where(
        _lines.community_id == community_id,
        _lines.account == account,
        _lines.book == book,
        _lines.seq == seq,
    )
    row = reader.execute(query).one_or_none()
    return None if row is None else Line(*row)


def awards(
    reader: Reader, community_id: str, account: str, records: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], Award]:
    """Somebody's awards of these records, by (book, seq)."""
    wanted = set(records)
    query = select(*(_awards[name] for name in Award._fields)).where(
        _awards.community_id == community_id,
        _awards.account == account,
        _awards.record_seq.in_(sorted({seq for _, seq in wanted})),
    )
    found = (Award(*row) for row in reader.execute(query))
    return {(each.book, each.record_seq): each for each in found if each[:2] in wanted}


def own_awards(reader: Reader, community_id: str, account: str) -> list[Award]:
    """All of somebody's awards, oldest first."""
    query = select(*(_awards[name] for name in Award._fields)).where(
        _awards.community_id == community_id, _awards.account == account
    )
    order = _awards.book, _awards.record_seq
    return [Award(*row) for row in reader.execute(query.order_by(*order))]


def is_waiting(reader: Reader, community_id: str, fund: str) -> bool:
    """Whether anybody waits for a fund."""
    query = select(_awards.record_seq).where(
        _awards.community_id == community_id, _awards.state == DEFERRED, _awards.fund == fund
    )
    return reader.execute(query.limit(1)).first() is not None


def waiting_funds(reader: Reader) -> list[tuple[str, str]]:
    """Communities and their funds that somebody waits for."""
    query = select(_awards.community_id, _awards.fund).where(_awards.state == DEFERRED)
    order = _awards.community_id, _awards.fund
    return [(row[0], row[1]) for row in reader.execute(query.distinct().order_by(*order))]


def deferred(reader: Reader, community_id: str) -> dict[str, int]:
    """What waits in a community, in centipoints by fund."""
    query = (
        select(_awards.fund, func.sum(_awards.waiting))
        .where(_awards.community_id == community_id, _awards.state == DEFERRED)
        .group_by(_awards.fund)
    )
    return {fund: int(amount) for fund, amount in reader.execute(query)}
