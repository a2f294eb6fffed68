"""What the calls of hours take and answer; times are UTC milliseconds, days YYYYMMDD."""

from marshmallow import Schema, fields, validate

from volunteer_credit.hours.rules.judging import REASONS
from volunteer_credit.hours.rules.notices import (
    ANSWER_REASONS,
    CORRECTION_REASONS,
    OBJECTION_REASONS,
)
from volunteer_credit.hours.schemas.forms import KINDS, chosen, words
from volunteer_credit.people.schemas.sign_in import line

MINUTES = validate.Range(0, 10_080)


class QueuedSchema(Schema):
    """A sheet that waits."""

    sheet_id = fields.String()
    title = fields.String()
    day = fields.Integer()
    unit = fields.String()
    state = fields.String()
    lines = fields.Integer()
    flagged = fields.Integer()
    age_days = fields.Integer()
    record_until_day = fields.Integer()
    is_overdue = fields.Boolean()
    warnings = fields.List(fields.String())


class HoursLineSchema(Schema):
    """One line of a sheet. `name`: masked."""

    position = fields.Integer()
    name = fields.String()
    state = fields.String()
    tier = fields.Integer()
    minutes = fields.Integer()
    flags = fields.List(fields.String())
    is_own = fields.Boolean()
    book = fields.Integer()
    entry = fields.Integer()


class SheetSchema(Schema):
    """A whole shift, with the seven fields of the law."""

    sheet_id = fields.String()
    state = fields.String()
    title = fields.String()
    day = fields.Integer()
    place = fields.String()
    content = fields.String()
    unit = fields.String()
    lead = fields.String()
    lines = fields.List(fields.Nested(HoursLineSchema))


class DecisionSchema(Schema):
    """What is decided of one line."""

    position = fields.Integer(required=True, validate=validate.Range(1, 100_000))
    decision = chosen(KINDS)
    minutes = fields.Integer(load_default=0, validate=MINUTES)
    reason = chosen(REASONS, required=False)
    words = words()


class ApproveSchema(Schema):
    """The flagged lines, each decided; all others are approved."""

    decisions = fields.List(
        fields.Nested(DecisionSchema), load_default=list, validate=validate.Length(max=1000)
    )


class ApprovedSchema(Schema):
    """What it came to."""

    approved = fields.Integer()
    recorded = fields.Integer()
    refused = fields.Integer()
    left = fields.Integer()
    missing = fields.List(fields.Integer())


class HoursWrittenSchema(Schema):
    """The entry that says it."""

    seq = fields.Integer()


class AnsweredSchema(HoursWrittenSchema):
    """The entry, and the proposal of a correction that came with it, or 0."""

    correction_seq = fields.Integer()


class VoidCallSchema(Schema):
    """Why a record in notice ends."""

    reason = chosen(REASONS)
    words = words()


class CorrectCallSchema(Schema):
    """Other minutes for a record; 0 annuls."""

    minutes = fields.Integer(required=True, validate=MINUTES)
    reason = chosen(CORRECTION_REASONS)
    words = words()


class ObjectCallSchema(Schema):
    """What is wrong with a record; `person_id` of a ward for whom it is said."""

    reason = chosen(OBJECTION_REASONS)
    words = words()
    person_id = line(required=False)


class AnswerCallSchema(Schema):
    """What is said of an objection; minutes -1: as they are."""

    is_upheld = fields.Boolean(required=True)
    reason = chosen(ANSWER_REASONS)
    words = words()
    minutes = fields.Integer(load_default=-1, validate=validate.Range(-1, 10_080))


class CalendarCallSchema(Schema):
    """The days of a year that differ from its weekends, as MMDD with spaces between."""

    days_off = fields.String(load_default="", validate=validate.Length(max=1000))
    work_days = fields.String(load_default="", validate=validate.Length(max=1000))


class NoticedSchema(Schema):
    """A record in notice. `volunteer`: a masked name where they agreed, else part of a number."""

    sheet_id = fields.String()
    position = fields.Integer()
    title = fields.String()
    unit = fields.String()
    day = fields.Integer()
    minutes = fields.Integer()
    volunteer = fields.String()
    until_day = fields.Integer()


class StepSchema(Schema):
    """A step on the way of a record, and the entry of the book that says so."""

    what = fields.String()
    book = fields.Integer()
    seq = fields.Integer()


class OwnLineSchema(Schema):
    """One of one's own records."""

    sheet_id = fields.String()
    position = fields.Integer()
    title = fields.String()
    day = fields.Integer()
    place = fields.String()
    content = fields.String()
    unit = fields.String()
    minutes = fields.Integer()
    counted_minutes = fields.Integer()
    standing = fields.String()
    until_day = fields.Integer()
    outcome = fields.String()
    centipoints = fields.Integer()
    waiting_centipoints = fields.Integer()
    paid_book = fields.Integer()
    paid_seq = fields.Integer()
    paid_day = fields.Integer()
    reason = fields.String()
    clause = fields.String()
    entries = fields.List(fields.Nested(StepSchema))
    open_objection = fields.Integer()
    open_objection_book = fields.Integer()


class OwnHoursSchema(Schema):
    """One's hours in a community, in minutes."""

    community_id = fields.String()
    minutes = fields.Integer()
    on_the_way = fields.Integer()
    lines = fields.List(fields.Nested(OwnLineSchema))


class BookQuerySchema(Schema):
    """The number of the book that an entry stands in; 0: the newest that has such a one."""

    book = fields.Integer(load_default=0, validate=validate.Range(0, 999_999_999))


class WardQuerySchema(Schema):
    """Whose: a ward's, else one's own."""

    person_id = line(required=False)
