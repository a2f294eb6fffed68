"""The published books of a community, verified as a stranger would, with the keys we know.

It runs `python -m ledger verify` itself. The policy names the log keys that the database holds, and
the witnesses and quorum of VC_WITNESS_POLICY_PATH; a stranger brings a policy of their own.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from ledger.book import Book
from ledger.cli import main
from ledger.console import Console
from ledger.errors import LedgerError
from ledger.keys import LOG
from ledger.policy import Policy
from ledger.quorum import NONE, Log
from ledger.vkey import VerifierKey
from volunteer_credit.journal import queries
from volunteer_credit.journal.models import EntryRow
from volunteer_credit.journal.operations.backup import snapshot
from volunteer_credit.journal.operations.compare import of_book
from volunteer_credit.journal.operations.facts import replayed
from volunteer_credit.journal.operations.witnesses import witnesses
from volunteer_credit.journal.rules.errors import FactsChangedError
from volunteer_credit.journal.rules.head import head_of
from volunteer_credit.shared.db import NoBookError
from volunteer_credit.shared.runtime import current

_entries = EntryRow.__table__.c


@dataclass(frozen=True)
class Verified:
    """What the verifier said of one published book; `code` as docs/ledger-format.md §15."""

    origin: str
    code: int
    text: str


def verify_export(community_id: str, *, as_json: bool = False) -> Iterator[Verified]:
    """Verify each published book of a community, the oldest first.

    Raises: NoBookError, FactsChangedError, WitnessPolicyError.
    """
    shared = witnesses().policy
    with snapshot() as connection:
        row = queries.head_row(Session(connection), community_id)
        if row is None:
            raise NoBookError(community=community_id)
        newest = head_of(dict(row))
        origins = [of_book(newest, number).origin for number in range(1, newest.book + 1)]
        known = {origin: _reachable(connection, origin) for origin in origins}
    for origin, books in known.items():
        logs = tuple(Log(key, None) for keys in books.values() for key in keys)
        policy = Policy(logs, (), (), NONE) if shared is None else replace(shared, logs=logs)
        yield _verified(origin, sorted(books.keys() - {origin}), policy, as_json=as_json)


def _verified(origin: str, before: list[str], policy: Policy, *, as_json: bool) -> Verified:
    folder = current().settings.export_dir
    words = ["verify", str(folder / origin), "--policy", "-", *(["--json"] if as_json else [])]
    for each in before:
        words += ["--predecessor", str(folder / each)]
    printed, said = io.BytesIO(), io.StringIO()
    runtime = current()
    console = Console(
        io.BytesIO(policy.encode()), printed, said, runtime.clock.now_ms, runtime.random
    )
    code = main(words, console)
    return Verified(origin, code, printed.getvalue().decode() + said.getvalue())


def _reachable(connection: Connection, origin: str) -> dict[str, list[VerifierKey]]:
    """The log keys of a book and of all before it, as far as this database holds them."""
    found: dict[str, list[VerifierKey]] = {}
    waiting = [origin]
    while waiting:
        origin = waiting.pop()
        book = None if origin in found else _facts_of(connection, origin)
        if book is not None:
            found[origin] = book.keys.in_force(LOG)
            waiting += [each.origin for each in book.predecessors]
    return found


def _facts_of(connection: Connection, origin: str) -> Book | None:
    """What is known of a book of this installation; None when it is another's."""
    namespace, community, number = origin.rsplit("/", 2)
    chosen = (
        _entries.community_id == community,
        _entries.book == int(number),
        _entries.fact == 1,
    )
    notes = connection.scalars(select(_entries.note).where(*chosen).order_by(_entries.seq))
    there = [bytes(note) for note in notes]
    if namespace != current().settings.namespace or not there:
        return None
    try:
        return replayed(origin, there).book
    except (LedgerError, KeyError) as problem:
        raise FactsChangedError(origin=origin, count=len(there)) from problem
