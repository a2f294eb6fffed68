"""What a member shows: 26 letters in a QR that name the sale, and six digits to type instead.

Neither is worth anything without a signed-in till; the digits live as long as the hold does.
"""

import base64
import re

DIGITS = 6
TEXT_LENGTH_MAX = 200  # a whole address around the letters

_LETTERS = re.compile(r"(?:.*/R/)?([A-Z2-7]{26})", re.ASCII)
_GAPS = re.compile(r"[\s-]")
_ID_BYTES = 16


def digits_of(mac: bytes) -> str:
    """Six digits out of a MAC."""
    return f"{int.from_bytes(mac[:8]) % 10**DIGITS:0{DIGITS}}"


def letters_of(redemption_id: str) -> str:
    """What the QR says of a sale."""
    return base64.b32encode(bytes.fromhex(redemption_id)).decode().rstrip("=")


def parse_digits(text: str) -> str | None:
    """Six typed digits, full-width ones and gaps too; None for anything else."""
    bare = _GAPS.sub("", text[:TEXT_LENGTH_MAX])
    if len(bare) != DIGITS or not all(each.isdecimal() for each in bare):
        return None
    return "".join(str(int(each)) for each in bare)


def parse_letters(text: str) -> str | None:
    """The id in a scanned QR, its address included; None for anything else."""
    match = _LETTERS.fullmatch(text.strip().upper()) if len(text) <= TEXT_LENGTH_MAX else None
    if match is None:
        return None
    plain = base64.b32decode(match[1] + "=" * (-len(match[1]) % 8))
    found = plain.hex()
    # The last letter has bits to spare, which a second spelling could use.
    is_one = len(plain) == _ID_BYTES and letters_of(found) == match[1]
    return found if is_one else None
