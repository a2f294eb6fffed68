"""The journal's commands: verify, back up and restore, recover, and an operator's orders."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.service.books import COMMUNITY, award, funded, request
from tests.service.conftest import make_own_tables
from tests.service.make import FakeClock, secret
from tests.service.shell import Shell
from tests.service.succeeding import EAST, close, follow_sealed
from tests.service.villages import Village
from volunteer_credit.journal import cli as cli_journal
from volunteer_credit.journal.cli import worst
from volunteer_credit.journal.models import HeadRow
from volunteer_credit.journal.operations.facts import read_facts
from volunteer_credit.journal.operations.fence import fence_down, fence_up
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.operations.verify_export import Verified, verify_export
from volunteer_credit.journal.rules.errors import FactsChangedError
from volunteer_credit.journal.rules.head import head_of
from volunteer_credit.shared.db import WRITE, NoBookError, db


@pytest.fixture
def shell(database_url: str, tmp_path: Path, clock: FakeClock) -> Shell:
    return Shell(database_url, tmp_path, clock)


@pytest.fixture
def bare(empty_database_url: str, tmp_path: Path, clock: FakeClock) -> Shell:
    return Shell(empty_database_url, tmp_path, clock)


def community(shell: Shell) -> None:
    """A community with a book, written by the service."""
    with shell.console.application():
        make_own_tables()
        funded()
        append(COMMUNITY, request("a"), [award(0, 300)])


# ---- the journal's commands ---------------------------------------------------------------------


def test_verify_finds_a_good_book_good(shell: Shell) -> None:
    shell("init")
    shell("run-job", "seal")
    said = shell("verify", "city")
    assert "GOOD: weihai.example/city/1" in said
    assert said.endswith(" 0 differ.\n")
    shell.environ["LANG"] = "zh_CN"
    assert shell("verify").endswith("，0 条不符。\n")
    (answer,) = json.loads(shell("verify", "--json"))
    assert answer["published"][0]["verdict"] == "good"


def test_verify_says_what_it_does_not_know(shell: Shell) -> None:
    community(shell)
    shell("run-job", "seal")
    assert "unknown kind points.example" in shell("verify", COMMUNITY, code=10)


def test_verify_finds_a_changed_row(shell: Shell) -> None:
    community(shell)
    shell("run-job", "seal")
    shell.change("UPDATE journal_accounts SET credits_posted = 7 WHERE name LIKE 'wallet:%'")
    said = shell("verify", COMMUNITY, code=24)
    assert ": changed" in said
    assert said.endswith(" 1 differ.\n")
    (answer,) = json.loads(shell("verify", "--json", code=24))
    assert answer["rows"]["differences"][0][3] == "changed"


def test_verify_finds_a_changed_publication(shell: Shell) -> None:
    community(shell)
    shell("run-job", "seal")
    folder = shell.folder / "export" / "weihai.example" / COMMUNITY / "1"
    (bundle,) = (path for path in (folder / "tile" / "entries").rglob("*") if path.is_file())
    data = bundle.read_bytes()
    bundle.chmod(0o600)
    place = data.index(b'"at":') + 6
    bundle.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    assert "REFUSED" in shell("verify", COMMUNITY, code=4)


def test_verify_follows_a_book_to_those_before_it(shell: Shell) -> None:
    village = Village(EAST)
    with shell.console.application():
        village.build()
        follow_sealed(village, close(EAST))
    shell.clock.pass_ms(5000)
    shell("run-job", "seal")
    # The documents that the conventions name are not published here: incomplete.
    (answer,) = json.loads(shell("verify", "--json", code=9))
    assert answer["rows"]["differences"] == []
    first, second = answer["published"]
    assert [each["origin"] for each in second["predecessors"]] == [first["origin"]]
    assert [each["failure"] for each in (first, second)] == [None, None]


def test_verify_names_entries_about_keys_that_were_changed(shell: Shell) -> None:
    community(shell)
    with shell.console.application():
        fenced("UPDATE journal_entries SET fact = 1 - fact")
        with pytest.raises(FactsChangedError):
            list(verify_export(COMMUNITY))


def fenced(statement: str) -> None:
    with db.engines[WRITE].begin() as connection:
        fence_down(connection)
        connection.execute(text(statement))
        fence_up(connection)


def test_a_book_of_another_namespace_is_not_known_here(shell: Shell) -> None:
    community(shell)
    shell.environ["VC_NAMESPACE"] = "other.example"
    with shell.console.application(), pytest.raises(NoBookError):
        list(verify_export("nowhere"))
    # The namespace is bound to the community's keys, so its operations are not believed either.
    assert "book_key_missing" in shell("verify", COMMUNITY, code=23)


def test_verify_says_what_is_not_published_yet(shell: Shell) -> None:
    community(shell)
    assert "INCOMPLETE" in shell("verify", COMMUNITY, code=9)
    assert "no_book" in shell("verify", "nowhere", code=21)


# ---- an operator's orders -----------------------------------------------------------------------


def test_the_clock_is_confirmed_by_the_operators_watch(shell: Shell) -> None:
    shell("init")
    shell.clock.pass_ms(48 * 3_600_000)
    assert "clock_unconfirmed" in shell("rotate-key", "city", "entry", code=21)
    assert "clock_differs" in shell("clock-confirm", "city", "2026-11-24T07:00", code=21)
    said = shell("clock-confirm", "city", "2026-11-24 08:03")
    assert "confirmed that it is 2026-11-24 08:00:00" in said
    shell("rotate-key", "city", "entry")
    assert "Invalid value" in shell("clock-confirm", "city", "noon", code=2)


def test_keys_are_rotated_and_retired(shell: Shell) -> None:
    shell("init")
    shell("run-job", "seal")
    assert "1 retired" in shell("rotate-key", "city", "entry")
    assert "0 retired" in shell("rotate-key", "city", "log")
    with shell.console.application():
        (old, _) = log_keys()
    shell.environ["LANG"] = "zh_CN"
    assert "停用" in shell("rotate-key", "city", "log", "--retire", old)
    assert "key_not_here" in shell("rotate-key", "city", "log", "--retire", old, code=21)
    assert "key_role_name" in shell("rotate-key", "city", "door", code=21)
    shell.clock.pass_ms(5000)
    shell("run-job", "seal")
    shell("verify", "city")


def log_keys() -> list[str]:
    """The ids of the city's log keys, the oldest first."""
    connection = db.session.connection()
    head = head_of(dict(db.session.execute(select(HeadRow.__table__)).mappings().one()))
    return [key.key_id.hex() for key in read_facts(connection, head).book.keys.in_force("log")]


