"""What forms and calls about funds take and give. Amounts: centipoints and fen."""

from marshmallow import Schema, fields, validate

from volunteer_credit.fund.rules.budget import REASONS
from volunteer_credit.people.schemas.sign_in import line
from volunteer_credit.shared.units import AMOUNT_MAX

_amount = validate.Range(0, AMOUNT_MAX)


class BudgetFormSchema(Schema):
    """The form: points and yuan as people write them; one of them may be left out."""

    fund = line()
    way = fields.String(required=True, validate=validate.OneOf(("raise", "back")))
    points = line(required=False)
    yuan = line(required=False)
    sponsor_id = line(required=False)
    sponsor_name = line(required=False)
    reason = fields.String(required=True, validate=validate.OneOf(REASONS))


class BudgetSchema(Schema):
    """A change that is proposed; `sponsor_name` for a new sponsor."""

    fund = line()
    centipoints = fields.Integer(load_default=0, strict=True, validate=_amount)
    fen = fields.Integer(load_default=0, strict=True, validate=_amount)
    is_back = fields.Boolean(load_default=False)
    sponsor_id = line(required=False)
    sponsor_name = line(required=False)
    reason = fields.String(required=True, validate=validate.OneOf(REASONS))


class ProposedSchema(Schema):
    """The entry that waits for its second person."""

    seq = fields.Integer(required=True)


class CoverageSchema(Schema):
    """One fund."""

    fund = fields.String(required=True)
    budget_centipoints = fields.Integer(required=True)
    issued = fields.Integer(required=True)
    outstanding = fields.Integer(required=True)
    available = fields.Integer(required=True)
    expired = fields.Integer(required=True)
    settled = fields.Integer(required=True)
    deferred = fields.Integer(required=True)
    cap_centipoints = fields.Integer(required=True)
    fen_per_point_max = fields.Integer(required=True)
    cash_fen = fields.Integer(required=True)
    owed_fen = fields.Integer(required=True)
    cover_fen = fields.Integer(required=True)


class ChangeSchema(Schema):
    """An approved change; negative where it went back."""

    book = fields.Integer(required=True)
    seq = fields.Integer(required=True)
    fund = fields.String(required=True)
    sponsor_id = fields.String(required=True)
    sponsor = fields.String(required=True)
    centipoints = fields.Integer(required=True)
    fen = fields.Integer(required=True)
    reason = fields.String(required=True)
    at_ms = fields.Integer(required=True)


class FundSchema(Schema):
    """All funds of a community."""

    funds = fields.List(fields.Nested(CoverageSchema), required=True)
    changes = fields.List(fields.Nested(ChangeSchema), required=True)
