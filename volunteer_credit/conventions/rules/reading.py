"""Documents from plain values and back: strict, capped, one spelling for each."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NoReturn, TypeVar

from volunteer_credit.conventions.rules.document_errors import (
    DocumentBytesError,
    DocumentShapeError,
    NegativePointsError,
)
from volunteer_credit.conventions.rules.shape import (
    Choice,
    Integer,
    Line,
    Many,
    Ratio,
    Record,
    Shape,
    record,
)

BYTES_MAX = 131_072
_EXCERPT = 40

Document = TypeVar("Document")


def encode(document: object) -> bytes:
    """The canonical bytes of a document: RFC 8785. Raises: DocumentBytesError."""
    try:
        data = json.dumps(
            plain(document), ensure_ascii=False, separators=(",", ":"), sort_keys=True
        ).encode()
    except UnicodeEncodeError:
        raise DocumentBytesError(reason="half of a surrogate pair") from None
    if len(data) > BYTES_MAX:
        raise DocumentBytesError(reason=f"{len(data)} bytes, at most {BYTES_MAX}")
    return data


def name_of(data: bytes) -> str:
    """What the book calls a document: the SHA-256 of its bytes, in hex."""
    return sha256(data).hexdigest()


def decode(kind: type[Document], data: bytes) -> Document:
    """The document of canonical bytes; any other spelling of it is refused.

    What its numbers mean together is for the checks of its kind.
    Raises: DocumentBytesError, DocumentShapeError, NegativePointsError.
    """
    if len(data) > BYTES_MAX:
        raise DocumentBytesError(reason=f"{len(data)} bytes, at most {BYTES_MAX}")
    try:
        value = json.loads(data.decode(), parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as problem:
        raise DocumentBytesError(reason=str(problem)[:_EXCERPT]) from None
    document = read(kind, value)
    if encode(document) != data:
        raise DocumentBytesError(reason="a key twice, or spelled otherwise than RFC 8785")
    return document


def read(kind: type[Document], value: object) -> Document:
    """The document of a plain value. Raises: DocumentShapeError, NegativePointsError."""
    document: Document = _read(record(kind), value, "")
    return document


def plain(document: object) -> Any:
    """The plain value of a document, for JSON."""
    if isinstance(document, tuple):
        return [plain(each) for each in document]
    if isinstance(document, int | str):
        return document
    return {name: plain(getattr(document, name)) for name in record(type(document)).fields}


def _read(shape: Shape, value: object, path: str) -> Any:
    match shape:
        case Record():
            return _record(shape, value, path)
        case Many():
            items = _items(value, shape.count.low, shape.count.high, path)
            return tuple(
                _read(shape.of, each, _under(path, number)) for number, each in enumerate(items)
            )
        case Integer():
            return _integer(shape, value, path)
        case Ratio():
            return _ratio(shape, value, path)
        case Line() | Choice():
            return _text(shape, value, path)


def _record(shape: Record, value: object, path: str) -> Any:
    if not isinstance(value, Mapping):
        _refuse(path, "an object is needed")
    for name in value:
        if name not in shape.fields:
            shown = str(name)[:_EXCERPT].encode("utf-8", "backslashreplace").decode()
            _refuse(_under(path, shown), "there is no such field")
    for name in shape.fields:
        if name not in value:
            _refuse(_under(path, name), "it is missing")
    parts = {
        name: _read(each, value[name], _under(path, name)) for name, each in shape.fields.items()
    }
    return shape.kind(**parts)


def _items(value: object, low: int, high: int, path: str) -> list[object]:
    if not isinstance(value, list):
        _refuse(path, "a list is needed")
    if not low <= len(value) <= high:
        _refuse(path, f"{low} to {high} items are needed")
    return value


def _integer(shape: Integer, value: object, path: str) -> int:
    if type(value) is not int:
        _refuse(path, "a whole number is needed")
    if shape.is_points and value < 0:
        raise NegativePointsError(path=path)
    if not shape.low <= value <= shape.high:
        _refuse(path, f"a number from {shape.low} to {shape.high} is needed")
    return value


def _ratio(shape: Ratio, value: object, path: str) -> tuple[int, int]:
    above, below = _items(value, 2, 2, path)
    numerator = _integer(Integer(0, shape.high, is_points=True), above, _under(path, 0))
    denominator = _integer(Integer(1, shape.high), below, _under(path, 1))
    if shape.denominators and denominator not in shape.denominators:
        _refuse(_under(path, 1), f"one of {', '.join(map(str, shape.denominators))} is needed")
    return numerator, denominator


def _text(shape: Line | Choice, value: object, path: str) -> str:
    if not isinstance(value, str):
        _refuse(path, "a text is needed")
    if isinstance(shape, Choice):
        if value not in shape.codes:
            _refuse(path, f"one of {', '.join(shape.codes)} is needed")
    elif len(value) > shape.characters_max or not re.fullmatch(shape.pattern, value):
        _refuse(path, f"1 to {shape.characters_max} allowed characters in one line are needed")
    return value


def _under(path: str, step: str | int) -> str:
    return f"{path}/{step}" if path else f"{step}"


def _no_float(text: str) -> NoReturn:
    raise DocumentBytesError(reason=f"{text[:_EXCERPT]} is no whole number")


def _refuse(path: str, reason: str) -> NoReturn:
    raise DocumentShapeError(path=path or "the document", reason=reason)
