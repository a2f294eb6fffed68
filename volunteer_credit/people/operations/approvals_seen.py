"""What waits for a second person, as one caller sees it: what they may approve, and their own."""

from dataclasses import dataclass

from volunteer_credit.journal.operations.proposal_seen import proposal_data
from volunteer_credit.journal.rules.seal_errors import EntryMissingError
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.approvals import Approval, approval, open_in, sides_of
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.authority_errors import StepUpNeededError
from volunteer_credit.people.rules.pair_errors import ApprovalMissingError
from volunteer_credit.people.rules.pairs import pair_action, pair_target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.errors import DeniedError, SignInError
from volunteer_credit.shared.runtime import current


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open proposals, oldest first. `mine`: the caller is asked now; `rest`: they may decide too.

    `own`: proposed by the caller, who may take them back.
    """

    mine: list[Approval]
    own: list[Approval]
    rest: list[Approval]

    @property
    def count(self) -> int:
        """How many the caller could approve now."""
        return len(self.mine) + len(self.rest)


def waiting(caller: Caller, community_id: str) -> Waiting:
    """What waits in a community, as far as it is the caller's to decide or to take back."""
    account, found = _account(caller, community_id), Waiting([], [], [])
    known: dict[tuple[str, str], bool] = {}
    for each in open_in(db.session, community_id):
        if each.proposer == account:
            found.own.append(each)
            continue
        kind = each.name, each.subject
        if kind not in known:
            known[kind] = _reaches(caller, each)
        if known[kind] and not _has_part(caller, each):
            (found.mine if each.asked == account else found.rest).append(each)
    return found


def proposal_seen(caller: Caller, community_id: str, seq: int) -> Approval:
    """One proposal, also a decided one, for who may approve such or proposed it.

    Raises: ApprovalMissingError, for everybody else too.
    """
    found = approval(db.session, community_id, seq)
    if found is None:
        raise ApprovalMissingError(seq=seq)
    is_own = found.proposer == _account(caller, community_id)
    if not is_own and (not _reaches(caller, found) or _has_part(caller, found)):
        raise ApprovalMissingError(seq=seq)
    return found


def _account(caller: Caller, community_id: str) -> str:
    return account_of(db.session, caller.person_id, community_id) or ""


def _reaches(caller: Caller, found: Approval) -> bool:
    """Whether a role of the caller approves such; that they prove themselves is asked later."""
    action, at_ms = pair_action(found.name, "approve"), current().clock.now_ms()
    target = pair_target(found.community_id, found.subject)
    try:
        authorise(db.session, caller, action, target, at_ms=at_ms, day=day_of(at_ms))
    except StepUpNeededError:
        return True
    except (DeniedError, SignInError):
        return False
    return True


def _has_part(caller: Caller, found: Approval) -> bool:
    """Whether the caller, or who lives with them or stands for them, is on another side of it."""
    try:
        data = proposal_data(found.community_id, found.seq, found.book)
    except EntryMissingError:  # of a book that a successor has followed: nobody approves it
        return True
    sides = sides_of(
        db.session,
        found.community_id,
        found.proposer,
        data.get("beneficiaries", ()),
        found.proposed_at_ms,
    )
    return sides.refusal(caller.person_id) is not None
