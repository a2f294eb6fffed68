"""Which long tests may run without coverage: those of which quicker tests reach every line too.

`make untraced` measures all tests and writes their names to tests/untraced.txt, the longest first;
tests/conftest.py marks them. A test that is not named there is traced.
"""

import sqlite3
import sys
from collections import Counter, defaultdict
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

LIST = Path(__file__).with_suffix(".txt")
SECONDS_MIN = 0.5  # of all cases of a test: a shorter one is not worth its line
# The book has to be covered whole, so what runs once in a process must not hang on one test.
REACHED_IN_THE_BOOK, REACHED = 2, 1
ARCS = """SELECT context, path, fromno, tono FROM arc
JOIN context ON context.id = context_id JOIN file ON file.id = file_id WHERE context <> ''"""
Arc = tuple[str, int, int]


def seconds_of(report: Path) -> dict[str, float]:
    """How long the cases of each test took together, out of a report of pytest (xunit1)."""
    found: defaultdict[str, float] = defaultdict(float)
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314 - pytest wrote it
        file, function = case.get("file") or "", (case.get("name") or "").partition("[")[0]
        scope = (case.get("classname") or "").removeprefix(file[:-3].replace("/", "."))
        name = "::".join([file, *scope.split(".")[1:], function])
        found[name] += float(case.get("time") or 0)
    return found


def arcs_of(data: Path) -> dict[str, set[Arc]]:
    """What each test reached, out of a file of coverage with a context for each test."""
    found: defaultdict[str, set[Arc]] = defaultdict(set)
    with closing(sqlite3.connect(data)) as connection:
        for context, *arc in connection.execute(ARCS):
            found[context.partition("|")[0].partition("[")[0]].add((arc[0], arc[1], arc[2]))
    return found


def dispensable(arcs: dict[str, set[Arc]], seconds: dict[str, float]) -> list[str]:
    """The tests without which everything is still reached, the longest first."""
    reached = Counter(arc for each in arcs.values() for arc in each)
    wanted = {
        arc: min(count, REACHED_IN_THE_BOOK if "/ledger/" in arc[0] else REACHED)
        for arc, count in reached.items()
    }
    found = []
    for name in sorted(arcs, key=lambda each: (-seconds.get(each, 0), each)):
        if seconds.get(name, 0) < SECONDS_MIN:
            break
        if all(reached[arc] > wanted[arc] for arc in arcs[name]):
            found.append(name)
            reached.subtract(arcs[name])
    return found


if __name__ == "__main__":
    data, report = map(Path, sys.argv[1:])
    LIST.write_text("".join(f"{each}\n" for each in dispensable(arcs_of(data), seconds_of(report))))
