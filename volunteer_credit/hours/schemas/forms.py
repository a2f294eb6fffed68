"""The forms of hours."""

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields, validate

from volunteer_credit.hours.rules.judging import APPROVE, REASONS, REFUSE, SHORTEN
from volunteer_credit.hours.rules.notices import (
    ANSWER_REASONS,
    CORRECTION_REASONS,
    OBJECTION_REASONS,
)
from volunteer_credit.people.schemas.sign_in import line

KINDS = (APPROVE, SHORTEN, REFUSE)
_WORDS = validate.Length(max=500)


def words() -> fields.String:
    """A short text beside a reason."""
    return fields.String(load_default="", validate=_WORDS)


def chosen(choices: Iterable[str], *, required: bool = True) -> fields.String:
    """One of a list; not required: or nothing."""
    if required:
        return fields.String(required=True, validate=validate.OneOf(tuple(choices)))
    return fields.String(load_default="", validate=validate.OneOf(("", *choices)))


def decisions_schema(positions: Iterable[int]) -> type[Schema]:
    """The form of a shift: four fields for each line that is decided singly."""
    found: dict[str, Any] = {}
    for each in positions:
        found[f"decision-{each}"] = chosen(KINDS, required=False)
        found[f"minutes-{each}"] = line(required=False)
        found[f"reason-{each}"] = chosen(REASONS, required=False)
        found[f"words-{each}"] = words()
    return Schema.from_dict(found, name="DecisionsForm")


class ObjectSchema(Schema):
    """What is wrong with a record."""

    reason = chosen(OBJECTION_REASONS)
    words = words()


class AnswerSchema(Schema):
    """What is said of an objection; without minutes the record stays as it is."""

    outcome = chosen(("upheld", "dismissed"))
    reason = chosen(ANSWER_REASONS)
    words = words()
    minutes = line(required=False)


class CorrectSchema(Schema):
    """Other minutes for a record."""

    minutes = line()
    reason = chosen(CORRECTION_REASONS)
    words = words()


class VoidSchema(Schema):
    """Why a record in notice ends."""

    reason = chosen(REASONS)
    words = words()


class PaperSchema(Schema):
    """A paper sheet."""

    title = line()
    day = line()
    starts = line()
    planned = line()
    place = line()
    content = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    category = line()
    organiser = line()
    lead = line()
    lines = fields.String(required=True, validate=validate.Length(min=1, max=8000))


class CalendarSchema(Schema):
    """The days of a year."""

    year = fields.Integer(required=True, validate=validate.Range(2000, 2999))
    days_off = fields.String(load_default="", validate=validate.Length(max=1000))
    work_days = fields.String(load_default="", validate=validate.Length(max=1000))


class SignSchema(Schema):
    """A paper sheet, approved or ended as a whole."""

    name = chosen(("approve", "end"))
