"""The forms in which somebody changes what is their own."""

from marshmallow import Schema, fields, validate

from volunteer_credit.people.schemas.sign_in import line


class FieldsSchema(Schema):
    """One's own data, as far as one changes them oneself; what is empty goes."""

    name = line(required=False)
    phone = line(required=False)
    reach = line(required=False)
    sex = line(required=False)
    area = line(required=False)
    skills = fields.String(load_default="", validate=validate.Length(max=1000))


class NamedSchema(Schema):
    """One thing of a list, by its name."""

    name = line()


class NothingSchema(Schema):
    """A button: nothing is filled in."""


class ConsentSchema(Schema):
    """What is agreed to, or no longer."""

    purpose = line()
    subject = line()
    version = fields.Integer(load_default=0)
    act = fields.String(required=True, validate=validate.OneOf(("give", "withdraw")))


class HouseholdAddSchema(Schema):
    """Somebody of the household, by their card number or the text of their pass."""

    card = line()


class SettingsSchema(Schema):
    """How pages are read."""

    language = line(required=False)
    large_print = line(required=False)


class PasskeyNameSchema(Schema):
    """A passkey that goes."""

    passkey = line()


class ConfirmCodeSchema(Schema):
    """What a new code generator shows."""

    code = line()


class LeaveSchema(Schema):
    """Leaving needs a tick that cannot be hit by chance."""

    sure = fields.String(required=True, validate=validate.Equal("yes"))
