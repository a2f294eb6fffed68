"""The tables of the journal. All but `journal_keys` begin with the community: it is the shard key.

Entries are never changed or deleted: triggers say so, and on PostgreSQL missing grants too. The
other tables of the book are what its entries add up to, each row with a code of its own.
"""

from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ledger import facts
from volunteer_credit.shared.db import Model

CODE_LENGTH = 40
ORIGIN_LENGTH = 200
NAME_LENGTH = 200
# Made again from the entries: not among the rows that a sidecar carries.
DERIVED = {"sidecar": False}


def _is_fact(context: Any) -> int:
    return int(context.get_current_parameters()["kind"] in facts.KINDS)


class HeadRow(Model):
    """One row for each community: the only lock, and what the next entry stands on."""

    __tablename__ = "journal_heads"
    __table_args__ = {"info": DERIVED, "sqlite_with_rowid": False}

    community_id: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    book: Mapped[int]
    origin: Mapped[str] = mapped_column(String(ORIGIN_LENGTH), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    edge: Mapped[bytes] = mapped_column(LargeBinary)
    last_at_ms: Mapped[int] = mapped_column(BigInteger)
    entry_key_id: Mapped[str] = mapped_column(String(8))
    facts_count: Mapped[int] = mapped_column(BigInteger)
    facts_digest: Mapped[bytes] = mapped_column(LargeBinary)
    families_count: Mapped[int] = mapped_column(BigInteger)
    operations_count: Mapped[int] = mapped_column(BigInteger)
    clock_offset_ms: Mapped[int] = mapped_column(BigInteger)
    clock_confirmed_ms: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class EntryRow(Model):
    """An entry's note, byte for byte."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        Index("journal_entries_id", "community_id", "book", "id", unique=True),
        Index(
            "journal_entries_fact",
            "community_id",
            "book",
            "seq",
            sqlite_where=text("fact = 1"),
            postgresql_where=text("fact = 1"),
        ),
        {"info": DERIVED, "sqlite_with_rowid": False},
    )

    community_id: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    book: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    id: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(64))
    # One of the few that every process has to know (`ledger.facts`): they have an index.
    fact: Mapped[int] = mapped_column(default=_is_fact)
    note: Mapped[bytes] = mapped_column(LargeBinary)


class FamilyRow(Model):
    """What `account.opened` opened; `accounts` counts its accounts, so that none can vanish."""

    __tablename__ = "journal_families"
    __table_args__ = {"info": DERIVED, "sqlite_with_rowid": False}

    community_id: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    book: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    unit: Mapped[str] = mapped_column(String(16))
    limited: Mapped[int]
    closed: Mapped[int]
    accounts: Mapped[int]
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class AccountRow(Model):
    """The four gross sums of an account."""

    __tablename__ = "journal_accounts"
    __table_args__ = (
        Index("journal_accounts_family", "community_id", "book", "family"),
        {"info": DERIVED, "sqlite_with_rowid": False},
    )

    community_id: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    book: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    family: Mapped[str] = mapped_column(String(NAME_LENGTH))
    debits_pending: Mapped[int] = mapped_column(BigInteger)
    debits_posted: Mapped[int] = mapped_column(BigInteger)
    credits_pending: Mapped[int] = mapped_column(BigInteger)
    credits_posted: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class PendingRow(Model):
    """A pending transfer: `state` is open, posted or voided."""

    __tablename__ = "journal_pendings"
    __table_args__ = (
        Index("journal_pendings_expiry", "community_id", "book", "state", "expires_at_ms"),
        {"info": DERIVED, "sqlite_with_rowid": False},
    )

    community_id: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    book: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    debit: Mapped[str] = mapped_column(String(NAME_LENGTH))
    credit: Mapped[str] = mapped_column(String(NAME_LENGTH))
    amount: Mapped[int] = mapped_column(BigInteger)
    code: Mapped[str] = mapped_column(String(64))
    expires_at_ms: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(8))
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class ProposalRow(Model):
    """A proposal by the seq of its entry: `state` is open or ended."""

    __tablename__ = "journal_proposals"
    __table_args__ = {"info": DERIVED, "sqlite_with_rowid": False}

    community_id: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    book: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class OperationRow(Model):
    """What was done under an idempotency key, and the rows it wrote (encrypted, for the archive).

    It belongs to the community, not to a book, so that a retry replays across books.
    """

    __tablename__ = "journal_operations"
    __table_args__ = (
        Index("journal_operations_key", "community_id", "actor", "key", unique=True),
        {"info": DERIVED, "sqlite_with_rowid": False},
    )

    community_id: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    actor: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(String(64))
    request_digest: Mapped[bytes] = mapped_column(LargeBinary)
    result: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[bytes] = mapped_column(LargeBinary)
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class CheckpointRow(Model):
    """Every checkpoint that was signed for publication."""

    __tablename__ = "journal_checkpoints"
    __table_args__ = {"info": DERIVED}

    community_id: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    book: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    note: Mapped[bytes] = mapped_column(LargeBinary)


class TileRow(Model):
    """Hash tiles as published: a cache, every proof made of it is checked."""

    __tablename__ = "journal_tiles"
    __table_args__ = {"info": DERIVED}

    community_id: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    book: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(80), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class KeyRow(Model):
    """A private key of a book, encrypted under the key secret; `role` also `rows`."""

    __tablename__ = "journal_keys"
    __table_args__ = {"info": {"sidecar": False}}

    origin: Mapped[str] = mapped_column(String(ORIGIN_LENGTH), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class QuarantineRow(Model):
    """A row that stood among the entries and never was one."""

    __tablename__ = "journal_quarantine"
    __table_args__ = {"info": DERIVED}

    community_id: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[int]
    seq: Mapped[int] = mapped_column(BigInteger)
    found_at_ms: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(64))
    note: Mapped[bytes] = mapped_column(LargeBinary)
