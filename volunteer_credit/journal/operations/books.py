"""Founding a book: four keys, a row key, entry 0, a head row."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger.book import Book
from ledger.canonical import spell
from ledger.cosignature import MldsaCosigner
from ledger.entry import entry_id
from ledger.keys import COSIGN, ENTRY, NAME_ENDING, RECOVERY
from ledger.log import Log
from ledger.note import Ed25519Signer
from volunteer_credit.journal.models import EntryRow, HeadRow, KeyRow, OperationRow
from volunteer_credit.journal.operations import statements
from volunteer_credit.journal.operations.clocks import clocks
from volunteer_credit.journal.operations.facts import Facts
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.keys import ROW_KEY_ID, ROWS, SEED_BYTES, keeper, store_key
from volunteer_credit.journal.operations.sidecar import (
    ARCHIVE,
    archive_name,
    check_operation,
    operation_code,
)
from volunteer_credit.journal.rules.errors import BookExistsError, IdempotencyKeyUsedError
from volunteer_credit.journal.rules.head import NO_FACTS, Head, octets
from volunteer_credit.journal.rules.requests import CITY, Appended, Request, about, check_community
from volunteer_credit.shared.db import retried, transaction
from volunteer_credit.shared.runtime import current

FIRST = 1
_operations = OperationRow.__table__.c


@retried
def found_book(
    community_id: str, request: Request, founders: Sequence[tuple[str, str]]
) -> Appended:
    """Found the first book of a community (or of the city), once.

    `founders`: the account numbers and roles of the two who begin it.
    Raises: CommunityCodeError, BookExistsError, IdempotencyKeyUsedError, LedgerError, and
    BehindPublicationError where archive or publication know such a book.
    """
    check_community(community_id)
    request = about(request, founders=[list(each) for each in founders])
    settings = current().settings
    data = {
        "clock": settings.clock,
        "founders": [{"account": account, "role": role} for account, role in founders],
        "previous": [],
        "type": "city" if community_id == CITY else "community",
        "utc_offset_minutes": settings.utc_offset_minutes,
    }
    origin = f"{settings.namespace}/{community_id}/{FIRST}"
    try:
        with transaction() as session:
            if session.get(HeadRow, community_id) is not None:
                return _replayed(session, community_id, request)
            guard().check_new(origin)
            return _found(session, community_id, origin, request, data)
    except IntegrityError:  # somebody else, or another try of this request, was first
        with transaction() as session:
            return _replayed(session, community_id, request)


def _replayed(session: Session, community_id: str, request: Request) -> Appended:
    asked = {"community_id": community_id, "actor": request.actor.account, "key": request.key}
    row = statements.REPLAY.mapping(session.connection(), asked)
    if row is None:
        raise BookExistsError(community=community_id)
    check_operation(session, row)
    if (row["name"], octets(row["request_digest"])) != (request.name, request.digest()):
        raise IdempotencyKeyUsedError
    return Appended(*json.loads(row["result"]))


def _found(
    session: Session,
    community_id: str,
    origin: str,
    request: Request,
    data: dict[str, object],
) -> Appended:
    vkeys, signers = new_keys(session, origin)
    keep_archive_key(session, community_id)
    entry_key_id = signers[ENTRY].verifier_key.key_id.hex()
    head = Head(community_id, FIRST, origin, 0, b"", 0, entry_key_id, 0, NO_FACTS, 0, 0, 0, 0)
    # D3 asks about a silence since the last entry; before the first there was none.
    at_ms = clocks().first_at(session.connection(), head)
    fields: dict[str, Any] = {
        "actor": request.actor.value(),
        "at": at_ms,
        "data": {**data, "keys": vkeys},
        "id": entry_id(origin, request.actor.account, request.key, 0),
        "kind": "book.opened",
    }
    log = Log(Book(origin))
    note = log.append(fields, [signers[ENTRY], signers[RECOVERY]])
    facts = Facts(log.book)
    facts.add(note)
    made = Appended(0, fields["id"], at_ms)
    session.execute(
        insert(EntryRow).values(
            community_id=community_id, book=FIRST, seq=0, id=made.id, kind="book.opened", note=note
        )
    )
    row = {
        "community_id": community_id,
        "position": 0,
        "actor": request.actor.account,
        "key": request.key,
        "name": request.name,
        "request_digest": request.digest(),
        "result": spell([made.seq, made.id, made.at_ms]).decode(),
        "size": 1,
        "rows": b"",
    }
    session.execute(insert(OperationRow).values(**row, mac=operation_code(session, row)))
    write_new_head(session, replace_head(head, log, facts, operations_count=1))
    return made


def replace_head(head: Head, log: Log, facts: Facts, *, operations_count: int) -> Head:
    """The head of a book that was made in memory."""
    return head._replace(
        size=log.book.size,
        edge=b"".join(log.edge.hashes()),
        last_at_ms=log.book.last_at_ms,
        facts_count=facts.count,
        facts_digest=facts.digest,
        operations_count=operations_count,
    )


def write_new_head(session: Session, head: Head) -> None:
    """Store the head of a new book."""
    keys = keeper().keys(session, head)
    session.execute(insert(HeadRow).values(**head._asdict(), mac=head.code(keys.head_key)))


def keep_archive_key(session: Session, community_id: str) -> None:
    """Make the key of a community's archive, unless there is one."""
    archive = archive_name(community_id)
    if session.get(KeyRow, (archive, ARCHIVE, ROW_KEY_ID)) is None:
        store_key(session, archive, ARCHIVE, None, current().random(SEED_BYTES))


def new_keys(session: Session, origin: str) -> tuple[dict[str, str], dict[str, Ed25519Signer]]:
    """Make and keep the keys of a new book: their vkeys by role, and the Ed25519 signers."""
    vkeys: dict[str, str] = {}
    signers: dict[str, Ed25519Signer] = {}
    for role, ending in NAME_ENDING.items():
        seed, name = current().random(SEED_BYTES), origin + ending
        if role == COSIGN:
            key = MldsaCosigner(name, seed).verifier_key
        else:
            signers[role] = Ed25519Signer(name, seed)
            key = signers[role].verifier_key
        vkeys[role] = key.encode()
        store_key(session, origin, role, key, seed)
    store_key(session, origin, ROWS, None, current().random(SEED_BYTES))
    return vkeys, signers
