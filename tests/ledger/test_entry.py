"""The envelope (format §4): every key in every wrong form, and the ids of entries."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from ledger import canonical, entry
from ledger.entry import Actor, Rule
from ledger.errors import LedgerError, MalformedError
from ledger.transfer import Plain
from tests.ledger.make import ANNA, AT_MS, BO, ORIGIN, digest, person, plain

MAX = 2**53 - 1
AT_MAX = 253402300799000
SMALLEST: dict[str, Any] = {
    "actor": {"account": ANNA, "role": "staff"},
    "at": AT_MS,
    "book": ORIGIN,
    "data": {},
    "id": person("an entry"),
    "kind": "test.made",
    "seq": 7,
    "v": 1,
}
LARGEST: dict[str, Any] = {
    **SMALLEST,
    "actor": {"account": ANNA, "role": "staff", "for": BO},
    "commitments": {"name": digest("n")},
    "data": {"any": ["thing", 1]},
    "day": 20261122,
    "document": digest("d"),
    "refs": [0, 6, [0, 9]],
    "rule": {"clause": "clause-3.2", "convention": digest("c")},
    "tier": 4,
    "transfers": [plain("fund:f1", f"wallet:{ANNA}:f1:202711", 100)],
}
NO_OBJECT: tuple[Any, ...] = ([], [1], "", "x", 0)
NO_LIST: tuple[Any, ...] = ([], {}, "", "x", 0, 1, {"0": 1})
NO_NUMBER: tuple[Any, ...] = ("", "1", [], [1], {}, -1)
NO_TEXT: tuple[Any, ...] = ("", 0, 1, [], {}, [""])


def refusal(call: Callable[..., object], *arguments: Any) -> tuple[str, dict[str, object]]:
    """The code and place of a refusal that has a sentence in both languages."""
    with pytest.raises(LedgerError) as caught:
        call(*arguments)
    error = caught.value
    assert isinstance(error, MalformedError)
    assert error.sentence() == error.sentence("en") == str(error) != error.sentence("zh") != ""
    return error.code, error.where


def both_ways(value: Any) -> tuple[str, dict[str, object]]:
    """How a value is refused: alike when it is read and when it is written."""
    written = refusal(entry.encode, value)
    assert refusal(entry.decode, canonical.spell(value) + b"\n") == written
    return written


def test_the_smallest_entry() -> None:
    """E1, E3: only the required keys; what is absent is empty."""
    read, text = entry.encode(SMALLEST)
    assert text == canonical.encode(SMALLEST) + b"\n"
    assert read == entry.decode(text)
    who, number = Actor(ANNA, "staff", ""), person("an entry")
    assert read == entry.Entry(ORIGIN, 7, number, AT_MS, "test.made", who, {}, SMALLEST)
    assert read[8:] == (0, None, 0, (), {}, (), "")


def test_an_entry_with_every_key() -> None:
    """E3: each optional key has its field."""
    read = entry.decode(canonical.encode(LARGEST) + b"\n")
    assert read.actor == Actor(ANNA, "staff", BO)
    assert read.data == {"any": ["thing", 1]}
    assert (read.day, read.tier, read.document) == (20261122, 4, digest("d"))
    assert read.rule == Rule("clause-3.2", digest("c"))
    assert read.refs == (0, 6, (0, 9))
    assert read.commitments == {"name": digest("n")}
    wallet = f"wallet:{ANNA}:f1:202711"
    assert read.transfers == (Plain(100, "moved", wallet, "fund:f1", "centipoints"),)
    assert read.value == LARGEST


@pytest.mark.parametrize("key", sorted(SMALLEST))
def test_every_required_key(key: str) -> None:
    """E3: without one of them there is no entry."""
    value = {**LARGEST}
    del value[key]
    assert both_ways(value) == ("entry_key_missing", {"key": key})


@pytest.mark.parametrize("key", ["V", "AT", "a", "for", "hash", "sig", "timestamp", "zz", "seq "])
def test_an_unknown_key(key: str) -> None:
    """U1: any other key is refused."""
    assert both_ways({**SMALLEST, key: "x"}) == ("entry_key_unknown", {"key": key})


@pytest.mark.parametrize("v", [0, 2, -1, 10, "1", "", [1], {}])
def test_an_unknown_version(v: object) -> None:
    """U1: another version is refused as such."""
    assert both_ways({**SMALLEST, "v": v}) == ("entry_version", {"v": v})


@pytest.mark.parametrize("v", [True, 1.0, None])
def test_a_version_that_is_no_integer(v: object) -> None:
    """C1: what Python takes for 1 is not taken here, read or written."""
    value = {**SMALLEST, "v": v}
    assert refusal(entry.encode, value)[1].keys() & {"v", "path"}
    code, _ = refusal(entry.decode, canonical.spell(value) + b"\n")
    assert code in {"boolean_refused", "float_refused", "null_refused"}


def acts(account: Any, role: Any, **extra: Any) -> dict[str, Any]:
    """An actor, maybe a wrong one."""
    return {"account": account, "role": role, **extra}


GOOD: dict[str, tuple[Any, ...]] = {
    "actor": (
        *(acts("system:a", "system"), acts("system:" + "a" * 64, "system")),
        *(acts("operator:1", "operator"), acts("operator:999999999", "operator")),
        *(acts(ANNA, "r" * 64), acts(ANNA, "member", **{"for": "org-1:x.y"})),
        acts("system:jobs", "system", **{"for": BO}),
    ),
    "at": (0, 1000, AT_MAX),
    "book": ("a/b/1", "a.b-c_d/0/e/12345678901234567890"),
    "commitments": ({"a" + "." * 31: digest("n")}, {f"n{i}": digest("n") for i in range(16)}),
    "data": ({}, {"x": {}}),
    "day": (19700101, 20240229, 99991231),
    "document": ("0" * 64,),
    "id": ("0" * 32,),
    "kind": ("a.b", "points.awarded.2"),
    "refs": ([0], [6, 5], [[0, 0], [0, 1], [1, 0], 0], [[MAX, MAX]], [[0, i] for i in range(64)]),
    "rule": ({"clause": "0", "convention": "0" * 64},),
    "tier": (1, 2, 3, 4),
    "transfers": ([plain("a:b", "c:d", 1)] * 64, [{"code": "x", "void": [0, 0]}]),
}


@pytest.mark.parametrize("key", sorted(GOOD))
def test_a_key_may_be_all_of_this(key: str) -> None:
    """E1, E3, E4: each form at its edges; text, entry, object and text again are the same."""
    for value in GOOD[key]:
        made, text = entry.encode({**LARGEST, key: value})
        assert entry.decode(text) == made
        assert entry.encode(made.value) == (made, text)


BAD: dict[str, tuple[Any, ...]] = {
    "actor": (
        *NO_OBJECT,
        *({}, {"account": ANNA}, {"role": "staff"}, acts(ANNA, "staff", to=BO)),
        *(acts(account, "staff") for account in (*NO_TEXT, "anna", ANNA.upper(), ANNA + "0")),
        *(acts(ANNA, role) for role in (*NO_TEXT, "Staff", "a.b", "system", "operator", "r" * 65)),
        *(acts(ANNA, "staff", **{"for": to}) for to in (*NO_TEXT, "A", "a b", "-a", "a" * 65)),
        *(acts(f"system:{code}", "system") for code in ("", "A", "1", "a-b", "a:b", "a" * 65)),
        *(acts(f"operator:{n}", "operator") for n in ("", "0", "01", "-1", "1.0", "a", "1 ")),
        *(acts("system:a", role) for role in ("operator", "staff", "")),
        *(acts("operator:1", role) for role in ("system", "staff", "")),
        *(acts(account, "system") for account in ("system", "jobs:a", "System:a", "operator:a")),
    ),
    "at": (*NO_NUMBER, 1, 999, 1001, AT_MAX + 1, AT_MAX + 1000, AT_MS + 500),
    "book": (
        *NO_TEXT,
        *("a", "a/1", "a/b", "a/b/0", "a/b/01", "a/b/1/", "/a/b/1", "a//1", "a/b/x", "a/b/-1"),
        *("../a/1", "a/../1", "a/./1", "./a/1", "A/b/1", "a/B/1", "a b/c/1", "a\\b/c/1", "a/%2e/1"),
        "a/b/" + "1" * 197,
    ),
    "commitments": (
        *NO_OBJECT,
        *({}, {"a": ""}, {"a": 1}, {"a": "0" * 63}, {"a": "G" * 64}, {"a": digest("n").upper()}),
        *({name: digest("n")} for name in ("A", "1a", "_a", ".a", "a-b", "a b", "a" * 33)),
        {f"n{i}": digest("n") for i in range(17)},
    ),
    "data": NO_OBJECT,
    "day": (*NO_NUMBER, 0, 20260229, 20261301, 20260100, 19691231, 202611, 99991232, 1),
    "document": (*NO_TEXT, "0" * 63, "0" * 65, "A" * 64),
    "id": (*NO_TEXT, "0" * 31, "0" * 33, "A" * 32, "g" * 32),
    "kind": (*NO_TEXT, "a", "A.b", "a.", ".a", "a..b", "1.a", "a-b.c", "a/b.c", "a." + "b" * 63),
    "rule": (
        *NO_OBJECT,
        *({}, {"clause": "a"}, {"convention": digest("c")}),
        *({"clause": clause, "convention": digest("c")} for clause in (*NO_TEXT, "A", "a" * 65)),
        *({"clause": "a", "convention": text} for text in (*NO_TEXT, "0" * 63, "A" * 64)),
        {"clause": "a", "convention": digest("c"), "day": 20261122},
    ),
    "seq": (*NO_NUMBER, -7),
    "tier": (*NO_NUMBER, 0, 5, MAX),
    "refs": (*NO_LIST, [[0, i] for i in range(65)]),
    "transfers": (*NO_LIST, [plain("a:b", "c:d", 1)] * 65),
}


@pytest.mark.parametrize("key", sorted(BAD))
def test_a_key_may_be_none_of_this(key: str) -> None:
    """E3: each key in each wrong form, empty optional ones among them."""
    for value in BAD[key]:
        expected = ("entry_field", {"key": key, "value": value})
        assert both_ways({**LARGEST, key: value}) == expected


@pytest.mark.parametrize(
    "refs",
    [
        *([7], [8], [0, MAX], [-1], [0, 1, 0], [[0, 1], [0, 1]], [[0]], [[]], [[0, 1, 2]]),
        *([[0, -1]], [[-1, 0]], [["0", 0]], [0, "0"], [{}], [1, ""]),
    ],
)
def test_a_reference_leads_back_and_stands_once(refs: list[Any]) -> None:
    """E3, E4: forward, itself, twice and other forms; the wrong one, here the last, is named."""
    expected = ("entry_field", {"key": "refs", "value": refs[-1]})
    assert both_ways({**SMALLEST, "refs": refs}) == expected


def test_entry_0_refers_to_nothing_here() -> None:
    """E4: there is no earlier entry, only those of predecessors."""
    assert both_ways({**SMALLEST, "seq": 0, "refs": [0]})[0] == "entry_field"
    assert entry.encode({**SMALLEST, "seq": 0, "refs": [[0, 0]]})[0].refs == ((0, 0),)


def test_a_rule_needs_its_day() -> None:
    """E3: which convention was in force is asked for a day."""
    value = {key: part for key, part in LARGEST.items() if key != "day"}
    assert both_ways(value) == ("entry_key_missing", {"key": "day"})
    assert entry.encode({**LARGEST, "day": 19700101})[0].rule is not None


def test_a_wrong_transfer_is_named_by_its_place() -> None:
    """A3: transfers are parsed with the envelope."""
    moves = [plain("a:b", "c:d", 1), plain("a:b", "c:d", 0)]
    expected = ("amount_must_not_be_zero", {"index": 1})
    assert both_ways({**SMALLEST, "transfers": moves}) == expected


GOOD_TEXT = canonical.encode(SMALLEST) + b"\n"
TEXTS = [
    *(b"", b"\n", b'"x"\n', GOOD_TEXT[:-1], GOOD_TEXT + b"\n", b" " + GOOD_TEXT),
    *(GOOD_TEXT[:-1] + b"\r\n", b"[" + GOOD_TEXT[:-1] + b"]\n"),
    f"{ORIGIN}\n7\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=\n".encode(),
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_no_line_of_json(text: bytes) -> None:
    """E1: a checkpoint's text never reads as an entry, nor does any other text."""
    assert refusal(entry.decode, text) == ("entry_text", {})


