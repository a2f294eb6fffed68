"""The commands that only read: their answers, their refusals, and not one byte changed."""

import io
import json
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ledger import __main__ as door
from ledger import cli_read
from ledger.cli import main
from ledger.console import FILE_BYTES_MAX, Console
from ledger.files import Published
from ledger.policy import parse_policy
from ledger.report import Report
from tests.ledger.make import ANNA, AT_MS, BO, CHEN, ORIGIN, actor, family, plain
from tests.ledger.shell import Shell, entry, interrupted, opened, started


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A book with two checkpoints, hours given by two persons, and a fund."""
    shell = Shell(tmp_path_factory.mktemp("kept")).began()
    shell.append(opened("organiser:elders"), opened(f"hours:{CHEN}"))
    shell.checkpoint()
    policy = Path(shell.book, "checkpoint").read_bytes()
    (shell.folder / "older").write_bytes(policy)
    moves = [plain("organiser:elders", f"hours:{CHEN}", 90, unit="minutes")]
    data = {"beneficiaries": [CHEN], "transfers": moves}
    boss = actor(BO, "supervisor")
    points = [plain("sponsor:city", "fund:f1", 700)]
    fund = {"beneficiaries": [], "transfers": points}
    shell.append(
        entry("hours.example.proposed", data, actor=actor(ANNA)),
        entry("hours.example.approved", data, actor=boss, refs=[3], transfers=moves),
        opened("sponsor:city", unit="centipoints"),
        entry("account.opened", {"accounts": [family("fund:f1", "centipoints", limited=True)]}),
        entry("fund.example.proposed", fund, actor=actor(ANNA)),
        entry("fund.example.approved", fund, actor=boss, refs=[7], transfers=points),
    )
    shell.checkpoint()
    return shell


@pytest.fixture
def copy(kept: Shell, tmp_path: Path) -> Shell:
    """The same book, to be changed."""
    shell = Shell(tmp_path)
    for path in kept.folder.rglob("*"):
        target = tmp_path / path.relative_to(kept.folder)
        if path.is_dir():
            target.mkdir()
        else:
            target.write_bytes(path.read_bytes())
    return shell


def receipt(shell: Shell, seq: int = 4) -> str:
    path = shell.folder / f"{seq}.tlog-proof"
    path.write_text(shell.good("prove", shell.book, str(seq)))
    return str(path)


def policy(shell: Shell) -> tuple[str, str]:
    return ("--policy", f"{shell.book}/policy")


def test_show_prints_an_entry_as_it_was_signed(kept: Shell) -> None:
    said = kept.good("show", kept.book, "4")
    assert json.loads(said.split("\n")[0])["kind"] == "hours.example.approved"
    assert said.split("\n")[2].startswith(f"— {ORIGIN}/entry ")


@pytest.mark.parametrize("command", ["show", "prove"])
def test_an_entry_that_is_not_there(kept: Shell, command: str) -> None:
    for seq in ("9", "-1", "9999999999999999"):
        told = kept.refused("seq_missing", 9, command, kept.book, seq)
        assert told.startswith(f"seq_missing: Entry {seq} is not published; ")
    for seq in ("9" * 5000, "x", "", "1.0", "\uff11"):
        kept.refused("usage", 2, command, kept.book, seq)


@pytest.mark.parametrize(
    "words", [("show", "0"), ("prove", "0"), ("accounts",), ("journal",)], ids=lambda w: w[0]
)
def test_a_folder_without_a_book(kept: Shell, words: tuple[str, ...]) -> None:
    for folder in ("none", "keys", "older"):
        path = str(kept.folder / folder)
        told = kept.refused("not_published", 9, words[0], path, *words[1:])
        assert path in told


def test_a_checkpoint_that_does_not_read_and_a_bundle_that_is_gone(copy: Shell) -> None:
    bundle = Path(copy.book, "tile/entries/000.p/9")
    bundle.unlink()
    for command in (("show", "0"), ("prove", "0"), ("accounts",), ("journal",)):
        copy.run(command[0], copy.book, *command[1:])
        assert copy.err.startswith("tile_missing: ")
    Path(copy.book, "checkpoint").write_bytes(b"nonsense")
    assert copy.run("show", copy.book, "0") == 3


def test_a_receipt_is_good_with_what_it_carries(kept: Shell) -> None:
    said = kept.good("check", receipt(kept), *policy(kept))
    first, text = said.splitlines()
    assert first == f"GOOD: entry 4 of {ORIGIN} is in its 9 entries:"
    assert json.loads(text)["seq"] == 4
    stdin = Path(receipt(kept)).read_bytes()
    assert kept.good("check", "-", *policy(kept), stdin=stdin) == said


def test_a_receipt_without_its_entry_needs_it(kept: Shell) -> None:
    path, note = receipt(kept), kept.folder / "note"
    bare = "".join(
        line for line in Path(path).read_text().splitlines(keepends=True) if line[:6] != "extra "
    )
    Path(path).write_text(bare)
    assert "--entry" in kept.refused("usage", 2, "check", path, *policy(kept))
    note.write_text(kept.good("show", kept.book, "4"))
    kept.good("check", path, *policy(kept), "--entry", str(note))
    note.write_text(kept.good("show", kept.book, "3"))
    words = ("check", path, *policy(kept), "--entry", str(note))
    kept.refused("root_mismatch", 5, *words)
    kept.refused("read_input", 9, *words[:-1], str(kept.folder / "none"))


def test_a_receipt_shows_strange_bytes_as_such(
    kept: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log may sign what it likes; a terminal is not to obey it."""
    path = receipt(kept)
    monkeypatch.setattr(
        cli_read,
        "check_proof",
        lambda *_: parse_policy(Path(kept.book, "policy").read_bytes()).open(
            Path(kept.book, "checkpoint").read_bytes()
        ),
    )
    note = kept.folder / "note"
    note.write_bytes(b"\x1b[2J\xff\r{}")
    said = kept.good("check", path, *policy(kept), "--entry", str(note))
    assert said.splitlines()[1] == "\\x1b[2J\\xff\\r{}"


