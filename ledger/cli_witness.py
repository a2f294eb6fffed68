"""Commands about witnesses: run one, ask those of a policy."""

from argparse import Namespace
from pathlib import Path
from wsgiref.simple_server import WSGIServer
from wsgiref.types import WSGIApplication

from ledger.checkpoint import read_checkpoint
from ledger.cli_errors import ListenError, UsageError
from ledger.console import Console
from ledger.errors import LedgerError
from ledger.files import CHECKPOINT, DirectoryStore
from ledger.keyfiles import WITNESS, key_paths, witness_cosigner
from ledger.note import VerifierKey
from ledger.policy import (
    parse_policy,
)
from ledger.report import exit_code
from ledger.store_errors import NothingToSealError
from ledger.tiles import TileHashes
from ledger.witness_app import Witness, app
from ledger.witness_client import cosign as ask_witness
from ledger.witness_http import http_post
from ledger.witness_server import serve
from ledger.witness_state import STATE_ID_BYTES, create_state, open_state

PORT_MAX = 65_535
PORT_DIGITS_MAX = 5


def witness(words: Namespace, console: Console) -> int:
    """Give a witness its state (--new), or answer add-checkpoint until stopped."""
    keys, state = Path(words.keys), Path(words.state)
    cosigners = [witness_cosigner(path) for path in key_paths(keys, WITNESS)]
    if not cosigners:
        raise UsageError(problem=f"{keys} holds no witness key; make one with keygen --witness")
    verifiers = [cosigner.verifier_key for cosigner in cosigners]
    name = verifiers[0].name
    if words.new:
        create_state(state, keys, verifiers, console.random(STATE_ID_BYTES))
        console.say(f"gave {name} its state in {state}; for a policy:")
        for number, key in enumerate(verifiers, 1):
            console.say(f"witness w{number} {key.encode()}")
        return 0
    if not words.policy:
        raise UsageError(problem="name the logs to follow with --policy")
    logs = _logs(console.read_file(words.policy))
    host, port = _address(words.listen)
    opened = Witness(open_state(state, keys, verifiers), cosigners, logs)
    application = app(opened, lambda: console.clock_ms() // 1000)
    try:
        _serve(application, host, port, name, console)
    except KeyboardInterrupt:
        console.say(f"{name} stopped")
    return 0


def _serve(application: WSGIApplication, host: str, port: int, name: str, console: Console) -> None:
    """Listen until stopped. Raises: ListenError (store), as `Console.write`."""

    def ready(server: WSGIServer) -> None:
        console.say(f"{name} listens on http://{host}:{server.server_port}")

    try:
        serve(application, host, port, ready)
    except BrokenPipeError:  # of our own output
        raise
    except OSError as problem:
        raise ListenError(address=f"{host}:{port}", reason=problem.strerror or problem) from None


def cosign(words: Namespace, console: Console) -> int:
    """Ask the policy's witnesses to cosign the newest checkpoint, and publish their lines.

    A witness that refuses does not keep the others from being asked.
    """
    policy = parse_policy(console.read_file(words.policy))
    asked = [(each.key, each.url) for each in policy.witnesses if each.url]
    if not asked:
        raise UsageError(problem="the policy names no witness with an address")
    code = 0
    with DirectoryStore(Path(words.folder)) as store:
        data = old = store.published.read(CHECKPOINT) if store.head() else None
        if data is None:
            raise NothingToSealError(origin=words.folder)
        size = read_checkpoint(data)[0].size
        hashes = TileHashes(store.published.read, size)
        for key, url in asked:
            try:
                data = ask_witness(data, hashes, url.decode("utf-8", "replace"), [key], http_post)
                console.say(f"{key.name} cosigned size {size}")
            except LedgerError as problem:
                console.tell(f"{problem.code}: {problem}")
                code = code or exit_code(problem)
        if data != old:
            store.put(f"checkpoints/{size}", data)
            store.put(CHECKPOINT, data)
    return code


def _logs(policy: bytes) -> dict[str, list[VerifierKey]]:
    """The keys of a policy's logs, by origin."""
    logs: dict[str, list[VerifierKey]] = {}
    for log in parse_policy(policy).logs:
        logs.setdefault(log.key.name, []).append(log.key)
    if not logs:
        raise UsageError(problem="the policy lists no log to follow")
    return logs


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    digits = port.isascii() and port.isdecimal() and len(port) <= PORT_DIGITS_MAX
    if not host or not digits or int(port) > PORT_MAX:
        raise UsageError(problem="--listen is HOST:PORT")
    return host, int(port)
