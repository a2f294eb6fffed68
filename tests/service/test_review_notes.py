"""The one match over usual notes, against the exact reader: hostile bytes made of real notes."""

import random as seeded  # noqa: TID251 - a test's dice are thrown alike in every run
from dataclasses import replace
from typing import Any

from flask import Flask

from ledger import usual_note
from ledger.entry import NOTE_BYTES_MAX, decode
from ledger.errors import LedgerError
from ledger.note import parse_note
from ledger.transfer import FORMS
from tests.ledger.make import pending
from tests.service.books import COMMUNITY, award, funded, member, notes, request
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.rules.requests import NewEntry


def exact(note: bytes) -> Any:
    try:
        parsed = parse_note(note, bytes_max=NOTE_BYTES_MAX)
        entry = decode(parsed.text)
    except LedgerError:
        return None
    return entry, parsed


def test_no_usual_note_is_read_otherwise_than_the_exact_reader_does(app: Flask) -> None:
    """Bytes of real notes, changed, cut and mixed: what the one match takes in, both read alike."""
    funded()
    append(COMMUNITY, request("a"), [replace(award(), day=20261122, tier=1, refs=[1, 2])])
    append(COMMUNITY, request("b"), [NewEntry("note.example", {"a": {"b": "x"}, "c": [1, "x"]})])
    hide = {"service": "0" * 64, "person.giver": "1" * 64}
    held = pending("fund:f1", f"wallet:{member(1)}:f1:202712", 4, timeout_seconds=60)
    (made,) = append(
        COMMUNITY, request("c"), [NewEntry("hold.example", {}, commitments=hide, transfers=[held])]
    )
    ends = [{"amount": 3, "code": "kept", "post": [made.seq, 0]}]
    append(COMMUNITY, request("d"), [NewEntry("kept.example", {"n": -5}, transfers=ends)])
    rng = seeded.Random(7)  # noqa: S311 - nothing here is a secret
    sources = [note for note in notes() if usual_note.read(note) is not None]
    pieces = [b'"', b"{", b"}", b",", b":", b"0", b"-1", b"\\", b"\n", b" ", b"[]", b"{}", b"\xe2"]
    pieces += [b'"a":1,', b',"a":1', b"1e3", b"00", b"1.0", b"null", b"9007199254740993", b"\x7f"]
    taken = 0
    assert len(sources) >= 4
    for _ in range(6_000):
        note = bytearray(rng.choice(sources))
        for _change in range(rng.randint(1, 2)):
            at = rng.randrange(len(note))
            size = rng.choice([0, 0, 1, 1, 2, 5])
            other = rng.choice(sources)
            start = rng.randrange(len(other))
            cut = other[start : start + rng.randint(1, 20)]
            note[at : at + size] = rng.choice([*pieces, cut, cut, cut, bytes([rng.randrange(256)])])
        usual = usual_note.read(bytes(note))
        if usual is None:
            continue
        taken += 1
        both = exact(bytes(note))
        assert both is not None, bytes(note)
        entry, parsed = both
        fields, signature = usual
        (line,) = parsed.lines
        assert fields[:5] == (entry.book, entry.seq, entry.id, entry.at_ms, entry.kind)
        assert fields[5:12] == (
            tuple(entry.actor),
            entry.day,
            tuple(entry.rule) if entry.rule else None,
            entry.tier,
            entry.refs,
            [(FORMS.index(type(each)), tuple(each)) for each in entry.transfers],
            entry.document,
        )
        assert (fields[12], fields[13], signature) == (line.name, line.key_id, line.signature)
    assert taken > 100
