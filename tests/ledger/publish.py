"""A book as published files (docs/ledger-format.md T4), for the golden books."""

from collections.abc import Iterable

from ledger.checkpoint import read_checkpoint
from ledger.cosignature import Ed25519Cosigner, verify_cosignature
from ledger.keys import COSIGN
from ledger.merkle import inclusion_proof, leaf_hash
from ledger.note import Ed25519Signer, Note
from ledger.proof import TlogProof
from ledger.tiles import MemoryHashes, encode_bundle, tile_bytes, tiles_for
from tests.ledger.make import Maker, seed

TILE = 256
WITNESS = Ed25519Cosigner("witness.example/w1", seed("witness 1"))
STRANGER = Ed25519Signer("grease.example/unknown", seed("stranger"))


class Published:
    """The files of one book, by path; `old` are those of the committed directory, if any."""

    def __init__(self, maker: Maker, old: dict[str, bytes]) -> None:
        self.maker = maker
        self.old = old
        self.files: dict[str, bytes] = {}

    def checkpoint(self, size: int, at_seconds: int) -> None:
        """Sign and publish the tree of the first `size` entries with its tiles and bundles."""
        hashes = MemoryHashes()
        for note in self.maker.notes[:size]:
            hashes.append(leaf_hash(note))
        for tile in tiles_for(size):
            self.files[tile.path()] = tile_bytes(hashes, tile)
            if tile.level == 0:
                start = tile.index * TILE
                entries = self.maker.notes[start : start + tile.width]
                self.files[tile.bundle().path()] = encode_bundle(entries)
        data = self._sign(size, at_seconds)
        self.files[f"checkpoints/{size}"] = self.files["checkpoint"] = data
        self.hashes = hashes

    def prove(self, seqs: Iterable[int]) -> None:
        """Publish receipts against the newest checkpoint."""
        for seq in seqs:
            proof = inclusion_proof(self.hashes, seq, self.hashes.size)
            receipt = TlogProof(seq, tuple(proof), self.files["checkpoint"], None)
            self.files[f"{seq}.tlog-proof"] = receipt.encode()

    def policy(self) -> None:
        """Publish the policy: the log key and one witness that has to sign."""
        log = self.maker.keys.log.verifier_key.encode()
        witness = WITNESS.verifier_key.encode()
        self.files["policy"] = f"log {log}\nwitness w1 {witness}\nquorum w1\n".encode()

    def _sign(self, size: int, at_seconds: int) -> bytes:
        """All lines are made again but the ML-DSA one: randomised, it is taken from the file."""
        data = self.maker.log_at(size).checkpoint(
            [self.maker.keys.log], [self.maker.keys.cosign], at_seconds
        )
        checkpoint, note = read_checkpoint(data)
        lines = list(note.lines)
        old = self.old.get(f"checkpoints/{size}")
        if old is not None:
            lines[1] = read_checkpoint(old)[1].lines[1]
            (key,) = self.maker.book.keys.in_force(COSIGN, size)
            verify_cosignature(key, lines[1], checkpoint)
        lines += [WITNESS.cosign(checkpoint, at_seconds + 1), STRANGER.sign(note.text)]
        return Note(note.text, tuple(lines)).encode()