def test_a_new_key_secret_takes_the_place_of_the_old(shell: Shell) -> None:
    shell("init")
    old = shell.environ["VC_KEY_SECRET"]
    shell.environ["VC_KEY_SECRET"] = secret("new")
    assert "VC_KEY_SECRET is another" in shell("rewrap-keys", code=23)
    shell.environ["VC_KEY_SECRET_OLD"] = old
    assert shell("rewrap-keys").startswith("7 keys of books and 2 of persons")
    del shell.environ["VC_KEY_SECRET_OLD"]
    shell("rotate-key", "city", "entry")


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ([], 0),
        ([0, 0], 0),
        ([0, 10], 10),
        ([10, 9, 0], 9),
        ([10, 24, 9], 24),
        ([24, 4, 6], 4),
        ([11], 11),
    ],
)
def test_of_several_books_the_worst_counts(codes: list[int], code: int) -> None:
    assert worst(codes) == code


def test_a_verifier_that_comes_to_no_report_is_told(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("init")
    refused = Verified("o", 11, "store: no")
    monkeypatch.setattr(cli_journal, "verify_export", lambda *_, **__: [refused])
    (answer,) = json.loads(shell("verify", "--json", code=11))
    assert answer["published"] == [{"origin": "o", "exit_code": 11, "failure": "store: no"}]


def test_a_backup_is_restored_and_recovered(shell: Shell, bare: Shell) -> None:
    community(shell)
    shell("run-job", "seal")
    name = json.loads(shell("backup", "--json"))["name"]
    assert "backup_exists" in shell("backup", code=21)
    shell.clock.pass_ms(1000)
    assert "1 books" in shell("backup")
    assert "database_not_empty" in shell("restore", name, code=21)
    assert "backup_missing" in shell("restore", "none", code=21)
    (shell.folder / "person-keys-backup").mkdir(exist_ok=True)
    bare("migrate")
    with bare.console.application():
        make_own_tables()
    assert name in bare("restore", name)
    assert "entries" in bare("recover", COMMUNITY)
    assert json.loads(bare("recover", "--json"))[0]["lost"] == 0
    bare("verify", COMMUNITY, code=10)
    assert "nothing_to_recover" in bare("recover", "nowhere", code=21)
