"""The forms about who stands for whom, and about numbers that are kept with consent only."""

from marshmallow import Schema, fields, validate

from volunteer_credit.people.schemas.sign_in import line


class GuardianSchema(Schema):
    """A guardian, by the card they show."""

    card = line()
    seen = fields.String(required=True, validate=validate.Equal("yes"))


class ProxySchema(Schema):
    """One of the family who may act for an adult, and how that adult agreed."""

    card = line()
    how = line()


class StandingSchema(Schema):
    """Somebody who stands for another no longer."""

    kind = fields.String(required=True, validate=validate.OneOf(("guardian", "proxy")))
    name = line()


class NumbersSchema(Schema):
    """Numbers that nobody has to give, each beside the text that is agreed to."""

    id_number = line(required=False)
    id_number_agreed = line(required=False)
    id_number_version = fields.Integer(load_default=0)
    volunteer_number = line(required=False)
    volunteer_number_agreed = line(required=False)
    volunteer_number_version = fields.Integer(load_default=0)
    guardian = line(required=False)  # who signed, at the desk, for somebody under 14


class ProxyAskSchema(Schema):
    """Whom somebody asks to act for them, and whose desk confirms it."""

    number = line()
    community = line()


class ProxyAnswerSchema(Schema):
    """What is done with a request."""

    ask = line()
    act = fields.String(required=True, validate=validate.OneOf(("accept", "refuse", "withdraw")))


class ProxyDeskSchema(Schema):
    """What the desk does with a request."""

    ask = line()
    act = fields.String(required=True, validate=validate.OneOf(("confirm", "decline")))
    reason = line(required=False)
