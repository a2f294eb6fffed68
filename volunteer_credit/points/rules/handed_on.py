"""What one book hands to the next, as a replay reads it at the start and compares it at the end."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from volunteer_credit.conventions.rules.award_errors import TallyError
from volunteer_credit.conventions.rules.tallies import Tally, TallyKey
from volunteer_credit.journal.rules.replayed import Replayed
from volunteer_credit.points.rules.records import (
    CONTRACT,
    RECORD,
    SERVICE,
    TALLY,
    Record,
    record_of,
)

STATED = "closing.stated"


@dataclass(slots=True)
class Inherited:
    """What the opening of a book restates of those before it. `wrong`: entries that make no sense.

    `records` by entry and place in it; `versions`: effective day and name of each convention.
    """

    origins: list[str] = field(default_factory=list)
    versions: list[tuple[int, str]] = field(default_factory=list)
    signed: dict[str, str] = field(default_factory=dict)
    merges: dict[str, str] = field(default_factory=dict)
    records: dict[tuple[int, int], Record] = field(default_factory=dict)
    tallies: dict[TallyKey, Tally] = field(default_factory=dict)
    waiting: dict[str, list[Record]] = field(default_factory=dict)
    wrong: list[int] = field(default_factory=list)
    _turns: list[tuple[int, int, Record]] = field(default_factory=list)
    _timelines: set[tuple[int, int]] = field(default_factory=set)
    _marked: set[int] = field(default_factory=set)

    def take(self, entry: Replayed) -> None:
        """A `book.opening`."""
        previous = entry.data["previous"]
        for place, line in enumerate(entry.data["lines"]):
            kind = line["type"]
            if kind == TALLY:
                self._count(entry.seq, line)
            elif kind == RECORD:
                record = self.records[entry.seq, place] = record_of(line, entry.seq)
                if line["turn"]:
                    self._turns.append((line["turn"], previous, record))
            else:
                self._take_other(previous, line)

    def _take_other(self, previous: int, line: Mapping[str, Any]) -> None:
        kind = line["type"]
        if kind == "convention":
            self.versions.append((line["effective_day"], line["convention"]))
            self._timelines.add((previous, line["timeline"]))
        elif kind == "merge":
            self.merges[line["from"]] = line["into"]
        elif kind == CONTRACT:
            self.signed[line["account"]] = line["convention"]
        elif kind == SERVICE:
            self._marked.add(previous)

    def complete(self) -> list[str]:
        """After the last line; what cannot be known."""
        for _, _, record in sorted(self._turns, key=lambda each: each[:2]):
            self.waiting.setdefault(record.fund, []).append(record)
        missing = [
            f"what {origin} counted"
            for number, origin in enumerate(self.origins)
            if number not in self._marked
        ]
        if len(self._timelines) > 1:
            missing.append("which of several inherited conventions counts")
        return missing

    def _count(self, seq: int, line: Mapping[str, Any]) -> None:
        key = TallyKey(line["account"], line["clause"], line["period"], line["epoch"])
        before = self.tallies.get(key, Tally())
        try:
            after = Tally(before.counted + line["counted"], before.given + line["given"])
        except TallyError:
            self.wrong.append(seq)
        else:
            self.tallies[key] = after


@dataclass(frozen=True, slots=True)
class Compared:
    """Lines that a book states, and the rules do not give; and the other way about.

    `left_out`: accounts of which nothing is said at all, as of persons who were erased. They take
    no part any more, nothing waits for them, and they must not come back.
    """

    extra: list[str]
    wanting: list[str]
    left_out: set[str]


def compare(stated: Iterable[Mapping[str, Any]], computed: Iterable[Mapping[str, Any]]) -> Compared:
    """What a book states beside what its entries give."""
    said, given = _spelled(stated), _spelled(computed)
    named = {line.get("account") for line in said.values()}
    kept = {
        line["account"]
        for line in given.values()
        if line["type"] == CONTRACT or line.get("waiting")
    }
    wanting = {text: line for text, line in given.items() if text not in said}
    left_out = {line.get("account", "") for line in wanting.values()} - named - kept - {""}
    return Compared(
        sorted(said.keys() - given.keys()),
        sorted(text for text, line in wanting.items() if line.get("account") not in left_out),
        left_out,
    )


def _spelled(lines: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {json.dumps(line, sort_keys=True): line for line in lines}
