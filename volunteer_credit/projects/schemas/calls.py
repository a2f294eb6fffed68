"""What the calls of projects take and answer; times are UTC milliseconds, money is fen."""

from marshmallow import Schema, fields, validate

from volunteer_credit.people.schemas.sign_in import line
from volunteer_credit.projects.schemas.forms import ID, ON_LIST, ORGANISER, text, whole

AT_MS = validate.Range(min=0, max=10**14)


class ActivityShiftSchema(Schema):
    """A shift with what its activity says. `shut`: why nobody may sign up now; empty when open."""

    shift_id = fields.String(required=True)
    activity_id = fields.String(required=True)
    project_id = fields.String(required=True)
    organiser = fields.String(required=True)
    organiser_name = fields.String(required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    content = fields.String(required=True)
    risks = fields.String(required=True)
    category = fields.String(required=True)
    coefficient = fields.String(required=True)
    kind = fields.String(required=True)
    sites = fields.Integer(required=True)
    starts_at_ms = fields.Integer(required=True)
    ends_at_ms = fields.Integer(required=True)
    day = fields.Integer(required=True)
    capacity = fields.Integer(required=True)
    min_age = fields.Integer(required=True)
    skill = fields.String(required=True)
    risk = fields.String(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    signed = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    shut = fields.String(required=True)


class ActivityQuerySchema(Schema):
    """`category`: only activities of this kind."""

    category = line(required=False)


class ActivityPublishedSchema(Schema):
    """What was published."""

    activity_id = fields.String(required=True)
    shift_ids = fields.List(fields.String(), required=True)


class ShiftChangeSchema(Schema):
    """A shift as it shall be."""

    starts_at_ms = fields.Integer(required=True, strict=True, validate=AT_MS)
    ends_at_ms = fields.Integer(required=True, strict=True, validate=AT_MS)
    place = text(required=True)
    capacity = whole(required=True)
    insurance = text()


class SignUpForSchema(Schema):
    """Whom the caller stands for; empty: the caller."""

    person_id = fields.String(load_default="", validate=validate.Regexp(r"([0-9a-f]{32})?\Z"))


class ShiftSeenSchema(SignUpForSchema):
    """What the news said that were seen: `revision` and `state`; left out: all that is new now."""

    revision = whole()
    state = fields.String(load_default="", validate=validate.OneOf(("", *ON_LIST)))


class SignUpStandingSchema(Schema):
    """Where somebody stands: signed or waiting; on the wait-list from 1; and the cause of it."""

    state = fields.String(required=True)
    position = fields.Integer(required=True)
    cause = fields.String(required=True)


class ActivityDoneSchema(Schema):
    """Nothing is answered."""


class DoorNameSchema(Schema):
    """An account with a name as the door has it."""

    account = fields.String(required=True)
    name = fields.String(required=True)
    digits = fields.String(required=True)


class ShiftPeopleSchema(Schema):
    """Who comes; `late`: who took it back after the start."""

    signed = fields.List(fields.Nested(DoorNameSchema), required=True)
    waiting = fields.List(fields.Nested(DoorNameSchema), required=True)
    late = fields.List(fields.Nested(DoorNameSchema), required=True)
    walk_ins = fields.Integer(required=True)


class RelayLineSchema(Schema):
    """A line of a list. `state`: one, several, none, dropped, twice."""

    number = fields.Integer(required=True, attribute="line.number")
    text = fields.String(required=True, attribute="line.text")
    heads = fields.Integer(required=True, attribute="line.heads")
    state = fields.String(required=True)
    candidates = fields.List(fields.Nested(DoorNameSchema), required=True)


class RelayRefusedSchema(Schema):
    """Who could not be signed up, and the code of the reason."""

    account = fields.String(required=True)
    code = fields.String(required=True)


class RelayAnswerSchema(Schema):
    """What came of a list."""

    signed = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    already = fields.Integer(required=True)
    refused = fields.List(fields.Nested(RelayRefusedSchema), required=True)


class OwnSignUpSchema(SignUpStandingSchema):
    """A sign-up of the caller, or of somebody whom they stand for (`person_id`)."""

    cause = fields.String(load_only=True)
    community_id = fields.String(required=True)
    person_id = fields.String(required=True)
    shift_id = fields.String(required=True)
    activity_id = fields.String(required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    starts_at_ms = fields.Integer(required=True)
    ends_at_ms = fields.Integer(required=True)
    shift_state = fields.String(required=True)
    reason = fields.String(required=True)


class ShiftNewsSchema(Schema):
    """What is new of a shift for one on its list. `what`: place_free, changed or cancelled."""

    community_id = fields.String(required=True)
    person_id = fields.String(required=True)
    what = fields.String(required=True)
    is_changed = fields.Boolean(required=True)
    revision = fields.Integer(required=True)
    state = fields.String(required=True)
    shift_id = fields.String(required=True)
    activity_id = fields.String(required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    starts_at_ms = fields.Integer(required=True)
    ends_at_ms = fields.Integer(required=True)
    reason = fields.String(required=True)


class ProjectPlanSchema(Schema):
    """A venture project. Days are YYYYMMDD."""

    organiser = fields.String(required=True, validate=ORGANISER)
    name = text(required=True)
    category = line()
    starts_day = whole(required=True)
    ends_day = whole(required=True)
    grant_fen = fields.Integer(load_default=0, strict=True)
    own_fen = fields.Integer(load_default=0, strict=True)
    person_times = fields.Integer(load_default=0, strict=True)
    beneficiaries = fields.Integer(load_default=0, strict=True)


class ProjectSchema(ProjectPlanSchema):
    """A project as it was planned."""

    project_id = fields.String(required=True, validate=ID)
    organiser_name = fields.String(required=True)
    state = fields.String(required=True)


class ProjectBecameSchema(ProjectSchema):
    """With what became of it: person-times and minutes that were recorded."""

    shifts = fields.Integer(required=True)
    sign_ups = fields.Integer(required=True)
    recorded_person_times = fields.Integer(required=True)
    recorded_minutes = fields.Integer(required=True)


class ProjectOpenedSchema(Schema):
    """The project that was written down."""

    project_id = fields.String(required=True)
