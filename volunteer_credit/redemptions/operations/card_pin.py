"""Yes by the card that was shown and its PIN, typed on the cashier's device."""

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.operations.pins import (
    card_owner,
    count_try,
    forget_tries,
    pin_matches,
)
from volunteer_credit.people.queries.cards import PAPER, active_card, number_of
from volunteer_credit.people.queries.grants import person_of
from volunteer_credit.people.rules.pins import parse_pin
from volunteer_credit.redemptions.queries.redemptions import sale
from volunteer_credit.redemptions.rules.errors import CardPinError, RedemptionUnknownError
from volunteer_credit.redemptions.rules.selling import CARD
from volunteer_credit.shared.db import Reader, db, end_reading, transaction
from volunteer_credit.shared.limits import TooManyError, spend
from volunteer_credit.shared.runtime import current

TILL_TRIES_MAX, TILL_TRIES_SECONDS = 30, 600  # of one till, whatever the cards


def check_pin(community_id: str, merchant_id: str, redemption_id: str, pin: str) -> str:
    """The number of the card whose PIN this is; tries are counted. Before the lock: it takes time.

    Raises: RedemptionUnknownError, CardPinError, TooManyTriesError, TooManyError, PinFormError.
    """
    pin = parse_pin(pin)
    end_reading()
    seen = sale(db.session, community_id, redemption_id)
    if seen is None or seen.merchant_id != merchant_id or seen.how != CARD:
        raise RedemptionUnknownError
    number = _number(db.session, community_id, seen.account)
    card = active_card(db.session, number=number) if number else None
    till, now_ms = f"{community_id}\n{merchant_id}", current().clock.now_ms()
    owner = card_owner(db.session, number or seen.account, f"till\n{till}")
    wait_seconds = spend("till:pin", till, TILL_TRIES_MAX, TILL_TRIES_SECONDS, now_ms)
    if wait_seconds is not None:
        raise TooManyError(seconds=wait_seconds)
    count_try(owner, now_ms)
    if not pin_matches(db.session, pin, card.pin_hash if card else None):
        raise CardPinError
    with transaction() as session:
        forget_tries(session, owner)
    return number


def still_holds(operation: Operation, account: str, number: str) -> bool:
    """Whether that card is still the one in use."""
    return bool(number) and _number(operation.session, operation.community_id, account) == number


def _number(reader: Reader, community_id: str, account: str) -> str:
    person_id = person_of(reader, community_id, account)
    return number_of(reader, person_id, PAPER) or "" if person_id else ""
