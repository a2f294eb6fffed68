"""The commands that write: what they accept, and that a refusal changes not one byte."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from ledger.cli import main
from ledger.console import Console
from ledger.durable import Disk
from ledger.files import DirectoryStore
from ledger.keys import NAME_ENDING
from tests.ledger.make import ANNA, AT_MS, BO, CHEN, DING, ORIGIN, actor, family, plain
from tests.ledger.shell import Shell, entry, interrupted, lines, opened, picture, started

HOUR_MS = 3600 * 1000


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def book(shell: Shell) -> Shell:
    return shell.began()


def test_a_book_is_begun_filled_published_and_verified(book: Shell) -> None:
    assert book.append(opened("organiser:elders"), opened(f"hours:{CHEN}")) == (
        "appended entries 1 to 2; the next checkpoint publishes what is new\n"
    )
    assert book.checkpoint().startswith("published 3 entries, 2 new; root ")
    assert book.verified().endswith(f"GOOD: {ORIGIN}\n")
    before = picture(book.folder)
    assert book.checkpoint() == "nothing is new: all 3 entries were published before\n"
    assert picture(book.folder) == before


def test_new_says_who_its_founders_are_and_draws_them_if_need_be(shell: Shell) -> None:
    shell.good("keygen", shell.keys, "--origin", ORIGIN)
    said = shell.good("new", shell.book, "--origin", ORIGIN, "--keys", shell.keys)
    founders = shell.entry(0)["data"]["founders"]
    assert [each["role"] for each in founders] == ["staff", "supervisor"]
    assert said == f"began {ORIGIN} in {shell.book}; founders: " + (
        " and ".join(f"{each['role']} {each['account']}" for each in founders) + "\n"
    )


def test_a_successor_names_its_predecessors_from_a_file(shell: Shell) -> None:
    shell.good("keygen", shell.keys, "--origin", ORIGIN)
    file = shell.folder / "previous.json"
    old = {"origin": "a.example/b/1", "root": "0" * 64, "size": 3, "state": "1" * 64}
    file.write_text(json.dumps([old]) + "\n")
    words = ("new", shell.book, "--origin", ORIGIN, "--keys", shell.keys)
    shell.good(*words, "--previous", str(file))
    assert shell.entry(0)["data"]["previous"] == [old]


@pytest.mark.parametrize(
    ("code", "exit_code", "text"),
    [("not_json", 3, "[{"), ("too_deep", 3, "[" * 100_000), ("data_field", 3, "[1]")],
)
def test_predecessors_that_do_not_read(shell: Shell, code: str, exit_code: int, text: str) -> None:
    shell.good("keygen", shell.keys, "--origin", ORIGIN)
    file = shell.folder / "previous.json"
    file.write_text(text)
    words = ("new", shell.book, "--origin", ORIGIN, "--keys", shell.keys)
    shell.refused(code, exit_code, *words, "--previous", str(file))


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("--origin is", ("--origin", "Weihai")),
        ("two different", ("--origin", ORIGIN, "--founder", f"{ANNA}:staff")),
        ("two different", ("--origin", ORIGIN, *("--founder", f"{ANNA}:staff") * 2)),
        ("'x' is not", ("--origin", ORIGIN, "--utc-offset-minutes", "x")),
        ("ACCOUNT:ROLE", ("--origin", ORIGIN, "--founder", f"{ANNA}:mayor")),
        ("ACCOUNT:ROLE", ("--origin", ORIGIN, "--founder", "anna")),
        ("invalid choice", ("--origin", ORIGIN, "--clock", "sun")),
    ],
)
def test_new_refuses_words_that_are_off(shell: Shell, problem: str, words: tuple[str, ...]) -> None:
    shell.good("keygen", shell.keys, "--origin", ORIGIN)
    told = shell.refused("usage", 2, "new", shell.book, "--keys", shell.keys, *words)
    assert problem in told


def test_new_refuses_bad_fields_keys_of_another_book_and_a_used_folder(book: Shell) -> None:
    other = str(book.folder / "other")
    words = ("--origin", ORIGIN, "--keys", book.keys)
    book.refused("folder_not_empty", 11, "new", book.book, *words)
    book.refused("data_field", 3, "new", other, *words, "--utc-offset-minutes", "9999")
    told = book.refused(
        "signer_missing", 9, "new", other, "--origin", "a.example/b/1", "--keys", book.keys
    )
    assert told == f"signer_missing: No key in {book.keys} can sign as a.example/b/1/entry.\n"
    none = ("--origin", ORIGIN, "--keys", str(book.folder / "none"))
    book.refused("read_input", 9, "new", other, *none)
    (book.folder / "file").write_bytes(b"")
    book.refused("disk_failed", 11, "new", str(book.folder / "file" / "book"), *words)
    book.refused("read_input", 9, "new", other, *words, "--previous", str(book.folder))


def test_line_7_of_10_wrong_and_nothing_is_written(book: Shell) -> None:
    entries = [opened(f"organiser:o{number}") for number in range(10)]
    entries[6] = opened("organiser:o0")
    assert "Line 7 is refused" in book.append_refused("account_exists", 8, *entries)
    entries[6] = opened("organiser:o6")
    assert book.append(*entries).startswith("appended entries 1 to 10;")


@pytest.mark.parametrize(
    ("reason", "exit_code", "line"),
    [
        ("not_json", 3, b"nonsense"),
        ("not_json", 3, b'{"n":' + b"9" * 5000 + b"}"),
        ("float_refused", 3, b'{"n":1e400}'),
        ("string_not_ascii", 3, b"\xff\xfe"),
        ("string_not_ascii", 3, '{"kind":"é"}'.encode()),
        ("too_deep", 3, b"[" * 100_000),
        ("duplicate_key", 3, b'{"kind":"a.b","kind":"a.c","data":{},"actor":{}}'),
        ("input_line", 3, b"[1]"),
        ("input_line", 3, b'{"kind":"a.b"}'),
        ("input_line", 3, b'{"kind":"a.b","data":{},"actor":{}}'),
        ("input_line", 3, b'{"kind":"a.b","data":{},"actor":7}'),
        ("input_line", 3, b'{"kind":"a.b","data":{},"actor":{"account":7}}'),
        ("input_line", 3, b'{"kind":"a.b","data":[],"actor":{"account":"system:a"}}'),
        ("input_line", 3, b'{"kind":"a.b","data":{},"actor":{"account":"a"},"key":7}'),
        ("input_line", 3, b'{"kind":"a.b","data":{},"actor":{"account":"a"},"seq":1}'),
        ("null_refused", 3, b'{"kind":"a.b","data":{"x":null},"actor":{"account":"a"}}'),
        ("idempotency_key", 3, b'{"kind":"a.b","data":{},"actor":{"account":"a"},"key":""}'),
        ("entry_field", 3, b'{"kind":"a.b","data":{},"actor":{"account":"a"}}'),
        ("entry_field", 3, b'{"kind":[],"data":{},"actor":{"account":"a"}}'),
        ("unknown_kind", 3, lines(entry("book.burnt", {})).encode()),
        ("entry_key_unknown", 3, lines(entry("a.b", {}, colour="red")).encode()),
    ],
)
def test_append_refuses_a_line(book: Shell, reason: str, exit_code: int, line: bytes) -> None:
    good = lines(opened("organiser:a")).encode()
    told = book.refused(
        "append_line", exit_code, "append", book.book, "--keys", book.keys, stdin=good + line
    )
    assert told.startswith(f"append_line: Line 2 is refused ({reason}), so nothing was written: ")


def test_the_exit_code_is_that_of_the_reason(book: Shell) -> None:
    move = plain("organiser:elders", f"hours:{CHEN}", 5, unit="minutes")
    book.append(opened("organiser:elders"), opened(f"hours:{CHEN}"))
    book.append_refused("route_needs_two", 8, entry("hours.example", {}, transfers=[move]))


def test_empty_input_is_refused_and_empty_lines_are_passed_over(book: Shell) -> None:
    words = ("append", book.book, "--keys", book.keys)
    for nothing in (b"", b"\n \r\n\n"):
        book.refused("input_empty", 9, *words, stdin=nothing)
    said = book.good(*words, stdin=f"\r\n\n{lines(opened('organiser:a'))}\n")
    assert said.startswith("appended entry 1;")


def test_input_that_does_not_read_is_refused(book: Shell) -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise IsADirectoryError(21, "Is a directory")

    err = io.StringIO()
    console = Console(Broken(), io.BytesIO(), err, lambda: AT_MS, book.random)
    assert main(["append", book.book, "--keys", book.keys], console) == 9
    assert err.getvalue() == "read_input: standard input cannot be read: Is a directory.\n"


def test_append_to_no_book(book: Shell) -> None:
    book.refused("no_book", 11, "append", str(book.folder / "none"), "--keys", book.keys)
    book.refused("no_book", 11, "checkpoint", str(book.folder / "none"), "--keys", book.keys)


def test_an_idempotency_key_is_taken_once(book: Shell) -> None:
    first, second = opened("organiser:a"), opened("organiser:b")
    book.append_refused("id_used", 7, {**first, "key": "k1"}, {**second, "key": "k1"})
    book.append({**first, "key": "k1"})
    book.append_refused("id_used", 7, {**second, "key": "k1"})
    book.append({**second, "key": "k2"})


def test_all_lines_of_a_batch_have_one_time(book: Shell) -> None:
    ticks = iter(range(AT_MS + 999, AT_MS + 100_000, 999))
    stdin = io.BytesIO(lines(*(opened(f"organiser:o{n}") for n in range(5))).encode())
    words = ["append", book.book, "--keys", book.keys]
    console = Console(stdin, io.BytesIO(), io.StringIO(), ticks.__next__, book.random)
    assert main(words, console) == 0
    book.checkpoint()
    assert {book.entry(seq)["at"] for seq in range(1, 6)} == {AT_MS}


def test_a_clock_that_is_behind_and_a_long_silence(book: Shell) -> None:
    book.now_ms += 37 * HOUR_MS
    book.append_refused("clock_unconfirmed", 7, opened("organiser:a"))
    words = ("append", book.book, "--keys", book.keys, "--confirm-clock")
    book.good(*words, stdin=lines(opened("organiser:a")))
    book.now_ms = AT_MS
    book.append_refused("clock_behind", 7, opened("organiser:b"))


def test_a_clock_reset_goes_back_and_knows_from_where(book: Shell) -> None:
    book.now_ms += HOUR_MS
    book.append(opened("organiser:a"))
    book.now_ms = AT_MS + 1_500
    reset = entry("clock.reset", {"reason": "drift"})
    book.append_refused(
        "clock_reset", 7, entry("clock.reset", {"reason": "drift", "last_at": 1_000})
    )
    book.append(reset, opened("organiser:b"))
    book.checkpoint()
    assert book.entry(2)["data"]["last_at"] == AT_MS + HOUR_MS
    assert [book.entry(seq)["at"] for seq in (2, 3)] == [AT_MS + 1_000] * 2
    assert book.signers(2) == ["/entry", "/recovery"]
    assert "GOOD" in book.verified()


def test_roles_and_transfers_need_two_persons(book: Shell) -> None:
    role = {
        "account": CHEN,
        "beneficiaries": [CHEN],
        "role": "fund_manager",
        "scope": "community",
        "until_day": 99991231,
    }
    staff, boss = actor(ANNA), actor(BO, "supervisor")
    book.append(
        entry("role.proposed", role, actor=staff),
        entry("role.approved", role, actor=boss, refs=[1]),
        opened("sponsor:city", unit="centipoints"),
        entry("account.opened", {"accounts": [family("fund:f1", "centipoints", limited=True)]}),
    )
    moves = [plain("sponsor:city", "fund:f1", 500)]
    grant = {"beneficiaries": [], "transfers": moves}
    manager = actor(CHEN, "fund_manager")
    book.append_refused(
        "same_person",
        7,
        entry("fund.example.proposed", grant, actor=manager),
        entry("fund.example.approved", grant, actor=manager, refs=[5], transfers=moves),
    )
    book.append(
        entry("fund.example.proposed", grant, actor=manager),
        entry("fund.example.approved", grant, actor=boss, refs=[5], transfers=moves),
    )
    book.checkpoint()
    assert book.run("verify", book.book, "--policy", f"{book.book}/policy") == 10
    assert "             500 centipoints  fund:f1" in book.good("accounts", book.book)
    stranger = actor(DING)
    book.append_refused("role_not_held", 7, entry("fund.example.proposed", grant, actor=stranger))


@pytest.mark.parametrize("role", ["entry", "log", "cosign", "recovery"])
def test_a_key_is_replaced_from_the_shell(book: Shell, role: str) -> None:
    """Add, publish, retire the old one, publish: old and new checkpoints verify."""
    old, key = book.vkey(role), book.new_key(role)
    added = entry("key.added", {"key": key, "reason": "planned", "role": role})
    retired = entry("key.retired", {"key": old, "reason": "planned", "suspect_from": 0})
    book.append(added)
    book.checkpoint()
    book.append(retired, opened("organiser:a"))
    book.checkpoint()
    assert "GOOD" in book.verified()
    new = {"entry": "/entry", "recovery": "/recovery"}.get(role, "")
    signed = {
        "entry": ["/entry", "/entry", "/recovery"],
        "recovery": ["/entry", "/recovery", "/recovery"],
    }
    assert book.signers(1) == signed.get(role, ["/entry", "/recovery"])
    assert book.signers(2) == ["/entry", "/recovery"]
    policy = (Path(book.book) / "policy").read_text()
    assert policy.count("log ") == (2 if role == "log" else 1), new
    book.append_refused("key_used_before", 4, added)
    book.append_refused("last_key", 4, {**retired, "data": {**retired["data"], "key": key}})


def test_a_lost_entry_key_is_replaced_without_it(book: Shell) -> None:
    (lost,) = Path(book.keys).glob("entry-*.key")
    lost.unlink()
    told = book.append_refused("signer_missing", 9, opened("organiser:a"))
    assert f"No key in {book.keys} can sign as {ORIGIN}/entry+" in told
    key = book.new_key("entry")
    book.append(entry("key.added", {"key": key, "reason": "lost", "role": "entry"}))
    book.append(opened("organiser:a"))


@pytest.mark.parametrize("role", ["log", "cosign"])
def test_a_checkpoint_needs_a_key_of_both_roles(book: Shell, role: str) -> None:
    for path in Path(book.keys).glob(f"{role}-*.key"):
        path.unlink()
    book.append(opened("organiser:a"))
    told = book.refused("signer_missing", 9, "checkpoint", book.book, "--keys", book.keys)
    assert told.endswith(f"can sign as {ORIGIN}{NAME_ENDING[role]}.\n")


def test_a_book_is_closed_with_the_state_that_the_writer_knows(book: Shell) -> None:
    wrong = entry("book.closed", {"next": [], "reason": "archived", "state": "0" * 64})
    book.append_refused("closing_state", 7, wrong)
    book.append(entry("book.closed", {"next": [], "reason": "archived"}))
    book.checkpoint()
    assert book.signers(1) == ["/entry", "/recovery"]
    assert "GOOD" in book.verified()
    book.append_refused("book_closed", 7, opened("organiser:a"))


def test_the_policy_keeps_its_other_lines_and_is_made_again_if_it_is_gone(book: Shell) -> None:
    path = Path(book.book) / "policy"
    made = path.read_bytes()
    path.write_bytes(b"# ours\n" + made)
    book.checkpoint()
    assert path.read_bytes() == b"# ours\n" + made
    path.unlink()
    book.checkpoint()
    assert path.read_bytes() == made
    path.write_bytes(b"nonsense\n")
    book.append(opened("organiser:a"))
    book.refused("policy_line", 3, "checkpoint", book.book, "--keys", book.keys)


def test_a_second_writer_is_refused(book: Shell) -> None:
    with DirectoryStore(Path(book.book)):
        words = (book.book, "--keys", book.keys)
        book.refused("store_locked", 11, "append", *words, stdin=lines(opened("organiser:a")))
        book.refused("store_locked", 11, "checkpoint", *words)


def test_a_full_disk_is_told_and_nothing_is_lost(
    book: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Disk, number: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Disk, "_sync", full)
        words = ("append", book.book, "--keys", book.keys)
        assert book.run(*words, stdin=lines(opened("organiser:a"))) == 11
        assert book.err.startswith("disk_full: The disk is full: ")
    book.append(opened("organiser:b"))
    book.checkpoint()
    assert "GOOD" in book.verified()


def test_a_beginning_that_was_cut_off(shell: Shell) -> None:
    """Before entry 0 there is nothing to go on with; after it, `checkpoint` ends what was begun."""
    shell.began()
    empty = shell.folder / "empty"
    DirectoryStore.create(empty).close()
    shell.refused("book_empty", 9, "checkpoint", str(empty), "--keys", shell.keys)
    with DirectoryStore(Path(shell.book)) as old, DirectoryStore(empty) as store:
        store.append(0, list(old.read(0, 1)))
    shell.refused("not_published", 9, "show", str(empty), "0")
    shell.good("checkpoint", str(empty), "--keys", shell.keys)
    shell.good("verify", str(empty), "--policy", str(empty / "policy"))


def test_a_published_entry_that_was_changed_stops_the_writer(book: Shell) -> None:
    (bundle,) = (Path(book.book) / "tile/entries").rglob("1")
    whole = bundle.read_bytes()
    at = whole.index(ANNA.encode())
    bundle.write_bytes(whole[:at] + DING.encode() + whole[at + len(DING) :])
    words = ("append", book.book, "--keys", book.keys)
    book.refused("tree_fork", 6, *words, stdin=lines(opened("organiser:a")))
    bundle.write_bytes(b"\0\1x")
    assert book.run(*words, stdin=lines(opened("organiser:a"))) == 3
    assert book.err.count("\n") == 1


def test_an_output_that_is_full_or_gone(book: Shell) -> None:
    class Bad(io.BytesIO):
        def __init__(self, problem: OSError) -> None:
            self.problem = problem

        def write(self, _data: Any, /) -> int:
            raise self.problem

    for problem, code, told in (
        (OSError(28, "No space left on device"), 11, "output: The answer could not be"),
        (BrokenPipeError(), 141, ""),
    ):
        err = io.StringIO()
        console = Console(io.BytesIO(), Bad(problem), err, lambda: AT_MS, book.random)
        assert main(["show", book.book, "0"], console) == code
        assert err.getvalue().startswith(told)
        assert bool(err.getvalue()) == bool(told)


def test_an_error_stream_that_is_gone_does_not_matter(book: Shell) -> None:
    class Gone(io.StringIO):
        def write(self, _text: str, /) -> int:
            raise BrokenPipeError

    console = Console(io.BytesIO(), io.BytesIO(), Gone(), lambda: AT_MS, book.random)
    assert main(["show", book.book, "7"], console) == 9


@pytest.mark.parametrize(
    "words",
    [(), ("frob",), ("keygen",), ("keygen", "k"), ("keygen", "k", "--origin"), ("new", "--what")],
)
def test_words_that_do_not_parse_are_one_sentence(shell: Shell, words: tuple[str, ...]) -> None:
    assert "--help" in shell.refused("usage", 2, *words)


@pytest.mark.parametrize("command", ["", "append", "keygen", "verify", "witness"])
def test_help_goes_to_the_console(shell: Shell, command: str) -> None:
    said = shell.good(*command.split(), "--help")
    assert said.startswith(f"usage: python -m ledger {command}".rstrip())


def test_a_name_with_strange_bytes_is_said_without_a_traceback(book: Shell) -> None:
    path = str(book.folder / os.fsdecode(b"b\xff"))
    said = book.good("new", path, "--origin", ORIGIN, "--keys", book.keys)
    assert "b\\udcff" in said


def test_the_whole_program_from_pipes(tmp_path: Path) -> None:
    words = ["append", "book", "--keys", "keys"]
    for command, stdin in (
        (["keygen", "keys", "--origin", ORIGIN], b""),
        (["new", "book", "--origin", ORIGIN, "--keys", "keys"], b""),
        (words, lines(opened("organiser:a")).encode()),
        (["checkpoint", "book", "--keys", "keys"], b""),
        (["verify", "book", "--policy", "book/policy"], b""),
    ):
        process = started(*command, cwd=tmp_path)
        out, err = process.communicate(stdin)
        assert (process.returncode, err) == (0, b""), out
    process = started(*words, cwd=tmp_path)
    assert process.communicate(b"{}")[0] == b""
    assert process.returncode == 3


def test_ctrl_c_while_append_waits_for_more(book: Shell) -> None:
    """The pipe holds less than what is written: when it is written, the command is reading."""
    before = picture(book.folder)
    process = started("append", book.book, "--keys", book.keys)
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdin.write(lines(opened("organiser:a")).encode() + b" " * 400_000)
    process.stdin.flush()
    assert interrupted(process) == 130
    assert process.stderr.read() == b"interrupted: a batch is written whole or not at all\n"
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()
    assert picture(book.folder) == before
