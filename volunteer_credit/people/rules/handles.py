"""What browsers hand back: random names in hex, and labels that people give to their things."""

import re

_HEX = re.compile(r"[0-9a-f]+")


def handle(text: str, length: int) -> str:
    """The text, if it is hex digits of this length; else nothing, which names nothing."""
    return text if len(text) == length and _HEX.fullmatch(text) else ""


def shown_label(text: str, length_max: int) -> str:
    """A label without what nobody can see, cut to its length."""
    seen = "".join(each for each in text[: 4 * length_max] if each.isprintable())
    return " ".join(seen.split())[:length_max]