@pytest.mark.parametrize(
    ("code", "exit_code", "change"),
    [
        ("proof_malformed", 3, lambda text: text.replace("index 4", "index four")),
        ("root_mismatch", 5, lambda text: text.replace("index 4", "index 5")),
        ("proof_malformed", 3, lambda _text: ""),
    ],
)
def test_a_receipt_that_was_changed(
    kept: Shell, code: str, exit_code: int, change: Callable[[str], str]
) -> None:
    path = Path(receipt(kept))
    path.write_text(change(path.read_text()))
    kept.refused(code, exit_code, "check", str(path), *policy(kept))


def test_a_receipt_of_another_checkpoint_or_book(kept: Shell, tmp_path: Path) -> None:
    path = Path(receipt(kept))
    head, _ = path.read_text().split("\n\n", 1)
    path.write_text(f"{head}\n\n{(kept.folder / 'older').read_text()}")
    assert kept.run("check", str(path), *policy(kept)) == 5
    stranger = Shell(tmp_path)
    stranger.drawn = 1_000
    stranger.began()
    kept.refused("signature_none_known", 4, "check", receipt(kept), *policy(stranger))


def test_prove_never_hands_out_what_check_would_refuse(copy: Shell) -> None:
    bundle = Path(copy.book, "tile/entries/000.p/9")
    data = bundle.read_bytes()
    bundle.write_bytes(data.replace(b'"amount":90', b'"amount":91'))
    told = copy.refused("root_mismatch", 5, "prove", copy.book, "4")
    assert told


def test_files_named_on_the_command_line(kept: Shell) -> None:
    verify = ("verify", kept.book, "--policy")
    kept.refused("read_input", 9, *verify, str(kept.folder / "none"))
    assert "Is a directory" in kept.refused("read_input", 9, *verify, kept.book)
    large = kept.folder / "large"
    large.write_bytes(b"#" * (FILE_BYTES_MAX + 1))
    assert "more than 2,097,152 bytes" in kept.refused("read_input", 9, *verify, str(large))
    large.write_bytes(b"\xff\n")
    kept.refused("policy_line", 3, *verify, str(large))
    large.unlink()
    kept.refused("usage", 2, "verify", kept.book)
    for count in ("0", "-1", "65", "x"):
        kept.refused("usage", 2, *verify, f"{kept.book}/policy", "--processes", count)


