"""The rows of one redemption under the lock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.points.operations.spending import HeldPart
from volunteer_credit.redemptions.models.redemptions import PartRow, PieceRow, RedemptionRow
from volunteer_credit.redemptions.queries.redemptions import (
    Part,
    Piece,
    Sale,
    pieces_of,
    sale_parts,
)
from volunteer_credit.redemptions.rules.errors import RedemptionUnknownError
from volunteer_credit.shared.db import table_of

_SALES, _PARTS = table_of(RedemptionRow), table_of(PartRow)
_PIECES = table_of(PieceRow)


@dataclass
class Found:
    """A redemption with its parts, by fund in the order of the book, and its basket."""

    row: Sale
    parts: dict[str, list[Part]] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)

    def held(self, fund: str) -> list[HeldPart]:
        """The pending transfers of a fund."""
        return [
            HeldPart(each.month, each.centipoints, each.held_seq, each.held_index)
            for each in self.parts[fund]
        ]

    def centipoints(self, fund: str) -> int:
        """How much of a fund."""
        return sum(each.centipoints for each in self.parts[fund])

    def basket(self) -> dict[str, int]:
        """How many of each offer were not given back."""
        left = {each.offer_id: each.pieces - each.returned for each in self.pieces}
        return {offer: count for offer, count in left.items() if count}

    def data(self, fund: str, centipoints: int) -> dict[str, str | int]:
        """What every entry about a fund's share says."""
        return {
            "account": self.row.account,
            "centipoints": centipoints,
            "fund": fund,
            "merchant": self.row.merchant_id,
        }


def found(
    operation: Operation, redemption_id: str, merchant_id: str = "", *, basket: bool = True
) -> Found:
    """A redemption of this community, and of this shop if one is named; `basket`: with its pieces.

    Raises: RedemptionUnknownError.
    """
    reader, here = operation.reader, operation.community_id
    seen = sale_parts(reader, here, redemption_id)
    if seen is None or merchant_id not in ("", seen[0].merchant_id):
        raise RedemptionUnknownError
    made = Found(seen[0])
    for part in seen[1]:
        made.parts.setdefault(part.fund, []).append(part)
    if basket:
        made.pieces += pieces_of(reader, here, [redemption_id]).get(redemption_id, [])
    return made


def change_sale(
    operation: Operation, sold: Found, changed: Mapping[str, Any], *, at_end: bool = False
) -> None:
    """Change the row of a redemption; `at_end`: nothing here reads it any more."""
    operation.change(_SALES, sold.row._asdict(), changed, at_end=at_end)


def change_part(
    operation: Operation, part: Part, changed: Mapping[str, Any], *, at_end: bool = False
) -> None:
    """The same of a part."""
    operation.change(_PARTS, part._asdict(), changed, at_end=at_end)


def change_piece(operation: Operation, sold: Found, piece: Piece, returned: int) -> None:
    """How many pieces came back by now."""
    here = {"community_id": operation.community_id, "redemption_id": sold.row.redemption_id}
    operation.change(_PIECES, {**here, **piece._asdict()}, {"returned": returned})
