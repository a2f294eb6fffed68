"""Commitments (format §4, M1 and M2): the bytes of a payload, and the HMAC over them.

`vectors/payloads.json` is for other implementations; `python -m tests.ledger.test_commitment`
writes it anew, and a test compares it with what is computed here.
"""

import hmac
import json
import unicodedata
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger import commitment
from ledger.entry import entry_id
from ledger.errors import LedgerError, MalformedError, ProofError
from tests.ledger.make import ORIGIN, SYSTEM, seed

VECTORS = Path(__file__).parent / "vectors" / "payloads.json"
MAX = 2**53 - 1
BYTES_MAX = 65_536
ENTRY_ID = entry_id(ORIGIN, SYSTEM["account"], "vectors", 0)
OPENING = seed("opening")
PAYLOAD = '{"姓名":"王小明"}'.encode()
GOOD = commitment.commit(OPENING, ORIGIN, ENTRY_ID, "name", PAYLOAD)

# Each value with its payload, written out by hand; what a text editor hides stands as an escape.
PAYLOADS: dict[str, tuple[Any, str]] = {
    "empty object": ({}, "{}"),
    "empty array": ([], "[]"),
    "empty string": ("", '""'),
    "zero": (0, "0"),
    "greatest and least": ([MAX, -MAX], "[9007199254740991,-9007199254740991]"),
    "name": ({"姓名": "王小明", "name": "Wang"}, '{"name":"Wang","姓名":"王小明"}'),
    "rare name": ({"name": "\U00020bb7野\U00030ede"}, '{"name":"\U00020bb7野\U00030ede"}'),
    "middle dot": ("买买提·吐尔逊", '"买买提·吐尔逊"'),
    "keys by UTF-16": (
        {"\uff5e": 1, "\U00020000": 2, "\ud7ff": 3, "\ue000": 4},
        '{"\ud7ff":3,"\U00020000":2,"\ue000":4,"\uff5e":1}',
    ),
    "keys alike": ({"ab": 1, "a": 2, "": 3, "A": 4}, '{"":3,"A":4,"a":2,"ab":1}'),
    "short escapes": ('\b\t\n\f\r"\\', '"\\b\\t\\n\\f\\r\\"\\\\"'),
    "long escapes": ("\0\x01\x0b\x1f", '"\\u0000\\u0001\\u000b\\u001f"'),
    "no escapes": ("/'<>&\x7f\x80\u2028\ufeff", '"/\'<>&\x7f\x80\u2028\ufeff"'),
    "emoji": (["😀", "👩\u200d👩\u200d👧", "🇨🇳"], '["😀","👩\u200d👩\u200d👧","🇨🇳"]'),
    "composed": ("é ñ ü 각", '"é ñ ü 각"'),
    "nested": ({"b": [{"d": [], "c": [1, "x"]}], "a": {}}, '{"a":{},"b":[{"c":[1,"x"],"d":[]}]}'),
}

scalars = st.characters(exclude_categories=["Cs"])
texts = st.text(scalars, max_size=8).map(lambda text: unicodedata.normalize("NFC", text))
values = st.recursive(
    texts | st.integers(-MAX, MAX),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)


def vectors() -> list[dict[str, Any]]:
    """The vectors: fixed openings, one name each."""
    made = []
    for number, (title, (value, payload)) in enumerate(PAYLOADS.items()):
        opening, name = seed(f"opening {number}"), title.lower().replace(" ", "_").replace("-", "")
        data = payload.encode()
        made.append(
            {
                "title": title,
                "value": value,
                "payload_hex": data.hex(),
                "opening_hex": opening.hex(),
                "origin": ORIGIN,
                "id": ENTRY_ID,
                "name": name,
                "commitment": by_hand(opening, ORIGIN, ENTRY_ID, name, data),
            }
        )
    return made


def vectors_text() -> str:
    """The file of vectors: ASCII, so that no editor changes a character."""
    return json.dumps(vectors(), indent=2, ensure_ascii=True) + "\n"


