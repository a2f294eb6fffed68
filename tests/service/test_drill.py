"""The recovery drill of docs/operations.md: the same commands, on both engines."""

import json
import re
from pathlib import Path
from time import perf_counter

import pytest
from flask import Flask

from tests.service.books import COMMUNITY, award, balances, book_balances, funded, replayed, request
from tests.service.make import FakeClock
from tests.service.recovering import Open, befriend, differences, elsewhere, everything
from tests.service.shell import Shell
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.operations.rebuild import rebuild_rows
from volunteer_credit.journal.operations.receipts import receipt
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.shared.runtime import current

__all__ = ["elsewhere"]
MEMBERS = 60
BATCH = 50
AS_FAR_AS_IT_GOES = 10  # the kinds of this test are no known ones
PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


def fill(start: int, stop: int) -> None:
    """Entries in operations of some, as a busy day brings them."""
    for first in range(start, stop, BATCH):
        entries = [award((first + each) % MEMBERS, 1) for each in range(BATCH)]
        append(COMMUNITY, request(f"day {first}"), entries)


def shell_for(tmp_path: Path, clock: FakeClock) -> Shell:
    """The commands of the installation whose application is open."""
    url = current().settings.database_url.render_as_string(hide_password=False)
    return Shell(url, tmp_path, clock)


def drill(elsewhere: Open, tmp_path: Path, clock: FakeClock, entries: int) -> dict[str, float]:
    """Walk the page's commands; the seconds of each on the other machine."""
    funded(amount=10 * entries, members=MEMBERS)
    fill(0, entries // 2)
    befriend(1, "Wang")
    seal(COMMUNITY)
    name = json.loads(shell_for(tmp_path, clock)("backup", "--json"))["name"]
    befriend(1, "Wang Fang")
    fill(entries // 2, entries)
    seal(COMMUNITY)
    before = everything()
    seconds: dict[str, float] = {}

    def timed(shell: Shell, *words: str, code: int = 0) -> str:
        began = perf_counter()
        said = shell(*words, code=code)
        seconds[" ".join(words[:1])] = perf_counter() - began
        return said

    with elsewhere("sqlite"):
        shell = shell_for(tmp_path, clock)
        timed(shell, "migrate")
        timed(shell, "restore", name)
        (done,) = json.loads(timed(shell, "recover", "--json"))
        assert (done["entries_put_back"], done["lost"]) == (entries // 2 + 1, 0)
        timed(shell, "verify", code=AS_FAR_AS_IT_GOES)
        # Tiles are a cache: partial ones of older steps need not come back, and receipts hold.
        assert set(differences(before, everything())) <= {"journal_tiles"}
        assert receipt(COMMUNITY, entries // 3)
        fill(entries, entries + BATCH)
        assert balances() == book_balances(replayed())
    return seconds


@pytest.mark.untraced
def test_the_drill(app: Flask, elsewhere: Open, tmp_path: Path, clock: FakeClock) -> None:
    drill(elsewhere, tmp_path, clock, 2000)


def test_the_page_says_these_commands() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## Recovery drill")[2]
    said = re.findall(r"^volunteer-credit (\w+)", section, flags=re.MULTILINE)
    assert said == ["migrate", "restore", "recover", "verify", "doctor"]


@pytest.mark.soak
@pytest.mark.engines("sqlite", "postgresql")
def test_the_drill_with_a_whole_year(
    app: Flask, elsewhere: Open, tmp_path: Path, clock: FakeClock
) -> None:
    entries = 100_000
    seconds = drill(elsewhere, tmp_path, clock, entries)
    began = perf_counter()
    rebuild_rows(COMMUNITY)
    seconds["rebuild_rows"] = perf_counter() - began
    rounded = {name: round(each, 1) for name, each in seconds.items()}
    print(entries, rounded)  # noqa: T201 - the times are the result
