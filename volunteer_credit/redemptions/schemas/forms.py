"""The forms of redemptions, as pages send them."""

from marshmallow import Schema, fields, validate

from volunteer_credit.people.schemas.sign_in import line

AMOUNT = validate.Range(min=0, max=2**53 - 1)
BASKET = validate.Regexp("([0-9a-f]{32}:[0-9]{1,2}( |$)){0,20}$")


class HoldSchema(Schema):
    """A basket as the page before has shown it: `offer:pieces` with spaces between."""

    pieces = fields.String(required=True, validate=BASKET)
    centipoints = fields.Integer(required=True, validate=AMOUNT)


class OwnActSchema(Schema):
    """Yes or no to a sale, with what it came to on the screen."""

    act = fields.String(required=True, validate=validate.OneOf(("confirm", "void")))
    centipoints = fields.Integer(load_default=0, validate=AMOUNT)


class TillActSchema(Schema):
    """The same at a till, where card and PIN may say yes."""

    act = fields.String(required=True, validate=validate.OneOf(("confirm", "void", "pin")))
    centipoints = fields.Integer(load_default=0, validate=AMOUNT)
    pin = line(required=False)


class CodeSchema(Schema):
    """What a member shows: six digits, or the QR."""

    code = line()
