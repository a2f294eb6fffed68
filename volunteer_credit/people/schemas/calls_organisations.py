"""What the calls about organisations take and answer."""

from marshmallow import Schema, fields, validate

from volunteer_credit.people.rules.organisations import KINDS
from volunteer_credit.people.schemas.organisations import POSITION
from volunteer_credit.people.schemas.sign_in import line


class OrganisationSchema(Schema):
    """A body that organises or sends volunteers; `community_id` of a group only."""

    organisation_id = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    community_id = fields.String(required=True, allow_none=True)


class RegisterCallSchema(Schema):
    """A body to register, with the card of its first administrator."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name = line()
    registration = line(required=False)
    card = line()


class RegisteredSchema(Schema):
    """The body that was registered."""

    organisation_id = fields.String(required=True)


class OwnPositionSchema(Schema):
    """A body that one belongs to, and as what."""

    organisation_id = fields.String(required=True)
    name = fields.String(required=True)
    position = fields.String(required=True)


class BodyMemberSeenSchema(Schema):
    """One who belongs to a body; the name is masked."""

    person_id = fields.String(required=True)
    name = fields.String(required=True)
    position = fields.String(required=True)
    is_self = fields.Boolean(required=True)


class BodySchema(Schema):
    """A body; its administrator sees who belongs to it."""

    organisation = fields.Nested(OrganisationSchema, required=True)
    position = fields.String(required=True)
    members = fields.List(fields.Nested(BodyMemberSeenSchema), required=True)


class TakenInSchema(Schema):
    """Somebody who is taken in, by their card."""

    card = line()
    position = fields.String(required=True, validate=POSITION)


class PositionSchema(Schema):
    """A position in a body."""

    position = fields.String(required=True, validate=POSITION)
