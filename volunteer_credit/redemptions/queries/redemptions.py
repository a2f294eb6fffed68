"""Reads of redemptions."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select

from volunteer_credit.redemptions.models.redemptions import (
    PartRow,
    PieceRow,
    RedemptionRow,
    RefundRow,
)
from volunteer_credit.redemptions.rules.selling import CARD_PIN, CASHIER, CONFIRMED, HELD, VOIDED
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import all_rows

_sales, _parts = RedemptionRow.__table__.c, PartRow.__table__.c
_pieces, _refunds = PieceRow.__table__.c, RefundRow.__table__.c


class Sale(NamedTuple):
    """A redemption's whole row; pages show what their face may see of it."""

    community_id: str
    redemption_id: str
    merchant_id: str
    account: str
    asked_by: str
    how: str
    confirms: str
    proof: str
    flags: str
    state: str
    reason: str
    centipoints: int
    refunded_centipoints: int
    code_turn: int
    held_at_ms: int
    held_day: int
    expires_at_ms: int
    closed_at_ms: int | None
    closed_day: int


class Part(NamedTuple):
    """The points of one expiry month that a sale took: the whole row."""

    community_id: str
    redemption_id: str
    position: int
    fund: str
    month: int
    centipoints: int
    refunded_centipoints: int
    held_book: int
    held_seq: int
    held_index: int
    confirmed_book: int | None
    confirmed_seq: int | None


class Piece(NamedTuple):
    """Something of a basket."""

    offer_id: str
    name: str
    price_centipoints: int
    pieces: int
    returned: int

    @property
    def left(self) -> int:
        """How many were not given back."""
        return self.pieces - self.returned


class Totals(NamedTuple):
    """What a shop took and gave back in some days, in centipoints, and in how many sales."""

    taken: int
    refunded: int
    sales: int


_SALE = [_sales[name] for name in Sale._fields]
_PIECE = [_pieces[name] for name in Piece._fields]
_PART = [_parts[name] for name in Part._fields]
_IS_ONE = (
    _sales.community_id == bindparam("community"),
    _sales.redemption_id == bindparam("redemption"),
)
_OF_ONE = (_parts.community_id == _sales.community_id) & (
    _parts.redemption_id == _sales.redemption_id
)
_SALE_PARTS = Prepared(
    select(*_SALE, *_PART)
    .select_from(RedemptionRow.__table__)
    .outerjoin(PartRow.__table__, _OF_ONE)
    .where(*_IS_ONE)
    .order_by(_parts.position)
)


def sale(reader: Reader, community_id: str, redemption_id: str) -> Sale | None:
    """One redemption of a community."""
    query = select(*_SALE).where(
        _sales.community_id == community_id, _sales.redemption_id == redemption_id
    )
    row = reader.execute(query).one_or_none()
    return None if row is None else Sale(*row)


def sale_parts(
    reader: Reader, community_id: str, redemption_id: str
) -> tuple[Sale, list[Part]] | None:
    """One redemption of a community with its parts, in order."""
    rows = all_rows(reader, _SALE_PARTS, community=community_id, redemption=redemption_id)
    if not rows:
        return None
    count = len(Sale._fields)
    parts = [Part(*row[count:]) for row in rows if row[count] is not None]
    return Sale(*rows[0][:count]), parts


def sale_anywhere(reader: Reader, redemption_id: str) -> Sale | None:
    """One redemption, whichever community it is of: a QR names nothing else."""
    row = reader.execute(select(*_SALE).where(_sales.redemption_id == redemption_id)).one_or_none()
    return None if row is None else Sale(*row)


def waiting_at(reader: Reader, community_id: str, merchant_id: str, at_ms: int) -> list[Sale]:
    """What waits for the cashier of a shop."""
    query = select(*_SALE).where(
        _sales.community_id == community_id,
        _sales.merchant_id == merchant_id,
        _sales.state == HELD,
        _sales.confirms == CASHIER,
        _sales.expires_at_ms > at_ms,
    )
    return [Sale(*row) for row in reader.execute(query)]


def sales_of(
    reader: Reader, community_id: str, accounts: Sequence[str], count_max: int
) -> list[Sale]:
    """What somebody redeemed, newest first."""
    query = select(*_SALE).where(
        _sales.community_id == community_id, _sales.account.in_(list(accounts))
    )
    ordered = query.order_by(_sales.held_at_ms.desc(), _sales.redemption_id).limit(count_max)
    return [Sale(*row) for row in reader.execute(ordered)]


def sales_on(reader: Reader, community_id: str, merchant_id: str, day: int) -> list[Sale]:
    """What a shop confirmed on a day, newest first."""
    query = select(*_SALE).where(
        _sales.community_id == community_id,
        _sales.merchant_id == merchant_id,
        _sales.state == CONFIRMED,
        _sales.closed_day == day,
    )
    ordered = query.order_by(_sales.closed_at_ms.desc(), _sales.redemption_id)
    return [Sale(*row) for row in reader.execute(ordered)]


