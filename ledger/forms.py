"""Small questions about values: the grammar of docs/ledger-format.md §1 and shapes made of it.

A *question* takes a canonical value and says whether it may stand there.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias

from ledger import chart
from ledger.canonical import INTEGER_MAX, Value

Question: TypeAlias = Callable[[Value], bool]
Shape: TypeAlias = Mapping[str, Question]

ORIGIN_LENGTH_MAX = 200
KIND_LENGTH_MAX = 64
FUNDS_MAX = 64
FEN_PER_POINT_MAX = 10**9

CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
TOKEN = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,63}")
HASH = re.compile(r"[0-9a-f]{64}")
_KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_]*)+")
_ORIGIN = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)+/[1-9][0-9]*")


def is_code(value: Value) -> bool:
    """Whether this is a `code`."""
    return type(value) is str and _matches(CODE, value)


def is_token(value: Value) -> bool:
    """Whether this is a `token`."""
    return type(value) is str and _matches(TOKEN, value)


def is_hash(value: Value) -> bool:
    """Whether this is a SHA-256 in hex."""
    return type(value) is str and HASH.fullmatch(value) is not None


def is_kind(value: Value) -> bool:
    """Whether this is the name of a kind."""
    return type(value) is str and len(value) <= KIND_LENGTH_MAX and _matches(_KIND, value)


def is_origin(value: Value) -> bool:
    """Whether this is the origin of a book."""
    return type(value) is str and len(value) <= ORIGIN_LENGTH_MAX and _matches(_ORIGIN, value)


@lru_cache(maxsize=1024)
def _matches(form: re.Pattern[str], text: str) -> bool:
    """Whether the whole text is of the form; the same few words stand in all entries."""
    return form.fullmatch(text) is not None


def is_seq(value: Value) -> bool:
    """Whether this is an index in a log, or another whole number from 0."""
    return type(value) is int and 0 <= value <= INTEGER_MAX


def is_text(value: Value) -> bool:
    """Whether this is a string that a later step parses: an account name or a vkey."""
    return type(value) is str


def is_object(value: Value) -> bool:
    """Whether this is an object that a later step parses."""
    return type(value) is dict


def is_pair(value: Value) -> bool:
    """Whether this is `[seq, index]`."""
    return type(value) is list and len(value) == len(("seq", "index")) and all(map(is_seq, value))


def is_flags(value: Value) -> bool:
    """Whether these are an account family's flags (A1)."""
    return type(value) is list and value in ([], [chart.LIMIT_FLAG])


def one_of(*words: str) -> Question:
    """One of these words."""
    return lambda value: type(value) is str and value in words


def whole(low: int, high: int) -> Question:
    """An integer from `low` to `high`."""
    return lambda value: type(value) is int and low <= value <= high


def record(shape: Shape) -> Question:
    """An object of exactly this shape."""
    return lambda value: (
        type(value) is dict
        and value.keys() == shape.keys()
        and all(good(value[key]) for key, good in shape.items())
    )


def listed(good: Question, low: int, high: int) -> Question:
    """A list of `low` to `high` such values."""
    return lambda value: type(value) is list and low <= len(value) <= high and all(map(good, value))


def sorted_set(good: Question, low: int, high: int) -> Question:
    """The same of texts, sorted, each once."""
    is_list = listed(good, low, high)
    return lambda value: is_list(value) and value == sorted(set(value))


is_fen = whole(0, FEN_PER_POINT_MAX)
is_unit = one_of(*sorted(chart.UNITS))


def is_maxima(value: Value) -> bool:
    """Whether this is fen per point, at most, by fund."""
    return (
        type(value) is dict
        and len(value) <= FUNDS_MAX
        and all(map(chart.is_part, value))
        and all(map(is_fen, value.values()))
    )
