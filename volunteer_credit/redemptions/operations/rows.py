"""The rows of one redemption under the lock."""

from dataclasses import dataclass, field

from sqlalchemy import select

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.points.operations.spending import HeldPart
from volunteer_credit.redemptions.models.redemptions import PartRow, PieceRow, RedemptionRow
from volunteer_credit.redemptions.rules.errors import RedemptionUnknownError


@dataclass
class Found:
    """A redemption with its parts, by fund in the order of the book, and its basket."""

    row: RedemptionRow
    parts: dict[str, list[PartRow]] = field(default_factory=dict)
    pieces: list[PieceRow] = field(default_factory=list)

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
    session, here = operation.session, operation.community_id
    query = (
        select(RedemptionRow, PartRow)
        .outerjoin(
            PartRow,
            (PartRow.community_id == RedemptionRow.community_id)
            & (PartRow.redemption_id == RedemptionRow.redemption_id),
        )
        .where(RedemptionRow.community_id == here, RedemptionRow.redemption_id == redemption_id)
        .order_by(PartRow.position)
    )
    pairs = session.execute(query).all()
    if not pairs or merchant_id not in ("", pairs[0][0].merchant_id):
        raise RedemptionUnknownError
    made = Found(pairs[0][0])
    for _, part in pairs:
        if part is not None:
            made.parts.setdefault(part.fund, []).append(part)
    if basket:
        pieces = select(PieceRow).where(
            PieceRow.community_id == here, PieceRow.redemption_id == redemption_id
        )
        made.pieces += session.execute(pieces.order_by(PieceRow.offer_id)).scalars()
    return made