def test_verify_reports_and_takes_an_older_checkpoint(kept: Shell) -> None:
    words = ("verify", kept.book, *policy(kept))
    # Example kinds are unknown to version 1: good as far as it goes.
    assert kept.run(*words, "--since", str(kept.folder / "older")) == 10
    assert kept.out.startswith(f"{ORIGIN}: 9 of 9 entries read, root ")
    assert "GOOD AS FAR AS IT GOES" in kept.out
    assert kept.run(*words, "--fast") == 10
    assert "  entry signatures were left out (--fast)\n" in kept.out
    assert kept.run(*words, "--fast", "--json", "--processes", "1") == 10
    found = json.loads(kept.out)
    assert (found["entries_read"], found["signatures_checked"]) == (9, False)


def test_verify_sees_a_rollback(copy: Shell) -> None:
    newer = copy.folder / "newer"
    newer.write_bytes(Path(copy.book, "checkpoint").read_bytes())
    Path(copy.book, "checkpoint").write_bytes((copy.folder / "older").read_bytes())
    assert copy.run("verify", copy.book, *policy(copy), "--since", str(newer)) == 6
    assert "rolled_back" in copy.out
    assert copy.err == ""


def test_verify_of_nothing_says_what_is_missing(kept: Shell) -> None:
    assert kept.run("verify", str(kept.folder / "none"), *policy(kept)) == 9
    assert kept.out == "  V1 file_missing: The file checkpoint is missing.\nINCOMPLETE: no book\n"


def test_verify_follows_predecessors_that_are_named(kept: Shell) -> None:
    assert kept.run("verify", kept.book, *policy(kept), "--predecessor", kept.book) == 10
    none = str(kept.folder / "none")
    words = ("verify", kept.book, *policy(kept), "--predecessor", none)
    kept.refused("not_published", 9, *words)


def test_a_report_holds_those_of_the_predecessors() -> None:
    older = Report(origin="a.example/b/1", size=1, root="00", entries=1)
    lines = Report(origin=ORIGIN, predecessors=[older]).lines()
    assert lines[1:3] == [f"  {line}" for line in older.lines()]


def test_verify_takes_other_processes_for_a_long_book(
    kept: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_read, "FEW_ENTRIES", 1)
    started_with: list[Any] = []
    real = ProcessPoolExecutor

    def pool(*args: Any, **options: Any) -> Any:
        started_with.append((args, options["initializer"]))
        return real(*args, **options)

    monkeypatch.setattr(cli_read, "ProcessPoolExecutor", pool)
    assert kept.run("verify", kept.book, *policy(kept), "--processes", "2") == 10
    assert started_with == [((2,), cli_read.start_helper)]


def test_a_folder_that_may_not_be_listed_is_no_traceback(
    kept: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: Any) -> None:
        raise PermissionError(13, "Permission denied", "checkpoints")

    monkeypatch.setattr(Published, "checkpoints", denied)
    told = kept.refused("disk_read_only", 11, "verify", kept.book, *policy(kept))
    assert "checkpoints may not be written or read" in told


class Terminal(io.StringIO):
    """An error stream that somebody watches."""

    def isatty(self) -> bool:
        return True


def test_progress_is_for_a_terminal_and_wiped_afterwards(kept: Shell) -> None:
    err = Terminal()
    console = Console(io.BytesIO(), io.BytesIO(), err, lambda: AT_MS, kept.random)
    assert main(["verify", kept.book, *policy(kept)], console) == 10
    assert err.getvalue() == "\r9 of 9 entries\r\x1b[K"


def test_ctrl_c_is_told_in_a_sentence(kept: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_read, "verify_book", pressed)
    told = kept.refused("interrupted", 130, "verify", kept.book, *policy(kept))
    assert told == "interrupted: a batch is written whole or not at all\n"


def test_accounts_for_a_person_and_for_a_program(kept: Shell) -> None:
    said = kept.good("accounts", kept.book)
    assert f"              90 minutes      hours:{CHEN}\n" in said
    assert "fund f1 adds up: 0 centipoints outstanding" in said
    rows = json.loads(kept.good("accounts", kept.book, "--json"))
    (fund,) = [row for row in rows if row["account"] == "fund:f1"]
    assert (fund["credits_posted"], fund["closed"], fund["unit"]) == (700, False, "centipoints")


