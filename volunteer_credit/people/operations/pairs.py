"""Two persons: one proposes, another approves the same words, and each is an entry of the book.

What an approval changes besides the book is an effect that its room registers under the name of
the pair. Nobody can override the second person; who was asked and does nothing is passed over
after 72 hours (`ask_next`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.operations.proposals import Proposal, open_proposal
from volunteer_credit.journal.rules.requests import Appended, NewEntry, Request
from volunteer_credit.people.models.roles import ApprovalRow
from volunteer_credit.people.operations.authority import Authority, acting, authorised
from volunteer_credit.people.operations.digests import personal_digest
from volunteer_credit.people.queries import approvals
from volunteer_credit.people.queries.approvals import OPEN, Approval
from volunteer_credit.people.rules.pair_errors import (
    ApprovalClosedError,
    ApprovalMissingError,
    NoSecondPersonError,
    OwnBenefitError,
    ProposerGoneError,
)
from volunteer_credit.people.rules.pairs import (
    WITH_EFFECT,
    check_reason,
    check_second,
    pair_action,
    pair_target,
)
from volunteer_credit.people.rules.pool import ASKED_MS, next_asked
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.runtime import current

Effect: TypeAlias = Callable[[Operation, Mapping[str, Any], Appended], None]
Check: TypeAlias = Callable[[Operation, Mapping[str, Any]], None]
_checks: dict[str, Check] = {}
_effects: dict[str, Effect] = {}
_ends: dict[str, Effect] = {}


def register_check(name: str, check: Check) -> None:
    """Say what must still hold when a pair is approved: once, when a room is loaded."""
    assert _checks.setdefault(name, check) is check, f"two checks for {name}"


def register_end(name: str, end: Effect) -> None:
    """Say what the withdrawal of a pair changes besides the book: once, when a room is loaded."""
    assert _ends.setdefault(name, end) is end, f"two ends for {name}"


def register_effect(name: str, effect: Effect) -> None:
    """Say what the approval of a pair changes besides the book: once, when a room is loaded."""
    assert _effects.setdefault(name, effect) is effect, f"two effects for {name}"


@dataclass(frozen=True, slots=True)
class Form:
    """What a proposal says beside its data, and its approval repeats; `refs` it says alone."""

    day: int = 0  # YYYYMMDD
    rule: Mapping[str, str] | None = None
    tier: int = 0
    document: str = ""
    refs: Sequence[Any] = ()


PLAIN = Form()


@retried
def propose(
    caller: Caller,
    community_id: str,
    name: str,
    data: Mapping[str, Any],
    subject: str,
    key: str,
    form: Form = PLAIN,
) -> int:
    """Propose something that needs a second person; its seq.

    `data` has `beneficiaries`, sorted account numbers. `subject`: what a list shows first.
    Raises: as `authorised` and `propose_in`; PairUnknownError, LedgerError.
    """
    action, target = pair_action(name, "propose"), pair_target(community_id, subject)
    actor = acting(caller, action, community_id, target)
    body = {"name": name, "data": dict(data), "subject": subject}
    with perform(community_id, Request(actor, key, "propose", body)) as operation:
        authorised(operation, caller, action, target)
        if not operation.replayed:
            made = propose_in(operation, caller, name, data, subject, form)
            operation.answer({"seq": made.seq})
    return int(operation.result["seq"])


def propose_in(
    operation: Operation,
    caller: Caller | None,
    name: str,
    data: Mapping[str, Any],
    subject: str,
    form: Form = PLAIN,
) -> Appended:
    """Propose as a step of an operation that has asked for authority. `caller` None: an operator.

    Raises: OwnBenefitError, NoSecondPersonError, LedgerError.
    """
    session, actor = operation.session, operation.request.actor
    entry = NewEntry(
        f"{name}.proposed",
        data,
        day=form.day,
        rule=form.rule,
        tier=form.tier,
        document=form.document,
        refs=form.refs,
    )
    sides = approvals.sides_of(
        session, operation.community_id, actor.account, data["beneficiaries"], operation.at_ms
    )
    if sides.proposer in sides.beneficiaries:
        raise OwnBenefitError
    target = pair_target(operation.community_id, subject)
    action = pair_action(name, "approve")
    pool = approvals.pool_of(session, action, target, sides, operation.day)
    asked = next_asked(pool, ())
    if asked is None:
        raise NoSecondPersonError
    made = operation.append(entry)
    session.add(
        ApprovalRow(
            community_id=operation.community_id,
            book=operation.head.book,
            seq=made.seq,
            name=name,
            subject=subject,
            proposer=actor.account,
            proposer_device=_device(caller.person_id, caller) if caller else "",
            proposed_at_ms=made.at_ms,
            asked=asked,
            asked_before="",
            due_at_ms=current().clock.now_ms() + ASKED_MS,
            state=OPEN,
        )
    )
    return made


@retried
def approve(caller: Caller, community_id: str, seq: int, key: str) -> int:
    """Approve a proposal as its second person, with all that follows; the seq of the approval.

    Raises: as `authorised` and `check_second`; ApprovalMissingError, ApprovalClosedError,
    LedgerError, and what the effect raises.
    """
    found, target = _known(community_id, seq)
    action = pair_action(found.name, "approve")
    actor = acting(caller, action, community_id, target)
    with perform(community_id, Request(actor, key, "approve", {"seq": seq})) as operation:
        authority = authorised(operation, caller, action, target)
        if not operation.replayed:
            operation.answer({"seq": _approve(operation, caller, authority, seq).seq})
    return int(operation.result["seq"])


def _approve(operation: Operation, caller: Caller, authority: Authority, seq: int) -> Appended:
    session = operation.session
    row, proposal = _waiting(operation, seq)
    sides = approvals.sides_of(
        session,
        operation.community_id,
        row.proposer,
        proposal.data["beneficiaries"],
        row.proposed_at_ms,
    )
    if row.proposer_device and not sides.proposer:
        raise ProposerGoneError(seq=seq)
    check_second(
        sides,
        caller.person_id,
        device=_device(sides.proposer, caller) or caller.device_id,
        proposer_device=row.proposer_device,
        is_shared_phone=authority.is_shared_phone,
    )
    effect = _effects.get(proposal.name)
    assert effect is not None or proposal.name not in WITH_EFFECT, f"no effect of {proposal.name}"
    check = _checks.get(proposal.name)
    if check is not None:
        check(operation, proposal.data)
    made = operation.append(proposal.approval(seq))
    row.state, row.closed_seq, row.asked = "approved", made.seq, None
    if effect is not None:
        effect(operation, proposal.data, made)
    return made


@retried
def withdraw(caller: Caller, community_id: str, seq: int, reason: str, key: str) -> int:
    """End a proposal without approving it: by who may propose such, for a reason of the list.

    Raises: as `authorised`; ApprovalMissingError, ApprovalClosedError, WithdrawalReasonError.
    """
    check_reason(reason)
    found, target = _known(community_id, seq)
    action = pair_action(found.name, "propose")
    actor = acting(caller, action, community_id, target)
    body = {"seq": seq, "reason": reason}
    with perform(community_id, Request(actor, key, "withdraw", body)) as operation:
        authorised(operation, caller, action, target)
        if not operation.replayed:
            operation.answer({"seq": withdraw_in(operation, seq, reason).seq})
    return int(operation.result["seq"])


def withdraw_in(operation: Operation, seq: int, reason: str) -> Appended:
    """Withdraw as a step of an operation that has asked for authority.

    Raises: ApprovalMissingError, ApprovalClosedError.
    """
    row, proposal = _waiting(operation, seq)
    entry = NewEntry(f"{proposal.name}.withdrawn", {"reason": reason}, refs=[seq])
    made = operation.append(entry)
    row.state, row.closed_seq, row.asked = "withdrawn", made.seq, None
    end = _ends.get(proposal.name)
    if end is not None:
        end(operation, proposal.data, made)
    return made


def end_with_book(operation: Operation, _restated: object) -> None:
    """In a successor: what the book before left open needs to be proposed again.

    No entry says so: open proposals end with their book (docs/ledger-format.md S1).
    """
    left = select(ApprovalRow).where(
        ApprovalRow.community_id == operation.community_id,
        ApprovalRow.book < operation.head.book,
        ApprovalRow.state == OPEN,
    )
    for row in operation.session.execute(left).scalars().all():
        row.state, row.asked = "withdrawn", None
    operation.session.flush()


def _known(community_id: str, seq: int) -> tuple[Approval, Target]:
    """What a proposal is about, as it was written; its state is asked again under the lock."""
    found = approvals.approval(db.session(), community_id, seq)
    if found is None:
        raise ApprovalMissingError(seq=seq)
    return found, pair_target(community_id, found.subject)


def _waiting(operation: Operation, seq: int) -> tuple[ApprovalRow, Proposal]:
    row = _row(operation.session, operation, seq)
    if row is None:
        raise ApprovalMissingError(seq=seq)
    if row.state != OPEN:
        raise ApprovalClosedError(seq=seq, state=row.state)
    proposal = open_proposal(operation, seq)
    if proposal is None:
        raise ApprovalClosedError(seq=seq, state=row.state)
    return row, proposal


def _row(session: Session, operation: Operation, seq: int) -> ApprovalRow | None:
    return session.get(ApprovalRow, (operation.community_id, operation.head.book, seq))


def _device(proposer_id: str, caller: Caller) -> str:
    """What stands for the caller's device, under the proposer's key: it must name nobody later."""
    return personal_digest(proposer_id, {"device": caller.device_id})
