"""What calls and forms about conventions take and give."""

from marshmallow import Schema, fields, validate

from volunteer_credit.conventions.queries.shipped import TEMPLATES
from volunteer_credit.people.schemas.sign_in import line

DOCUMENT_LENGTH_MAX = 300_000


class ConventionVersionSchema(Schema):
    """An approved version."""

    name = fields.String(metadata={"description": "SHA-256 of the document's bytes"})
    seq = fields.Integer()
    book = fields.Integer()
    effective_day = fields.Integer()


class ConventionInForceSchema(Schema):
    """What a community decided."""

    name = fields.String(allow_none=True, metadata={"description": "none: hours only"})
    effective_day = fields.Integer(allow_none=True)
    document = fields.Dict(allow_none=True)
    signed = fields.Integer()
    versions = fields.List(fields.Nested(ConventionVersionSchema))


class ConventionProposalSchema(Schema):
    """A version to be adopted."""

    convention = fields.Dict(required=True)
    adoption = fields.Dict(required=True)


class ConventionProposedSchema(Schema):
    """A version that waits for its second person."""

    seq = fields.Integer()
    name = fields.String()
    warnings = fields.List(fields.String())


class ContractSchema(Schema):
    """The entry that says it."""

    seq = fields.Integer()


class ContractPersonSchema(Schema):
    """For whom: a ward of a guardian, else oneself."""

    person_id = line(required=False)


class ProposeSchema(Schema):
    """The form of a convention: a template or a document, and how it was adopted."""

    template = fields.String(load_default="", validate=validate.OneOf(("", *TEMPLATES)))
    document = fields.String(load_default="", validate=validate.Length(max=DOCUMENT_LENGTH_MAX))
    effective_day = fields.Integer(required=True, validate=validate.Range(20000101, 99991231))
    assembly = line()
    eligible = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))
    present = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))
    in_favour = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))
    decided_day = fields.Integer(required=True, validate=validate.Range(20000101, 99991231))
    called_day = fields.String(load_default="", validate=validate.Regexp(r"\d{8}\Z|\Z"))
    authorised_day = fields.String(load_default="", validate=validate.Regexp(r"\d{8}\Z|\Z"))
    filed_day = fields.String(load_default="", validate=validate.Regexp(r"\d{8}\Z|\Z"))
    published_day = fields.String(load_default="", validate=validate.Regexp(r"\d{8}\Z|\Z"))
    filed_with = line()
    special_reason = line(required=False)
    act = fields.String(load_default="propose", validate=validate.OneOf(("propose", "preview")))