def flagged(reader: Reader, community_id: str, count_max: int) -> list[Sale]:
    """What somebody should look at, newest first."""
    query = select(*_SALE).where(
        _sales.community_id == community_id, _sales.state == CONFIRMED, _sales.flags != ""
    )
    return [
        Sale(*row)
        for row in reader.execute(query.order_by(_sales.held_at_ms.desc()).limit(count_max))
    ]


def pieces_of(
    reader: Reader, community_id: str, redemption_ids: Iterable[str]
) -> dict[str, list[Piece]]:
    """The baskets of some redemptions; an amount that was keyed has none."""
    query = (
        select(_pieces.redemption_id, *_PIECE)
        .where(
            _pieces.community_id == community_id,
            _pieces.redemption_id.in_(list(redemption_ids)),
        )
        .order_by(_pieces.name, _pieces.offer_id)
    )
    found: dict[str, list[Piece]] = {}
    for redemption_id, *row in reader.execute(query):
        found.setdefault(redemption_id, []).append(Piece(*row))
    return found


def totals(
    reader: Reader, community_id: str, merchant_id: str, from_day: int, to_day: int
) -> Totals:
    """What a shop took and gave back from one day to another, both included."""
    taken = select(func.coalesce(func.sum(_sales.centipoints), 0), func.count()).where(
        _sales.community_id == community_id,
        _sales.merchant_id == merchant_id,
        _sales.state == CONFIRMED,
        _sales.closed_day.between(from_day, to_day),
    )
    back = select(func.coalesce(func.sum(_refunds.centipoints), 0)).where(
        _refunds.community_id == community_id,
        _refunds.merchant_id == merchant_id,
        _refunds.day.between(from_day, to_day),
    )
    centipoints, sales = reader.execute(taken).one()
    return Totals(int(centipoints), int(reader.execute(back).scalar_one()), int(sales))


def count_since(reader: Reader, community_id: str, accounts: Sequence[str], day: int) -> int:
    """How many redemptions of somebody stand since a day, those in the air included."""
    query = select(func.count()).where(
        _sales.community_id == community_id,
        _sales.account.in_(list(accounts)),
        _sales.held_day >= day,
        _sales.state != VOIDED,
    )
    return int(reader.execute(query).scalar_one())


def by_card_on(reader: Reader, community_id: str, accounts: Sequence[str], day: int) -> int:
    """The centipoints that card and PIN took from somebody on a day."""
    query = select(func.coalesce(func.sum(_sales.centipoints), 0)).where(
        _sales.community_id == community_id,
        _sales.account.in_(list(accounts)),
        _sales.proof == CARD_PIN,
        _sales.closed_day == day,
    )
    return int(reader.execute(query).scalar_one())


def due(
    reader: Reader, community_id: str, at_ms: int, account: str = "", merchant_id: str = ""
) -> list[str]:
    """The holds of a community, or of one account or shop in it, that have run out."""
    query = select(_sales.redemption_id).where(
        _sales.community_id == community_id,
        _sales.state == HELD,
        _sales.expires_at_ms <= at_ms,
    )
    if account:
        query = query.where(_sales.account == account)
    if merchant_id:
        query = query.where(_sales.merchant_id == merchant_id)
    return list(reader.execute(query.order_by(_sales.held_at_ms, _sales.redemption_id)).scalars())


def held_of(reader: Reader, community_id: str, account: str) -> list[str]:
    """All holds of an account that nobody has decided."""
    query = select(_sales.redemption_id).where(
        _sales.community_id == community_id, _sales.account == account, _sales.state == HELD
    )
    return list(reader.execute(query.order_by(_sales.redemption_id)).scalars())


def communities_with_holds(reader: Reader) -> list[str]:
    """Where something is held."""
    query = select(_sales.community_id).where(_sales.state == HELD).distinct()
    return list(reader.execute(query.order_by(_sales.community_id)).scalars())


def exported(reader: Reader, links: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """What somebody redeemed anywhere, for their export."""
    found = []
    for community_id, account in links:
        for each in sales_of(reader, community_id, [account], 10_000):
            basket = pieces_of(reader, community_id, [each.redemption_id])
            found.append(
                {
                    "community_id": community_id,
                    "merchant_id": each.merchant_id,
                    "held_at_ms": each.held_at_ms,
                    "state": each.state,
                    "centipoints": each.centipoints,
                    "refunded_centipoints": each.refunded_centipoints,
                    "pieces": [
                        {"name": piece.name, "pieces": piece.pieces}
                        for piece in basket.get(each.redemption_id, [])
                    ],
                }
            )
    return found


def named(reader: Reader, community_id: str, account: str) -> list[str]:
    """The redemptions that name an account, as whose points or as who asked."""
    query = select(_sales.redemption_id).where(
        _sales.community_id == community_id,
        or_(_sales.account == account, _sales.asked_by == account),
    )
    return list(reader.execute(query.order_by(_sales.redemption_id)).scalars())
