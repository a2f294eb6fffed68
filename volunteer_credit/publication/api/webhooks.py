"""Webhooks of a community."""

from typing import Any

from flask.views import MethodView

from volunteer_credit.publication.operations.webhooks import (
    add_webhook,
    list_webhooks,
    remove_webhook,
)
from volunteer_credit.publication.rules.webhooks import Webhook
from volunteer_credit.publication.schemas import (
    AddedWebhookSchema,
    NewWebhookSchema,
    WebhookSchema,
)
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("webhooks", __name__, description="Who is told when something happens.")


@api.route("/communities/<community>/webhooks")
class Webhooks(MethodView):
    """The webhooks of a community."""

    @requires("webhook.change")
    @api.response(200, WebhookSchema(many=True))
    def get(self, community: str) -> list[Webhook]:
        """List them."""
        return list_webhooks(signed_in(), community)

    @requires("webhook.change")
    @api.arguments(NewWebhookSchema)
    @api.response(201, AddedWebhookSchema)
    def post(self, new: dict[str, Any], community: str) -> dict[str, str]:
        """Add one. Deliveries are signed as Standard Webhooks has it (`v1`, HMAC-SHA256)."""
        key = request_key()
        found = add_webhook(signed_in(), community, new["url"], new["events"], key)
        return dict(zip(("webhook_id", "secret"), found, strict=True))


@api.route("/communities/<community>/webhooks/<webhook>", methods=["DELETE"])
@requires("webhook.change")
@api.response(204)
def remove(community: str, webhook: str) -> None:
    """Remove one, and what still waits for it."""
    remove_webhook(signed_in(), community, webhook, request_key())
