"""What the calls about household, family and leaving take and answer."""

from marshmallow import Schema, fields, validate

from volunteer_credit.people.queries.family import GUARDIAN, PROXY
from volunteer_credit.people.rules.guardians import CONSENT_HOW
from volunteer_credit.people.rules.proxy_asks import REASONS
from volunteer_credit.people.schemas.calls import OwnConsentSchema, OwnDataSchema
from volunteer_credit.people.schemas.sign_in import line

KIND = validate.OneOf((GUARDIAN, PROXY))


class HousemateSchema(Schema):
    """One of a household. `name`: masked, and empty until they agreed."""

    account = fields.String(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    is_representative = fields.Boolean(required=True)
    is_self = fields.Boolean(required=True)


class CardSchema(Schema):
    """Somebody, by the number of their card or the text of their pass."""

    card = line()


class HouseholdLeaveSchema(Schema):
    """Who leaves: oneself, or (as representative) an account. `decline`: and is asked no more."""

    account = line(required=False)
    decline = fields.Boolean(load_default=False)


class BelongingSchema(Schema):
    """A community that one belongs to, or left."""

    community_id = fields.String(required=True)
    name = fields.String(required=True)
    account = fields.String(required=True)
    state = fields.String(required=True)


class SureSchema(Schema):
    """What cannot be called by chance."""

    sure = fields.Boolean(required=True, validate=validate.OneOf((True,)))


class LeftSchema(Schema):
    """Whether one has now left everywhere, and is signed out."""

    is_signed_out = fields.Boolean(required=True)


class DutySchema(Schema):
    """What keeps one from being erased now."""

    code = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class ErasureSchema(Schema):
    """How an erasure stands: `state` empty where none was asked for."""

    state = fields.String(required=True)
    duties = fields.List(fields.Nested(DutySchema), required=True)


class ErasureAskedSchema(Schema):
    """The number of an erasure, under which the operator finds it."""

    erasure_id = fields.String(required=True)


class KinSchema(Schema):
    """Somebody who stands for another, or is stood for."""

    kind = fields.String(required=True, validate=KIND)
    person_id = fields.String(required=True)
    name = fields.String(required=True)
    since_ms = fields.Integer(required=True)


class FamilySchema(Schema):
    """`wards`: for whom one stands; `standing`: who stands for oneself, by a masked name."""

    wards = fields.List(fields.Nested(KinSchema), required=True)
    standing = fields.List(fields.Nested(KinSchema), required=True)


class WardSchema(OwnDataSchema):
    """Somebody whom one stands for; a guardian also gets the consents that are theirs to give."""

    kind = fields.String(required=True, validate=KIND)
    person_id = fields.String(required=True)
    consents = fields.List(fields.Nested(OwnConsentSchema), required=True)


class ProxyCallSchema(CardSchema):
    """One of the family who may act for an adult; `how` the adult agreed."""

    how = fields.String(required=True, validate=validate.OneOf(sorted(CONSENT_HOW)))


class MergeCallSchema(Schema):
    """Two records of one person, by their numbers; `into` stays."""

    source = line()
    into = line()


class MergeMadeSchema(Schema):
    """A merge that was proposed, and the entry that waits here (-1: none waits here)."""

    merge_id = fields.String(required=True)
    seq = fields.Integer(required=True)


class ProxyAskedSchema(Schema):
    """What one asked. `state`: also `over`, when it waited too long."""

    ask_id = fields.String(required=True)
    community_id = fields.String(required=True)
    number_end = fields.String(required=True)
    state = fields.String(required=True)
    asked_at_ms = fields.Integer(required=True)
    reason = fields.String(required=True)


class ProxyAskingSchema(Schema):
    """Somebody who asks oneself. `name`: masked."""

    ask_id = fields.String(required=True)
    name = fields.String(required=True)
    asked_at_ms = fields.Integer(required=True)


class ProxyAsksSchema(Schema):
    """Both sides."""

    asked = fields.List(fields.Nested(ProxyAskedSchema), required=True)
    asking = fields.List(fields.Nested(ProxyAskingSchema), required=True)


class ProxyAskCallSchema(Schema):
    """Whom one asks, by phone, card number or volunteer number, and whose desk confirms it."""

    number = line()
    community_id = line()


class ProxyAskMadeSchema(Schema):
    """The request that was made."""

    ask_id = fields.String(required=True)


class ProxyToConfirmSchema(Schema):
    """What both want; names masked."""

    ask_id = fields.String(required=True)
    principal = fields.String(required=True)
    proxy = fields.String(required=True)
    asked_at_ms = fields.Integer(required=True)


class ProxyDeclineSchema(Schema):
    """Why the desk does not confirm it."""

    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
