"""What stands on a card and in a pass: an opaque id, a number to type, a code that lives 30 s.

A card's QR holds 26 letters of Base32 (RFC 4648), 130 bits that say nothing. For whom it doesn't
scan there are 8 digits, of which the last checks the others (ISO 7064, MOD 11,10): one wrong digit
is always noticed. A pass on a phone holds its number, the step of the clock and a MAC.
"""

import base64
import hmac
import re
from hashlib import sha256

from volunteer_credit.people.rules.card_errors import CardCodeError, CardNumberError

ID_LETTERS = 26
ID_BITS = 130
NUMBER_DIGITS = 8
STEP_MS = 30_000
STEPS_ACCEPTED = 2  # this step and the one before
PASS_VERSION = 1
MAC_BYTES = 10
PASS_BYTES = 1 + 4 + 4 + MAC_BYTES
PASS_LETTERS = 31
CODE_LENGTH_MAX = 200  # a whole address around the code

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CARD = re.compile(r"(?:.*/C/)?([A-Z2-7]{26})", re.ASCII)
_PASS = re.compile(r"(?:.*/P/)?([A-Z2-7]{31})", re.ASCII)
_GAPS = re.compile(r"[\s-]")


def card_id(random_bytes: bytes) -> str:
    """26 letters out of at least 17 bytes."""
    value = int.from_bytes(random_bytes[:17]) >> (17 * 8 - ID_BITS)
    return "".join(_LETTERS[value >> 5 * place & 31] for place in reversed(range(ID_LETTERS)))


def card_number(value: int) -> str:
    """8 digits: seven out of a number, and their check digit."""
    digits = f"{value % 10 ** (NUMBER_DIGITS - 1):07}"
    return digits + str(_check_digit(digits))


def parse_number(text: str) -> str:
    """A number as somebody typed it, full-width digits and gaps too. Raises: CardNumberError."""
    if len(text) > CODE_LENGTH_MAX:
        raise CardNumberError
    bare = _GAPS.sub("", text)
    digits = "".join(str(int(each)) if each.isdecimal() else "x" for each in bare)
    if not re.fullmatch(r"[0-9]{8}", digits) or str(_check_digit(digits[:-1])) != digits[-1]:
        raise CardNumberError
    return digits


def parse_card(text: str) -> str:
    """The id out of a scanned card, its address included. Raises: CardCodeError."""
    return _parsed(_CARD, text)


def parse_pass(text: str) -> bytes:
    """The bytes of a scanned pass, its address included. Raises: CardCodeError."""
    letters = _parsed(_PASS, text)
    plain = base64.b32decode(letters + "=" * (-len(letters) % 8))
    # The last letter has bits to spare, which a second spelling could use.
    if _unpadded(plain) != letters or plain[0] != PASS_VERSION:
        raise CardCodeError
    return plain


def pass_code(key: bytes, number: str, at_ms: int) -> str:
    """What a pass shows in the step of `at_ms`: 31 letters."""
    body = _pass_body(number, at_ms // STEP_MS)
    return _unpadded(body + _mac(key, body))


def pass_number(key: bytes, text: str, at_ms: int) -> str:
    """The number of a scanned pass that is of this step or the one before. Raises: CardCodeError.

    One answer for forged and expired codes: which it is helps only who forges.
    """
    plain = parse_pass(text)
    body, mac = plain[:-MAC_BYTES], plain[-MAC_BYTES:]
    now = at_ms // STEP_MS
    is_fresh = now - STEPS_ACCEPTED < int.from_bytes(body[5:9]) <= now
    if not (hmac.compare_digest(mac, _mac(key, body)) and is_fresh):
        raise CardCodeError
    return f"{int.from_bytes(body[1:5]):08}"


def _pass_body(number: str, step: int) -> bytes:
    return bytes([PASS_VERSION]) + int(number).to_bytes(4) + step.to_bytes(4)


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, body, sha256).digest()[:MAC_BYTES]


def _unpadded(plain: bytes) -> str:
    return base64.b32encode(plain).decode().rstrip("=")


def _parsed(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.fullmatch(text.strip().upper()) if len(text) <= CODE_LENGTH_MAX else None
    if match is None:
        raise CardCodeError
    return match[1]


def _check_digit(digits: str) -> int:
    product = 10
    for each in digits:
        rest = (product + int(each)) % 10 or 10
        product = rest * 2 % 11
    return (11 - product) % 10
