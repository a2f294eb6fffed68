"""A line told in full: by which clause, with which arithmetic, where it stands in the book."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from volunteer_credit.conventions.operations.in_force import convention_named
from volunteer_credit.conventions.rules.award import Service, correct
from volunteer_credit.conventions.rules.document import Convention, Words
from volunteer_credit.conventions.rules.explaining import Step, steps
from volunteer_credit.conventions.rules.tallies import Tally, TallyKey
from volunteer_credit.points.queries.awards import Award, Line, awards, line, lines
from volunteer_credit.shared.db import Reader


@dataclass(frozen=True, slots=True)
class Told:
    """A line with its award. `clause`: its title; `steps`: the arithmetic, empty without a rule."""

    line: Line
    award: Award
    clause: Words | None
    steps: tuple[Step, ...]

    @property
    def is_waiting(self) -> bool:
        """Whether its points wait for the fund still."""
        return self.award.waiting > 0 and self.line.kind != "none"


def told_lines(reader: Reader, community_id: str, account: str, before_ms: int = 0) -> list[Told]:
    """Somebody's lines, newest first. Raises: ConventionChangedError."""
    return _told(reader, community_id, lines(reader, community_id, account, before_ms=before_ms))


def told_line(reader: Reader, community_id: str, account: str, book: int, seq: int) -> Told | None:
    """One of them; None for another's."""
    found = line(reader, community_id, account, book, seq)
    return _told(reader, community_id, [found])[0] if found else None


def _told(reader: Reader, community_id: str, found: Sequence[Line]) -> list[Told]:
    if not found:
        return []
    records = [(each.record_book, each.record_seq) for each in found]
    known = awards(reader, community_id, found[0].account, records)
    return [
        _one(reader, community_id, each, known[each.record_book, each.record_seq]) for each in found
    ]


def _one(reader: Reader, community_id: str, each: Line, award: Award) -> Told:
    if not award.convention:
        return Told(each, award, None, ())
    convention = convention_named(reader, community_id, award.convention)
    titles = {clause.id: clause.title for clause in convention.clauses}
    return Told(each, award, titles.get(award.clause), _steps(convention, each, award))


def _steps(convention: Convention, each: Line, award: Award) -> tuple[Step, ...]:
    """The arithmetic again, out of the tallies as they were before the entry."""
    before = json.loads(each.before)
    if not before and each.reason not in ("no_clause", "presence_short"):
        return ()
    was, now = (
        Service(
            award.account,
            award.day,
            award.category,
            minutes,
            award.coefficient,
            award.planned_minutes,
        )
        for minutes in (each.minutes_before, each.minutes)
    )
    tallies = {
        TallyKey(award.account, clause, period, epoch): Tally(counted, given)
        for clause, period, epoch, counted, given in before
    }
    return steps(convention, correct(convention, was, now, tallies))
