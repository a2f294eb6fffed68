"""The whole Saturday over HTTP (`make story`), once on each engine."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.bill import ACT, SCAN, SCREEN, Bill

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_whole_saturday(engine: str) -> None:
    words = [sys.executable, "-m", "tests.stories.saturday", engine]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-6000:]
    assert "Every target was kept." in done.stdout
    assert "recompute refuses it" in done.stdout


def test_the_bill_says_whose_target_was_missed() -> None:
    bill = Bill(stage="shift: venue")
    for _ in range(2):
        bill.note("volunteer", "王小明", ACT)
    bill.note("volunteer", "陈晨", ACT)
    for _ in range(20):
        bill.note("coordinator", "苏", SCAN)
        bill.note("coordinator", "苏", SCREEN)
    assert bill.missed() == []
    bill.note("volunteer", "王小明", ACT)
    bill.note("community staff", "安", ACT)
    assert bill.missed() == [
        "volunteer: 3 acts at shift: venue, at most 2",
        "community staff: 1 acts at shift: venue, at most 0",
    ]
    bill.stage = "before"
    bill.note("community staff", "安", ACT)
    assert len(bill.missed()) == 2
    assert any(
        line.split() == ["before", "community", "staff", "1", "1", "0", "0"]
        for line in bill.lines()
    )
