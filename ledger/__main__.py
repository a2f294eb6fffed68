"""The door to the command line: the only place that takes the clock and randomness itself."""

import os
import sys
import time
from pathlib import Path
from typing import BinaryIO

from ledger.cli import main
from ledger.console import Console


def console() -> Console:
    """The console of this process; a stream that was closed reads as empty and drops all."""
    # The lowest number first, so that no file of a book ever gets the number of a stream.
    streams: list[BinaryIO] = [
        Path(os.devnull).open("r+b") if stream is None else stream.buffer  # noqa: SIM115 - for good
        for stream in (sys.stdin, sys.stdout)
    ]
    return Console(
        stdin=streams[0],
        stdout=streams[1],
        stderr=sys.stderr or Path(os.devnull).open("w", encoding="utf-8"),
        clock_ms=lambda: time.time_ns() // 1_000_000,  # noqa: TID251 - the edge gives the time
        random=os.urandom,
    )


def run() -> int:
    """Run the command that this process was started with; its exit code."""
    here = console()
    code = main(sys.argv[1:], here)
    try:
        here.stdout.flush()
    except OSError:
        # What nobody reads any more is dropped here, or the end of the process would tell of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), here.stdout.fileno())
    return code


if __name__ == "__main__":
    sys.exit(run())
