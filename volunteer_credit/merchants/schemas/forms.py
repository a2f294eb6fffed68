"""The forms of shops, as pages send them; what a field means is judged by the rules."""

from marshmallow import Schema, fields, validate

from volunteer_credit.people.schemas.sign_in import line

STOCK = validate.Regexp("[0-9]{0,7}$")
CARD = validate.Length(max=200)


class ShopSignSchema(Schema):
    """What stands on a shop's sign."""

    name = line()
    sells = fields.String(load_default="", validate=validate.Length(max=500))
    phone = line(required=False)
    address = fields.String(load_default="", validate=validate.Length(max=500))


class PriceSchema(Schema):
    """What a shop is paid for a point, in yuan such as 0.5."""

    fund = line()
    yuan = line()
    from_day = fields.Date(required=True)
    to_day = fields.Date(required=True)


class AddSchema(ShopSignSchema):
    """A shop that is entered, with who stands at its till and what it is paid; both may wait."""

    kind = line()
    card = fields.String(load_default="", validate=CARD)
    fund = line(required=False)
    yuan = line(required=False)
    from_day = line(required=False)
    to_day = line(required=False)


class StateSchema(Schema):
    """Whether a shop takes points."""

    state = line()


class CashierSchema(Schema):
    """The card, pass or number of who stands at the till."""

    card = fields.String(required=True, validate=validate.Length(min=1, max=200))


class OfferSchema(Schema):
    """Something for points, such as 12.5; an empty stock has no end."""

    name = line(required=False)
    points = line(required=False)
    stock = fields.String(load_default="", validate=STOCK)
    from_day = line(required=False)
    to_day = line(required=False)
    act = line(required=False)
