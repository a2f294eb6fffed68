"""A published book verified once more, entry by entry, for a room that computes along with it.

It needs no database, no settings and no application: a directory, and the policy beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger import state
from ledger.book import Book
from ledger.entry import Entry
from ledger.errors import LedgerError
from ledger.files import Published
from ledger.ids import SpillingIds
from ledger.policy import parse_policy
from ledger.report import INCOMPLETE, Report
from ledger.verify import Options, verify
from volunteer_credit.journal.rules.replayed import Replayed
from volunteer_credit.shared.errors import MissingError

POLICY = "policy"


class ExportMissingError(MissingError):
    """A folder that is no published book."""

    code = "published_book_missing"
    en = "{folder} holds no published book: there is no {file}."
    zh = "{folder} 中没有已发布的账本：缺少 {file}。"


@dataclass(frozen=True)
class Verdict:
    """What the verifier said. `code` as docs/ledger-format.md §15; `lines` for a person.

    `is_incomplete`: nothing is wrong as far as it could be read. `place`: origin, size and root of
    the book; `closed_for`: the successors that it names, with what it hands them; `left`: the state
    that a good book left that was not closed; `follows`: those that it follows, each with its place
    and what it took over.
    """

    code: int
    is_incomplete: bool
    lines: list[str]
    place: tuple[str, int, str]
    closed_for: frozenset[tuple[str, str]]
    left: str
    follows: frozenset[tuple[str, int, str, str]]


def replay_export(
    folder: Path, taken: Callable[[Replayed], None], policy: Path | None = None
) -> Verdict:
    """Verify a published book and hand each entry to `taken` as it is taken in.

    `taken` sees entries before the tree is compared: believe them only when the verdict is good.
    Raises: ExportMissingError, LedgerError for a policy that does not read.
    """
    path = policy or folder / POLICY
    if not path.is_file() or not (folder / "checkpoint").is_file():
        raise ExportMissingError(folder=folder, file=POLICY if not path.is_file() else "checkpoint")
    with TemporaryDirectory() as scratch:
        ids = SpillingIds(Path(scratch))
        try:
            options = Options(taken=lambda book, entry: taken(_seen(book, entry)))
            found = verify(Published(folder), parse_policy(path.read_bytes()), ids, options)
        finally:
            ids.close()
    report, book = found.report, found.book
    before = book.predecessors if book is not None else ()
    last = book.closed.data["next"] if book is not None and book.closed is not None else ()
    return Verdict(
        report.exit_code,
        report.exit_code == INCOMPLETE,
        list(report.lines()),
        (report.origin, report.size, report.root),
        frozenset((each["origin"], each["state"]) for each in last),
        _left(report, book),
        frozenset((each.origin, each.size, each.root, each.state) for each in before),
    )


def _left(report: Report, book: Book | None) -> str:
    if book is None or book.closed is not None or report.failure is not None:
        return ""
    return state.state_hash(book.closing_lines())


def document(folder: Path, name: str) -> bytes | None:
    """A document beside a published book; None where it is not there."""
    try:
        return Published(folder).read(f"document/{name}")
    except (FileNotFoundError, LedgerError):
        return None


def _seen(book: Book, entry: Entry) -> Replayed:
    accounts, families = book.accounts.accounts, book.accounts.families

    def free(name: str) -> int:
        found = accounts.get(name)
        return 0 if found is None else found.available

    def is_closed(family: str) -> bool:
        found = families.get(family)
        return found is not None and found.closed

    own = tuple(each for each in entry.refs if isinstance(each, int))
    return Replayed(
        entry.seq,
        entry.kind,
        book.local_day(entry.at_ms),
        entry.day,
        (entry.rule.convention, entry.rule.clause) if entry.rule else None,
        entry.tier,
        own,
        len(own) < len(entry.refs),
        entry.data,
        tuple(entry.value.get("transfers", ())),
        free,
        is_closed,
        entry.book,
    )
