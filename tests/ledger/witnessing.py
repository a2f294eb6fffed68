"""Logs that fork, and a witness to try them on: builders and the other process of the tests.

Run as a program (`python -m tests.ledger.witnessing FOLDER TREE SIZE_MAX ORIGIN...`) it says
`ready`, waits for a line, submits each size to SIZE_MAX of that tree under each origin, and says
`<origin> <size> <status>` after each answer.
"""

import base64
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.simple_server import WSGIServer
from wsgiref.types import WSGIApplication

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import Ed25519Cosigner, MldsaCosigner
from ledger.merkle import consistency_proof, leaf_hash, root_from
from ledger.note import Ed25519Signer
from ledger.tiles import MemoryHashes
from ledger.witness import Response
from ledger.witness_app import Witness, serve
from ledger.witness_state import WitnessState, create_state, open_state
from tests.ledger.make import seed

ORIGIN = "weihai.example/book/1"
NOW = 1_795_305_600
NAME = "witness.example/w1"
ED25519 = Ed25519Cosigner(NAME, seed("witness ed25519"))
MLDSA = MldsaCosigner(NAME, seed("witness mldsa"))
COSIGNERS = (ED25519, MLDSA)
KEYS = tuple(each.verifier_key for each in COSIGNERS)
TREE_SIZE_MAX = 24
SHARED = 5
LOG_MLDSA = MldsaCosigner(f"{ORIGIN}/mldsa", seed("witnessed mldsa"))


def log_signer(origin: str = ORIGIN) -> Ed25519Signer:
    """The key of a log, by its origin."""
    return Ed25519Signer(origin, seed(f"witnessed {origin}"))


LOGS = {ORIGIN: [log_signer().verifier_key, LOG_MLDSA.verifier_key]}


class Tree:
    """A log's leaves: the first `shared` are those of every tree, the rest are its own."""

    def __init__(self, name: str, shared: int = SHARED, size_max: int = TREE_SIZE_MAX) -> None:
        self.leaves = [
            leaf_hash(f"{'all' if index < shared else name} {index}".encode())
            for index in range(size_max)
        ]
        self.hashes = MemoryHashes()
        for leaf in self.leaves:
            self.hashes.append(leaf)

    def head(self, size: int, origin: str = ORIGIN) -> Checkpoint:
        return Checkpoint(origin, size, root_from(self.hashes, size))

    def signed(self, size: int, origin: str = ORIGIN, *, mldsa: bool = False) -> bytes:
        cosigners = [LOG_MLDSA] if mldsa else []
        return sign_checkpoint(self.head(size, origin), [log_signer(origin)], cosigners, NOW)

    def proof(self, old_size: int, size: int) -> list[bytes]:
        return consistency_proof(self.hashes, old_size, size) if old_size <= size else []

    def request(self, old_size: int, size: int, origin: str = ORIGIN) -> bytes:
        """The right request from one size to another."""
        return request(old_size, self.proof(old_size, size), self.signed(size, origin))


HONEST, FORKED = Tree("honest"), Tree("forked")
TREES = {"honest": HONEST, "forked": FORKED}


def request(old_size: int, proof: Iterable[bytes], signed: bytes) -> bytes:
    """The body of add-checkpoint."""
    hashes = b"".join(base64.b64encode(one) + b"\n" for one in proof)
    return b"old %d\n%b\n%b" % (old_size, hashes, signed)


def folders(base: Path) -> tuple[Path, Path]:
    """The places of the state and of the key; the key's is made."""
    key_folder = base / "key"
    key_folder.mkdir(exist_ok=True)
    return base / "state", key_folder


def create(base: Path) -> None:
    """Give the witness its state."""
    create_state(*folders(base), KEYS, seed("state id"))


def opened(base: Path) -> WitnessState:
    return open_state(*folders(base), KEYS)


def witness(base: Path, origins: Iterable[str] = ()) -> Witness:
    """The witness over a state that exists; it follows ORIGIN and `origins`."""
    others = {origin: [log_signer(origin).verifier_key] for origin in origins}
    return Witness(opened(base), COSIGNERS, {**LOGS, **others})


def new_witness(base: Path, origins: Iterable[str] = ()) -> Witness:
    create(base)
    return witness(base, origins)


def settle(one: Witness, tree: Tree, size: int, origin: str = ORIGIN) -> list[Response]:
    """Submit as a client does: from 0, then from the size that a 409 names."""
    answers = [one.add_checkpoint(tree.request(0, size, origin), NOW)]
    if answers[0].status == 409:
        body = tree.request(int(answers[0].body), size, origin)
        answers.append(one.add_checkpoint(body, NOW))
    return answers


@contextmanager
def serving(application: WSGIApplication) -> Iterator[str]:
    """Serve on a free port of 127.0.0.1; the URL."""
    bound: list[WSGIServer] = []
    ready = threading.Event()

    def started(server: WSGIServer) -> None:
        bound.append(server)
        ready.set()

    thread = threading.Thread(target=serve, args=(application, "127.0.0.1", 0, started))
    thread.start()
    assert ready.wait(10)
    try:
        yield f"http://127.0.0.1:{bound[0].server_port}"
    finally:
        bound[0].shutdown()
        thread.join()


def main(base: str, name: str, size_max: str, *origins: str) -> None:
    """Be the other process."""
    one, tree = witness(Path(base), origins), TREES[name]
    print("ready", flush=True)  # noqa: T201 - the other process answers on its output
    sys.stdin.readline()
    for origin in origins:
        for size in range(1, int(size_max) + 1):
            answer = settle(one, tree, size, origin)[-1]
            print(origin, size, answer.status, flush=True)  # noqa: T201 - as above


if __name__ == "__main__":
    main(*sys.argv[1:])
