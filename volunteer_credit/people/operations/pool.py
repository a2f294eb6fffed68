"""The pool of second persons: who lets a proposal lie for 72 hours is passed over."""

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.operations.proposals import open_proposal
from volunteer_credit.journal.rules.requests import Actor, Request
from volunteer_credit.people.models.roles import ApprovalRow
from volunteer_credit.people.queries import approvals
from volunteer_credit.people.queries.approvals import OPEN, Approval
from volunteer_credit.people.rules.pairs import pair_action, pair_target
from volunteer_credit.people.rules.pool import ASKED_MS, next_asked, remembered
from volunteer_credit.shared.db import db, end_reading, retried
from volunteer_credit.shared.runtime import current

_JOB = Actor("system:approvals", "system")


def ask_next() -> int:
    """Ask the next of the pool about everything that was left lying; how many were passed on.

    What cannot be passed on keeps nothing else from it. Raises: at the end, as `perform`.
    """
    end_reading()
    found = approvals.due(db.session(), current().clock.now_ms())
    end_reading()
    refusals = []
    for each in found:
        try:
            _ask_next(each)
        except Exception as problem:
            # The book's refusals (`ledger.errors`) look like ours.
            if not hasattr(problem, "sentence"):
                raise
            refusals.append(problem)
    if refusals:
        raise refusals[0]
    return len(found)


@retried
def _ask_next(waiting: Approval) -> None:
    key = f"{waiting.book} {waiting.seq} {waiting.due_at_ms}"
    with perform(waiting.community_id, Request(_JOB, key, "ask_next")) as operation:
        if not operation.replayed:
            where = (waiting.community_id, waiting.book, waiting.seq)
            row = operation.session.get(ApprovalRow, where)
            if row is not None and row.state == OPEN:
                _pass_on(operation, row)
            operation.answer({})


def _pass_on(operation: Operation, row: ApprovalRow) -> None:
    present = row.book == operation.head.book
    proposal = open_proposal(operation, row.seq) if present else None
    if proposal is None:  # it stands in a book that a successor has followed
        row.state, row.asked = "withdrawn", None
        return
    session, community_id = operation.session, operation.community_id
    beneficiaries = proposal.data["beneficiaries"]
    sides = approvals.sides_of(
        session, community_id, row.proposer, beneficiaries, row.proposed_at_ms
    )
    target = pair_target(community_id, row.subject)
    action = pair_action(row.name, "approve")
    pool = approvals.pool_of(session, action, target, sides, operation.day)
    row.asked_before = remembered(row.asked_before, row.asked)
    row.asked = next_asked(pool, row.asked_before.split())
    row.due_at_ms = current().clock.now_ms() + ASKED_MS
