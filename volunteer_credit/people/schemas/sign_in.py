"""The forms of signing in; what a field means is judged by the rules."""

from marshmallow import Schema, fields, validate

LONG = validate.Length(max=4000)
LINE = validate.Length(max=200)


def line(*, required: bool = True) -> fields.String:
    """A short text."""
    if required:
        return fields.String(required=True, validate=validate.Length(min=1, max=200))
    return fields.String(load_default="", validate=LINE)


class EntranceSchema(Schema):
    """What every way in has: where to go on, and whose phone it is."""

    next = fields.String(load_default="", validate=validate.Length(max=600))
    shared = line(required=False)


class PhoneSchema(EntranceSchema):
    """A phone that asks for a code."""

    phone = line()


class CodeSchema(EntranceSchema):
    """The code that came."""

    asked = line()
    code = line()


class PersonSchema(EntranceSchema):
    """Who of those that share the phone it is."""

    proof = line()
    person = line()


class CardSchema(EntranceSchema):
    """A card and its PIN."""

    card = line()
    pin = line()


class PinSchema(EntranceSchema):
    """The PIN of an enrolled device, or of a card."""

    pin = line()


class TotpSchema(EntranceSchema):
    """A phone, and what the code generator shows."""

    phone = line()
    code = line()


class GeneratorSchema(EntranceSchema):
    """What the code generator of who is signed in shows."""

    code = line()


class SlipSchema(EntranceSchema):
    """The letters of a slip, typed."""

    slip = line()


class RedeemSchema(EntranceSchema):
    """A slip that is used: nothing to fill in."""


class EnrolSchema(EntranceSchema):
    """A device that is enrolled."""

    pin = line()
    pin_again = line()
    label = line(required=False)


class FounderSchema(EntranceSchema):
    """The first sign-in of one of the city's first two."""

    name = line()
    phone = line(required=False)
    reach = line(required=False)


class AnswerSchema(EntranceSchema):
    """What a browser's passkey answered."""

    challenge = line()
    answer = fields.String(required=True, validate=validate.Length(min=1, max=20_000))
    label = line(required=False)
