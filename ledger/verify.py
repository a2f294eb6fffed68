"""The verifier: a published book and a policy in, a report out (docs/ledger-format.md §15).

A state machine over the entries as they stream by; its steps carry the page's numbers. It trusts
neither the server nor the service: all it reads is the directory, the policy and what the reader
holds. Memory is for accounts, open pending transfers, ids and the edge of the tree.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from ledger import verify_findings
from ledger.book import Book, IdSet, Predecessor
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.entry import Entry
from ledger.errors import LedgerError
from ledger.identity import cover_fen, identities
from ledger.merkle import EMPTY_ROOT
from ledger.policy import (
    Policy,
)
from ledger.report import Cover, Report
from ledger.verify_bundles import BundleStream, Looked, entry_of, read_file
from ledger.verify_errors import (
    CheckpointRootError,
    ForkedError,
    PredecessorError,
    RolledBackError,
)
from ledger.verify_tree import TreeStream


class Files(Protocol):
    """A published directory (T4)."""

    def read(self, path: str, /) -> bytes:
        """The bytes at a path; KeyError or FileNotFoundError when there are none."""

    def checkpoints(self) -> list[int]:
        """The sizes of `checkpoints/`, ascending."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a verification is asked to do, and with what.

    `since`: an older checkpoint the reader holds. `predecessors`: directories by origin.
    `executor`: other processes for the signatures. `also`: sizes whose roots are wanted.
    `progress`: told entries done and in all. `taken`: told each entry once the book has taken it.
    """

    signatures: bool = True
    since: bytes | None = None
    predecessors: Mapping[str, Files] = field(default_factory=dict)
    executor: Executor | None = None
    also: tuple[int, ...] = ()
    progress: Callable[[int, int], None] = lambda _done, _size: None
    taken: Callable[[Book, Entry], None] = lambda _book, _entry: None


@dataclass(slots=True)
class Times:
    """The `at` of the entries around the sizes of checkpoints, for T5."""

    before_ms: dict[int, int] = field(default_factory=dict)
    after_ms: dict[int, int] = field(default_factory=dict)


class Verified(NamedTuple):
    """The report, the book as far as it was replayed, and its roots at the sizes looked at."""

    report: Report
    book: Book | None
    roots: Mapping[int, bytes]


def verify(files: Files, policy: Policy, ids: IdSet, options: Options | None = None) -> Verified:
    """Verify a published book. Refusals stand in the report, nothing is raised for them.

    An IdSet with a `check` is asked at the end.
    """
    verifier = Verifier(files, policy, ids, options or Options())
    try:
        verifier.run()
    except LedgerError as problem:
        verifier.report.failure = problem
    return Verified(verifier.report, verifier.book, verifier.roots)


class Verifier:
    """One verification; `step` is what it is at."""

    def __init__(self, files: Files, policy: Policy, ids: IdSet, options: Options) -> None:
        self.files = files
        self.policy = policy
        self.ids = ids
        self.options = options
        self.report = Report(signatures=options.signatures)
        self.book: Book | None = None
        self.times = Times()
        self.documents: set[str] = set()
        self.roots: dict[int, bytes] = {}

    def run(self) -> None:
        """All steps, in order; the first refusal ends them."""
        head = self._head()
        since = self._since(head)
        sizes = {*self._history(head), *self.options.also, head.size}
        if since is not None:
            sizes.add(since.size)
        book = self.book = Book(head.origin, self.ids)
        self._replay(book, head, sizes)
        self._checkpoints(book, head)
        if since is not None:
            self._step("V7")
            if since.root != self.roots[since.size]:
                raise ForkedError(origin=head.origin, size=since.size)
        self._step("V8")
        verify_findings.documents(self.documents, self.read, self.report)
        self._step("V9")
        self._funds(book)
        self._step("V10")
        verify_findings.closing_state(book, self.read, self.report)
        self._predecessors(book)
        self._step("V11")
        verify_findings.of_book(book, self.report)
        verify_findings.of_merges(book, self._bundles(head.size).notes, self.report)
        self._step("")

    def read(self, path: str) -> bytes:
        """A file of the directory. Raises: FileMissingError (incomplete)."""
        return read_file(self.files.read, path)

    def _step(self, step: str) -> None:
        self.report.step = step

    def _head(self) -> Checkpoint:
        self._step("V1")
        head = self.policy.open(self.read("checkpoint")).checkpoint
        self.report.origin, self.report.size = head.origin, head.size
        self.report.root = head.root.hex()
        return head

    def _since(self, head: Checkpoint) -> Checkpoint | None:
        """V7, as far as it goes before the entries are read."""
        if self.options.since is None:
            return None
        self._step("V7")
        keys = [log.key for log in self.policy.logs if log.key.name == head.origin]
        since = open_checkpoint(self.options.since, keys).checkpoint
        if since.origin != head.origin or since.size > head.size:
            raise RolledBackError(
                origin=head.origin, size=head.size, older=since.origin, older_size=since.size
            )
        return since

    def _history(self, head: Checkpoint) -> list[int]:
        self._step("V6")
        sizes = self.files.checkpoints()
        if sizes and sizes[-1] > head.size:
            raise RolledBackError(
                origin=head.origin, size=head.size, older=head.origin, older_size=sizes[-1]
            )
        return sizes

    def _bundles(self, size: int) -> BundleStream:
        return BundleStream(self.files.read, size)

    def _replay(self, book: Book, head: Checkpoint, sizes: Iterable[int]) -> None:
        """V2 to V5: entries, rules, accounts, tiles and root."""
        self._step("V2")
        tree = TreeStream(self.read)
        wanted = sorted(sizes)
        keys = book.keys.entry_keys if self.options.signatures else None
        self.roots[0] = EMPTY_ROOT
        for looked in self._bundles(head.size).looked(self.options.executor, keys):
            self._step("V3")
            start, end = book.size, book.size + len(looked.seen)
            self._take(book, looked, [size for size in wanted if start <= size <= end])
            self._step("V5")
            inside = [size for size in wanted if start < size <= end]
            self.roots |= tree.add(looked.leaves, looked.root, inside)
            self.report.entries = book.size
            self.options.progress(book.size, head.size)
            self._step("V2")
        self._step("V3")
        check = getattr(self.ids, "check", None)
        if check is not None:
            check()
        self._step("V5")
        tree.finish()
        self._compare_root(head)

    def _take(self, book: Book, looked: Looked, sizes: list[int]) -> None:
        """V3, V4: the entries of a bundle, each in its place."""
        verify_here = self.options.signatures
        for seen in looked.seen:
            self.report.at_entry = book.size
            if isinstance(seen, bytes):
                entry = book.read(seen, verify=verify_here)
                if entry.kind == "convention.approved":
                    self.documents.add(entry.data["convention"])
            else:
                entry, line = entry_of(seen)
                book.append(entry, (line,))
            if entry.document:
                self.documents.add(entry.document)
            if sizes:
                self._time(entry, sizes)
            self.options.taken(book, entry)
        self.report.at_entry = None

    def _time(self, entry: Entry, sizes: list[int]) -> None:
        if entry.seq in sizes:
            self.times.after_ms[entry.seq] = entry.at_ms
        if entry.seq + 1 in sizes:
            self.times.before_ms[entry.seq + 1] = entry.at_ms

    def _compare_root(self, checkpoint: Checkpoint) -> None:
        wanted = self.roots[checkpoint.size]
        if checkpoint.root != wanted:
            raise CheckpointRootError(
                size=checkpoint.size, got=checkpoint.root.hex(), wanted=wanted.hex()
            )

    def _checkpoints(self, book: Book, head: Checkpoint) -> None:
        """V6: each checkpoint's root and signatures, and what their times say (T5)."""
        self._step("V6")
        witnesses = [witness.key for witness in self.policy.witnesses]
        for path in ["checkpoint", *(f"checkpoints/{size}" for size in self.files.checkpoints())]:
            data = self.read(path)
            checkpoint = book.open_checkpoint(data).checkpoint
            if path not in ("checkpoint", f"checkpoints/{checkpoint.size}"):
                raise RolledBackError(
                    origin=head.origin, size=checkpoint.size, older=path, older_size=head.size
                )
            self._compare_root(checkpoint)
            times = verify_findings.times_of(book, data, witnesses)
            verify_findings.of_times(
                checkpoint.size,
                times,
                self.times.before_ms.get(checkpoint.size),
                self.times.after_ms.get(checkpoint.size),
                self.report,
            )

    def _funds(self, book: Book) -> None:
        day = book.local_day(book.last_at_ms)
        for identity in identities(book.accounts):
            cash = book.accounts.accounts.get(f"cash:{identity.fund}")
            available = cash.available if cash else 0
            maximum = book.prices.maximum(identity.fund, day)
            self.report.funds.append(
                Cover(identity, maximum, available, cover_fen(identity, available, maximum))
            )

    def _predecessors(self, book: Book) -> None:
        """V10: each predecessor at hand is verified too, and must be what this book says it is."""
        for predecessor in book.predecessors:
            files = self.options.predecessors.get(predecessor.origin)
            if files is None:
                self.report.find("V10", f"predecessor {predecessor.origin} is not at hand")
                continue
            options = replace(self.options, since=None, also=(predecessor.size,))
            verified = verify(files, self.policy, set(), options)
            self.report.predecessors.append(verified.report)
            if verified.report.failure is None and verified.book is not None:
                self._check_predecessor(predecessor, verified.book, verified.roots)

    def _check_predecessor(
        self, predecessor: Predecessor, book: Book, roots: Mapping[int, bytes]
    ) -> None:
        """S3: the root at its size, and that it named this book and state when it closed."""
        names = {"origin": predecessor.origin, "size": predecessor.size}
        if roots.get(predecessor.size, b"").hex() != predecessor.root:
            raise PredecessorError(**names, reason="its root is another")
        if book.closed is None:
            self.report.find("V10", f"predecessor {predecessor.origin} was not closed")
            return
        if book.size != predecessor.size:
            raise PredecessorError(**names, reason=f"it closed at size {book.size}")
        named = {"origin": self.report.origin, "state": predecessor.state}
        if named not in book.closed.data["next"]:
            raise PredecessorError(**names, reason="it did not name this book and state")
