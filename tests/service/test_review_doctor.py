"""What `doctor` must see: it once said of each of these that all was well, or cried for nothing."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.service.books import COMMUNITY
from tests.service.golden import Golden
from tests.service.make import FakeClock
from tests.service.sealed import awards, grown
from tests.service.shell import Shell
from tests.service.succeeding import EAST, NAMESPACE
from tests.service.test_review_seal import FIRST, half_published
from tests.service.villages import Village
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations import doctor as doctors
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

HOUR_MS = 3_600_000
BOOK = f"book {NAMESPACE}/{COMMUNITY}/1"


@pytest.fixture
def shell(database_url: str, tmp_path: Path, clock: FakeClock) -> Shell:
    return Shell(database_url, tmp_path, clock)


@pytest.fixture
def good(shell: Shell, database_url: str, tmp_path: Path, golden: Golden) -> Shell:
    """An installation with one community, in which everything is right."""

    def build() -> None:
        shell.set_up()
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data").chmod(0o700)
        with shell.console.application():
            grown(1)
        shell("run-job", "seal")
        shell("backup")

    golden.bring("grown", database_url, tmp_path, build)
    assert {state for state, _ in doctor(shell).values()} == {"ok"}
    return shell


def doctor(shell: Shell, code: int = 0) -> dict[str, tuple[str, str]]:
    answer = json.loads(shell("doctor", "--json", code=code))
    return {each["name"]: (each["state"], each["en"]) for each in answer}


def test_doctor_sees_that_a_busy_book_is_not_sealed(good: Shell) -> None:
    """The last entry is always new; the first that waits is not."""
    for number in range(8):
        good.clock.pass_ms(60_000)
        with good.console.application():
            awards(1, 100 + number)
    state, said = doctor(good, 24)[BOOK]
    assert (state, said.startswith("8 entries have waited 7 min")) == ("failed", True)


def test_doctor_sees_a_publication_that_stands_still(good: Shell) -> None:
    shutil.rmtree(good.folder / "export" / NAMESPACE / COMMUNITY)
    good.clock.pass_ms(6 * 60_000)
    assert "does the scheduler run?" in doctor(good, 24)[BOOK][1]


@pytest.mark.parametrize("role", ["log", "cosign", "recovery", "archive"])
def test_doctor_sees_a_key_that_is_gone(good: Shell, role: str) -> None:
    good.change(f"DELETE FROM journal_keys WHERE role = '{role}'")  # noqa: S608 - names above
    assert "is not here" in doctor(good, 24)[BOOK][1]


def test_doctor_sees_operations_that_only_the_archive_has(good: Shell) -> None:
    folder = good.folder / "archive" / NAMESPACE / COMMUNITY / "sidecar"
    (folder / "6-90").write_bytes(b"")
    assert "run recover" in doctor(good, 24)[BOOK][1]


def test_doctor_sees_a_backup_from_the_future(good: Shell) -> None:
    good.clock.at_ms += 48 * HOUR_MS
    good("backup")
    good.clock.at_ms -= 48 * HOUR_MS
    assert "from the future" in doctor(good, 24)["backup"][1]


def test_doctor_sees_that_there_never_was_a_backup(good: Shell) -> None:
    shutil.rmtree(next((good.folder / "backup").glob("2*")))
    assert doctor(good)["backup"][0] == "warning"
    good.clock.pass_ms(27 * HOUR_MS)
    assert doctor(good, 24)["backup"][0] == "failed"


def test_doctor_sees_that_peoples_keys_lack_their_second_store(good: Shell) -> None:
    with good.console.application():
        keys = person_keys(current())
        keys.create("0" * 32, good.clock.at_ms)
        keys.back_up(good.clock.at_ms)
    assert doctor(good)["person_keys"][0] == "ok"
    shutil.rmtree(good.folder / "person-keys-backup")
    (good.folder / "person-keys-backup").mkdir(0o700)
    assert doctor(good, 24)["person_keys"][0] == "failed"


def test_doctor_sees_the_unpublished_end_of_an_earlier_book(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.set_up()
    (shell.folder / "data").mkdir(exist_ok=True)
    (shell.folder / "data").chmod(0o700)
    with shell.console.application():
        village = Village(EAST)
        village.build()
        half_published(village, monkeypatch)
    assert "not published" in doctor(shell, 24)[f"book {FIRST}"][1]
    shell("run-job", "seal")
    assert f"book {FIRST}" not in doctor(shell)


def test_doctor_takes_no_sealing_meanwhile_for_a_loss(
    good: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is sealed between the look at the rows and the look at the folders is no loss."""
    before = queries.head_row

    def meanwhile(session: Any, community: str) -> Any:
        row = before(session, community)
        if community == COMMUNITY and not done:
            done.append(True)
            with good.console.application():
                awards(1, 100)
                seal(COMMUNITY)
        return row

    done: list[bool] = []
    with good.console.application():
        monkeypatch.setattr(queries, "head_row", meanwhile)
        found = [each for each in doctors.journal_checks() if each.name == BOOK]
    assert done
    assert [each.state for each in found] == ["ok"]
