"""`witness` and `cosign`, together over loopback and each on its own."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger import cli_witness
from ledger.cli import main
from ledger.console import Console
from ledger.cosignature import Ed25519Cosigner
from ledger.files import DirectoryStore
from ledger.keyfiles import witness_cosigner
from ledger.policy import parse_policy
from ledger.witness_app import Witness
from ledger.witness_client import Reply
from ledger.witness_errors import WitnessUnreachableError
from ledger.witness_state import create_state, open_state
from tests.ledger.make import AT_MS, ORIGIN, seed
from tests.ledger.shell import Shell, interrupted, opened, picture, started

NAME = "witness.example/w1"


@pytest.fixture
def book(tmp_path: Path) -> Shell:
    """A book, a witness key in `w` with its state in `s`."""
    shell = Shell(tmp_path).began()
    shell.good("keygen", str(tmp_path / "w"), "--witness", NAME)
    return shell


def words(shell: Shell, *more: str) -> tuple[str, ...]:
    return ("witness", "--state", f"{shell.folder}/s", "--keys", f"{shell.folder}/w", *more)


def followed(shell: Shell) -> tuple[str, ...]:
    return words(shell, "--policy", f"{shell.book}/policy", "--listen", "127.0.0.1:0")


def asking(shell: Shell, *urls: str) -> str:
    """A policy with a witness at each address; the first one is that of `shell`."""
    (vkey,) = (shell.folder / "w").glob("*.vkey")
    keys = [vkey.read_text().strip()]
    keys += [
        Ed25519Cosigner(f"{NAME}{at}", seed(f"{at}")).verifier_key.encode()
        for at in range(1, len(urls))
    ]
    named = [f"witness w{at} {keys[at]} {url}\n" for at, url in enumerate(urls)]
    path = shell.folder / "asking"
    path.write_text(Path(shell.book, "policy").read_text().split("quorum")[0] + "".join(named))
    with path.open("a") as file:
        file.write("quorum w0\n" if urls else "quorum none\n")
    return str(path)


def test_a_witness_gets_its_state_once_and_says_its_policy_line(book: Shell) -> None:
    said = book.good(*words(book, "--new")).splitlines()
    assert said[0] == f"gave {NAME} its state in {book.folder}/s; for a policy:"
    line = said[1].encode() + b"\nquorum w1\n"
    assert parse_policy(line).witnesses[0].key.name == NAME
    (vkey,) = (book.folder / "w").glob("*.vkey")
    assert said[1] == f"witness w1 {vkey.read_text().strip()}"
    book.refused("witness_state_exists", 6, *words(book, "--new"))


def test_a_witness_refuses_what_it_cannot_start_with(book: Shell) -> None:
    book.refused("usage", 2, *words(book))
    book.refused("witness_state_missing", 9, *followed(book))
    book.good(*words(book, "--new"))
    none = str(book.folder / "none")
    book.refused("read_input", 9, *words(book, "--policy", none))
    policy = ("--policy", f"{book.book}/policy")
    for address in ("7380", ":7380", "h:x", "h:65536", "h:\uff19", "h:" + "9" * 5000, "h:-1"):
        assert "HOST:PORT" in book.refused("usage", 2, *words(book, *policy, "--listen", address))
    empty = book.folder / "empty"
    empty.write_bytes(b"quorum none\n")
    assert "no log" in book.refused("usage", 2, *words(book, "--policy", str(empty)))
    other = ("witness", "--state", f"{book.folder}/s", "--keys")
    book.refused("read_input", 9, *other, none, "--new")
    assert "keygen --witness" in book.refused("usage", 2, *other, book.keys, "--new")
    book.refused("usage", 2, "keygen", none, "--witness", NAME, "--role", "entry")
    book.refused("usage", 2, "keygen", f"{book.book}/policy", "--witness", NAME)
    book.refused("key_name_malformed", 3, "keygen", none, "--witness", "a b")


def test_an_address_in_use_is_one_sentence(book: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    book.good(*words(book, "--new"))

    def serve(*_: Any) -> None:
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(cli_witness, "serve", serve)
    told = book.refused("listen", 11, *followed(book))
    assert told == "listen: The witness cannot listen on 127.0.0.1:0: Address already in use.\n"


def test_a_witness_follows_every_log_key_and_stops_on_ctrl_c(
    book: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.good(*words(book, "--new"))
    key = book.new_key("log")
    with Path(book.book, "policy").open("r+b") as file:
        text = file.read()
        file.seek(0)
        file.write(f"log {key}\n".encode() + text)
    logs: list[Any] = []

    def witness(state: Any, cosigners: Any, found: Any) -> Witness:
        logs.append(found)
        return Witness(state, cosigners, found)

    class Server:
        server_port = 4711

    def serve(application: Any, host: str, port: int, ready: Callable[[Any], None]) -> None:
        answered: list[str] = []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/add-checkpoint",
            "CONTENT_LENGTH": "1",
            "wsgi.input": io.BytesIO(b"x"),
        }
        application(environ, lambda status, _headers: answered.append(status))
        assert answered == ["400 Bad Request"]
        ready(Server())
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_witness, "Witness", witness)
    monkeypatch.setattr(cli_witness, "serve", serve)
    said = book.good(*followed(book))
    assert said == f"{NAME} listens on http://127.0.0.1:4711\n{NAME} stopped\n"
    assert len(logs[0][ORIGIN]) == 2


def test_a_witness_whose_output_is_gone_stops(book: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    book.good(*words(book, "--new"))

    def serve(*_: Any) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(cli_witness, "serve", serve)
    assert book.run(*followed(book)) == 141


def test_cosign_needs_somebody_to_ask_and_something_to_show(book: Shell) -> None:
    book.refused("usage", 2, "cosign", book.book, "--policy", asking(book))
    path = asking(book, "http://127.0.0.1:1")
    book.refused("no_book", 11, "cosign", f"{book.folder}/none", "--policy", path)
    empty = book.folder / "fresh"
    DirectoryStore.create(empty).close()
    book.refused("nothing_to_seal", 11, "cosign", str(empty), "--policy", path)


@pytest.fixture
def answering(book: Shell, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A witness that is asked without a network; every other address is down."""
    key_folder, state = book.folder / "w", book.folder / "s"
    (path,) = key_folder.glob("*.key")
    cosigner = witness_cosigner(path)
    create_state(state, key_folder, [cosigner.verifier_key], seed("state"))
    logs = cli_witness._logs(Path(book.book, "policy").read_bytes())
    one = Witness(open_state(state, key_folder, [cosigner.verifier_key]), [cosigner], logs)
    asked: list[str] = []

    def post(url: str, body: bytes) -> Reply:
        asked.append(url)
        if not url.startswith("http://up/"):
            raise WitnessUnreachableError(url=url, reason="down")
        answer = one.add_checkpoint(body, AT_MS // 1000)
        return Reply(answer.status, answer.content_type, answer.body)

    monkeypatch.setattr(cli_witness, "http_post", post)
    return asked


def test_a_witness_that_is_down_does_not_keep_the_others_from_signing(
    book: Shell, answering: list[str]
) -> None:
    path = asking(book, "http://up", "http://down")
    assert book.run("cosign", book.book, "--policy", path) == 9
    assert book.out == f"{NAME} cosigned size 1\n"
    assert book.err == "witness_unreachable: No answer from 'http://down/add-checkpoint': down.\n"
    both = [Path(book.book, each).read_bytes() for each in ("checkpoint", "checkpoints/1")]
    assert both[0] == both[1]
    assert NAME.encode() in both[0]
    before = picture(book.folder)
    assert book.run("cosign", book.book, "--policy", path) == 9
    assert picture(book.folder) == before
    assert book.run("verify", book.book, "--policy", path) == 0, book.out


def test_a_checkpoint_grows_and_is_cosigned_again(book: Shell, answering: list[str]) -> None:
    path = asking(book, "http://up")
    book.good("cosign", book.book, "--policy", path)
    book.append(opened("organiser:a"))
    book.checkpoint()
    assert book.run("verify", book.book, "--policy", path) == 4
    book.good("cosign", book.book, "--policy", path)
    assert book.run("verify", book.book, "--policy", path) == 0
    assert len(answering) == 3  # once; then from 0, then from the size that the witness named


def test_an_address_that_is_no_text_is_one_sentence(
    book: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(asking(book, "http://a"))
    path.write_bytes(path.read_bytes().replace(b"http://a", b"http://\xff"))
    words_ = ("cosign", book.book, "--policy", str(path))
    told = book.refused("witness_unreachable", 9, *words_)
    assert "No answer from" in told


def test_a_witness_and_a_book_over_loopback(book: Shell) -> None:
    """Two programs: the one cosigns, the other asks; a fork of the book gets nothing."""
    book.good(*words(book, "--new"))
    witness = started(*followed(book), cwd=book.folder)
    assert witness.stdout
    heard = witness.stdout.readline().decode()
    assert heard.startswith(f"{NAME} listens on http://127.0.0.1:")
    path = asking(book, heard.split()[-1])

    def cosign(expected: int) -> bytes:
        process = started("cosign", book.book, "--policy", path)
        out, err = process.communicate()
        assert process.returncode == expected, (out, err)
        return out + err

    rolled = {each: data for each, data in picture(Path(book.book)).items() if data is not None}
    assert cosign(0) == f"{NAME} cosigned size 1\n".encode()
    book.append(opened("organiser:a"))
    book.checkpoint()
    cosign(0)
    assert book.run("verify", book.book, "--policy", path) == 0
    for each in sorted(Path(book.book).rglob("*"), reverse=True):
        if each.is_file() and str(each) not in rolled:
            each.unlink()
    for name, data in rolled.items():
        Path(name).write_bytes(data)
    assert b"witness_ahead: " in cosign(6)
    book.append(opened("organiser:fork"))
    book.checkpoint()
    assert b"witness_fork: " in cosign(6)
    assert interrupted(witness) == 0
    out, err = witness.communicate()
    assert (out, err) == (f"{NAME} stopped\n".encode(), b"")


def test_lines_are_read_by_the_same_console(book: Shell) -> None:
    """`--policy -` is the console's standard input."""
    stdin = io.BytesIO(Path(book.book, "policy").read_bytes())
    out = io.BytesIO()
    console = Console(stdin, out, io.StringIO(), lambda: AT_MS, book.random)
    assert main(["verify", book.book, "--policy", "-"], console) == 0
