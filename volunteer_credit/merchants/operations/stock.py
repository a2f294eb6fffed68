"""Taking from the shelf and putting back, inside the operation that spends points.

The book's lock holds every buyer apart, so of one piece that is left exactly one is taken.
"""

from collections.abc import Mapping

from sqlalchemy import select

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.merchants.models.shops import OfferRow
from volunteer_credit.merchants.queries.shops import shop
from volunteer_credit.merchants.rules.offers import Offer, basket_price
from volunteer_credit.merchants.rules.shops import MerchantNotOpenError, MerchantUnknownError


def take(operation: Operation, merchant_id: str, pieces: Mapping[str, int]) -> int:
    """Take a basket (pieces by offer) from an open shop; what it costs, in centipoints.

    Raises: MerchantUnknownError, MerchantNotOpenError, and as `basket_price`.
    """
    check_open(operation, merchant_id)
    rows = _rows(operation, merchant_id, pieces)
    total = basket_price([_offer(row) for row in rows.values()], pieces, operation.day)
    for offer_id, count in pieces.items():
        row = rows[offer_id]
        if row.stock is not None:
            row.stock -= count
    return total


def give_back(operation: Operation, merchant_id: str, pieces: Mapping[str, int]) -> None:
    """Put pieces back on the shelf, also of what is listed no more."""
    for offer_id, row in _rows(operation, merchant_id, pieces).items():
        if row.stock is not None:
            row.stock += pieces[offer_id]


def check_open(operation: Operation, merchant_id: str) -> None:
    """Accept a shop that takes points now. Raises: MerchantUnknownError, MerchantNotOpenError."""
    found = shop(operation.reader, operation.community_id, merchant_id)
    if found is None:
        raise MerchantUnknownError
    if not found.is_open:
        raise MerchantNotOpenError


def _rows(operation: Operation, merchant_id: str, pieces: Mapping[str, int]) -> dict[str, OfferRow]:
    query = select(OfferRow).where(
        OfferRow.community_id == operation.community_id,
        OfferRow.merchant_id == merchant_id,
        OfferRow.offer_id.in_(sorted(pieces)),
    )
    return {row.offer_id: row for row in operation.session.execute(query).scalars()}


def _offer(row: OfferRow) -> Offer:
    return Offer(
        row.offer_id,
        row.merchant_id,
        row.name,
        row.price_centipoints,
        row.stock,
        row.from_day,
        row.to_day,
        bool(row.is_listed),
    )
