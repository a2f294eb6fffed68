"""Published books under the eyes of `metamorphic-log`: checkpoints and proofs, in Rust.

It knows Ed25519 notes (type 0x01) only and raises on keys of other types (0x04, 0x06), so it is
shown the log's keys alone and ignores the other lines.
"""

import base64
import re
from itertools import pairwise
from typing import Any

import pytest

from ledger.checkpoint import read_checkpoint
from ledger.merkle import consistency_proof, inclusion_proof, leaf_hash
from ledger.tiles import TileHashes
from tests.ledger.foreign.published import CHECKPOINTS, notes_of, vkeys_of
from tests.ledger.foreign.tools import module
from tests.ledger.golden import FOLDER
from tests.ledger.make import ORIGIN, Keys
from tests.ledger.publish import WITNESS


class Shown:
    """A golden book as the other program sees it: its checkpoints, its keys and our proofs."""

    def __init__(self, name: str) -> None:
        self.directory = FOLDER / name
        self.vkeys = vkeys_of(name)
        self.sizes = CHECKPOINTS[name]
        self.checkpoints = {size: self._checkpoint(size) for size in self.sizes}
        self.leaves = [leaf_hash(note) for note in notes_of(self.directory, self.sizes[-1])]
        self.newest = self.checkpoints[self.sizes[-1]]

    def hashes(self, size: int) -> TileHashes:
        """The tiles of one size."""
        return TileHashes(lambda path: (self.directory / path).read_bytes(), size)

    def path(self, seq: int, size: int) -> list[bytes]:
        """The inclusion proof of an entry."""
        return inclusion_proof(self.hashes(size), seq, size)

    def between(self, older_size: int, size: int) -> list[bytes]:
        """The consistency proof of two sizes."""
        return consistency_proof(self.hashes(size), older_size, size)

    def _checkpoint(self, size: int) -> str:
        return (self.directory / "checkpoints" / str(size)).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rust() -> Any:
    """The other program; without it these tests fail."""
    return module("metamorphic_log", "metamorphic-log")


@pytest.fixture(scope="module", params=["first", "many", "saturday", "villages/united"])
def shown(request: pytest.FixtureRequest) -> Shown:
    """A golden book."""
    return Shown(request.param)


def refuses(rust: Any, function: str, *arguments: object) -> str:
    """It refuses; why."""
    with pytest.raises(rust.VerifyError) as caught:
        getattr(rust, function)(*arguments)
    return str(caught.value)


def flip(data: bytes, position: int = -1) -> bytes:
    """The same bytes but for one bit."""
    changed = bytearray(data)
    changed[position] ^= 1
    return bytes(changed)


def other_root(note: str) -> list[str]:
    """The note with each character of its root line changed in turn."""
    start = [found.end() for found in re.finditer("\n", note)][1]
    end = note.index("\n", start)
    text = note.encode()
    return [flip(text, position).decode() for position in range(start, end)]


def test_checkpoints(rust: Any, shown: Shown) -> None:
    """It reads of every checkpoint what we read, and refuses each other root."""
    for size, note in shown.checkpoints.items():
        ours, _ = read_checkpoint(note.encode())
        theirs = rust.checkpoint_verify(note, shown.vkeys)
        assert (theirs.origin, theirs.size, theirs.root) == (ours.origin, size, ours.root)
        assert theirs.extensions == []
        for changed in other_root(note):
            assert "invalid signature" in refuses(rust, "checkpoint_verify", changed, shown.vkeys)


def test_inclusion(rust: Any, shown: Shown) -> None:
    """Every entry is in the newest tree; another entry, place or path is not."""
    size = shown.sizes[-1]
    for seq, leaf in enumerate(shown.leaves):
        path = shown.path(seq, size)

        def claim(
            leaf: bytes = leaf, seq: int = seq, path: list[bytes] = path
        ) -> tuple[object, ...]:
            return shown.newest, shown.vkeys, seq, leaf, path

        rust.checkpoint_verify_inclusion(*claim())
        for wrong in (
            claim(leaf=flip(leaf)),
            claim(seq=(seq + 1) % size),
            claim(path=path[:-1]),
            claim(path=[*path, leaf]),
            *(claim(path=[*path[:at], flip(path[at]), *path[at + 1 :]]) for at in range(len(path))),
        ):
            refuses(rust, "checkpoint_verify_inclusion", *wrong)


@pytest.mark.parametrize("name", ["first", "many", "saturday"])
def test_consistency(rust: Any, name: str) -> None:
    """Each checkpoint extends each older one; with any byte of the proof changed it does not."""
    shown = Shown(name)
    for older_size, size in [*pairwise(shown.sizes), (shown.sizes[0], shown.sizes[-1])]:
        older, newer = shown.checkpoints[older_size], shown.checkpoints[size]
        proof = shown.between(older_size, size)
        rust.checkpoint_verify_consistency(older, newer, shown.vkeys, proof)
        for changed in other_root(older):
            refuses(rust, "checkpoint_verify_consistency", changed, newer, shown.vkeys, proof)
        refuses(rust, "checkpoint_verify_consistency", newer, older, shown.vkeys, proof)
        for at in range(len(proof)):
            wrong = [*proof[:at], flip(proof[at]), *proof[at + 1 :]]
            refuses(rust, "checkpoint_verify_consistency", older, newer, shown.vkeys, wrong)


def test_a_fork(rust: Any) -> None:
    """An older root that the newer tree does not extend, however it came to be signed."""
    shown = Shown("many")
    older_size, size = shown.sizes[0], shown.sizes[-1]
    roots = {each: base64.b64decode(shown.checkpoints[each].split("\n")[2]) for each in shown.sizes}
    proof = shown.between(older_size, size)
    rust.verify_consistency(older_size, size, proof, roots[older_size], roots[size])
    for changed in (
        (flip(roots[older_size]), roots[size]),
        (roots[older_size], flip(roots[size])),
    ):
        refuses(rust, "verify_consistency", older_size, size, proof, *changed)


def test_a_flipped_byte_in_a_tile(rust: Any) -> None:
    """Proofs made from a changed tile are refused, for every entry that needs the hash."""
    shown = Shown("first")
    size = shown.sizes[-1]
    name = f"tile/0/000.p/{size}"
    changed = flip((shown.directory / name).read_bytes(), 0)
    hashes = TileHashes({name: changed}.__getitem__, size)
    for seq in range(1, size):  # the path of entry 0 does not hold its own hash
        path = inclusion_proof(hashes, seq, size)
        where = (shown.newest, shown.vkeys, seq, shown.leaves[seq], path)
        refuses(rust, "checkpoint_verify_inclusion", *where)


def test_keys_of_other_types(rust: Any) -> None:
    """What this verifier cannot read, it refuses; and a key that did not sign, too."""
    shown = Shown("many")
    keys = Keys(ORIGIN)
    for key, why in (
        (WITNESS.verifier_key, "0x04"),
        (keys.cosign.verifier_key, "0x06"),
        (keys.log.verifier_key, "no verifiable signature"),
    ):
        assert why in refuses(rust, "checkpoint_verify", shown.newest, [key.encode()])
