"""Medians of interleaved rounds, and the table they are printed in."""

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table: what was measured, how it did, and the ratio it is held to."""

    what: str
    figure: str
    ratio: float | None = None
    wanted: str = ""


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes, in seconds of a monotonic clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(rounds: int, *works: Callable[[], object]) -> list[list[float]]:
    """The seconds of each work, measured in turn so that a noisy minute meets all of them."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for times, work in zip(taken, works, strict=True):
            times.append(seconds(work))
    return taken


def per_second(count: int, times: Sequence[float]) -> float:
    """The median rate."""
    return count / median(times)


def median_ratio(ours: Sequence[float], floors: Sequence[float]) -> float:
    """How fast we are beside the floor, 1.0 being as fast: the median of the rounds' ratios."""
    return median(floor / our for our, floor in zip(ours, floors, strict=True))


def table(rows: Sequence[Row]) -> str:
    """The rows as a markdown table."""
    lines = ["| measured | median | ratio | wanted |", "|---|---|---|---|"]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        lines.append(f"| {row.what} | {row.figure} | {ratio} | {row.wanted} |")
    return "\n".join(lines)
