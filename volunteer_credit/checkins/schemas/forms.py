"""The forms of the door; what a field means is judged by the rules."""

from marshmallow import Schema, fields, validate

from volunteer_credit.people.schemas.sign_in import line

LEFT_MAX = 1000  # people of one shift


class ScanSchema(Schema):
    """One tap: the ticket, and what is typed beside it."""

    ticket = fields.String(required=True, validate=validate.Length(min=1, max=400))
    spoken = line(required=False)
    pin = line(required=False)


class VainSchema(Schema):
    """A scan in vain, as the page showed it."""

    report = fields.String(required=True, validate=validate.Length(min=1, max=200))


class ActSchema(Schema):
    """A button of the door."""

    act = fields.String(required=True, validate=validate.OneOf(("open", "stopped", "ask")))


class AdmitSchema(Schema):
    """What was scanned or typed."""

    code = line()
    act = fields.String(load_default="auto", validate=validate.OneOf(("auto", "in", "out", "seen")))


class WalkInSchema(Schema):
    """Who came with nothing."""

    name = line()
    phone = line()


class AnnulSchema(Schema):
    """A check-in that is taken back."""

    started = fields.Integer(required=True, validate=validate.Range(min=0, max=2**53 - 1))
    reason = line()


class CloseSchema(Schema):
    """The end of a shift; `presence` and `left_at` stand in one order."""

    heads = fields.Integer(required=True, validate=validate.Range(min=0, max=100_000))
    all_stayed = line(required=False)
    presence = fields.List(
        fields.Integer(validate=validate.Range(min=0, max=2**53 - 1)),
        load_default=[],
        validate=validate.Length(max=LEFT_MAX),
    )
    left_at = fields.List(
        fields.String(validate=validate.Length(max=20)),
        load_default=[],
        validate=validate.Length(max=LEFT_MAX),
    )


class PointSchema(Schema):
    """A new point of a round."""

    name = line()


class SiteSchema(Schema):
    """A point that goes."""

    site = line()


class AnswerSchema(Schema):
    """Whether a visit took place."""

    answer = fields.String(required=True, validate=validate.OneOf(("yes", "no")))
