"""What the calls of shops take and answer. Points in centipoints, money in fen, days YYYYMMDD."""

from marshmallow import Schema, fields, validate

from volunteer_credit.merchants.rules.offers import FAR_DAY, PRICE_MAX_CENTIPOINTS, STOCK_MAX
from volunteer_credit.merchants.rules.shops import KINDS, MERCHANT, STATES
from volunteer_credit.merchants.schemas.forms import ShopSignSchema
from volunteer_credit.people.schemas.sign_in import line

DAY = validate.Range(min=0, max=FAR_DAY)
CARD = validate.Length(min=1, max=200)


class AgreementCallSchema(Schema):
    """What a shop is paid for a point of a fund."""

    fund = line()
    fen_per_point = fields.Integer(
        strict=True, required=True, validate=validate.Range(min=0, max=10**9)
    )
    from_day = fields.Integer(strict=True, required=True, validate=DAY)
    to_day = fields.Integer(strict=True, required=True, validate=DAY)


class MerchantCallSchema(ShopSignSchema):
    """A shop that is entered. Cashier (by card) and agreement wait for a second person."""

    kind = fields.String(load_default=MERCHANT, validate=validate.OneOf(KINDS))
    card = fields.String(load_default="", validate=validate.Length(max=200))
    agreement = fields.Nested(AgreementCallSchema, load_default=None, allow_none=True)


class MerchantMadeSchema(Schema):
    """The shop that was entered."""

    merchant_id = fields.String(required=True)


class ShopStateCallSchema(Schema):
    """Whether a shop takes points."""

    state = fields.String(required=True, validate=validate.OneOf(STATES))


class ShopCashierCallSchema(Schema):
    """The card, pass or number of who stands at the till."""

    card = fields.String(required=True, validate=CARD)


class OfferCallSchema(Schema):
    """Something for points. `stock` null: as many as are asked for."""

    name = line()
    price_centipoints = fields.Integer(
        strict=True, required=True, validate=validate.Range(min=1, max=PRICE_MAX_CENTIPOINTS)
    )
    stock = fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=0, max=STOCK_MAX),
    )
    from_day = fields.Integer(strict=True, load_default=0, validate=DAY)
    to_day = fields.Integer(strict=True, load_default=FAR_DAY, validate=DAY)


class OfferMadeSchema(Schema):
    """The offer that was made."""

    offer_id = fields.String(required=True)


class OfferShownSchema(OfferMadeSchema):
    """Something that may be had for points today. `stock` null: without end."""

    name = fields.String(required=True)
    price_centipoints = fields.Integer(required=True)
    stock = fields.Integer(required=True, allow_none=True)


class ShopSchema(Schema):
    """A shop and what it gives today."""

    merchant_id = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    sells = fields.String(required=True)
    phone = fields.String(required=True)
    address = fields.String(required=True)
    takes_points = fields.Boolean(required=True)
    offers = fields.List(fields.Nested(OfferShownSchema), required=True)


class ShopsSchema(Schema):
    """The shops, whether points are redeemed today, and what the caller has to spend."""

    shops = fields.List(fields.Nested(ShopSchema), required=True)
    is_market_day = fields.Boolean(required=True)
    centipoints = fields.Integer(required=True)
