"""Canonical bytes: RFC 8785 narrowed to what an entry needs (docs/ledger-format.md §2, C1 to C6).

A value is a dict, a list, a str or an int. There is one encoding of a value and one value of an
encoding; everything else is refused.
"""

import json
import re
from typing import Any, NoReturn, TypeAlias

from ledger.canonical_errors import (
    BooleanRefusedError,
    DuplicateKeyError,
    FloatRefusedError,
    IntegerRangeError,
    KeyRefusedError,
    NotCanonicalError,
    NotJsonError,
    NullRefusedError,
    StringNotAsciiError,
    StringTooLongError,
    TooDeepError,
    TooManyError,
    ValueTypeError,
)
from ledger.errors import MalformedError

# dict[str, Value] | list[Value] | str | int. The walker below is the check, not the type.
Value: TypeAlias = Any

INTEGER_MAX = 2**53 - 1
DEPTH_MAX = 12
MEMBERS_MAX = 256
ITEMS_MAX = 1024
STRING_LENGTH_MAX = 4096
KEY_LENGTH_MAX = 64

_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACKETS = re.compile(r"[\[\]{}]")

# The format's own keys need no second look in every entry.
_USUAL_KEYS = frozenset(
    {"account", "actor", "amount", "at", "book", "code", "credit", "data", "day", "debit", "id"}
    | {"kind", "refs", "role", "seq", "tier", "transfers", "unit", "v"}
)


def encode(value: Value) -> bytes:
    """The canonical bytes of a value (C1 to C5)."""
    check(value)
    return spell(value)


def decode(data: bytes) -> Value:
    """The value of canonical bytes; any other spelling of it is refused (C6)."""
    value = load(data)
    check(value)
    check_spelling(data, value)
    return value


def load(data: bytes) -> Value:
    """The value of JSON text in ASCII, without floats; neither it nor its spelling is checked."""
    if not data.isascii():
        raise StringNotAsciiError(path="the bytes")
    text = data.decode("ascii")
    if text.count("[") + text.count("{") > DEPTH_MAX:
        _check_depth(text)
    try:
        return _decoder.decode(text)
    except ValueError as problem:  # JSONDecodeError, or an integer too long to convert
        raise NotJsonError(reason=problem) from None


def _check_depth(text: str) -> None:
    """Refuse text nested too deep before the decoder, which would recurse, sees it (C5)."""
    depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEPTH_MAX:
            raise TooDeepError(path="the bytes", max=DEPTH_MAX)


def check_spelling(data: bytes, value: Value) -> None:
    """Refuse bytes that are not the canonical ones of the checked value they gave (C6)."""
    if spell(value) != data:
        _refuse_spelling(data.decode("ascii"), value)


def spell(value: Value) -> bytes:
    """The canonical bytes of a value that `check` has accepted."""
    return _encoder.encode(value).encode("ascii")


def check(value: Value, depth: int = 1) -> None:
    """Refuse a value that has no canonical bytes (C1 to C5)."""
    kind = type(value)
    if kind is str:
        if not (value.isascii() and value.isprintable()):
            raise StringNotAsciiError(path="")
        if len(value) > STRING_LENGTH_MAX:
            raise StringTooLongError(path="", length=len(value), max=STRING_LENGTH_MAX)
    elif kind is int:
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise IntegerRangeError(path="")
    elif kind is dict:
        _check_object(value, depth)
    elif kind is list:
        _check_array(value, depth)
    else:
        _refuse_type(value)


def _check_object(value: dict[str, Value], depth: int) -> None:
    if depth > DEPTH_MAX:
        raise TooDeepError(path="", max=DEPTH_MAX)
    if len(value) > MEMBERS_MAX:
        raise TooManyError(path="", count=len(value), max=MEMBERS_MAX)
    key = ""
    try:
        for key, member in value.items():
            if key not in _USUAL_KEYS:
                check_key(key)
            # Most members are short texts and small numbers: no call for those.
            kind = type(member)
            if not (
                (kind is int and -INTEGER_MAX <= member <= INTEGER_MAX)
                or (
                    kind is str
                    and len(member) <= STRING_LENGTH_MAX
                    and member.isascii()
                    and member.isprintable()
                )
            ):
                check(member, depth + 1)
    except MalformedError as problem:
        raise _under(key, problem) from None


def _check_array(value: list[Value], depth: int) -> None:
    if depth > DEPTH_MAX:
        raise TooDeepError(path="", max=DEPTH_MAX)
    if len(value) > ITEMS_MAX:
        raise TooManyError(path="", count=len(value), max=ITEMS_MAX)
    done = 0
    try:
        for item in value:
            check(item, depth + 1)
            done += 1
    except MalformedError as problem:
        raise _under(done, problem) from None


def check_key(key: object) -> None:
    """Refuse an object key that is not 1 to 64 printable ASCII characters (C4)."""
    if (
        type(key) is not str
        or not 0 < len(key) <= KEY_LENGTH_MAX
        or not (key.isascii() and key.isprintable())
    ):
        raise KeyRefusedError(path="", key=key, max=KEY_LENGTH_MAX)


def _under(step: object, problem: MalformedError) -> MalformedError:
    """The same refusal, its path one step longer: paths cost nothing until they are needed."""
    below = problem.where["path"]
    path = f"{step}/{below}" if below else f"{step}"
    return type(problem)(**{**problem.where, "path": path})


def _refuse_type(value: object) -> NoReturn:
    if value is None:
        raise NullRefusedError(path="")
    if isinstance(value, bool):
        raise BooleanRefusedError(path="")
    raise ValueTypeError(path="", type=type(value).__name__)


def _refuse_spelling(text: str, value: Value) -> NoReturn:
    """Say why the bytes are not canonical: a key twice, or the first byte that differs."""

    def pairs(members: list[tuple[str, Value]]) -> dict[str, Value]:
        seen: dict[str, Value] = {}
        for key, member in members:
            if key in seen:
                raise DuplicateKeyError(key=key)
            seen[key] = member
        return seen

    json.JSONDecoder(object_pairs_hook=pairs).decode(text)
    ours = spell(value).decode("ascii")
    same = (i for i, (a, b) in enumerate(zip(text, ours, strict=False)) if a != b)
    raise NotCanonicalError(offset=next(same, min(len(text), len(ours))))


def _refuse_float(text: str) -> NoReturn:
    raise FloatRefusedError(text=text)


# `check` has bounded the depth, so the encoder need not look for circles.
_encoder = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=True, check_circular=False
)
_decoder = json.JSONDecoder(parse_float=_refuse_float, parse_constant=_refuse_float)
