"""A published book's awards computed again from the directory alone: no database, no service."""

from dataclasses import dataclass
from pathlib import Path

from volunteer_credit.conventions.rules.checks import check
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.reading import decode, name_of
from volunteer_credit.journal.operations.replay_export import document, replay_export
from volunteer_credit.points.rules.recomputing import Recomputation, Wrong
from volunteer_credit.shared.errors import ServiceError

GOOD, REFUSED, INCOMPLETE = "good", "refused", "incomplete"


@dataclass(frozen=True)
class Recomputed:
    """The outcome. `verifier`: what the book's verifier said; `book_code` its exit code."""

    verdict: str
    book_code: int
    verifier: list[str]
    counts: dict[str, int]
    centipoints: int
    wrong: list[Wrong]
    missing: list[str]


def recompute(folder: Path, policy: Path | None = None) -> Recomputed:
    """Verify a published book, then compare every award with what its convention gives.

    Raises: as `replay_export`.
    """
    known: dict[str, Convention | None] = {}

    def convention(name: str) -> Convention | None:
        if name not in known:
            known[name] = _convention(folder, name)
        return known[name]

    replay = Recomputation(convention)
    found = replay_export(folder, replay.take, policy)
    replay.finish()
    missing = sorted(replay.missing)
    if found.has_predecessors:
        missing.append("what the books before counted")
    verdict = INCOMPLETE if missing or found.is_incomplete else GOOD
    # What is missing may make other lines look wrong, so these count only where nothing is.
    if (found.code and not found.is_incomplete) or (replay.wrong and not missing):
        verdict = REFUSED
    return Recomputed(
        verdict, found.code, found.lines, replay.counts, replay.centipoints, replay.wrong, missing
    )


def _convention(folder: Path, name: str) -> Convention | None:
    data = document(folder, name)
    if data is None or name_of(data) != name:
        return None
    try:
        convention = decode(Convention, data)
        check(convention)
    except ServiceError:
        return None
    return convention
