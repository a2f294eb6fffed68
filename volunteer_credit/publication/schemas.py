"""Shapes of the publication's requests and answers."""

import marshmallow as ma
from marshmallow import EXCLUDE, fields, validate

from volunteer_credit.publication.rules.addresses import URL_LENGTH_MAX
from volunteer_credit.publication.rules.webhooks import EVENTS_MAX

BOOK_MAX = 999_999_999
SIZE_MAX = 2**53 - 1

_number = validate.Range(min=0, max=BOOK_MAX)
_size = validate.Range(min=0, max=SIZE_MAX)


class BookSchema(ma.Schema):
    """Which book of a community; 0 is the present one."""

    book = fields.Integer(load_default=0, validate=_number)


class EntrySchema(BookSchema):
    """Which entry of a book."""

    class Meta:
        """A page may be asked for in another language too."""

        unknown = EXCLUDE

    seq = fields.Integer(required=True, validate=_size)


class HistorySchema(BookSchema):
    """Which part of a book's history: the checkpoints before this size; 0: the newest."""

    class Meta:
        """A page may be asked for in another language too."""

        unknown = EXCLUDE

    before = fields.Integer(load_default=0, validate=_size)


class ExportSchema(ma.Schema):
    """An audit export. `state`: waiting, making, ready, failed. Times are UTC milliseconds."""

    export_id = fields.String(required=True)
    state = fields.String(required=True)
    percent = fields.Integer(required=True)
    count_bytes = fields.Integer(required=True)
    asked_at_ms = fields.Integer(required=True)
    ends_at_ms = fields.Integer(required=True)


class NewWebhookSchema(ma.Schema):
    """An address to be told of events, such as `hours.recorded`."""

    url = fields.String(required=True, validate=validate.Length(min=1, max=URL_LENGTH_MAX))
    events = fields.List(
        fields.String(validate=validate.Length(max=100)),
        required=True,
        validate=validate.Length(min=1, max=EVENTS_MAX),
    )


class AddedWebhookSchema(ma.Schema):
    """A new webhook and the secret that its receiver needs; it is shown here only."""

    webhook_id = fields.String(required=True)
    secret = fields.String(required=True)


class WebhookSchema(ma.Schema):
    """A webhook. `state`: active, or disabled after a day without an answer."""

    webhook_id = fields.String(required=True)
    url = fields.String(required=True)
    events = fields.List(fields.String(), required=True)
    state = fields.String(required=True)
    added_at_ms = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
