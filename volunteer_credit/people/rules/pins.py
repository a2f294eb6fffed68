"""Which PINs are accepted: six digits that are not among those that others try first."""

from collections.abc import Iterable
from itertools import pairwise

from volunteer_credit.people.rules.sign_in_errors import PinFormError, WeakPinError

PIN_DIGITS = 6
TRIES_MAX = 5  # wrong ones in a round; a wait follows
# After the first round and the second. Then the desk sets a new PIN; for who is nobody that we know
# there (a stranger with the number of a card), another round comes each day.
WAITS_SECONDS = (900, 3_600)
DESK_SECONDS, STRANGER_SECONDS = 10**9, 86_400
_TYPED_MAX = 40
_MONTHS, _DAYS = range(1, 13), range(1, 32)


def parse_pin(text: str) -> str:
    """Six digits, as somebody typed them: full-width ones and spaces too. Raises: PinFormError."""
    bare = "".join(text[:_TYPED_MAX].split())
    if len(text) > _TYPED_MAX or len(bare) != PIN_DIGITS or not bare.isdecimal():
        raise PinFormError
    return "".join(str(int(each)) for each in bare)


def check_new_pin(text: str, own_numbers: Iterable[str] = ()) -> str:
    """A PIN to be set. `own_numbers`: phone, card, ID number.

    Raises: PinFormError, WeakPinError.
    """
    pin = parse_pin(text)
    if _is_row(pin) or _is_repeat(pin) or _is_birthday(pin):
        raise WeakPinError
    if any(pin in number for number in own_numbers):
        raise WeakPinError
    return pin


def _is_row(pin: str) -> bool:
    """123456, 987654, 890123: each digit one more, or one less, than the one before."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return steps in ({1}, {9})


def _is_repeat(pin: str) -> bool:
    """111111, 121212, 123123, 112233, 123321."""
    is_periodic = any(pin == pin[:n] * (PIN_DIGITS // n) for n in (1, 2, 3))
    is_doubled = pin[0::2] == pin[1::2]
    return is_periodic or is_doubled or pin == pin[::-1]


def _is_birthday(pin: str) -> bool:
    """YYMMDD, DDMMYY, or a year of our times with a month: 196405."""
    one, two, three = (int(pin[n : n + 2]) for n in (0, 2, 4))
    if two in _MONTHS and (three in _DAYS or one in _DAYS):
        return True
    return pin[:2] in ("19", "20") and three in _MONTHS


def wait_seconds(tries: int, *, is_stranger: bool) -> int:
    """How long one waits after so many wrong tries in a row: nothing within a round."""
    rounds, rest = divmod(tries, TRIES_MAX)
    if rest or not rounds:
        return 0
    last = STRANGER_SECONDS if is_stranger else DESK_SECONDS
    return (*WAITS_SECONDS, last)[min(rounds, len(WAITS_SECONDS) + 1) - 1]
