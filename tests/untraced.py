"""Which long tests may run without coverage: those of which quicker tests reach every line too.

`make untraced` measures all tests and writes their names to tests/untraced.txt, the longest first;
tests/conftest.py marks them. Cases that have to be traced all the same stand behind the name of
their test. A test that is not named there is traced.
"""

import sqlite3
import sys
from collections import Counter, defaultdict
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

LIST = Path(__file__).with_suffix(".txt")
SECONDS_MIN = 0.1  # of the cases of a test that need no trace: less is not worth its line
# The book has to be covered whole, so what runs once in a process must not hang on one test.
REACHED_IN_THE_BOOK, REACHED = 3, 1
ARCS = """SELECT context, path, fromno, tono FROM arc
JOIN context ON context.id = context_id JOIN file ON file.id = file_id WHERE context <> ''"""
Arc = tuple[str, int, int]


def seconds_of(report: Path) -> dict[str, float]:
    """How long each case took, out of a report of pytest (xunit1)."""
    found: defaultdict[str, float] = defaultdict(float)
    for each in ET.parse(report).getroot().iter("testcase"):  # noqa: S314 - pytest wrote it
        file, scope = each.get("file") or "", each.get("classname") or ""
        classes = scope.removeprefix(file[:-3].replace("/", ".")).split(".")[1:]
        found["::".join([file, *classes, each.get("name") or ""])] += float(each.get("time") or 0)
    return found


def arcs_of(data: Path) -> dict[str, set[Arc]]:
    """What each case reached, out of a file of coverage with a context for each test."""
    found: defaultdict[str, set[Arc]] = defaultdict(set)
    with closing(sqlite3.connect(data)) as connection:
        for context, *arc in connection.execute(ARCS):
            found[context.rpartition("|")[0]].add((arc[0], arc[1], arc[2]))
    return found


def dispensable(arcs: dict[str, set[Arc]], seconds: dict[str, float]) -> set[str]:
    """The cases without which everything is still reached, the longest chosen first."""
    reached = Counter(arc for each in arcs.values() for arc in each)
    wanted = {
        arc: min(count, REACHED_IN_THE_BOOK if "/ledger/" in arc[0] else REACHED)
        for arc, count in reached.items()
    }
    found = set()
    for case in sorted(arcs, key=lambda each: (-seconds.get(each, 0), each)):
        if all(reached[arc] > wanted[arc] for arc in arcs[case]):
            found.add(case)
            reached.subtract(arcs[case])
    return found


def split(case: str) -> tuple[str, str]:
    """The name of a test, and its case in brackets, if it has any."""
    name, bracket, rest = case.partition("[")
    return name, bracket + rest


def lines_of(arcs: dict[str, set[Arc]], seconds: dict[str, float]) -> list[str]:
    """A line for each test whose cases need no trace; behind a tab each case that does."""
    untraced = dispensable(arcs, seconds)
    won: defaultdict[str, float] = defaultdict(float)
    kept: defaultdict[str, list[str]] = defaultdict(list)
    for case in sorted(arcs):
        name, which = split(case)
        if case in untraced:
            won[name] += seconds.get(case, 0)
        else:
            kept[name].append(which)
    listed = sorted((name for name in won if won[name] >= SECONDS_MIN), key=lambda each: -won[each])
    return ["\t".join([name, *kept[name]]) for name in listed]


if __name__ == "__main__":
    data, report = map(Path, sys.argv[1:])
    LIST.write_text("".join(f"{each}\n" for each in lines_of(arcs_of(data), seconds_of(report))))
