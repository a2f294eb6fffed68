"""What a fund has, owes and could pay, as everybody of the community may read it."""

from dataclasses import dataclass

HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """A fund by its accounts, in centipoints.

    `available` may be given to members; `outstanding` is with members and merchants.
    """

    budget: int
    available: int
    outstanding: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """One fund. Points are centipoints, money is fen.

    `issued`: given to members less what corrections took back; `deferred`: recorded service whose
    points wait for the fund; `cap_centipoints`: most that may be outstanding, 0 without a cap.
    """

    fund: str
    budget_centipoints: int
    issued: int
    outstanding: int
    available: int
    expired: int
    settled: int
    deferred: int
    cash_fen: int
    fen_per_point_max: int
    cap_centipoints: int = 0

    @property
    def owed_fen(self) -> int:
        """What all outstanding points cost at most, rounded up."""
        return -(-self.outstanding * self.fen_per_point_max // HUNDREDTHS)

    @property
    def cover_fen(self) -> int:
        """Money less what the outstanding points cost at most; it may be negative."""
        return self.cash_fen - self.owed_fen


def standing(budget: int, *, posted: int, available: int, elsewhere: int) -> Standing:
    """What a fund's own accounts leave for wallets and receivables.

    Every centipoint that sponsors gave is in the fund (`posted`), settled, expired or in
    corrections (`elsewhere`), or else outstanding.
    """
    return Standing(budget, available, budget - posted - elsewhere)


def shares(coverage: Coverage, width: int) -> list[tuple[str, int]]:
    """How wide the parts of the fund's bar are: with members and merchants, settled, free."""
    parts = [
        ("outstanding", max(coverage.outstanding, 0)),
        ("settled", max(coverage.settled, 0)),
        ("available", max(coverage.available, 0)),
    ]
    whole = sum(amount for _, amount in parts)
    return [(name, amount * width // whole if whole else 0) for name, amount in parts]
