"""What calls about points give. Amounts: centipoints; times: UTC milliseconds."""

from marshmallow import EXCLUDE, Schema, fields, validate


class OlderSchema(Schema):
    """Which lines: those before a time; 0: the newest."""

    class Meta:
        """A page may be asked for in another language too."""

        unknown = EXCLUDE

    before = fields.Integer(load_default=0, validate=validate.Range(0, 2**53 - 1))


class PurseSchema(Schema):
    """What one has in a community."""

    community_id = fields.String(required=True)
    name = fields.String(required=True)
    available = fields.Integer(required=True)
    held = fields.Integer(required=True)


class MonthSchema(Schema):
    """What expires at the end of a month YYYYMM; 999912: never."""

    fund = fields.String(required=True)
    month = fields.Integer(required=True)
    posted = fields.Integer(required=True)
    available = fields.Integer(required=True)


class PendingSchema(Schema):
    """An hour in the public notice, and about what it will come to."""

    book = fields.Integer(required=True)
    seq = fields.Integer(required=True)
    day = fields.Integer(required=True)
    until_day = fields.Integer(required=True)
    minutes = fields.Integer(required=True)
    centipoints = fields.Integer(required=True)
    title = fields.String(required=True)
    clause = fields.String(required=True)


class PointsLineSchema(Schema):
    """An entry about one of one's records. `state`: of the award as it is now."""

    book = fields.Integer(required=True)
    seq = fields.Integer(required=True)
    record_book = fields.Integer(required=True)
    record_seq = fields.Integer(required=True)
    kind = fields.String(required=True)
    day = fields.Integer(required=True)
    minutes = fields.Integer(required=True)
    centipoints = fields.Integer(required=True)
    rest_centipoints = fields.Integer(required=True)
    reason = fields.String(required=True)
    state = fields.String(required=True)
    convention = fields.String(required=True)
    clause = fields.String(required=True)
    fund = fields.String(required=True)
    month = fields.Integer(required=True)
    waiting_centipoints = fields.Integer(required=True)
    paid_book = fields.Integer(required=True, allow_none=True)
    paid_seq = fields.Integer(required=True, allow_none=True)
    paid_at_ms = fields.Integer(required=True, allow_none=True)
    steps = fields.List(fields.String(), required=True)
    at_ms = fields.Integer(required=True)
    receipt = fields.String(required=True, metadata={"description": "path of the entry's receipt"})


class OwnPointsSchema(Schema):
    """Everything of one community."""

    purse = fields.Nested(PurseSchema, required=True)
    is_signed = fields.Boolean(required=True)
    months = fields.List(fields.Nested(MonthSchema), required=True)
    coming = fields.List(fields.Nested(PendingSchema), required=True)
    lines = fields.List(fields.Nested(PointsLineSchema), required=True)
