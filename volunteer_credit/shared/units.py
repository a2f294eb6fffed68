"""The book's four units as people read and write them. Amounts are whole numbers everywhere else.

minutes and aid_minutes: `2 h 05`, 2 小时 05 分 · centipoints: `12.5` points · fen: `3.40` yuan
"""

import re

from volunteer_credit.shared.errors import BadRequestError

MINUTES_PER_HOUR = 60
HUNDREDTHS = 100
AMOUNT_MAX = 2**53 - 1  # docs/ledger-format.md A4

_HUNDREDTHS = re.compile(r"([0-9]{1,14})(?:\.([0-9]{1,2}))?", re.ASCII)


class AmountTextError(BadRequestError):
    """A text that is no amount of points or yuan."""

    code = "amount_text"
    en = "{text!r} is no amount: write it like 12 or 12.5, with at most two decimals."
    zh = "{text!r} 不是合格的数额：请写成 12 或 12.5 的形式，最多两位小数。"


def hours_text(minutes: int, language: str = "zh") -> str:
    """Service time for a person; `minutes` may be negative, as a correction is."""
    sign = "-" if minutes < 0 else ""
    hours, rest = divmod(abs(minutes), MINUTES_PER_HOUR)
    return f"{sign}{hours} 小时 {rest:02} 分" if language == "zh" else f"{sign}{hours} h {rest:02}"


def points_text(centipoints: int) -> str:
    """Points without needless zeros: 1250 is `12.5`, 1200 is `12`."""
    sign = "-" if centipoints < 0 else ""
    whole, rest = divmod(abs(centipoints), HUNDREDTHS)
    return f"{sign}{whole}" + (f".{rest:02}".rstrip("0") if rest else "")


def yuan_text(fen: int) -> str:
    """Money with its two decimals: 340 is `3.40`."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), HUNDREDTHS)
    return f"{sign}{whole}.{rest:02}"


def centipoints_of(text: str) -> int:
    """The centipoints (or fen) that a person wrote: `12.5` is 1250. Raises: AmountTextError."""
    match = _HUNDREDTHS.fullmatch(text.strip())
    if match is None:
        raise AmountTextError(text=text[:40])
    amount = int(match[1]) * HUNDREDTHS + int((match[2] or "0").ljust(2, "0"))
    if amount > AMOUNT_MAX:
        raise AmountTextError(text=text[:40])
    return amount
