"""Two rows of one person made one, by two members of staff.

Both are members where it is asked for. Every book in which both have a number gets its pair
(`account.merge`, P9), asked for and approved by that community's own staff; with the last of them
the vault rows become one (`finish_merges`). The books come first here, because they hold the two
staff apart; what a crash leaves between them and the vault, the job finishes.
"""

from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.models.vault import MergeRow
from volunteer_credit.people.operations import pairs
from volunteer_credit.people.operations.agreed import with_consent
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.operations.memberships import linked_account
from volunteer_credit.people.operations.merged_books import PROPOSED, propose_here
from volunteer_credit.people.operations.merged_rows import hand_over_person
from volunteer_credit.people.operations.sealed import Vault, person, put, read_person
from volunteer_credit.people.queries.approvals import approval, open_in
from volunteer_credit.people.queries.grants import grants_of, member_state, person_of
from volunteer_credit.people.queries.leaving import links_of
from volunteer_credit.people.queries.persons import MERGED, is_stood_for
from volunteer_credit.people.rules.identity import PersonFields
from volunteer_credit.people.rules.merging import (
    MergeCityRoleError,
    MergeOpenError,
    MergeSamePersonError,
    MergeUnfinishedError,
    MergeUnknownError,
    NotTheSamePersonError,
    check_same,
    merged_fields,
    merged_links,
)
from volunteer_credit.people.rules.pairs import MERGE
from volunteer_credit.people.rules.person_errors import PersonLockedError, PersonUnknownError
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.errors import ConflictError, DeniedError, RefusedError
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.person_keys_errors import PersonErasedError
from volunteer_credit.shared.runtime import current

ACTION = "person.merge"
PROPOSE, WITHDRAW = f"{ACTION}.propose", f"{ACTION}.withdraw"
APPROVED, WITHDRAWN = "approved", "withdrawn"
JOB = Actor("system:merges", "system")


class ProposedMerge(NamedTuple):
    """A merge. `seq`: its proposal that waits in this community's book; -1: nothing waits here."""

    merge_id: str
    seq: int


@retried
def propose_merge(
    caller: Caller, source_id: str, into_id: str, *, community_id: str, key: str
) -> ProposedMerge:
    """Ask to make `source_id` one with `into_id`, which stays.

    Raises: as `authorised`; PersonUnknownError, PersonLockedError, NotTheSamePersonError,
    MergeOpenError, MergeSamePersonError, MergeCityRoleError, MergeUnknownError.
    """
    target = Target(community_id, into_id)
    pair = (source_id, into_id)
    body = {"asked": request_digest(db.session, {"pair": pair, "in": community_id})}
    request = Request(acting(caller, ACTION, CITY, target), key, PROPOSE, body)
    with perform(CITY, request) as operation:
        found = authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            session = operation.session
            check_pair(session, pair, community_id, found.person_id, operation.day)
            merge_id = _open_merge(session, pair)
            if merge_id is None:
                merge_id = new_id(current().random)
                session.add(
                    MergeRow(
                        merge_id=merge_id,
                        from_id=source_id,
                        into_id=into_id,
                        state=PROPOSED,
                        proposed_by=found.person_id,
                        proposed_at_ms=operation.at_ms,
                    )
                )
            operation.answer({"merge": merge_id})
    merge_id = str(operation.result["merge"])
    if not _waits(db.session, merge_id):
        row = db.session.get_one(MergeRow, merge_id)
        if row.state == WITHDRAWN and row.decided_by is None:  # a retry of what a book refused
            raise MergeUnknownError
        return ProposedMerge(merge_id, -1)  # a retry, and it was decided meanwhile
    try:
        return ProposedMerge(merge_id, _propose_here(caller, merge_id, pair, target))
    except (ConflictError, DeniedError, RefusedError):
        _drop_unseen(merge_id, pair)
        raise


def _propose_here(caller: Caller, merge_id: str, pair: tuple[str, str], target: Target) -> int:
    """In the community's book; the seq of the proposal that waits, or -1."""
    community_id = target.community_id
    source, into = (linked_account(db.session, each, community_id) for each in pair)
    body = {"from": source, "into": into}
    # A key that stood in both books would join persons and accounts; what waits is found by state.
    other_key = new_id(current().random)
    request = Request(acting(caller, ACTION, community_id, target), other_key, PROPOSE, body)
    with perform(community_id, request) as operation:
        authorised(operation, caller, ACTION, target)
        waits = _waits(operation.session, merge_id)
        seq = propose_here(operation, caller, source, into) if waits else None
        operation.answer({"seq": -1 if seq is None else seq})
    return int(operation.result["seq"])


@retried
def _drop_unseen(merge_id: str, pair: tuple[str, str]) -> None:
    """End a merge that a book refused and no other knows of: nobody could ever take it back."""
    request = Request(JOB, new_id(current().random), WITHDRAW, {"merge": merge_id})
    with perform(CITY, request) as operation:
        session = operation.session
        row = session.get_one(MergeRow, merge_id)
        waits = any(
            (each.name, each.subject) == (MERGE, account)
            for community_id, account in links_of(session, [pair[1]])
            for each in open_in(session, community_id)
        )
        if row.state == PROPOSED and not waits and MERGED not in _states(session, pair):
            row.state, row.decided_at_ms = WITHDRAWN, operation.at_ms
        operation.answer({})


def approve_merge(caller: Caller, community_id: str, seq: int, key: str) -> None:
    """Approve a merge in one community's book, and complete it if no other has to say the same.

    Raises: as `pairs.approve`; MergeUnknownError.
    """
    pairs.approve(caller, community_id, seq, key)
    found = approval(db.session, community_id, seq)
    assert found is not None
    into_id = person_of(db.session, community_id, found.subject)
    for merge_id in _ready(MergeRow.into_id == into_id):
        _finish(merge_id, caller.person_id)


