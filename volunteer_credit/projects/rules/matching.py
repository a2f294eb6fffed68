"""Which members a line of a relay list may mean, out of those whom the asker may be shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from volunteer_credit.projects.rules.relay import RelayLine

ONE, SEVERAL, NONE, GONE, TWICE = "one", "several", "none", "dropped", "twice"
PHONE_DIGITS, TAIL_DIGITS = 11, 4


@dataclass(frozen=True, slots=True)
class Known:
    """A member, as far as matching needs. `by_name`: whether a name alone may find them.

    `numbers`: phone and card.
    """

    person_id: str
    name: str
    numbers: tuple[str, ...] = ()
    by_name: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """A line with whom it may mean. `state`: one, several, none, dropped, or twice in the list."""

    line: RelayLine
    state: str
    persons: tuple[str, ...] = ()


def matched(lines: Sequence[RelayLine], known: Iterable[Known]) -> list[Match]:
    """Each line; who was sure to be meant by an earlier line is not meant again."""
    by_name: dict[str, list[Known]] = {}
    by_phone: dict[str, list[Known]] = {}
    for each in known:
        by_name.setdefault(each.name, []).append(each)
        for number in each.numbers:
            by_phone.setdefault(number, []).append(each)
    found, sure = [], set[str]()
    for line in lines:
        persons = _persons(line, by_name, by_phone)
        state = _state(line, persons, sure)
        found.append(Match(line, state, () if state == GONE else persons))
        if state == ONE:
            sure |= set(persons)
    return found


def _state(line: RelayLine, persons: tuple[str, ...], sure: set[str]) -> str:
    if line.is_dropped:
        return GONE
    if not persons:
        return NONE
    if len(persons) > 1:
        return SEVERAL
    return TWICE if persons[0] in sure else ONE


def _persons(
    line: RelayLine, by_name: dict[str, list[Known]], by_phone: dict[str, list[Known]]
) -> tuple[str, ...]:
    """A whole phone says more than a name; a tail chooses among the same names."""
    if len(line.tail) == PHONE_DIGITS and line.tail in by_phone:
        return tuple(each.person_id for each in by_phone[line.tail])
    same = by_name.get(line.name, []) if line.name else []
    if line.tail:
        tail = line.tail[-TAIL_DIGITS:]
        fitting = [each for each in same if any(one.endswith(tail) for one in each.numbers)]
        if fitting:
            return tuple(each.person_id for each in fitting)
        if len(line.tail) == PHONE_DIGITS:
            return ()  # a whole number that nobody of this name has
    return tuple(each.person_id for each in same if each.by_name)


def expected_walk_ins(lines: Iterable[tuple[RelayLine, str]]) -> int:
    """Heads that no name stands for, by line and state: unknown ones, and whom the rest bring."""
    return sum(line.heads - (state != NONE) for line, state in lines if state not in (GONE, TWICE))
