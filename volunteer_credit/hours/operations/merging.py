"""Two accounts of one person become one: the hours of the one are the other's."""

from typing import Any

from volunteer_credit.hours.queries import objections, sheets
from volunteer_credit.hours.rules.errors import MergeCorrectionError, MergeNoticeError
from volunteer_credit.journal.operations.balances import balances, open_families
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.operations.merge_hooks import CODE


def moves(operation: Operation, source: str, into: str) -> list[dict[str, Any]]:
    """The minutes of `source`; what is approved later goes to the other at once (`give_notice`).

    Raises: MergeCorrectionError while two persons have to agree on other minutes, MergeNoticeError
    while minutes are reserved for `source`.
    """
    if sheets.is_reserved(operation.session, operation.community_id, source):
        raise MergeNoticeError
    put = objections.corrections_of(operation.session, operation.community_id, [source])
    if any(each.state == objections.OPEN for each in put):
        raise MergeCorrectionError
    debit, credit = f"hours:{source}", f"hours:{into}"
    minutes = balances(operation, [debit])[debit].available
    if not minutes:
        return []
    open_families(operation, [credit])
    move = {"amount": minutes, "code": CODE, "credit": credit, "debit": debit, "unit": "minutes"}
    return [move]