def finish_merges() -> int:
    """Complete the merges that every book has; how many. A job, for what a crash left."""
    ready = _ready()
    for merge_id in ready:
        _finish(merge_id, None)
    return len(ready)


def _ready(*also: ColumnElement[bool]) -> list[str]:
    chosen = select(MergeRow.merge_id, MergeRow.from_id, MergeRow.into_id)
    waiting = db.session.execute(chosen.where(MergeRow.state == PROPOSED, *also)).all()
    return [row.merge_id for row in waiting if _is_decided(db.session, (row[1], row[2]))]


@retried
def _finish(merge_id: str, decided_by: str | None) -> None:
    with perform(CITY, Request(JOB, f"merge {merge_id}", f"{ACTION}.finish")) as operation:
        if operation.replayed:
            return
        row = operation.session.get_one(MergeRow, merge_id)
        pair = (row.from_id, row.into_id)
        if row.state == PROPOSED and _is_decided(operation.session, pair):
            _make_one(operation.session, pair, operation.at_ms)
            row.state, row.decided_by = APPROVED, decided_by
            row.decided_at_ms = operation.at_ms
        operation.answer({})


@retried
def withdraw_merge(caller: Caller, merge_id: str, *, community_id: str, key: str) -> None:
    """Take back a merge that no book has yet, with its proposal in this community.

    Raises: as `authorised`; MergeUnknownError, MergeUnfinishedError.
    """
    pair = pair_of(db.session, merge_id)
    target = Target(community_id, pair[1])
    request = Request(acting(caller, ACTION, CITY, target), key, WITHDRAW, {"merge": merge_id})
    with perform(CITY, request) as operation:
        found = authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            row = operation.session.get_one(MergeRow, merge_id)
            if row.state != PROPOSED:
                raise MergeUnknownError
            if MERGED in _states(operation.session, pair):
                raise MergeUnfinishedError
            row.state, row.decided_by = WITHDRAWN, found.person_id
            row.decided_at_ms = operation.at_ms
            operation.answer({})
    into = linked_account(db.session, pair[1], community_id)
    for each in open_in(db.session, community_id):
        if (each.name, each.subject) == (MERGE, into):
            pairs.withdraw(caller, community_id, each.seq, "mistaken", new_id(current().random))


def check_pair(
    session: Session, pair: tuple[str, str], community_id: str, proposer_id: str, day: int
) -> None:
    """Refuse two who can't be one person, or whom these staff can't make one.

    Raises: as `propose_merge`.
    """
    if proposer_id in pair:
        raise MergeSamePersonError
    if pair[0] == pair[1]:
        raise NotTheSamePersonError(field="id")
    (source_row, source), (into_row, into) = (person(session, each) for each in pair)
    if "locked" in (source_row.state, into_row.state):
        raise PersonLockedError
    if not (source.account(community_id) and into.account(community_id)):
        raise PersonUnknownError
    check_same(source.fields, into.fields)
    if is_stood_for(session, *pair):
        raise NotTheSamePersonError(field="guardian")
    if grants_of(session, CITY, [account for city, account in source.links if city == CITY], day):
        raise MergeCityRoleError


def pair_of(reader: Reader, merge_id: str) -> tuple[str, str]:
    """Who goes and who stays. Raises: MergeUnknownError."""
    chosen = select(MergeRow.from_id, MergeRow.into_id).where(MergeRow.merge_id == merge_id)
    row = reader.execute(chosen).one_or_none()
    if row is None:
        raise MergeUnknownError
    return row.from_id, row.into_id


def _open_merge(session: Session, pair: tuple[str, str]) -> str | None:
    """The merge of these two that waits; any other of one of them is in the way."""
    touched = or_(MergeRow.from_id.in_(pair), MergeRow.into_id.in_(pair))
    chosen = select(MergeRow).where(MergeRow.state == PROPOSED, touched)
    found = session.execute(chosen).scalars().all()
    if any((each.from_id, each.into_id) != pair for each in found):
        raise MergeOpenError
    return found[0].merge_id if found else None


def _waits(reader: Reader, merge_id: str) -> bool:
    chosen = select(MergeRow.state).where(MergeRow.merge_id == merge_id)
    return reader.execute(chosen).scalar_one_or_none() == PROPOSED


def _states(reader: Reader, pair: tuple[str, str]) -> list[str]:
    """What the source is in every community where both have a number."""
    source, into = (read_person(reader, each) for each in pair)
    shared = [(code, account) for code, account in source.links if into.account(code)]
    return [member_state(reader, code, account)[0] for code, account in shared if code != CITY]


def _is_decided(reader: Reader, pair: tuple[str, str]) -> bool:
    try:
        return all(state == MERGED for state in _states(reader, pair))
    except (PersonUnknownError, PersonErasedError):
        return False  # an erasure came first, and takes the merge with it


def _make_one(session: Session, pair: tuple[str, str], at_ms: int) -> None:
    """The vault rows: what `into` lacked comes from the source, which keeps nothing."""
    (source_row, source), (into_row, into) = (person(session, each) for each in pair)
    links, former = merged_links(source.links, into.links)
    if "active" in (source_row.state, into_row.state):
        into_row.state = "active"
    source_row.state, source_row.merged_into = MERGED, pair[1]
    put(session, source_row, Vault(PersonFields("")), at_ms)
    hand_over_person(session, *pair, at_ms)
    fields = merged_fields(source.fields, into.fields)
    fields = with_consent(session, pair[1], into.fields, fields)
    one = replace(
        into,
        fields=fields,
        links=links,
        former=tuple(sorted({*into.former, *source.former, *former})),
    )
    put(session, into_row, one, at_ms)
