"""Run the benchmarks that are named, or all: `python -m benchmarks [append …]`."""

import sys
from collections.abc import Callable

from benchmarks import append, growth, journal, parallel, rooms, saturday, verify, web
from benchmarks.measure import Row, table

BENCHMARKS: dict[str, Callable[[], list[Row]]] = {
    "append": append.run,
    "verify": verify.run,
    "journal": journal.run,
    "parallel": parallel.run,
    "growth": growth.run,
    "web": web.run,
    "rooms": rooms.run,
    "saturday": saturday.run,
}


def main(names: list[str]) -> None:
    """Print one table; say on stderr what is being measured."""
    rows: list[Row] = []
    for name in names or BENCHMARKS:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        rows += BENCHMARKS[name]()
    print(table(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
