"""The JSON Schema of a document (draft 2020-12), made from its shape.

`x-level` marks what each section's body may change. What numbers mean together is not said here;
`checks.py` holds that.
"""

from typing import Any

from volunteer_credit.conventions.rules.document import LEVELS, Convention
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

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kind: type[Any] = Convention) -> dict[str, Any]:
    """The schema that a document of this kind keeps."""
    return {"$schema": DIALECT, "title": kind.__name__, **_of(record(kind))}


def _of(shape: Shape) -> dict[str, Any]:
    match shape:
        case Record():
            return _object(shape)
        case Many():
            bounds = {"minItems": shape.count.low, "maxItems": shape.count.high}
            return {"type": "array", **bounds, "items": _of(shape.of)}
        case Integer():
            return _integer(shape.low, shape.high)
        case Ratio():
            return _ratio(shape)
        case Choice():
            return {"enum": list(shape.codes)}
        case Line():
            return {
                "type": "string",
                "maxLength": shape.characters_max,
                "pattern": f"^(?:{shape.pattern})$",
            }


def _object(shape: Record) -> dict[str, Any]:
    properties = {name: _of(each) for name, each in shape.fields.items()}
    for name in set(properties) & set(LEVELS):
        properties[name]["x-level"] = name
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "description": (shape.kind.__doc__ or "").split("\n\n")[0],
    }


def _integer(low: int, high: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": low, "maximum": high}


def _ratio(shape: Ratio) -> dict[str, Any]:
    below = {"enum": list(shape.denominators)} if shape.denominators else _integer(1, shape.high)
    return {
        "type": "array",
        "prefixItems": [_integer(0, shape.high), below],
        "items": False,
        "minItems": 2,
        "maxItems": 2,
    }
