"""The forms of projects; what a field means is judged by the rules."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from volunteer_credit.people.schemas.sign_in import line
from volunteer_credit.projects.rules.relay import LINES_MAX
from volunteer_credit.projects.rules.states import SIGNED, WAITING
from volunteer_credit.projects.rules.times import WEEKS_MAX

INTEGER_MAX = 10**12
ON_LIST = (SIGNED, WAITING)
ID = validate.Regexp(r"[0-9a-f]{32}\Z")
ORGANISER = validate.Regexp(r"([0-9a-f]{32}|committee)\Z")


def text(length_max: int = 12_000, *, required: bool = False) -> fields.String:
    """A text, whose own length is told by the rules."""
    length = validate.Length(min=1 if required else 0, max=length_max)
    if required:
        return fields.String(required=True, validate=length)
    return fields.String(load_default="", validate=length)


def whole(*, required: bool = False) -> fields.Integer:
    """A whole number, or none."""
    within = validate.Range(min=-INTEGER_MAX, max=INTEGER_MAX)
    if required:
        return fields.Integer(required=True, validate=within)
    return fields.Integer(load_default=None, validate=within)


class FormSchema(Schema):
    """A form: what was left empty was not filled in."""

    @pre_load
    def _without_empty(self, data: Any, **_options: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        return {name: value for name, value in data.items() if value not in ("", None)}


class ActivitySchema(FormSchema):
    """What an activity is; `-` or nothing takes what its category usually has."""

    organiser = fields.String(required=True, validate=ORGANISER)
    title = text(required=True)
    category = line()
    place = text(required=True)
    capacity = whole()
    minutes = whole()
    content = text()
    risks = text()
    min_age = whole()
    skill = text()
    coefficient = line(required=False)
    risk = line(required=False)
    insurance = text()
    kind = line(required=False)
    sites = whole()
    project = fields.String(load_default="", validate=ID)
    leads = fields.List(
        fields.String(validate=ID), load_default=list, validate=validate.Length(max=20)
    )


class PublishFormSchema(ActivitySchema):
    """The page of quick publishing."""

    when = line()
    day = line(required=False)
    time = line(required=False)
    weeks = fields.Integer(load_default=1)


class ActivityPublishSchema(ActivitySchema):
    """A call that publishes. `starts_at_ms`: one start, or those of a series."""

    starts_at_ms = fields.List(
        fields.Integer(strict=True, validate=validate.Range(min=0, max=10**14)),
        required=True,
        validate=validate.Length(min=1, max=WEEKS_MAX),
    )


class ShiftChangeFormSchema(FormSchema):
    """A shift as it shall be."""

    day = line(required=False)
    time = line(required=False)
    minutes = whole(required=True)
    place = text(required=True)
    capacity = whole(required=True)
    insurance = text()


class ActivityCancelSchema(FormSchema):
    """Why an activity, or one shift of it, is cancelled."""

    reason = text(required=True)
    shift = fields.String(load_default="", validate=ID)


class SignUpFormSchema(FormSchema):
    """Who wants to come, and when: a person that one stands for, or oneself."""

    shift = fields.String(required=True, validate=ID)
    person = fields.String(load_default="", validate=ID)


class SeenFormSchema(SignUpFormSchema):
    """Who has seen what is new of a shift, and as of when."""

    revision = whole()
    state = fields.String(load_default="", validate=validate.OneOf(ON_LIST))


class RelayListSchema(FormSchema):
    """A pasted list."""

    text = text(60_000, required=True)


class RelayTickedSchema(FormSchema):
    """Those of a list that were ticked, by account, and how many more are expected."""

    accounts = fields.List(
        fields.String(validate=ID),
        load_default=list,
        validate=validate.Length(max=LINES_MAX * 2),
    )
    walk_ins = fields.Integer(load_default=0)


class PlanFormSchema(FormSchema):
    """A venture project; money in yuan."""

    organiser = fields.String(required=True, validate=ORGANISER)
    name = text(required=True)
    category = line()
    starts_day = line()
    ends_day = line()
    grant = line(required=False)
    own = line(required=False)
    person_times = whole()
    beneficiaries = whole()
