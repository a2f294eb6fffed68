"""What a field of a document may hold: five kinds of leaves, lists and records of them.

A dataclass says it in its annotations, once. The reader (`reading.py`), the JSON Schema
(`json_schema.py`) and the marshmallow schemas (`schemas.py`) are all made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any, TypeAlias, get_args, get_origin, get_type_hints

CODE_PATTERN = "[a-z][a-z0-9_]{0,31}"
HASH_PATTERN = "[0-9a-f]{64}"
LINE_PATTERN = r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029]+"  # no control characters, no new lines


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number of these bounds; points below 0 are refused with a sentence of their own."""

    low: int
    high: int
    is_points: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A text in one line, at most so many characters; `pattern` must match the whole of it."""

    characters_max: int
    pattern: str = LINE_PATTERN


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these codes."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ratio:
    """An exact rational as [numerator, denominator], not negative; it need not be in lowest terms.

    Without `denominators`, any from 1 to `high` will do.
    """

    high: int
    denominators: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """How many items a list may have."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Many:
    """A list of things of one shape."""

    of: "Shape"
    count: Count


@dataclass(frozen=True, slots=True)
class Record:
    """An object with exactly these fields, which becomes a `kind`."""

    kind: type[Any]
    fields: Mapping[str, "Shape"]


Leaf: TypeAlias = Integer | Line | Choice | Ratio
Shape: TypeAlias = Leaf | Many | Record

Code: TypeAlias = Annotated[str, Line(32, CODE_PATTERN)]
Hash: TypeAlias = Annotated[str, Line(64, HASH_PATTERN)]


def record(kind: Any) -> Record:
    """The shape of a dataclass of documents."""
    return _record(kind)


@cache
def _record(kind: type[Any]) -> Record:
    hints = get_type_hints(kind, include_extras=True)
    return Record(kind, {each.name: _shape(hints[each.name]) for each in fields(kind)})


def _shape(hint: Any) -> Shape:
    if get_origin(hint) is not Annotated:
        return record(hint)
    base, marker = get_args(hint)
    if isinstance(marker, Count):
        return Many(_shape(get_args(base)[0]), marker)
    assert isinstance(marker, Leaf), hint
    return marker
