"""How one version may follow another: what changes, and that clause ids keep their meaning."""

from collections.abc import Iterator, Sequence

from volunteer_credit.conventions.rules.adoption_errors import (
    ClauseReusedError,
    EpochBackError,
    UnchangedError,
)
from volunteer_credit.conventions.rules.document import LEVELS, Convention, Level


def levels_changed(before: Convention | None, after: Convention) -> frozenset[Level]:
    """The levels in which two versions differ, in rules or in the text of clauses.

    All of them for a first version. Title and sources belong to the principles.
    """
    if before is None:
        return frozenset(LEVELS)
    changed = {level for level in LEVELS if _said_at(before, level) != _said_at(after, level)}
    if (before.title, before.sources) != (after.title, after.sources):
        changed.add("principles")
    return frozenset(changed)


def in_force(approved: Sequence[tuple[int, str]], day: int) -> str | None:
    """The name of the convention in force on a day, or None: hours only.

    `approved`: effective day and name in the order of the book; of those with the latest effective
    day not after `day` it is the one approved last.
    """
    reached = [(effective_day, place) for place, (effective_day, _) in enumerate(approved)]
    last = max((each for each in reached if each[0] <= day), default=None)
    return approved[last[1]][1] if last else None


def in_force_over_books(approved: Sequence[tuple[int, int, str]], day: int) -> str | None:
    """The same over the books of a community: book, effective day and name in their order.

    A later book's own governs from its first day on; before that day what it inherited.
    """
    for book in sorted({each[0] for each in approved}, reverse=True):
        name = in_force([each[1:] for each in approved if each[0] == book], day)
        if name is not None:
            return name
    return None


def check_succession(history: Sequence[Convention], after: Convention) -> None:
    """Refuse a version under which an earlier count would mean something else.

    `history`: all versions of the book so far, oldest first.
    Raises: UnchangedError, EpochBackError, ClauseReusedError.
    """
    if history and history[-1] == after:
        raise UnchangedError
    meanings: dict[str, tuple[str, ...]] = {}
    epochs: dict[str, int] = {}
    for convention in history:
        meanings.update(_meanings(convention))
        epochs.update((each.clause, each.epoch) for each in convention.detailed_rules.earnings)
    for clause, meaning in _meanings(after):
        if meanings.get(clause, meaning) != meaning:
            raise ClauseReusedError(clause=clause, what=" ".join(meanings[clause]))
    for earning in after.detailed_rules.earnings:
        before = epochs.get(earning.clause, earning.epoch)
        if earning.epoch not in (before, before + 1):
            raise EpochBackError(clause=earning.clause, before=before)


def _said_at(convention: Convention, level: Level) -> object:
    clauses = tuple(each for each in convention.clauses if each.level == level)
    return getattr(convention, level), clauses


def _meanings(convention: Convention) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the tallies of each clause count, and where; amounts and bands may change."""
    yield convention.principles.validity_clause, ("validity",)
    for fund in convention.principles.funds:
        yield fund.clause, ("fund", fund.fund)
    for earning in convention.detailed_rules.earnings:
        yield earning.clause, ("earning", earning.fund, earning.period)
    for cap in convention.detailed_rules.caps:
        yield cap.clause, ("cap", cap.window, *sorted(cap.earnings))
