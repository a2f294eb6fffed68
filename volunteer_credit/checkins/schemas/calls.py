"""What the calls of the door take and answer; times are UTC milliseconds."""

from marshmallow import Schema, fields, validate

from volunteer_credit.checkins.rules.reasons import CODES, ERROR, INCOMPLETE, OK
from volunteer_credit.people.schemas.sign_in import line

STATUSES = (OK, INCOMPLETE, ERROR)


class ScanReasonSchema(Schema):
    """A row of the table of reasons."""

    code = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    en = fields.String(required=True)
    zh = fields.String(required=True)


class ScanOutcomeSchema(Schema):
    """How a scan ended; always 200 when it was read and kept. `started`: the check-in's entry."""

    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    reason = fields.String(required=True, validate=validate.OneOf(CODES))
    shift_id = fields.String(required=True)
    started = fields.Integer(required=True)
    sentence = fields.String(required=True)


class ShownCodeSchema(Schema):
    """A code of the door: what its QR says, the QR, and when it is shown."""

    address = fields.String(required=True)
    svg = fields.String(required=True)
    from_ms = fields.Integer(required=True)
    until_ms = fields.Integer(required=True)


class DoorSchema(Schema):
    """A door as its lead sees it."""

    shift_id = fields.String(required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    state = fields.String(required=True)
    now_ms = fields.Integer(required=True)
    spoken = fields.String(required=True)
    count_in = fields.Integer(required=True)
    count_out = fields.Integer(required=True)
    count_expected = fields.Integer(required=True)
    asks_again = fields.Boolean(required=True)
    codes = fields.List(fields.Nested(ShownCodeSchema), required=True)


class AdmitCallSchema(Schema):
    """A pass, a card, or its number."""

    code = line()
    act = fields.String(load_default="auto", validate=validate.OneOf(("auto", "in", "out", "seen")))


class WalkInCallSchema(Schema):
    """Name and mobile number."""

    name = line()
    phone = line()


class CodeCallSchema(Schema):
    """What was scanned at a door or on a poster."""

    code = line()


class ScanOfferSchema(Schema):
    """One thing that may be done now; its ticket is good for five minutes, once."""

    shift_id = fields.String(required=True)
    title = fields.String(required=True)
    act = fields.String(required=True)
    ticket = fields.String(required=True)


class ScanOfferedSchema(Schema):
    """What a scan opens. `reason` is `in` where there is something to do."""

    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    reason = fields.String(required=True, validate=validate.OneOf(CODES))
    place = fields.String(required=True)
    offers = fields.List(fields.Nested(ScanOfferSchema), required=True)


class TicketCallSchema(Schema):
    """A ticket, with the lead's four digits or the visited resident's PIN where it needs them."""

    ticket = fields.String(required=True, validate=validate.Length(min=1, max=400))
    spoken = line(required=False)
    pin = line(required=False)


class ScanInVainSchema(Schema):
    """A scan in vain."""

    at_ms = fields.Integer(required=True)
    how = fields.String(required=True)
    status = fields.String(required=True)
    reason = fields.String(required=True)
