"""A reader that shares no code with `ledger/`: docs/ledger-format.md, read by a stranger."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

GOLDEN = Path(__file__).parent / "vectors" / "golden"
BOOKS = ["first", "handover/1", "handover/2", "many", "saturday", "villages/east"]
BOOKS += ["villages/west", "villages/united"]


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root(leaves[:half]) + root(leaves[half:])).digest()


def entries(folder: Path, size: int) -> list[bytes]:
    """The leaves of a book, out of its bundles."""
    found: list[bytes] = []
    for start in range(0, size, 256):
        width = min(256, size - start)
        name = f"{start // 256:03}" + ("" if width == 256 else f".p/{width}")
        data = (folder / "tile" / "entries" / name).read_bytes()
        while data:
            length = int.from_bytes(data[:2], "big")
            found.append(data[2 : 2 + length])
            data = data[2 + length :]
    return found


def signed_by(note: bytes, vkeys: list[str]) -> int:
    """How many of a note's signatures are of these Ed25519 keys."""
    text, lines = note.rsplit(b"\n\n", 1)
    good = 0
    for line in lines.decode().splitlines():
        name, signature = line[2:].split(" ")
        raw = base64.b64decode(signature)
        for vkey in vkeys:
            key_name, _, material = vkey.split("+", 2)
            public = base64.b64decode(material)
            key_id = hashlib.sha256(key_name.encode() + b"\n" + public).digest()[:4]
            if (name, raw[:4]) == (key_name, key_id):
                Ed25519PublicKey.from_public_bytes(public[1:]).verify(raw[4:], text + b"\n")
                good += 1
    return good


@pytest.mark.parametrize("name", BOOKS)
def test_a_stranger_finds_the_same_root(name: str) -> None:
    """Root, signatures and canonical text of every golden book, by 60 lines of other code."""
    folder = GOLDEN / name
    origin, size, root_text = (folder / "checkpoint").read_text().splitlines()[:3]
    notes = entries(folder, int(size))
    leaves = [hashlib.sha256(b"\x00" + note).digest() for note in notes]
    assert base64.b64encode(root(leaves)).decode() == root_text
    values = [json.loads(note.split(b"\n")[0]) for note in notes]
    opened = values[0]["data"]["keys"]
    added = [value["data"]["key"] for value in values if value["kind"] == "key.added"]
    keys = [key for key in [opened["entry"], opened["recovery"], *added] if "/mldsa+" not in key]
    for seq, (note, value) in enumerate(zip(notes, values, strict=True)):
        spelled = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
        assert note.startswith(spelled + b"\n\n")
        assert (value["book"], value["seq"]) == (origin, seq)
        assert signed_by(note, keys) == note.count("\n— ".encode())
    with pytest.raises(InvalidSignature):
        signed_by(notes[0].replace(b"book", b"cook", 1), keys)
