"""Joining the points scheme by signing the convention, and leaving it, each by one's own act.

Hours need no contract. Points that somebody has stay theirs until they expire.
"""

from sqlalchemy import select

from volunteer_credit.conventions.models.versions import ContractRow
from volunteer_credit.conventions.operations.in_force import convention_on
from volunteer_credit.conventions.queries.contracts import ENDED, SIGNED
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.operations.succession_refs import reference
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.errors import ConflictError

ACTION = "convention.sign"
LEFT = "left"  # the community
OWN_ACT = "own_act"


class NoConventionError(ConflictError):
    """A community that runs hours only."""

    code = "no_convention"
    en = "This community has no convention yet: hours are recorded, and there are no points."
    zh = "本社区尚无居民公约：只记录服务时长，不计积分。"


class AlreadySignedError(ConflictError):
    """Somebody who takes part already."""

    code = "already_signed"
    en = "You take part in the points scheme already."
    zh = "您已加入积分。"


class NotSignedError(ConflictError):
    """Somebody who takes no part."""

    code = "not_signed"
    en = "You take no part in the points scheme."
    zh = "您没有加入积分。"


@retried
def sign_contract(caller: Caller, community_id: str, key: str, person_id: str = "") -> int:
    """Sign the convention in force: from now on recorded hours earn points; the entry's seq.

    `person_id`: a ward for whom a guardian signs; else the caller.
    Raises: NoConventionError, AlreadySignedError, and as `authorised`.
    """
    target = Target(community_id, person_id)
    body = {"account": _account(caller, target)}
    request = Request(acting(caller, ACTION, community_id, target), key, "contract.sign", body)
    with perform(community_id, request) as operation:
        authority = authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            account = authority.target.account or authority.account
            operation.answer({"seq": _sign(operation, account)})
    return int(operation.result["seq"])


@retried
def end_contract(caller: Caller, community_id: str, key: str, person_id: str = "") -> int:
    """Leave the points scheme; hours go on, and points stay until they expire.

    Raises: NotSignedError, and as `authorised`.
    """
    target = Target(community_id, person_id)
    body = {"account": _account(caller, target)}
    request = Request(acting(caller, ACTION, community_id, target), key, "contract.end", body)
    with perform(community_id, request) as operation:
        authority = authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            account = authority.target.account or authority.account
            seq = end_in(operation, account, OWN_ACT)
            if seq is None:
                raise NotSignedError
            operation.answer({"seq": seq})
    return int(operation.result["seq"])


def _account(caller: Caller, target: Target) -> str:
    """Whose contract it is, as the book names them: a person is never named beside an account."""
    person_id = target.person_id or caller.person_id
    return account_of(db.session, person_id, target.community_id) or ""


def end_in(operation: Operation, account: str, reason: str) -> int | None:
    """Inside an operation: end somebody's contract; None if there was none."""
    row = operation.session.get(ContractRow, (operation.community_id, account))
    if row is None or row.state != SIGNED:
        return None
    refs = [reference(operation, row.book, row.seq)]
    made = operation.append(
        NewEntry("contract.ended", {"account": account, "reason": reason}, refs=refs)
    )
    row.state, row.ended_at_ms = ENDED, made.at_ms
    return made.seq


def stating(operation: Operation) -> list[dict[str, str]]:
    """Who takes part, for the successor of the book (docs/ledger-format.md S8)."""
    signed = select(ContractRow.account, ContractRow.convention).where(
        ContractRow.community_id == operation.community_id, ContractRow.state == SIGNED
    )
    return [
        {"account": account, "convention": convention, "type": "contract"}
        for account, convention in operation.session.execute(signed)
    ]


def hand_over(operation: Operation, source: str, into: str) -> None:
    """After a merge: a contract counts on only where the other account never said anything."""
    session, community_id = operation.session, operation.community_id
    old = session.get(ContractRow, (community_id, source))
    if old is None:
        return
    if session.get(ContractRow, (community_id, into)) is None:
        row = ContractRow(community_id=community_id, account=into)
        row.state, row.convention = old.state, old.convention
        row.book, row.seq = old.book, old.seq
        row.since_ms, row.ended_at_ms = old.since_ms, old.ended_at_ms
        session.add(row)
    session.delete(old)
    session.flush()


def _sign(operation: Operation, account: str) -> int:
    session, community_id = operation.session, operation.community_id
    now = convention_on(session, community_id, operation.day)
    if now is None:
        raise NoConventionError
    row = session.get(ContractRow, (community_id, account))
    if row is not None and row.state == SIGNED:
        raise AlreadySignedError
    made = operation.append(
        NewEntry("contract.signed", {"account": account, "convention": now.name})
    )
    if row is None:
        row = ContractRow(community_id=community_id, account=account)
        session.add(row)
    row.state, row.convention = SIGNED, now.name
    row.book, row.seq = operation.head.book, made.seq
    row.since_ms, row.ended_at_ms = made.at_ms, None
    return made.seq
