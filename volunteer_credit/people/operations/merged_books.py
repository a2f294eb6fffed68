"""A merge in the book of one community: its pair of entries, and the rows that follow from it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.operations.proposals import open_proposal
from volunteer_credit.journal.rules.requests import Appended
from volunteer_credit.people.models.membership import MemberRow
from volunteer_credit.people.models.vault import MergeRow
from volunteer_credit.people.operations.memberships import ensure_member
from volunteer_credit.people.operations.merge_hooks import hand_over_rooms, merge_transfers
from volunteer_credit.people.operations.merged_rows import hand_over_account
from volunteer_credit.people.operations.pairs import (
    propose_in,
    register_check,
    register_effect,
    withdraw_in,
)
from volunteer_credit.people.queries.approvals import open_in
from volunteer_credit.people.queries.grants import person_of
from volunteer_credit.people.queries.persons import MERGED
from volunteer_credit.people.rules.merging import MergeStaleError, MergeUnknownError
from volunteer_credit.people.rules.pairs import MERGE
from volunteer_credit.shared.caller import Caller

PROPOSED = "proposed"
OVERTAKEN = "overtaken"


def propose_here(operation: Operation, caller: Caller, source: str, into: str) -> int | None:
    """Propose that two account numbers are one person; the seq of the proposal that waits.

    One whose transfers are out of date is withdrawn. None: this book says so already.
    Raises: as `propose_in` and `merge_transfers`.
    """
    session, community_id = operation.session, operation.community_id
    for account in (source, into):
        if session.get(MemberRow, (community_id, account)) is None:
            ensure_member(session, community_id, account, operation.at_ms)
    if session.get_one(MemberRow, (community_id, source)).state == MERGED:
        return None
    data = {
        "beneficiaries": sorted([source, into]),
        "from": source,
        "into": into,
        "transfers": merge_transfers(operation, source, into),
    }
    for seq, said in _waiting(operation, data):
        if said == data:
            return seq
        withdraw_in(operation, seq, OVERTAKEN)
    return propose_in(operation, caller, MERGE, data, into).seq


def _waiting(operation: Operation, data: Mapping[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """The open proposals of this merge, and what they say."""
    found = []
    for each in open_in(operation.session, operation.community_id):
        if (each.name, each.subject) == (MERGE, data["into"]):
            proposal = open_proposal(operation, each.seq)
            if proposal is not None and proposal.data["from"] == data["from"]:
                found.append((each.seq, proposal.data))
    return found


def _check(operation: Operation, data: Mapping[str, Any]) -> None:
    """Nothing may be left behind. Raises: MergeStaleError."""
    if merge_transfers(operation, data["from"], data["into"]) != data["transfers"]:
        raise MergeStaleError


def _approved(operation: Operation, data: Mapping[str, Any], _made: Appended) -> None:
    """What follows in this community. Raises: MergeUnknownError for what nobody asked for."""
    session, community_id = operation.session, operation.community_id
    source, into = (person_of(session, community_id, data[side]) for side in ("from", "into"))
    asked = select(MergeRow.merge_id).where(
        MergeRow.from_id == source, MergeRow.into_id == into, MergeRow.state == PROPOSED
    )
    if session.execute(asked).first() is None:
        raise MergeUnknownError
    hand_over_account(session, community_id, data["from"], data["into"], operation.at_ms)
    hand_over_rooms(operation, data["from"], data["into"])


register_check(MERGE, _check)
register_effect(MERGE, _approved)
