"""The statements of the hot path, built once: building one costs more than running it."""

from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, func, select

from volunteer_credit.journal.models import (
    AccountRow,
    EntryRow,
    FamilyRow,
    HeadRow,
    OperationRow,
    PendingRow,
    ProposalRow,
)
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.writes import inserting, updating

ACCOUNTS = cast(Table, AccountRow.__table__)
ENTRIES = cast(Table, EntryRow.__table__)
FAMILIES = cast(Table, FamilyRow.__table__)
HEADS = cast(Table, HeadRow.__table__)
OPERATIONS = cast(Table, OperationRow.__table__)
PENDINGS = cast(Table, PendingRow.__table__)
PROPOSALS = cast(Table, ProposalRow.__table__)

SUMS = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")
_BOOK = ("community_id", "book")


def _is(table: Table, *names: str) -> list[Any]:
    return [table.c[name] == bindparam(name) for name in names]


LOAD_ACCOUNTS = Prepared(
    select(
        FAMILIES.c.name,
        FAMILIES.c.unit,
        FAMILIES.c.limited,
        FAMILIES.c.closed,
        FAMILIES.c.accounts,
        FAMILIES.c.mac,
        ACCOUNTS.c.name,
        *(ACCOUNTS.c[name] for name in SUMS),
        ACCOUNTS.c.mac,
    )
    .select_from(
        FAMILIES.outerjoin(
            ACCOUNTS,
            and_(
                ACCOUNTS.c.community_id == FAMILIES.c.community_id,
                ACCOUNTS.c.book == FAMILIES.c.book,
                ACCOUNTS.c.family == FAMILIES.c.name,
                ACCOUNTS.c.name.in_(bindparam("names", expanding=True)),
                # Said again, or PostgreSQL without statistics reads all accounts of the book.
                ACCOUNTS.c.family.in_(bindparam("families", expanding=True)),
            ),
        )
    )
    .where(
        *_is(FAMILIES, *_BOOK),
        FAMILIES.c.name.in_(bindparam("families", expanding=True)),
    ),
    lists=("names", "families"),
)
LOAD_FAMILIES_ACCOUNTS = Prepared(
    select(
        ACCOUNTS.c.family, ACCOUNTS.c.name, *(ACCOUNTS.c[name] for name in SUMS), ACCOUNTS.c.mac
    ).where(
        *_is(ACCOUNTS, *_BOOK),
        ACCOUNTS.c.family.in_(bindparam("families", expanding=True)),
    ),
    lists=("families",),
)
LOAD_PENDINGS = Prepared(
    select(
        PENDINGS.c.seq,
        PENDINGS.c.position,
        PENDINGS.c.debit,
        PENDINGS.c.credit,
        PENDINGS.c.amount,
        PENDINGS.c.code,
        PENDINGS.c.expires_at_ms,
        PENDINGS.c.state,
        PENDINGS.c.mac,
    ).where(
        *_is(PENDINGS, *_BOOK),
        PENDINGS.c.seq.in_(bindparam("seqs", expanding=True)),
    ),
    lists=("seqs",),
)
LOAD_PROPOSAL = Prepared(
    select(ENTRIES.c.kind, PROPOSALS.c.state, PROPOSALS.c.mac, ENTRIES.c.note)
    .select_from(
        ENTRIES.outerjoin(
            PROPOSALS,
            and_(
                PROPOSALS.c.community_id == ENTRIES.c.community_id,
                PROPOSALS.c.book == ENTRIES.c.book,
                PROPOSALS.c.seq == ENTRIES.c.seq,
            ),
        )
    )
    .where(*_is(ENTRIES, *_BOOK, "seq"))
)
LOAD_NOTE = Prepared(select(ENTRIES.c.note).where(*_is(ENTRIES, *_BOOK, "seq")))
FIND_IDS = Prepared(
    select(ENTRIES.c.seq).where(
        *_is(ENTRIES, *_BOOK), ENTRIES.c.id.in_(bindparam("ids", expanding=True))
    ),
    lists=("ids",),
)
COUNT_FAMILIES = Prepared(select(func.count()).select_from(FAMILIES).where(*_is(FAMILIES, *_BOOK)))
REPLAY = Prepared(select(*OPERATIONS.c).where(*_is(OPERATIONS, "community_id", "actor", "key")))

INSERT_ACCOUNT = inserting(ACCOUNTS)
INSERT_ENTRY = inserting(ENTRIES)
INSERT_FAMILY = inserting(FAMILIES)
INSERT_HEAD = inserting(HEADS)
INSERT_OPERATION = inserting(OPERATIONS)
INSERT_PENDING = inserting(PENDINGS)
INSERT_PROPOSAL = inserting(PROPOSALS)
UPDATE_ACCOUNT = updating(ACCOUNTS, (*_BOOK, "name"), (*SUMS, "mac"))
UPDATE_FAMILY = updating(FAMILIES, (*_BOOK, "name"), ("closed", "accounts", "mac"))
UPDATE_PENDING = updating(PENDINGS, (*_BOOK, "seq", "position"), ("state", "mac"))
UPDATE_PROPOSAL = updating(PROPOSALS, (*_BOOK, "seq"), ("state", "mac"))
UPDATE_HEAD = updating(
    HEADS,
    ("community_id",),
    tuple([column.name for column in HEADS.c if column.name != "community_id"]),
)
