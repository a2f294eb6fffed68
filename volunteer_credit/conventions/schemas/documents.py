"""What the edge takes for a convention: marshmallow schemas made from the documents' shapes.

They refuse unknown fields, other kinds and bounds with a message at each place, and load into the
frozen dataclasses; what numbers mean together is then checked by the rules.
"""

import re
from functools import cache
from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate

from volunteer_credit.conventions.rules.checks import check
from volunteer_credit.conventions.rules.document import Convention
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


class _Strict(Schema):
    """Exactly the fields of a record, loaded as its dataclass."""

    shape: Record

    class Meta:
        unknown = RAISE

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Any:
        return self.shape.kind(**data)


class _List(fields.List[Any]):
    """A list of JSON; marshmallow's own takes an object too, and gives a list."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        return tuple(super()._deserialize(value, *args, **kwargs))


class _Ratio(fields.Tuple):
    """A pair of whole numbers."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        return super()._deserialize(value, *args, **kwargs)


def schema(kind: Any) -> type[Schema]:
    """The strict schema of a dataclass of documents."""
    return _schema(kind)


@cache
def _schema(kind: type[Any]) -> type[Schema]:
    shape = record(kind)
    named: dict[str, Any] = {name: _field(each) for name, each in shape.fields.items()}
    return type(f"{kind.__name__}Schema", (_Strict,), {**named, "shape": shape})


def load(value: Any) -> Convention:
    """The convention that a call or a form says.

    Raises: marshmallow's ValidationError with a message at each wrong place; the errors of
    `rules/checks.py`.
    """
    convention: Convention = schema(Convention)().load(value)
    check(convention)
    return convention


def _field(shape: Shape) -> fields.Field[Any]:
    match shape:
        case Record():
            return fields.Nested(schema(shape.kind), required=True)
        case Many():
            count = validate.Length(min=shape.count.low, max=shape.count.high)
            return _List(_field(shape.of), required=True, validate=count)
        case Integer():
            return _whole(shape.low, shape.high)
        case Ratio():
            return _Ratio((_whole(0, shape.high), _denominator(shape)), required=True)
        case Choice():
            return fields.String(required=True, validate=validate.OneOf(shape.codes))
        case Line():
            whole = re.compile(rf"(?:{shape.pattern})\Z")
            length = validate.Length(max=shape.characters_max)
            return fields.String(required=True, validate=[length, validate.Regexp(whole)])


def _whole(low: int, high: int) -> fields.Integer:
    return fields.Integer(strict=True, required=True, validate=validate.Range(low, high))


def _denominator(shape: Ratio) -> fields.Integer:
    if not shape.denominators:
        return _whole(1, shape.high)
    return fields.Integer(strict=True, required=True, validate=validate.OneOf(shape.denominators))
