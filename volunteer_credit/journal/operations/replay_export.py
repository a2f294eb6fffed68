"""A published book verified once more, entry by entry, for a room that computes along with it.

It needs no database, no settings and no application: a directory, and the policy beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.book import Book
from ledger.entry import Entry
from ledger.errors import LedgerError
from ledger.files import Published
from ledger.ids import SpillingIds
from ledger.policy import parse_policy
from ledger.report import INCOMPLETE
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

    `is_incomplete`: nothing is wrong as far as it could be read.
    """

    code: int
    is_incomplete: bool
    lines: list[str]
    has_predecessors: bool


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
    before = found.book.predecessors if found.book is not None else ()
    code = found.report.exit_code
    return Verdict(code, code == INCOMPLETE, list(found.report.lines()), bool(before))


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
    )
