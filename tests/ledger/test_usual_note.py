"""The quick reader of usual notes: whatever it takes, the exact reader takes, as the same entry.

The exact one, `parse_note` and `entry.decode`, is the format; the quick one only saves its time.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import canonical, kinds, usual_note
from ledger.entry import NOTE_BYTES_MAX, Entry, decode
from ledger.note import Ed25519Signer, SignatureLine, parse_note
from ledger.verify_bundles import entry_of
from tests.ledger.make import ANNA, AT_MS, BO, ORIGIN, SYSTEM, digest, pending, person, plain, seed

SIGNER = Ed25519Signer(f"{ORIGIN}/entry", seed("entry"))
WALLET = f"wallet:{ANNA}:f1:202711"
SMALLEST: dict[str, Any] = {
    "actor": SYSTEM,
    "at": AT_MS,
    "book": ORIGIN,
    "data": {},
    "id": person("an entry"),
    "kind": "test.made",
    "seq": 70,
    "v": 1,
}
FULL: dict[str, Any] = {
    **SMALLEST,
    "actor": {"account": ANNA, "for": BO, "role": "staff"},
    "commitments": {"name": digest("n"), "note": digest("m")},
    "data": {"a": 'x \\ " y', "b": {"c": [1, -2, "z"]}, "n": -5},
    "day": 20261122,
    "document": digest("d"),
    "refs": [0, 69, 7],
    "rule": {"clause": "clause-3.2", "convention": digest("c")},
    "tier": 4,
    "transfers": [
        plain("fund:f1", WALLET, 100),
        pending("fund:f1", WALLET, 100, 3600),
        pending("hours:x", WALLET, 10**15 - 1, unit="minutes"),
        {"amount": 5, "code": "part", "post": [3, 0]},
        {"code": "back", "void": [0, 12]},
    ],
}
MOVED = {**SMALLEST, "data": {"after": 1325, "before": 1200}, "transfers": FULL["transfers"][:1]}
OPERATOR = {**SMALLEST, "actor": {"account": "operator:12", "role": "operator"}, "seq": 0}
USUAL = [SMALLEST, FULL, MOVED, OPERATOR]


def note_of(value: Any) -> bytes:
    """The note of an entry, whatever is wrong with it."""
    text = canonical.spell(value) + b"\n"
    return text + b"\n" + SIGNER.sign_line_bytes(text)


def takes(note: bytes) -> bool:
    """Whether the quick reader takes a note; then the exact one must read the same."""
    found = usual_note.read(note)
    if found is None:
        return False
    fields, signature = found
    exact = parse_note(note, bytes_max=NOTE_BYTES_MAX)
    entry = decode(exact.text)
    quick, line = entry_of(fields)
    assert exact.lines == (SignatureLine(line.name, line.key_id, signature),)
    assert repr(bare(quick)) == repr(bare(entry))  # with the types of all fields
    assert kinds.check_data(entry) is None
    assert not entry.kind.endswith(kinds.PAIR_ENDINGS)
    return True


def bare(entry: Entry) -> Entry:
    """An entry without what the quick reader leaves out."""
    return entry._replace(data={}, value={}, commitments={})


@pytest.mark.parametrize("value", USUAL)
def test_usual_notes_are_taken(value: dict[str, Any]) -> None:
    assert takes(note_of(value))


BYTES = b'0123456789abfzABZ_.:-/+="\\{}[], \n\t\0\x7f\x80\xe2\xff'


@pytest.mark.untraced
@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.soak)])
@pytest.mark.parametrize("value", USUAL)
def test_every_byte_of_a_note_changed(value: dict[str, Any], step: int) -> None:
    """C6, N1: one byte deleted, replaced or inserted anywhere; a fourth of the bytes by turns."""
    note = note_of(value)
    for at in range(len(note) + 1):
        takes(note[:at] + note[at + 1 :])
        for byte in BYTES[at % step :: step]:
            takes(note[:at] + bytes([byte]) + note[at + 1 :])
            takes(note[:at] + bytes([byte]) + note[at:])


def many(count: int) -> dict[str, str]:
    """Commitments under that many names."""
    return {f"n{number:02}": digest("n") for number in range(count)}


def nested(depth: int) -> Any:
    """A list in lists."""
    value: Any = []
    for _ in range(depth - 1):
        value = [value]
    return value


TAKEN: list[dict[str, Any]] = [
    {"commitments": many(16)},
    {"refs": list(range(64))},
    {"transfers": FULL["transfers"][:1] * 64},
    {"data": {"a": nested(10)}},
    {"data": {"a": "x" * 4096}},
    {"data": {"a": 2**53 - 1, "b": 1 - 2**53}},
]
LEFT: list[dict[str, Any]] = [
    {"commitments": many(17)},
    {"commitments": {}},
    {"commitments": {"A": digest("n")}},
    {"refs": list(range(65))},
    {"refs": [70]},
    {"refs": [1, 1]},
    {"refs": [[0, 1]]},
    {"transfers": FULL["transfers"][:1] * 65},
    {"transfers": []},
    {"transfers": [plain("a:b", "c:d", 0)]},
    {"transfers": [plain("a:b", "c:d", 2**53)]},
    {"transfers": [plain("a:b", "c:d", 1, unit="apples")]},
    {"transfers": [pending("a:b", "c:d", 1, 315_360_001)]},
    {"data": {"a": nested(11)}},
    {"data": {"a": "x" * 4097}},
    {"data": {"a": 2**53}},
    {"data": {"a": None}},
    {"data": {"a": 1.5}},
    {"data": {"é": 1}},
    {"data": {"": 1}},
    {"data": {"k" * 65: 1}},
    {"data": {f"{number:03}": 1 for number in range(257)}},
    {"data": {f"{number:02}": "x" * 4096 for number in range(8)}},
    {"day": 20260230},
    {"day": 20261122, "rule": {"clause": "a", "convention": "b"}},
    {"rule": {"clause": "a", "convention": digest("c")}},
    {"tier": 5},
    {"at": AT_MS + 1},
    {"seq": -1},
    {"seq": 2**53},
    {"v": 2},
    {"book": "a/b"},
    {"book": "a.example/b/01"},
    {"kind": "made"},
    {"kind": "made..twice"},
    {"kind": "book.burnt"},
    {"kind": "key.lost"},
    {"kind": "clock.reset"},
    {"kind": "hours.example.approved"},
    {"actor": {"account": "system:jobs", "role": "staff"}},
    {"actor": {"account": "system:jobs", "role": "operator"}},
    {"actor": {"account": ANNA, "role": "system"}},
    {"actor": {"account": "nobody", "role": "staff"}},
    {"later": 1},
]


@pytest.mark.parametrize("change", TAKEN)
def test_values_at_the_caps_are_taken(change: dict[str, Any]) -> None:
    assert takes(note_of({**SMALLEST, **change}))


@pytest.mark.parametrize("change", LEFT)
def test_values_that_need_a_closer_look(change: dict[str, Any]) -> None:
    """C1 to C5, E2, E3, U1, U3: refused, of a kind with rules of its own, or too rare."""
    assert not takes(note_of({**SMALLEST, **change}))


SPELLINGS = [
    ('"n":-5', '"n":-05'),
    ('"n":-5', '"n":-0'),
    ('"n":-5', '"n":-5.0'),
    ('"n":-5', '"n":-5e0'),
    ('"n":-5', '"n":-5,"n":-5'),
    ('"n":-5', '"m":-5,"l":1'),
    ('"n":-5', '"n":-5 '),
    ('"n":-5', '"n":true'),
    ('"n":-5', '"n":"\\u0041"'),
    ('"n":-5', '"n":"\\/"'),
    ('"n":-5', '"n":"\\n"'),
    ('"n":-5', '"n":"}"'),
    ('"n":-5', '"n":-5},"data":{"n":1'),
    ('"seq":70', '"seq":070'),
    ('"seq":70', '"seq":70,"seq":70'),
    ('"seq":70', '"seq":7e1'),
    ('"seq":70', '"seq":70.0'),
    ('"seq":70', '"seq":9007199254740991'),
    ('"amount":100', '"amount":9007199254740991'),
    ('"amount":100', '"amount":9007199254740992'),
    ('"amount":100', '"amount":0100'),
    ('"tier":4', '"tier":04'),
    ('"name":', '"note":'),
    ('"name":', '"zzzz":'),
    ('"v":1}', '"v":1} '),
    ('"v":1}\n', '"v":1}\r\n'),
    ('"v":1}\n', '"v":1}\n\n'),
    ('"v":1', '"v":1,"w":1'),
    ('"v":1', '"v":01'),
    ('{"actor"', ' {"actor"'),
    ('"role":"staff"', '"role":"st\\u0061ff"'),
    ("— ", "- "),
    ("— ", "—  "),
    ("/entry ", "/entry+"),
    ("/entry ", "/entr\u00ff "),
    ("/entry ", "/other "),
]


@pytest.mark.parametrize(("old", "new"), SPELLINGS)
def test_other_spellings(old: str, new: str) -> None:
    """C2 to C4, C6, N1: never taken where the exact reader refuses."""
    text = note_of(FULL).decode()
    assert old in text
    takes(text.replace(old, new, 1).encode())


def test_other_signatures() -> None:
    """N1, N4: two lines, and signatures of other lengths, are left to the exact reader."""
    note = note_of(SMALLEST)
    text, line = note.split(b"\n\n")
    assert not takes(note + line)
    assert not takes(text + b"\n\n")
    for length in range(70):
        short = SignatureLine(f"{ORIGIN}/entry", b"abcd", bytes(length)).encode()
        assert takes(text + b"\n\n" + short) is (length == 64)


PIECES = [
    *("", "0", "1", "-1", "00", "000", "9007199254740991", "9007199254740992"),
    *('"', "\\", '\\"', "\\u0041", "{", "}", "[", "]", ",", ":", " ", "\n", "é", "—", "\x7f", "\0"),
    *('"a":1', '"z":"y"', '{"a":{"b":1}}', "{}", '"day":20261122', '"tier":1', '"refs":[1]'),
    *(',"v":1', '"for":"x"', "system", "operator", ".approved", "key."),
]
EDIT = st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(PIECES))


@given(st.sampled_from(USUAL), st.lists(EDIT, min_size=1, max_size=4))
def test_random_edits(value: dict[str, Any], edits: list[tuple[float, int, str]]) -> None:
    """C6: whatever was cut out and put in."""
    note = note_of(value)
    for where, length, piece in edits:
        at = int(where * len(note))
        note = note[:at] + piece.encode() + note[at + length :]
    takes(note)


VALUES = st.recursive(
    st.integers(-(2**53), 2**53) | st.text(max_size=8) | st.sampled_from([None, True, 1.5]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(
    st.sampled_from(USUAL),
    st.dictionaries(st.sampled_from([*FULL, "later"]), VALUES, max_size=2),
    st.dictionaries(st.text(max_size=6), VALUES, max_size=4),
)
def test_random_values(
    value: dict[str, Any], changes: dict[str, Any], data: dict[str, Any]
) -> None:
    """C1 to C5, E3: whatever stands in `data` and in the place of other values."""
    takes(note_of({**value, "data": data, **changes}))
