"""A sale: what is asked for, from which months it is taken, and who has to say yes. Centipoints."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from volunteer_credit.points.rules.errors import PointsShortError
from volunteer_credit.redemptions.rules.errors import (
    AskedAmountError,
    CardCapError,
    HoldExpiredError,
    NotConfirmedError,
    QuarterLimitError,
    RedemptionConfirmedError,
    RedemptionVoidedError,
)
from volunteer_credit.shared.units import points_text

HOLD_SECONDS = 180
KEYED_MAX_CENTIPOINTS = 999_00  # three digits on the number pad
CARD_ONCE_CENTIPOINTS, CARD_DAY_CENTIPOINTS = 50_00, 100_00
AMOUNT = "amount"  # what stands in the book for an amount without a list

HELD, CONFIRMED, VOIDED = "held", "confirmed", "voided"
CASHIER, MEMBER = "cashier", "member"
OWN_PHONE, PASS, CARD, NUMBER, CARD_PIN = "own_phone", "pass", "card", "number", "card_pin"
BY_MEMBER, BY_MERCHANT, EXPIRED, LEFT = "member", "merchant", "expired", "left"
TILL_HOUSEHOLD = "till_household"

_MONTHS_PER_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody wants at a shop. `centipoints`: what it comes to, as they have seen it.

    `pieces`: how many of each offer; none for an amount that the cashier keyed.
    """

    merchant_id: str
    centipoints: int
    pieces: Mapping[str, int] = field(default_factory=dict)

    def entry_pieces(self) -> list[dict[str, str | int]]:
        """As the entry spells it."""
        listed = self.pieces or {AMOUNT: 1}
        return [{"offer": offer, "pieces": count} for offer, count in sorted(listed.items())]


def check_keyed(centipoints: int) -> None:
    """Accept an amount of the number pad: whole points. Raises: AskedAmountError."""
    if not 0 < centipoints <= KEYED_MAX_CENTIPOINTS or centipoints % 100:
        raise AskedAmountError(points_max=points_text(KEYED_MAX_CENTIPOINTS))


def shares(available: Mapping[tuple[str, int], int], centipoints: int) -> dict[str, int]:
    """How much each fund gives: by (fund, month), the earliest month first, then by fund.

    Past months are left out by the caller. Raises: PointsShortError.
    """
    total = sum(max(each, 0) for each in available.values())
    if centipoints > total:
        raise PointsShortError(
            available=points_text(total),
            asked=points_text(centipoints),
            missing=points_text(centipoints - total),
        )
    found: dict[str, int] = {}
    left = centipoints
    for (fund, _month), free in sorted(available.items(), key=lambda each: each[0][::-1]):
        take = min(left, max(free, 0))
        if take:
            found[fund] = found.get(fund, 0) + take
            left -= take
    return found


def quarter_start(day: int) -> int:
    """The first day of the quarter of a day YYYYMMDD."""
    year, month = day // 10_000, day // 100 % 100
    first = (month - 1) // _MONTHS_PER_QUARTER * _MONTHS_PER_QUARTER + 1
    return year * 10_000 + first * 100 + 1


def check_quarter(count: int, count_max: int) -> None:
    """Accept one more in this quarter; 0 is no limit. Raises: QuarterLimitError."""
    if count_max and count >= count_max:
        raise QuarterLimitError(count_max=count_max)


def check_card(centipoints: int, day_centipoints: int) -> None:
    """Accept what a card and its PIN may take, after what they took today. Raises: CardCapError."""
    if centipoints > CARD_ONCE_CENTIPOINTS or day_centipoints + centipoints > CARD_DAY_CENTIPOINTS:
        raise CardCapError(
            once=points_text(CARD_ONCE_CENTIPOINTS), daily=points_text(CARD_DAY_CENTIPOINTS)
        )


def check_confirmable(state: str, expires_at_ms: int, at_ms: int) -> None:
    """Accept a hold that still stands. Raises: RedemptionVoidedError, HoldExpiredError."""
    if state == VOIDED:
        raise RedemptionVoidedError
    if at_ms >= expires_at_ms:
        raise HoldExpiredError


def check_voidable(state: str) -> None:
    """Accept what was not confirmed. Raises: RedemptionConfirmedError."""
    if state == CONFIRMED:
        raise RedemptionConfirmedError


def check_refundable(state: str) -> None:
    """Accept what was confirmed. Raises: NotConfirmedError."""
    if state != CONFIRMED:
        raise NotConfirmedError
