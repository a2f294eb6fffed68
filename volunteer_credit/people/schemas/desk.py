"""The forms of the desk."""

from marshmallow import Schema, fields, validate

from volunteer_credit.people.schemas.sign_in import line


class WhySchema(Schema):
    """Why somebody looks."""

    reason = line()
    note = fields.String(load_default="", validate=validate.Length(max=800))


class SearchSchema(WhySchema):
    """What is searched for, and why."""

    text = line()


class AddSchema(Schema):
    """A person who is added, and becomes a member."""

    name = line()
    phone = line(required=False)
    reach = line(required=False)
    birth_day = line(required=False)
    guardian_card = line(required=False)  # of a minor's guardian, typed or scanned


class CorrectSchema(Schema):
    """What is corrected; what is empty stays as it is."""

    name = line(required=False)
    phone = line(required=False)
    reach = line(required=False)
    birth_day = line(required=False)
    area = line(required=False)


class VisitSchema(Schema):
    """What a visit to the desk is for."""

    card = line(required=False)
    phone = line(required=False)
    pin = line(required=False)


class SlipIssueSchema(Schema):
    """A slip to print."""

    kind = fields.String(required=True, validate=validate.OneOf(("invitation", "device")))


class HowSchema(Schema):
    """How a household was confirmed."""

    how = line()


class PaperConsentSchema(Schema):
    """A consent that was signed, or withdrawn, on paper."""

    purpose = line()
    subject = line()
    version = fields.Integer(load_default=0)
    act = fields.String(required=True, validate=validate.OneOf(("give", "withdraw")))
    guardian = line(required=False)  # who signed, where a guardian has to


class RoleSchema(Schema):
    """A role that is proposed. Of the two scopes only that of the role counts."""

    role = line()
    grid = line(required=False)
    merchant = fields.String(load_default="", validate=validate.Regexp("[0-9A-Za-z-]{0,40}$"))
    until_day = fields.String(load_default="", validate=validate.Length(max=10))


class MergeSchema(Schema):
    """The other record of one person: by their card, or by its number in the book."""

    other = line()


class MergeProposalSchema(MergeSchema):
    """As it was previewed."""

    sure = fields.String(required=True, validate=validate.Equal("yes"))


class WithdrawSchema(Schema):
    """Why a proposal ends."""

    reason = line()
