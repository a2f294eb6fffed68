"""Baskets in addresses and forms: which offers, and how many of each."""

import re
from collections.abc import Iterable, Mapping

from volunteer_credit.merchants.rules.offers import PIECES_MAX, THINGS_MAX, BasketError

_OFFER = re.compile(r"[0-9a-f]{32}", re.ASCII)
_COUNT = re.compile(r"[0-9]{0,2}", re.ASCII)
FIELDS_MAX = 200  # a list may be long, most of it left empty


def basket_of(pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The offers of a form whose fields they are; empty fields and others are passed over.

    Raises: BasketError.
    """
    found: dict[str, int] = {}
    for position, (name, text) in enumerate(pairs):
        if position >= FIELDS_MAX:
            raise BasketError(things_max=THINGS_MAX, pieces_max=PIECES_MAX)
        if _OFFER.fullmatch(name):
            if not _COUNT.fullmatch(text.strip()):
                raise BasketError(things_max=THINGS_MAX, pieces_max=PIECES_MAX)
            count = int(text.strip() or "0")
            if count:
                found[name] = count
    return found


def basket_text(pieces: Mapping[str, int]) -> str:
    """A basket in one hidden field."""
    return " ".join(f"{offer}:{count}" for offer, count in sorted(pieces.items()))


def read_basket(text: str) -> dict[str, int]:
    """What `basket_text` wrote. Raises: BasketError."""
    return basket_of(
        (name, count) for name, _, count in (each.partition(":") for each in text.split())
    )
