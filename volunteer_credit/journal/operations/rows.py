"""Balances, pending transfers and proposals between their rows and the book's own objects.

A row is believed when its code is right; a row that is missing is believed only when the counts
say so. What a transaction changed is written in one go at its end.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from hmac import compare_digest
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from ledger import chart
from ledger.accounts import Account, Accounts, Family, OpenPending
from ledger.entry import NOTE_BYTES_MAX, decode
from ledger.note import parse_note
from ledger.transfer import Pending
from volunteer_credit.journal.operations import statements
from volunteer_credit.journal.operations.statements import SUMS
from volunteer_credit.journal.rules.errors import RowChangedError
from volunteer_credit.journal.rules.head import Head, octets, row_code
from volunteer_credit.shared.prepared import Prepared

Pair = tuple[int, int]
_OPENING = f"{chart.OPENING}:"
_sums_of = attrgetter(*SUMS)
parsed_name = lru_cache(maxsize=10_000)(chart.parse_name)  # the wallets of a community's year
CHUNK = 400  # names in one query; SQLite takes 32,766 parameters, PostgreSQL 65,535


class Rows:
    """The accounts of one book inside one transaction, as far as they were asked for."""

    def __init__(self, connection: Connection, head: Head, row_key: bytes) -> None:
        self.accounts = Accounts()
        self._connection = connection
        self._head = head
        self._where = {"community_id": head.community_id, "book": head.book}
        self._row_key = row_key
        self._families: dict[str, tuple[int, int]] = {}  # closed, accounts, as they were read
        self._sums: dict[str, tuple[int, ...]] = {}  # as they were read
        self._counts: dict[str, int] = {}
        self._pendings: dict[Pair, str] = {}  # state, as it was read
        self._details: dict[Pair, tuple[Any, ...]] = {}
        self._asked: set[str] = set()
        self._families_asked: set[str] = set()  # `fund:main` is a family and an account
        self._families_counted = False

    def load(self, names: Iterable[str], families: Iterable[str], pairs: Collection[Pair]) -> None:
        """Read what these transfers may touch. Raises: RowChangedError."""
        wanted = set(names)
        opened = self._load_pendings(pairs) if pairs else []
        for pair in opened:
            wanted.update(self._details[pair][2:4])
        wanted -= self._asked
        alone = set(families) - self._families_asked
        self._asked |= wanted
        self._families_asked |= alone
        ordered = sorted(wanted)
        for start in range(0, len(ordered), CHUNK):
            chunk = ordered[start : start + CHUNK]
            self._load_accounts(chunk, sorted({family_of(name) for name in chunk}))
        others = sorted(alone - self._families.keys()) if alone else []
        for start in range(0, len(others), CHUNK):
            self._load_accounts([], others[start : start + CHUNK])
        self._link_pendings(opened)

    def opened(self, pair: Pair) -> None:
        """Note a pending transfer that this transaction has made."""
        pending = self.accounts.pendings[pair]
        details = (*pair, pending.debit.name.name, pending.credit.name.name)
        self._details[pair] = (
            *details,
            pending.amount,
            pending.code,
            pending.expires_at_ms,
            "open",
        )

    def _load_pendings(self, pairs: Iterable[Pair]) -> list[Pair]:
        """Read the pending transfers at these places; which of them are open."""
        wanted = sorted({pair for pair in pairs if pair not in self._pendings})
        asked_for = set(wanted)
        rows: list[Any] = []
        for start in range(0, len(wanted), CHUNK):
            seqs = sorted({seq for seq, _ in wanted[start : start + CHUNK]})
            rows += statements.LOAD_PENDINGS.all(self._connection, {**self._where, "seqs": seqs})
        open_ones: list[Pair] = []
        for row in rows:
            values: list[Any] = list(row)
            mac = values.pop()
            seq, position, state = (*values[:2], values[-1])
            if (seq, position) not in asked_for:
                continue  # another of the same entry
            self._check("pendings", values, mac, f"pending {seq}/{position}")
            pair = (seq, position)
            self._pendings[pair] = state
            self._details[pair] = tuple(values)
            if state == "open":
                open_ones.append(pair)
            else:
                self.accounts.resolved[pair] = state
        for seq, position in wanted:
            # A missing row is no pending only if the entry says so: such a refusal is rare.
            if (seq, position) not in self._pendings and self._is_pending(seq, position):
                raise RowChangedError(origin=self._head.origin, row=f"pending {seq}/{position}")
        return open_ones

    def _is_pending(self, seq: int, position: int) -> bool:
        """Whether the entry at a place opened a pending transfer there."""
        if not 0 <= seq < self._head.size:
            return False
        row = statements.LOAD_NOTE.one_or_none(self._connection, {**self._where, "seq": seq})
        if row is None:
            raise RowChangedError(origin=self._head.origin, row=f"entry {seq}")
        entry = decode(parse_note(octets(row[0]), bytes_max=NOTE_BYTES_MAX).text)
        return position < len(entry.transfers) and isinstance(entry.transfers[position], Pending)

    def _link_pendings(self, pairs: Iterable[Pair]) -> None:
        """Open pending transfers point at their accounts, which are here now."""
        known = self.accounts.accounts
        for pair in pairs:
            _, _, debit, credit, amount, code, expires_at_ms, _ = self._details[pair]
            for name in (debit, credit):
                if name not in known:
                    raise RowChangedError(origin=self._head.origin, row=name)
            self.accounts.pendings[pair] = OpenPending(
                known[debit], known[credit], amount, code, expires_at_ms
            )

    def _load_accounts(self, names: Sequence[str], families: Sequence[str]) -> None:
        asked = {**self._where, "names": names, "families": families}
        for row in statements.LOAD_ACCOUNTS.all(self._connection, asked):
            self._take(row)
        self._check_families(families)
        absent = {family_of(name) for name in names if name not in self._sums}
        self._check_absent(absent | {name for name in families if name not in self._families})

    def _take(self, row: tuple[Any, ...]) -> None:
        """One family, and one of its accounts or none."""
        name, unit, limited, closed, count, mac, account, *sums, account_mac = row
        if name not in self._families:
            self._check("families", (name, unit, limited, closed, count), mac, name)
            self._families[name] = (closed, count)
            self._counts[name] = count
            self.accounts.families[name] = Family(name, unit, bool(limited), bool(closed))
        if account is not None and account not in self._sums:
            self._check("accounts", (account, *sums), account_mac, account)
            self._sums[account] = tuple(sums)
            family = self.accounts.families[name]
            self.accounts.accounts[account] = Account(parsed_name(account), family, *sums)

    def _check_families(self, names: Sequence[str]) -> None:
        """Refuse families that are missing although the head counts them."""
        if self._families_counted or all(name in self._families for name in names):
            return
        (there,) = statements.COUNT_FAMILIES.one_or_none(self._connection, self._where)
        if there != self._head.families_count:
            raise RowChangedError(origin=self._head.origin, row="families")
        self._families_counted = True

    def _check_absent(self, families: Iterable[str]) -> None:
        """Believe that an account is new only if its family's rows are right and all there."""
        there = dict.fromkeys(sorted(families), 0)
        if not there:
            return
        asked = {**self._where, "families": list(there)}
        for row in statements.LOAD_FAMILIES_ACCOUNTS.all(self._connection, asked):
            family, *values, mac = row
            self._check("accounts", values, mac, values[0])
            there[family] += family_of(values[0]) == family
        for name, count in there.items():
            # `opening:<unit>` needs no family; after the opening nobody may name it anyway (A2).
            if name.startswith(_OPENING) and name not in self._families:
                continue
            if count != self._families.get(name, (0, 0))[1]:
                raise RowChangedError(origin=self._head.origin, row=name)

    def _check(self, table: str, values: Sequence[Any], mac: bytes, row: str) -> None:
        if not compare_digest(octets(mac), row_code(self._row_key, table, values)):
            raise RowChangedError(origin=self._head.origin, row=row)

    def write(self) -> int:
        """Write what has changed; how many families are new."""
        new_families = self._write_accounts()
        self._write_pendings()
        return new_families

    def _write_accounts(self) -> int:
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for name, account in self.accounts.accounts.items():
            sums = _sums_of(account)
            before = self._sums.get(name)
            if sums == before:
                continue
            row = {**self._where, "name": name, **dict(zip(SUMS, sums, strict=True))}
            row["mac"] = row_code(self._row_key, "accounts", (name, *sums))
            if before is None:
                family = family_of(name)
                self._counts[family] = self._counts.get(family, 0) + 1
                new.append({**row, "family": family})
            else:
                changed.append(row)
        count = self._write_families()
        self._run(statements.INSERT_ACCOUNT, new)
        self._run(statements.UPDATE_ACCOUNT, changed)
        return count

    def _write_families(self) -> int:
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for name, family in self.accounts.families.items():
            before = self._families.get(name)
            now = (int(family.closed), self._counts.get(name, 0))
            if now == before:
                continue
            values: list[str | int] = [name, family.unit, int(family.limited), *now]
            row = {
                **self._where,
                "name": name,
                "unit": family.unit,
                "limited": int(family.limited),
                "closed": now[0],
                "accounts": now[1],
                "mac": row_code(self._row_key, "families", values),
            }
            (new if before is None else changed).append(row)
        self._run(statements.INSERT_FAMILY, new)
        self._run(statements.UPDATE_FAMILY, changed)
        return len(new)

    def _write_pendings(self) -> None:
        new, changed = [], []
        for pair, details in self._details.items():
            state = self.accounts.resolved.get(pair, "open")
            before = self._pendings.get(pair)
            if before is None:
                new.append(self._pending_row((*details[:-1], state)))
            elif before != state:
                changed.append(self._pending_row((*details[:-1], state)))
        self._run(statements.INSERT_PENDING, new)
        self._run(statements.UPDATE_PENDING, changed)

    def _pending_row(self, values: tuple[Any, ...]) -> dict[str, Any]:
        names = (
            "seq",
            "position",
            "debit",
            "credit",
            "amount",
            "code",
            "expires_at_ms",
            "state",
        )
        return {
            **self._where,
            **dict(zip(names, values, strict=True)),
            "mac": row_code(self._row_key, "pendings", list(values)),
        }

    def _run(self, statement: Prepared, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        try:
            statement.run_many(self._connection, rows)
        except IntegrityError as problem:  # a row stands where the book has none
            names = ", ".join(str(row.get("name", row.get("seq"))) for row in rows[:3])
            raise RowChangedError(origin=self._head.origin, row=names) from problem


def family_of(name: str) -> str:
    """The family of an account name: its class and first part."""
    class_name, _, rest = name.partition(":")
    return f"{class_name}:{rest.partition(':')[0]}"
