"""The forms of organisations."""

from marshmallow import Schema, fields, validate

from volunteer_credit.people.rules.organisations import (
    END_REASONS,
    END_WORDS_MAX,
    KINDS,
    POSITIONS,
)
from volunteer_credit.people.schemas.sign_in import line

POSITION = validate.OneOf(POSITIONS)


class RegisterSchema(Schema):
    """A body that is registered, with the card of its first administrator."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name = line()
    registration = line(required=False)
    card = line()


class BodyMemberSchema(Schema):
    """Somebody who is taken in, by the card they show."""

    card = line()
    position = fields.String(required=True, validate=POSITION)


class BodyPositionSchema(Schema):
    """Another position for a member; `out`: they belong to it no longer."""

    position = fields.String(required=True, validate=validate.OneOf((*POSITIONS, "out")))


class BodyNameSchema(Schema):
    """A body that is renamed."""

    name = line()


class BodyEndSchema(Schema):
    """Why a body ends."""

    reason = fields.String(required=True, validate=validate.OneOf(END_REASONS))
    words = fields.String(load_default="", validate=validate.Length(max=END_WORDS_MAX))