def by_hand(opening: bytes, origin: str, number: str, name: str, payload: bytes) -> str:
    """M2, word by word."""
    message = b"vc/commitment/v1\n" + f"{origin}\n{number}\n{name}\n".encode() + payload
    return hmac.new(opening, message, sha256).hexdigest()


def refusal(call: Callable[..., object], *arguments: Any) -> tuple[str, dict[str, object]]:
    """The code and place of a refusal that has a sentence in both languages."""
    with pytest.raises(LedgerError) as caught:
        call(*arguments)
    error = caught.value
    assert isinstance(error, ProofError if error.code == "commitment_mismatch" else MalformedError)
    assert error.sentence() == error.sentence("en") == str(error) != error.sentence("zh") != ""
    return error.code, error.where


@pytest.mark.parametrize(("value", "payload"), PAYLOADS.values(), ids=PAYLOADS)
def test_the_bytes_of_a_payload(value: object, payload: str) -> None:
    """M1: written by hand, by us and by another library alike."""
    assert commitment.encode_payload(value) == payload.encode()
    assert rfc8785.dumps(value) == payload.encode()  # type: ignore[arg-type] # a JSON value


def test_the_vectors_are_what_is_computed() -> None:
    """M2: the published vectors, made anew; the commitment of each is ours too."""
    assert VECTORS.read_text(encoding="ascii") == vectors_text()
    for vector in json.loads(vectors_text()):
        payload = commitment.encode_payload(vector["value"])
        opening = bytes.fromhex(vector["opening_hex"])
        assert payload.hex() == vector["payload_hex"]
        place = (vector["origin"], vector["id"], vector["name"], payload)
        assert commitment.commit(opening, *place) == vector["commitment"]
        commitment.check(vector["commitment"], opening, *place)


@given(values)
def test_any_payload_is_that_of_rfc8785(value: object) -> None:
    """M1: and reading the bytes as JSON gives the value back."""
    payload = commitment.encode_payload(value)
    assert payload == rfc8785.dumps(value)  # type: ignore[arg-type] # a JSON value
    assert json.loads(payload) == value


class Text(str):
    __slots__ = ()


class Number(int):
    pass


NUMBER, PAIR = "a number outside ±(2^53 - 1)", "half of a character pair"
REFUSED: list[tuple[Any, str]] = [
    (MAX + 1, NUMBER),
    ([-MAX - 1], NUMBER),
    ({"a": 10**30}, NUMBER),
    ("\ud800", PAIR),
    (["a\udfff"], PAIR),
    ({"a": "\udbff\udfff"}, PAIR),
    ({"\ud800": 1}, PAIR),
    ({1: 1}, "a key that is no text"),
    ({None: 1}, "a key that is no text"),
    ({b"a": 1}, "a key that is no text"),
    ([{Text("a"): 1}], "a key that is no text"),
    (1.0, "float has no form here"),
    ([float("nan")], "float has no form here"),
    (None, "NoneType has no form here"),
    ({"a": True}, "bool has no form here"),
    (b"a", "bytes has no form here"),
    ((1, 2), "tuple has no form here"),
    (Text("a"), "Text has no form here"),
    ([Number(1)], "Number has no form here"),
]


@pytest.mark.parametrize(("value", "reason"), REFUSED)
def test_a_value_without_bytes_is_refused(value: object, reason: str) -> None:
    """M1: numbers out of range, half characters, and all that is no JSON of this kind."""
    assert refusal(commitment.encode_payload, value) == ("payload", {"reason": reason})


@pytest.mark.parametrize(
    "text", ["e\u0301", "\u212b", "\uf900", "\u1100\u1161", "a\u0323\u0307\u0302", "\U0002f800"]
)
def test_a_text_that_is_not_nfc_is_refused(text: str) -> None:
    """M1: two spellings of one text would be two payloads; NFC of it is taken."""
    composed = unicodedata.normalize("NFC", text)
    for value, good in (
        (text, composed),
        ([text], [composed]),
        ({text: 1}, {composed: 1}),
        ({"a": text}, {"a": composed}),
    ):
        expected = ("payload", {"reason": f"{text!r} is not in the Unicode form NFC"})
        assert refusal(commitment.encode_payload, value) == expected
        assert commitment.encode_payload(good) == rfc8785.dumps(good)


