"""A cold start: the application in a fresh interpreter."""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.measure import Row
from benchmarks.peers import ROOT
from tests.service.make import environ_for

STARTS = 5
WANTED_SECONDS = 2
PROGRAM = """
import time
began = time.perf_counter()
from volunteer_credit import create_app, wiring
loaded = time.perf_counter()
create_app()
print(loaded - began, time.perf_counter() - loaded)
"""


def start_rows(url: str, folder: Path) -> list[Row]:
    """The whole process, and of it loading the modules and making the application."""
    environ = {**os.environ, **environ_for(url, folder)}
    taken = [started(environ) for _ in range(STARTS)]
    whole, loading, making = map(median, zip(*taken, strict=True))
    return [
        Row("cold start: python -c create_app()", f"{whole:.2f} s", wanted=f"≤ {WANTED_SECONDS} s"),
        Row("cold start: of it loading the modules", f"{loading:.2f} s"),
        Row("cold start: of it making the application", f"{making:.2f} s"),
    ]


def started(environ: dict[str, str]) -> tuple[float, float, float]:
    """Seconds of a fresh interpreter: in all, loading the modules, making the application."""
    command = [sys.executable, "-c", PROGRAM]
    start = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own program
        command, env=environ, cwd=ROOT, capture_output=True, text=True, check=True
    )
    whole = time.perf_counter() - start
    loading, making = map(float, done.stdout.split())
    return whole, loading, making
