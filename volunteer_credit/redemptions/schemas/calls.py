"""What the calls of redemptions take and answer. Points in centipoints, times in UTC ms."""

from marshmallow import Schema, fields, validate

from volunteer_credit.merchants.rules.offers import PIECES_MAX, THINGS_MAX
from volunteer_credit.redemptions.rules.refunds import REASONS

AMOUNT = validate.Range(min=0, max=2**53 - 1)
PART = validate.Regexp("^[0-9a-f]{32}$")
PIECES = validate.Range(min=1, max=PIECES_MAX)
CARD = validate.Length(min=1, max=200)


def _basket() -> fields.Dict:
    return fields.Dict(
        keys=fields.String(validate=PART),
        values=fields.Integer(strict=True, validate=PIECES),
        load_default=dict,
        validate=validate.Length(max=THINGS_MAX),
    )


class SaleHoldCallSchema(Schema):
    """What a member wants of a shop: pieces by offer, and what they saw it comes to.

    `account`: of a ward whose points they are; empty: one's own.
    """

    merchant_id = fields.String(required=True, validate=PART)
    pieces = _basket()
    centipoints = fields.Integer(strict=True, required=True, validate=AMOUNT)
    account = fields.String(load_default="", validate=validate.Regexp("^([0-9a-f]{32})?$"))


class SaleAskCallSchema(Schema):
    """What a cashier asks of whoever showed this card, pass or number; no pieces: an amount."""

    pieces = _basket()
    centipoints = fields.Integer(strict=True, required=True, validate=AMOUNT)
    card = fields.String(required=True, validate=CARD)


class SaleAmountCallSchema(Schema):
    """What stood on the screen of who says yes."""

    centipoints = fields.Integer(strict=True, required=True, validate=AMOUNT)


class SalePinCallSchema(SaleAmountCallSchema):
    """The same with the PIN of the card that was shown."""

    pin = fields.String(required=True, validate=validate.Length(min=1, max=20))


class SaleCodeCallSchema(Schema):
    """The six digits that a member shows, or the text of the QR."""

    code = fields.String(required=True, validate=CARD)


class SaleRefundCallSchema(Schema):
    """What comes back: pieces by offer, or centipoints of an amount."""

    pieces = _basket()
    centipoints = fields.Integer(strict=True, load_default=0, validate=AMOUNT)
    reason = fields.String(load_default=REASONS[0], validate=validate.OneOf(REASONS))


class TillDayCallSchema(Schema):
    """Which day, YYYYMMDD; 0 is today."""

    day = fields.Integer(load_default=0, validate=validate.Range(min=0, max=99991231))


class SaleMadeSchema(Schema):
    """The redemption that is held for three minutes."""

    redemption_id = fields.String(required=True)


class SaleStateSchema(Schema):
    """What became of it: confirmed or voided."""

    state = fields.String(required=True)


class SaleRefundedSchema(Schema):
    """How much went back."""

    centipoints = fields.Integer(required=True)


class SalePieceSchema(Schema):
    """Something of a basket."""

    offer_id = fields.String(required=True)
    name = fields.String(required=True)
    price_centipoints = fields.Integer(required=True)
    pieces = fields.Integer(required=True)
    returned = fields.Integer(required=True)


class SaleSchema(Schema):
    """A sale as a till sees it. `state`: held, expired, confirmed, voided."""

    redemption_id = fields.String(required=True)
    merchant_id = fields.String(required=True)
    state = fields.String(required=True)
    confirms = fields.String(required=True)
    items = fields.List(fields.Nested(SalePieceSchema), required=True)
    centipoints = fields.Integer(required=True)
    refunded_centipoints = fields.Integer(required=True)
    seconds_left = fields.Integer(required=True)
    at_ms = fields.Integer(required=True)


class OwnSaleSchema(Schema):
    """One's own; `code` and `letters` (the QR says /R/<letters>) while they have to be shown."""

    sale = fields.Nested(SaleSchema, required=True)
    shop_name = fields.String(required=True, attribute="shop.name")
    code = fields.String(required=True)
    letters = fields.String(required=True)


class TillTotalsSchema(Schema):
    """What was taken and given back."""

    taken = fields.Integer(required=True)
    refunded = fields.Integer(required=True)
    sales = fields.Integer(required=True)


class TillDaySchema(Schema):
    """A day of a till, and its month so far."""

    day = fields.Integer(required=True)
    sales = fields.List(fields.Nested(SaleSchema), required=True)
    of_day = fields.Nested(TillTotalsSchema, required=True)
    of_month = fields.Nested(TillTotalsSchema, required=True)
