"""Entries read back from rows: each is the next of its book and signed by a key in force (§3.5)."""

from ledger import kinds
from ledger.book_errors import (
    AtBackError,
    BookClosedError,
    BookOpenedError,
    ClockResetError,
    SeqError,
    WrongBookError,
)
from ledger.entry import NOTE_BYTES_MAX, Entry, check_size, decode
from ledger.errors import MalformedError
from ledger.keys import KeyRing, verify_lines
from ledger.note import parse_note

KEY_KINDS = frozenset({"book.opened", "key.added", "key.retired"})


class RowDiffersError(MalformedError):
    """A row whose columns say another thing than its note."""

    code = "row_differs"
    en = "The columns of row {seq} are not those of its note."
    zh = "第 {seq} 行的列与其内容不符。"


class Reading:
    """Goes on after `last`, the entry before `size`, with the keys of that moment."""

    def __init__(self, origin: str, keys: KeyRing, size: int, last: Entry | None) -> None:
        self.origin = origin
        self.keys = keys
        self.size = size
        self._last_at_ms = 0 if last is None else last.at_ms
        self._closed = last is not None and last.kind == "book.closed"

    def take(self, seq: int, id_: str, kind: str, note: bytes) -> Entry:
        """Accept the next row. Raises: LedgerError."""
        check_size(note)
        parsed = parse_note(note, bytes_max=NOTE_BYTES_MAX)
        entry = decode(parsed.text)
        self._check_order(entry)
        if (entry.seq, entry.id, entry.kind) != (seq, id_, kind):
            raise RowDiffersError(seq=seq)
        kinds.check_data(entry)
        keys = self.keys.assign(entry, self.keys.check(entry), parsed.lines)
        verify_lines(keys, parsed.lines, parsed.text)
        if entry.kind in KEY_KINDS:
            self.keys.apply(entry)
        self.size += 1
        self._last_at_ms, self._closed = entry.at_ms, entry.kind == "book.closed"
        return entry

    def _check_order(self, entry: Entry) -> None:
        """E3 and E6: the right book and place, and no time before the last."""
        seq, last_at_ms = entry.seq, self._last_at_ms
        if entry.book != self.origin:
            raise WrongBookError(book=entry.book, origin=self.origin)
        if seq != self.size:
            raise SeqError(seq=seq, wanted=self.size)
        if self._closed:
            raise BookClosedError(seq=seq)
        if (entry.kind == "book.opened") != (seq == 0):
            raise BookOpenedError(kind=entry.kind, seq=seq)
        if entry.kind == "clock.reset":
            if entry.data.get("last_at") != last_at_ms:
                raise ClockResetError(
                    seq=seq, last_at=entry.data.get("last_at"), last_at_ms=last_at_ms
                )
        elif entry.at_ms < last_at_ms:
            raise AtBackError(seq=seq, at_ms=entry.at_ms, last_at_ms=last_at_ms)


def named_paths(entry: Entry) -> list[str]:
    """The files beside the book that an entry names (T4)."""
    paths = [f"document/{entry.document}"] if entry.document else []
    if entry.kind == "convention.approved":
        paths.append(f"document/{entry.data['convention']}")
    if entry.kind == "book.opening":  # inherited conventions count until there is an own one
        lines = (each for each in entry.data["lines"] if each.get("type") == "convention")
        paths += [f"document/{each['convention']}" for each in lines]
    if entry.kind == "book.closed":
        states = [entry.data["state"], *(each["state"] for each in entry.data["next"])]
        paths += [f"state/{each}" for each in dict.fromkeys(states)]
    return paths