def test_accounts_of_a_book_without_transfers(tmp_path: Path) -> None:
    shell = Shell(tmp_path).began()
    assert shell.good("accounts", shell.book) == "no account has had a transfer yet\n"
    assert shell.good("accounts", shell.book, "--json") == "[]\n"


def test_a_changed_amount_is_refused_by_accounts(copy: Shell) -> None:
    bundle = Path(copy.book, "tile/entries/000.p/9")
    bundle.write_bytes(bundle.read_bytes().replace(b'"amount":90', b'"amount":-1'))
    assert copy.run("accounts", copy.book) == 3
    assert copy.err.count("\n") == 1


def test_journal_prints_what_hledger_reads(kept: Shell) -> None:
    said = kept.good("journal", kept.book)
    assert said.startswith(f"; {ORIGIN}: debits are positive")
    assert f"    hours:{CHEN}  -90 minutes\n" in said


def test_the_front_door_is_a_console_of_this_process(
    kept: Shell, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    here = door.console()
    assert here.clock_ms() > AT_MS - 10**12
    assert len(here.random(7)) == 7
    monkeypatch.setattr(sys, "argv", ["ledger", "show", kept.book, "0"])
    monkeypatch.delitem(sys.modules, "ledger.__main__")  # or it would be run a second time
    with pytest.raises(SystemExit) as stopped:
        runpy.run_module("ledger", run_name="__main__", alter_sys=True)
    assert stopped.value.code == 0
    assert capfdbinary.readouterr().out.startswith(b'{"actor":')


def test_the_front_door_without_streams(
    kept: Shell, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    here = door.console()
    assert here.read_input() == b""
    assert main(["show", kept.book, "0"], here) == 0
    here.tell("nothing")
    for stream in (here.stdin, here.stdout, here.stderr):
        stream.close()


def test_what_nobody_reads_any_more_is_dropped(
    kept: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The end of the process flushes what is left, into nothing and not into a broken pipe."""
    reader, writer = os.pipe()
    os.close(reader)
    stdout = os.fdopen(writer, "wb")
    console = Console(io.BytesIO(), stdout, io.StringIO(), lambda: AT_MS, kept.random)
    monkeypatch.setattr(door, "console", lambda: console)
    monkeypatch.setattr(sys, "argv", ["ledger", "show", kept.book, "0"])
    assert door.run() == 141
    stdout.close()


def test_journal_into_head(kept: Shell) -> None:
    """`journal | head -1`: a line, no word on standard error, the exit code of a broken pipe."""
    reader, writer = os.pipe()
    process = started("journal", kept.book, stdout=writer)
    os.close(writer)
    os.close(reader)
    _, err = process.communicate()
    assert (process.returncode, err) == (141, b"")
    shell = started("journal", kept.book)
    assert shell.stdout
    head = subprocess.run(
        ["head", "-1"],  # noqa: S607 - from the path, as a shell does
        stdin=shell.stdout,
        capture_output=True,
        check=True,
    )
    assert head.stdout.startswith(b"; ")
    shell.stdout.close()
    shell.stdout = None
    assert shell.communicate()[1] == b""


def test_ctrl_c_while_verify_waits_for_a_policy(kept: Shell, tmp_path: Path) -> None:
    """Opening the pipe for writing returns when the command has opened it for reading."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = started("verify", kept.book, "--policy", str(pipe))
    with pipe.open("wb"):
        assert interrupted(process) == 130
    out, err = process.communicate()
    assert (out, err) == (b"", b"interrupted: a batch is written whole or not at all\n")


def test_what_a_helper_process_does_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A helper leaves Ctrl-C to the process that was started, and looks for no circles."""
    done: list[object] = []
    monkeypatch.setattr("signal.signal", lambda *words: done.append(words))
    monkeypatch.setattr("gc.disable", lambda: done.append("gc"))
    cli_read.start_helper()
    assert done == [(signal.SIGINT, signal.SIG_IGN), "gc"]
