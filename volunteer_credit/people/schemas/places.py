"""The forms of places."""

from marshmallow import Schema, fields, validate

from volunteer_credit.people.rules.places import PARENT
from volunteer_credit.people.schemas.sign_in import line


class PlaceAddSchema(Schema):
    """A place that is added."""

    kind = fields.String(required=True, validate=validate.OneOf(tuple(PARENT)))
    name = line()
    parent = line(required=False)
    grid = line(required=False)


class PlaceChangeSchema(Schema):
    """A place that is renamed, or put into a grid."""

    name = line()
    grid = line(required=False)


class HomeSchema(Schema):
    """Where a member lives."""

    place = line(required=False)
