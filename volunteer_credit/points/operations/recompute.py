"""A published book's awards computed again from the directory alone: no database, no service."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from volunteer_credit.conventions.rules.checks import check
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.reading import decode, name_of
from volunteer_credit.journal.operations.replay_export import Verdict, document, replay_export
from volunteer_credit.points.rules.recomputing import Recomputation, Wrong
from volunteer_credit.shared.errors import ServiceError

GOOD, REFUSED, INCOMPLETE = "good", "refused", "incomplete"


@dataclass(frozen=True)
class Recomputed:
    """The outcome. `verifier`: what the book's verifier said; `book_code` its exit code.

    `on_trust`: books whose account of what they counted was taken as the opening restates it.
    `before`: the outcomes of the books before, the oldest first, as far as they were given.
    """

    verdict: str
    book_code: int
    verifier: list[str]
    counts: dict[str, int]
    centipoints: int
    wrong: list[Wrong]
    missing: list[str]
    on_trust: list[str] = field(default_factory=list)
    before: list["Recomputed"] = field(default_factory=list)


def recompute(
    folder: Path, policy: Path | None = None, previous: Sequence[Path] = ()
) -> Recomputed:
    """Verify a published book, then compare every award with what its convention gives.

    `previous`: the books before it, the oldest first, each beside its policy. Without them what
    the opening restates is taken as it stands. Raises: as `replay_export`.
    """
    done: list[Recomputed] = []
    handed: _Handed | None = None
    for each in previous:
        found, handed = _one(each, None, handed)
        done.append(found)
    found, _ = _one(folder, policy, handed)
    verdicts = [each.verdict for each in (*done, found)]
    worst = next((each for each in (REFUSED, INCOMPLETE) if each in verdicts), GOOD)
    return replace(found, verdict=worst, before=done)


@dataclass(frozen=True)
class _Handed:
    """The end of a book: what the verifier said of it, and whom it did not hand on."""

    verdict: Verdict
    left_out: set[str]


def _one(folder: Path, policy: Path | None, before: _Handed | None) -> tuple[Recomputed, _Handed]:
    known: dict[str, Convention | None] = {}

    def convention(name: str) -> Convention | None:
        if name not in known:
            known[name] = _convention(folder, name)
        return known[name]

    replay = Recomputation(convention, left_out=set(before.left_out) if before else set())
    found = replay_export(folder, replay.take, policy)
    replay.finish()
    is_next = before is not None and _follows(before.verdict, found)
    if before is not None and not is_next:
        origin = before.verdict.place[0]
        replay.wrong.insert(0, Wrong(0, "other_predecessor", origin, " ".join(replay.origins)))
    theirs = before.verdict.place[0] if before is not None else ""
    missing = sorted(replay.missing)
    verdict = INCOMPLETE if missing or found.is_incomplete else GOOD
    # What is missing may make other lines look wrong, so these count only where nothing is.
    is_wrong = replay.wrong and (not missing or (before is not None and not is_next))
    if (found.code and not found.is_incomplete) or is_wrong:
        verdict = REFUSED
    answer = Recomputed(
        verdict,
        found.code,
        found.lines,
        replay.counts,
        replay.centipoints,
        replay.wrong,
        missing,
        [each for each in replay.origins if each != theirs],
    )
    return answer, _Handed(found, replay.left_out)


def _follows(before: Verdict, found: Verdict) -> bool:
    """Whether a book is the one that another closed for, or was lost for, with just that state."""
    took = {each[3] for each in found.follows if each[:3] == before.place}
    closed_for = {state for origin, state in before.closed_for if origin == found.place[0]}
    return bool(took) and took <= {*closed_for, before.left}


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
