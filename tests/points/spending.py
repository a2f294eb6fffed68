"""A shop that takes points, as the room of redemptions will; its holds are kept in a list."""

from typing import Any

from tests.people.make import COMMUNITY, OPERATOR, Resident
from tests.points.make import Scheme
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.points.operations.spending import (
    HeldPart,
    confirm_transfers,
    hold_transfers,
    refund_transfers,
    void_transfers,
)
from volunteer_credit.points.rules.spending import Part
from volunteer_credit.shared.db import end_reading

SHOP = "c" * 32
TIMEOUT_SECONDS = 180


def shown(who: Resident, centipoints: int) -> dict[str, Any]:
    """What every entry about a redemption says."""
    return {
        "account": who.account,
        "centipoints": centipoints,
        "fund": "main",
        "merchant": SHOP,
    }


def hold(here: Scheme, who: Resident, centipoints: int) -> list[HeldPart]:
    """Hold points for the shop."""
    here.count += 1
    with perform(COMMUNITY, Request(OPERATOR, f"hold {here.count}", "hold")) as operation:
        held = hold_in(operation, who, centipoints)
        operation.answer({})
    end_reading()
    return held


def hold_in(operation: Operation, who: Resident, centipoints: int) -> list[HeldPart]:
    """The same inside an operation."""
    transfers = hold_transfers(operation, who.account, "main", centipoints, SHOP, TIMEOUT_SECONDS)
    data = {
        **shown(who, centipoints),
        "how": "card",
        "pieces": [{"offer": SHOP, "pieces": 1}],
    }
    made = operation.append(NewEntry("redemption.held", data, transfers=transfers))
    return [
        HeldPart(int(each["debit"][-6:]), each["amount"], made.seq, index)
        for index, each in enumerate(transfers)
    ]


def confirm(
    here: Scheme, who: Resident, held: list[HeldPart], centipoints: int = 0
) -> list[dict[str, Any]]:
    """Confirm a hold, or a part of it; the transfers."""
    amount = centipoints or sum(each.centipoints for each in held)
    here.count += 1
    with perform(COMMUNITY, Request(OPERATOR, f"confirm {here.count}", "confirm")) as operation:
        found = confirm_transfers(operation, who.account, "main", held, amount)
        data = shown(who, amount)
        operation.append(NewEntry("redemption.confirmed", data, transfers=found))
        operation.answer({})
    end_reading()
    return found


def void(here: Scheme, who: Resident, held: list[HeldPart]) -> list[dict[str, Any]]:
    """Release a hold; the transfers."""
    here.count += 1
    with perform(COMMUNITY, Request(OPERATOR, f"void {here.count}", "void")) as operation:
        found = void_in(operation, who, held)
        operation.answer({})
    end_reading()
    return found


def void_in(operation: Operation, who: Resident, held: list[HeldPart]) -> list[dict[str, Any]]:
    """The same inside an operation."""
    found = void_transfers(operation, who.account, "main", held)
    data = {**shown(who, sum(each.centipoints for each in held)), "reason": "timeout"}
    operation.append(NewEntry("redemption.voided", data, transfers=found))
    return found


def refund(here: Scheme, who: Resident, parts: list[Part]) -> list[dict[str, Any]]:
    """Give back what was confirmed; the transfers."""
    here.count += 1
    with perform(COMMUNITY, Request(OPERATOR, f"refund {here.count}", "refund")) as operation:
        found = refund_transfers(operation, who.account, "main", SHOP, parts)
        data = {**shown(who, sum(each.centipoints for each in parts)), "reason": "wish"}
        operation.append(NewEntry("redemption.refunded", data, transfers=found))
        operation.answer({})
    end_reading()
    return found
