"""Conventions with one thing changed, and a book of tallies small enough for a test."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.award import Award, Service, award, correct
from volunteer_credit.conventions.rules.checks import convention_of
from volunteer_credit.conventions.rules.document import Cap, Convention
from volunteer_credit.conventions.rules.reading import plain
from volunteer_credit.conventions.rules.tallies import Tally, TallyKey

Value: TypeAlias = Any
Change: TypeAlias = Callable[[Value], None]

ME, OTHER = "a" * 32, "b" * 32
HOUR = 60
SATURDAY = 20260307


def value(template: str = "ten_an_hour") -> Value:
    """A template as plain JSON, free to change."""
    return copy.deepcopy(plain(templates()[template]))


def changed(change: Change, template: str = "ten_an_hour") -> Convention:
    """A template with something else in it, checked."""
    document = value(template)
    change(document)
    return convention_of(document)


def clause(name: str, level: str = "detailed_rules") -> Value:
    """The text of a clause."""
    words = {"zh": "示例", "en": "An example"}
    return {"id": name, "level": level, "title": words, "text": words}


def with_caps(*caps: Cap, template: str = "ten_an_hour") -> Convention:
    """A template with these caps in place of its own."""

    def change(document: Value) -> None:
        document["clauses"] += [clause(cap.clause) for cap in caps if cap.clause != "day_cap"]
        document["detailed_rules"]["caps"] = plain(caps)

    return changed(change, template)


def counted_by(period: str) -> Change:
    """The first clause counts time by this period."""

    def change(document: Value) -> None:
        document["detailed_rules"]["earnings"][0]["period"] = period

    return change


def cap(
    points: int, window: str = "day", clause: str = "day_cap", earnings: Sequence[str] = ()
) -> Cap:
    """A cap of so many points."""
    return Cap(clause, tuple(earnings), window, points * 100)


def service(minutes: int, day: int = SATURDAY, category: str = "care", **rest: Any) -> Service:
    """Somebody's time on a Saturday."""
    return Service(rest.pop("account", ME), day, category, minutes, **rest)


@dataclass
class Tallies:
    """What a book keeps: tallies, and how many centipoints it gave in all."""

    by_key: dict[TallyKey, Tally] = field(default_factory=dict)
    total: int = 0

    def award(self, convention: Convention, what: Service) -> Award:
        """Record a service."""
        return self._take(award(convention, what, self.by_key))

    def correct(self, convention: Convention, was: Service, minutes: int = 0) -> Award:
        """Change the minutes of a record; annul it with 0."""
        return self._take(correct(convention, was, replace(was, minutes=minutes), self.by_key))

    def _take(self, result: Award) -> Award:
        for move in result.moves:
            assert self.by_key.get(move.key, Tally()) == move.before
            self.by_key[move.key] = move.after
        self.total += result.centipoints
        assert self.total >= 0
        return result
