"""The list of what a shop gives for points: one person of the staff keeps it."""

from dataclasses import asdict

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.merchants.models.shops import OfferRow
from volunteer_credit.merchants.queries.shops import shop
from volunteer_credit.merchants.rules.offers import OfferForm, OfferUnknownError, parse_offer
from volunteer_credit.merchants.rules.shops import MerchantUnknownError
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

OFFER = "merchant.offer"


@retried
def add_offer(
    caller: Caller, community_id: str, merchant_id: str, offer: OfferForm, key: str
) -> str:
    """Put something on the list of a shop; its id.

    Raises: MerchantUnknownError, OfferFormError, as `parse_name` and `authorised`.
    """
    offer, target = parse_offer(offer), Target(community_id)
    body = {"merchant": merchant_id, "asked": request_digest(db.session, asdict(offer))}
    actor = acting(caller, OFFER, community_id, target)
    with perform(community_id, Request(actor, key, "offer.add", body)) as operation:
        authorised(operation, caller, OFFER, target)
        if not operation.replayed:
            if shop(operation.reader, community_id, merchant_id) is None:
                raise MerchantUnknownError
            offer_id = new_id(current().random)
            operation.session.add(
                OfferRow(
                    community_id=community_id,
                    offer_id=offer_id,
                    merchant_id=merchant_id,
                    is_listed=1,
                    changed_at_ms=operation.at_ms,
                    **asdict(offer),
                )
            )
            operation.answer({"offer": offer_id})
        return str(operation.result["offer"])


@retried
def change_offer(
    caller: Caller,
    community_id: str,
    merchant_id: str,
    offer_id: str,
    offer: OfferForm | None,
    key: str,
) -> None:
    """Change what stands on the list; None: take it off. Holds made before keep their price.

    Raises: OfferUnknownError, OfferFormError, as `parse_name` and `authorised`.
    """
    target = Target(community_id)
    asked = asdict(parse_offer(offer)) if offer is not None else {}
    body = {
        "merchant": merchant_id,
        "offer": offer_id,
        "asked": request_digest(db.session, asked),
    }
    actor = acting(caller, OFFER, community_id, target)
    with perform(community_id, Request(actor, key, "offer.edit", body)) as operation:
        authorised(operation, caller, OFFER, target)
        if not operation.replayed:
            row = operation.session.get(OfferRow, (community_id, offer_id))
            if row is None or row.merchant_id != merchant_id or not row.is_listed:
                raise OfferUnknownError
            for name, value in asked.items():
                setattr(row, name, value)
            row.is_listed, row.changed_at_ms = int(bool(asked)), operation.at_ms
            operation.answer({})
