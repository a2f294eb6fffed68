"""What the calls of people take and answer; times are UTC milliseconds."""

from marshmallow import Schema, fields, validate

from volunteer_credit.people.schemas.sign_in import line


class FaceSchema(Schema):
    """Where somebody works, and as what."""

    community_id = line()
    face = line()


class OwnFaceSchema(FaceSchema):
    """A face that one may show; `name` of the community, empty for the city."""

    name = fields.String(required=True)


class SessionSchema(Schema):
    """Who calls. `csrf_token` goes into the header X-CSRF-Token of everything that writes."""

    method = fields.String(required=True)
    is_shared_phone = fields.Boolean(required=True)
    stepped_up_until_ms = fields.Integer(required=True)
    community_id = fields.String(required=True)
    face = fields.String(required=True)
    csrf_token = fields.String(required=True)
    faces = fields.List(fields.Nested(OwnFaceSchema), required=True)


class OwnSessionSchema(Schema):
    """A session of one's own."""

    session_id = fields.String(required=True)
    method = fields.String(required=True)
    label = fields.String(required=True)
    is_shared_phone = fields.Boolean(required=True)
    began_at_ms = fields.Integer(required=True)
    seen_at_ms = fields.Integer(required=True)


class OwnDataSchema(Schema):
    """One's own fields, as texts; what was not given is left out."""

    fields_ = fields.Dict(
        keys=fields.String(), values=fields.String(), data_key="fields", required=True
    )


class OwnChangeSchema(Schema):
    """Fields to change; what is not named stays, what is empty goes.

    `agreed`: by purpose, the version of the text that was agreed to. ID and volunteer number are
    kept only with it, unless one agreed before.
    """

    name = fields.String(validate=validate.Length(max=200))
    phone = fields.String(validate=validate.Length(max=200))
    reach = fields.String(validate=validate.Length(max=400))
    sex = fields.String(validate=validate.Length(max=20))
    area = fields.String(validate=validate.Length(max=500))
    skills = fields.List(fields.String(validate=validate.Length(max=200)))
    service_classes = fields.List(fields.String(validate=validate.Length(max=200)))
    id_number = fields.String(validate=validate.Length(max=40))
    volunteer_number = fields.String(validate=validate.Length(max=40))
    agreed = fields.Dict(
        keys=fields.String(validate=validate.OneOf(("id_number", "volunteer_number"))),
        values=fields.Integer(strict=True),
    )


class OwnConsentSchema(Schema):
    """A purpose, its text, and since when it is agreed to (0: not)."""

    purpose = fields.String(required=True)
    subject = fields.String(required=True)
    version = fields.Integer(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    since_ms = fields.Integer(required=True)


class ConsentChangeSchema(Schema):
    """Giving a consent to the text of this version, or taking it back."""

    purpose = line()
    subject = line()
    version = fields.Integer(strict=True, load_default=0)
    act = fields.String(required=True, validate=validate.OneOf(("give", "withdraw")))


class LookSchema(Schema):
    """A look at one's record."""

    at_ms = fields.Integer(required=True)
    by_role = fields.String(required=True)
    by_name = fields.String(required=True)
    community_id = fields.String(required=True)
    action = fields.String(required=True)
    reason = fields.String(required=True)
    note = fields.String(required=True)


class PassSchema(Schema):
    """One's pass: its number, and what its code says now (good for 30 to 60 s)."""

    number = fields.String(required=True)
    code = fields.String(required=True)


class PersonHitSchema(Schema):
    """Somebody found."""

    person_id = fields.String(required=True)
    masked_name = fields.String(required=True)
    phone_end = fields.String(required=True)


class RecordSchema(OwnDataSchema):
    """A record as far as the role sees it; `access_id` names the look that was written down."""

    access_id = fields.String(required=True)
    person_id = fields.String(required=True)
    account = fields.String(required=True)
    role = fields.String(required=True)


class AddedSchema(Schema):
    """A person who was added, and their account number in the community's book."""

    person_id = fields.String(required=True)
    account = fields.String(required=True)


class DeskVisitSchema(Schema):
    """What a visit to the desk is for."""

    card = fields.Boolean(load_default=False)
    phone = fields.Boolean(load_default=False)
    pin = line(required=False)


class PrintedCardSchema(Schema):
    """A card to print; empty where none was asked for."""

    card_id = fields.String(required=True)
    number = fields.String(required=True)


class PrintedSlipSchema(Schema):
    """A slip to print: its letters are worth a sign-in, once."""

    code = fields.String(required=True)
    path = fields.String(required=True)
    expires_at_ms = fields.Integer(required=True)


class ApprovalSchema(Schema):
    """A proposal that waits. `is_asked`: for the caller."""

    seq = fields.Integer(required=True)
    name = fields.String(required=True)
    subject = fields.String(required=True)
    proposer = fields.String(required=True)
    proposed_at_ms = fields.Integer(required=True)
    is_asked = fields.Boolean(required=True)


class RoleProposalSchema(Schema):
    """A role for an account. `until_day`: its last day, YYYYMMDD; a past one takes it away."""

    account = line()
    role = line()
    scope = fields.String(load_default="community", validate=validate.Length(max=80))
    until_day = fields.Integer(
        strict=True, load_default=99991231, validate=validate.Range(min=0, max=99991231)
    )


class WrittenSchema(Schema):
    """The entry that was written."""

    seq = fields.Integer(required=True)