def test_data_is_canonical_and_opaque() -> None:
    """E3, C1: any canonical object is taken here, and nothing else, however deep it stands."""
    deep: Any = "x"
    for _ in range(10):
        deep = [deep]
    made, text = entry.encode({**SMALLEST, "data": {"a": deep, "b b": {"~": -1}}})
    assert entry.decode(text) == made
    wrong: list[Any] = [{"a": [deep]}, {"a": "\n"}, {"": 1}, {"a": MAX + 1}, {"a": [0] * 1025}]
    for data in wrong:
        value = {**SMALLEST, "data": data}
        code = refusal(entry.encode, value)[0]
        assert refusal(entry.decode, canonical.spell(value) + b"\n")[0] == code
    foreign: list[Any] = [{"a": None}, {"a": 1.5}, {"a": True}, {1: 1}, {"a": ()}, {"a": b""}]
    for data in foreign:
        assert "path" in refusal(entry.encode, {**SMALLEST, "data": data})[1]


def test_json_that_is_no_entry() -> None:
    """E1, E3: an object alone is not enough, and its spelling must be canonical."""
    assert refusal(entry.decode, b"{}\n") == ("entry_key_missing", {"key": "actor"})
    assert refusal(entry.decode, b"{ }\n") == ("not_canonical", {"offset": 1})
    assert refusal(entry.decode, b"{}\n{}\n")[0] == "not_json"
    assert refusal(entry.decode, GOOD_TEXT.replace(b'"v":1', b'"v":1,"v":1'))[0] == "duplicate_key"
    assert [refusal(entry.encode, value)[0] for value in ([1], "x", 1)] == ["entry_text"] * 3