def test_the_size_of_a_payload() -> None:
    """M1: 65,536 bytes are taken, one more is not; characters count by their bytes."""
    for text, more in (("x" * (BYTES_MAX - 2), 1), ("王" * 21_844 + "xx", 3)):
        assert len(commitment.encode_payload(text)) == BYTES_MAX
        expected = ("payload", {"reason": f"{BYTES_MAX + more} bytes, at most {BYTES_MAX}"})
        assert refusal(commitment.encode_payload, text + ("x" if more == 1 else "王")) == expected


def test_a_payload_nested_too_deep_is_refused() -> None:
    """M1: 32 deep is taken, one more is not, and no depth breaks anything else."""
    deep: Any = []
    for _ in range(31):
        deep = [deep]
    assert commitment.encode_payload(deep) == b"[" * 32 + b"]" * 32
    expected = ("payload", {"reason": "nested more than 32 deep"})
    assert refusal(commitment.encode_payload, {"a": deep}) == expected
    for _ in range(30_000):
        deep = [deep]
    assert refusal(commitment.encode_payload, deep) == expected


def test_a_commitment_by_hand() -> None:
    """M2: HMAC over origin, id, name and payload, each on its line."""
    assert by_hand(OPENING, ORIGIN, ENTRY_ID, "name", PAYLOAD) == GOOD
    commitment.check(GOOD, OPENING, ORIGIN, ENTRY_ID, "name", PAYLOAD)


@pytest.mark.parametrize("count", [0, 31, 33, 64])
def test_an_opening_has_32_bytes(count: int) -> None:
    """M2: HMAC would take any key; this does not."""
    expected = ("opening_length", {"count": count})
    opening = b"\x01" * count
    place = (ORIGIN, ENTRY_ID, "name", PAYLOAD)
    assert refusal(commitment.commit, opening, *place) == expected
    assert refusal(commitment.check, GOOD, opening, *place) == expected


MISMATCH = ("commitment_mismatch", {"name": "name", "id": ENTRY_ID})


def test_one_flipped_bit_is_refused() -> None:
    """M2: anywhere in the payload, the opening or the commitment."""
    place = (ORIGIN, ENTRY_ID, "name")
    for at in range(len(PAYLOAD)):
        changed = PAYLOAD[:at] + bytes([PAYLOAD[at] ^ 1]) + PAYLOAD[at + 1 :]
        assert refusal(commitment.check, GOOD, OPENING, *place, changed) == MISMATCH
    for at in range(len(OPENING)):
        changed = OPENING[:at] + bytes([OPENING[at] ^ 1]) + OPENING[at + 1 :]
        assert refusal(commitment.check, GOOD, changed, *place, PAYLOAD) == MISMATCH
    for at in range(len(GOOD)):
        other = GOOD[:at] + ("0" if GOOD[at] != "0" else "1") + GOOD[at + 1 :]
        assert refusal(commitment.check, other, OPENING, *place, PAYLOAD) == MISMATCH


def test_a_commitment_is_good_in_its_place_only() -> None:
    """M2: another book, entry or name, and other spellings of the commitment, are refused."""
    other = entry_id(ORIGIN, SYSTEM["account"], "vectors", 1)
    for wrong in (GOOD.upper(), "", GOOD[:-1], GOOD + "0", "é" * 64):
        place = (OPENING, ORIGIN, ENTRY_ID, "name", PAYLOAD)
        assert refusal(commitment.check, wrong, *place) == MISMATCH
    for origin, number, name in (
        (ORIGIN + "2", ENTRY_ID, "name"),
        (ORIGIN, other, "name"),
        (ORIGIN, ENTRY_ID, "names"),
    ):
        code, where = refusal(commitment.check, GOOD, OPENING, origin, number, name, PAYLOAD)
        assert (code, where) == ("commitment_mismatch", {"name": name, "id": number})


if __name__ == "__main__":
    VECTORS.parent.mkdir(exist_ok=True)
    VECTORS.write_text(vectors_text(), encoding="ascii")
