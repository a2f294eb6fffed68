"""A book as a plain-text journal that hledger reads (docs/ledger-format.md §9).

    2026-11-22 (17) points.example
        fund:f1  208 centipoints  ; award
        wallet:…:f1:202712  -208 centipoints

One transaction for each entry with transfers, on the entry's local date; debits are positive,
credits negative. A reservation stands beside the accounts, `pending-debits:<debit account>` against
`pending-credits:<credit account>`: no class of accounts has a hyphen, so no account is named so.
The journal ends with what `ledger.accounts` says of every account; `hledger check` computes the
same from the transactions and compares (`--strict` too, in time that grows with the square of the
accounts). Every word of the book that goes into the text is held against its grammar first, so no
entry can write lines of its own.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from ledger import chart
from ledger.book import Book
from ledger.entry import Entry
from ledger.entry_errors import EntryFieldError
from ledger.forms import is_code, is_kind, is_origin
from ledger.transfer import Pending, Plain, Post, Transfer, TransferFieldError

DEBITS_PENDING = "pending-debits"
CREDITS_PENDING = "pending-credits"


def journal(book: Book, notes: Iterable[bytes], *, verify: bool = True) -> Iterator[str]:
    """The journal of a book, in pieces, out of the bytes of its entries.

    `book` is new and takes them in. Raises: LedgerError at the first entry that is refused.
    """
    text = JournalText(book)
    yield text.head()
    for note in notes:
        yield text.entry(book.read(note, verify=verify))
    yield from text.end()


class JournalText:
    """Writes the journal of `book` along with it: each entry right after the book took it in.

    It keeps the open pending transfers, because the book has forgotten those that an entry ends.
    Raises: EntryFieldError (malformed) for an origin that is none.
    """

    def __init__(self, book: Book) -> None:
        if not is_origin(book.origin):
            raise EntryFieldError(key="book", value=book.origin)
        self._book = book
        self._last_day = 0
        self._pendings: dict[tuple[int, int], Pending] = {}
        self._reserved: set[str] = set()  # every pending account that has a line

    def head(self) -> str:
        """What stands before the first transaction."""
        units = "".join(f"commodity {unit}\n" for unit in sorted(chart.UNITS))
        return f"; {self._book.origin}: debits are positive, credits negative\n\n{units}"

    def entry(self, entry: Entry) -> str:
        """The transaction of an entry, "" if it has no transfers.

        Raises: EntryFieldError, TransferFieldError, AccountNameError (malformed) for words that
        no entry of a book has.
        """
        if not entry.transfers:
            return ""
        if not is_kind(entry.kind):
            raise EntryFieldError(key="kind", value=entry.kind)
        day = self._book.local_day(entry.at_ms)
        # hledger goes by dates, and after a `clock.reset` the last entry has not the last one.
        self._last_day = max(self._last_day, day)
        lines = [f"\n{_date(day)} ({entry.seq:d}) {entry.kind}\n"]
        for index, transfer in enumerate(entry.transfers):
            _check_words(transfer, index)
            first, *more = self._postings(transfer, (entry.seq, index))
            lines += [f"{first}  ; {transfer.code}\n", *(f"{line}\n" for line in more)]
        return "".join(lines)

    def end(self) -> Iterator[str]:
        """What every account must hold, by the book, in pieces."""
        accounts = self._book.accounts.accounts
        balances: list[tuple[str, int, str]] = []
        for name, account in sorted(accounts.items()):
            unit = account.family.unit
            balances.append((name, -account.posted, unit))
            for side, amount in (
                (f"{DEBITS_PENDING}:{name}", account.debits_pending),
                (f"{CREDITS_PENDING}:{name}", -account.credits_pending),
            ):
                if amount or side in self._reserved:
                    balances.append((side, amount, unit))
        yield "\n"
        for name, _, _ in balances:
            yield f"account {name}\n"
        for name, amount, unit in balances:
            yield f"\n{_date(self._last_day)} balance by the book\n"
            yield f"{_posting(name, 0, unit)} == {amount:d} {unit}\n"

    def _postings(self, transfer: Transfer, pair: tuple[int, int]) -> list[str]:
        if isinstance(transfer, Plain):
            return _both(transfer, transfer.amount)
        if isinstance(transfer, Pending):
            self._pendings[pair] = transfer
            return self._reserve(transfer, transfer.amount)
        pending = self._pendings.pop(transfer.pending)
        released = self._reserve(pending, -pending.amount)
        return released + (_both(pending, transfer.amount) if isinstance(transfer, Post) else [])

    def _reserve(self, pending: Pending, amount: int) -> list[str]:
        below = f"{DEBITS_PENDING}:", f"{CREDITS_PENDING}:"
        self._reserved |= {below[0] + pending.debit, below[1] + pending.credit}
        return _both(pending, amount, below)


def _check_words(transfer: Transfer, index: int) -> None:
    if not is_code(transfer.code):
        raise TransferFieldError(field="code", index=index, value=transfer.code)
    if isinstance(transfer, Plain | Pending) and transfer.unit not in chart.UNITS:
        raise TransferFieldError(field="unit", index=index, value=transfer.unit)


def _both(move: Plain | Pending, amount: int, below: tuple[str, str] = ("", "")) -> list[str]:
    """The two postings of a transfer, on its accounts or on the same `below` others."""
    debit, credit = below[0] + _name(move.debit), below[1] + _name(move.credit)
    return [_posting(debit, amount, move.unit), _posting(credit, -amount, move.unit)]


def _posting(name: str, amount: int, unit: str) -> str:
    return f"    {name}  {amount:d} {unit}"


def _date(day: int) -> str:
    return f"{day // 10000:04}-{day // 100 % 100:02}-{day % 100:02}"


@lru_cache(maxsize=16_384)
def _name(name: str) -> str:
    """The name of an account, once it is sure that it is one (A1)."""
    return chart.parse_name(name).name