def test_the_size_of_a_note() -> None:
    """E2: 32,768 bytes are taken, one more is not."""
    entry.check_size(b"x" * 32_768)
    expected = ("entry_too_large", {"count": 32_769, "max": 32_768})
    assert refusal(entry.check_size, b"x" * 32_769) == expected


def test_an_entry_id_by_hand() -> None:
    """E5: each field has its length in two bytes before it."""
    fields = [b"vc/entry-id/v1", b"a/b/1", b"system:jobs", b"key 1", b"12"]
    hand = b"".join(len(field).to_bytes(2, "big") + field for field in fields)
    made = entry.entry_id("a/b/1", "system:jobs", "key 1", 12)
    assert made == sha256(hand).digest()[:16].hex()
    assert made != entry.entry_id("a/b/1", "system:jobs", "key 11", 2)
    published = entry.entry_id(ORIGIN, "system:jobs", "2026-11", 0)
    assert published == "48d6e1aa2e19995cc27926ccc289c0d4"  # §14


@pytest.mark.parametrize("key", ["", "k" * 129, "é", "a\n", "\x7f", "\t", "\0"])
def test_an_idempotency_key_is_short_and_printable(key: str) -> None:
    """E5: 1 to 128 printable ASCII characters."""
    for good in ("k", " ", "~", "k" * 128):
        assert len(entry.entry_id(ORIGIN, ANNA, good, 0)) == 32
    assert refusal(entry.entry_id, ORIGIN, ANNA, key, 0) == ("idempotency_key", {"max": 128})
