"""Random names: numbers that say nothing and cannot be guessed (design: 128 bits)."""

from collections.abc import Callable
from typing import TypeAlias

Random: TypeAlias = Callable[[int], bytes]

ID_BYTES = 16


def new_id(random: Random) -> str:
    """32 hex digits; `random` gives as many bytes as it is asked for (`secrets.token_bytes`)."""
    return random(ID_BYTES).hex()
