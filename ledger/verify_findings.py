"""What a verifier looks at beside the entries, and what it only reports (§15, V8, V10, V11)."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from ledger import canonical, chart, state
from ledger.book import Book
from ledger.canonical import Value
from ledger.checkpoint import open_checkpoint
from ledger.entry import Entry, decode
from ledger.keys import COSIGN, LOG
from ledger.note import VerifierKey, parse_note
from ledger.report import Report
from ledger.verify_errors import ClosingLinesError, DocumentHashError, FileMissingError

SLACK_SECONDS = 300
MS = 1000
NOTE_BYTES_MAX = 65_535  # of one bundle entry; the entries have been checked before

Read = Callable[[str], bytes]


def documents(hashes: Iterable[str], read: Read, report: Report) -> None:
    """V8: each document is there, with the hash of its name."""
    for digest in sorted(hashes):
        path = f"document/{digest}"
        try:
            data = read(path)
        except FileMissingError as missing:
            report.incomplete.append(str(missing))
            continue
        if sha256(data).hexdigest() != digest:
            raise DocumentHashError(path=path)


def closing_state(book: Book, read: Read, report: Report) -> None:
    """V10: the state a closed book names says what the book came to, and its parts make it up."""
    if book.closed is None:
        return
    data = book.closed.data
    lines = _state(data["state"], read)
    if lines is None:
        report.find("V10", f"closing state {data['state']} is not at hand, so not checked")
        return
    ours = book.closing_lines()
    known = [line for line in lines if line["type"] in state.KNOWN]
    if known != ours or state.order(lines) != lines:
        raise ClosingLinesError(state=data["state"])
    parts = [_state(each["state"], read) for each in data["next"]]
    if any(part is None for part in parts):
        report.find("V10", "a part of the closing state is not at hand, so not checked")
    elif parts:
        state.check_parts(lines, [part for part in parts if part is not None])


def _state(digest: str, read: Read) -> list[Value] | None:
    path = f"state/{digest}"
    try:
        data = read(path)
    except FileMissingError:
        return None
    if sha256(data).hexdigest() != digest:
        raise DocumentHashError(path=path)
    lines = [canonical.decode(line) for line in data.split(b"\n")[:-1]]
    for line in lines:
        state.check_line(line)
    return lines


def of_book(book: Book, report: Report) -> None:
    """V11: a demo book, unknown kinds, classes and lines, and clocks that were set back."""
    if book.clock == "demo":
        report.find("V11", "DEMO BOOK: its clock is not the real one")
    for kind, count in sorted(book.unknown_kinds.items()):
        moves = book.unknown_moves[kind]
        report.unknown_moved = report.unknown_moved or moves > 0
        report.find("V11", f"unknown kind {kind}: {count} entries, {moves} transfers")
    classes = {name.partition(":")[0] for name in book.accounts.families}
    for name in sorted(classes - chart.CLASSES.keys()):
        report.unknown_moved = True
        report.find("V11", f"unknown account class {name}")
    for name in sorted(book.unknown_lines):
        report.find("V11", f"unknown lines of type {name} came from a predecessor")
    for seq in book.clock_resets:
        report.find("T5", f"the clock was set back by entry {seq}")


def times_of(book: Book, data: bytes, witnesses: Sequence[VerifierKey]) -> list[tuple[int, bool]]:
    """When a checkpoint was cosigned, POSIX seconds, and whether by a witness."""
    size = int(data.split(b"\n", 2)[1])
    own = [*book.keys.in_force(LOG, size), *book.keys.in_force(COSIGN, size)]
    opened = open_checkpoint(data, [*own, *witnesses])
    return [
        (line.timestamp_seconds, line.key in witnesses)
        for line in opened.verified
        if line.timestamp_seconds is not None
    ]


def of_times(
    size: int,
    times: Sequence[tuple[int, bool]],
    before_ms: int | None,
    after_ms: int | None,
    report: Report,
) -> None:
    """T5: entries later than a checkpoint that holds them, or earlier than one that does not."""
    for seconds, witnessed in times:
        if before_ms is not None and before_ms > (seconds + SLACK_SECONDS) * MS:
            report.find("T5", f"entry {size - 1} is later than the checkpoint of size {size}")
        if witnessed and after_ms is not None and after_ms < (seconds - SLACK_SECONDS) * MS:
            report.find("T5", f"entry {size} is earlier than the checkpoint of size {size}")


def of_merges(book: Book, notes: Callable[[], Iterable[bytes]], report: Report) -> None:
    """P10: earlier pairs whose persons turned out to be one, by a second pass."""
    if not book.parties.merges:
        return
    proposals: dict[int, Entry] = {}
    for note in notes():
        if b'.proposed"' not in note and b'.approved"' not in note:
            continue
        entry = decode(parse_note(note, bytes_max=NOTE_BYTES_MAX).text)
        if entry.kind.endswith(".proposed"):
            proposals[entry.seq] = entry
        elif entry.kind.endswith(".approved"):
            proposal = proposals.pop(min(seq for seq in entry.refs[:1] if isinstance(seq, int)))
            sides = [_sides(proposal), _sides(entry), entry.data["beneficiaries"]]
            roots = [{book.parties.root(account) for account in side} for side in sides]
            if sum(map(len, roots)) > len(set().union(*roots)):
                report.find("P10", f"entry {entry.seq}: two of its persons turned out to be one")


def _sides(entry: Entry) -> list[str]:
    actor = entry.actor
    return [account for account in (actor.account, actor.acts_for) if chart.is_person(account)]
