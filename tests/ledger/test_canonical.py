"""Canonical bytes: what may be written, and that each value has one spelling (format §2)."""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger import canonical
from ledger.errors import LedgerError, MalformedError

MAX = 2**53 - 1

texts = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)
keys = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=64)
values = st.recursive(
    texts | st.integers(-MAX, MAX),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


class Text(str):
    __slots__ = ()


class Number(int):
    pass


def refusal(call: Callable[..., object], *arguments: Any) -> tuple[str, dict[str, object]]:
    """The code and place of a refusal that has a sentence in both languages."""
    with pytest.raises(LedgerError) as caught:
        call(*arguments)
    error = caught.value
    assert isinstance(error, MalformedError)
    assert error.sentence() == error.sentence("en") == str(error) != error.sentence("zh") != ""
    return error.code, error.where


def nested(depth: int, key: str = "") -> object:
    """So many lists, or objects with this key, one in the other around a text."""
    value: object = "x"
    for _ in range(depth):
        value = {key: value} if key else [value]
    return value


GOOD = {
    b"0": 0,
    b"-1": -1,
    b"9007199254740991": MAX,
    b"-9007199254740991": -MAX,
    b'""': "",
    b"[]": [],
    b"{}": {},
    b'" ~"': " ~",
    b'"a\\"b\\\\c/"': 'a"b\\c/',
    b'{"A":1,"a":[1,"x",{}],"a ":-2,"zz":{"v":1}}': {
        "zz": {"v": 1},
        "a ": -2,
        "a": [1, "x", {}],
        "A": 1,
    },
}


@pytest.mark.parametrize(("data", "value"), GOOD.items())
def test_a_value_has_these_bytes(data: bytes, value: object) -> None:
    """C1 to C4: each value and its one spelling, both ways."""
    assert canonical.encode(value) == data
    assert canonical.decode(data) == value


SPELLINGS = {
    b"-0": 0,
    b'"\\u0041"': 1,
    b'"\\/"': 1,
    b'"\\u0022"': 2,
    b" 1": 0,
    b"1 ": 1,
    b"1\n": 1,
    b"[1, 2]": 3,
    b"[ ]": 1,
    b'{"a":1 }': 6,
    b'{"a" :1}': 4,
    b'{"a":1}\n': 7,
    b'{"a":1}\r\n': 7,
    b'\t{"a":1}': 0,
    b'{"b":1,"a":2}': 2,
    b'{"a":1,"A":2}': 2,
    b'[{"b":1,"a":2}]': 3,
}


@pytest.mark.parametrize(("data", "offset"), SPELLINGS.items())
def test_another_spelling_is_refused(data: bytes, offset: int) -> None:
    """C6: white space, order and needless escapes; the first byte that differs is told."""
    assert refusal(canonical.decode, data) == ("not_canonical", {"offset": offset})


DUPLICATES = {
    b'{"a":1,"a":1}': "a",
    b'{"a":1,"a":2}': "a",
    b'{"a":null,"a":2}': "a",
    b'[{"x":{"b":1,"c":2,"b":1}}]': "b",
    b'{"a":1,"\\u0061":1}': "a",
    b'{"":1,"":"x","a":1,"a":2}': None,
}


@pytest.mark.parametrize(("data", "key"), DUPLICATES.items())
def test_a_key_twice_is_refused(data: bytes, key: str | None) -> None:
    """C4: nested and escaped too; an empty key is refused before its double is seen."""
    if key is None:
        assert refusal(canonical.decode, data)[0] == "key_refused"
    else:
        assert refusal(canonical.decode, data) == ("duplicate_key", {"key": key})


@pytest.mark.parametrize(
    "text", ["1.0", "1.5", "1e3", "1E3", "-0.0", "-1e-9", "NaN", "Infinity", "-Infinity", "1e999"]
)
def test_a_number_that_is_no_integer_is_refused(text: str) -> None:
    """C1: fraction, exponent, NaN and infinity, also inside."""
    for data in (text, f"[{text}]", f'{{"a":{text}}}'):
        assert refusal(canonical.decode, data.encode()) == ("float_refused", {"text": text})


NOT_JSON = [
    *(b"", b"\n", b"\0", b"{", b"}", b"[", b"[1", b"[1,]", b'{"a":1,}', b'{"a"}', b"{1:2}"),
    *(b"1 2", b"[1][2]", b"{}{}", b"01", b"-", b"-01", b"+1", b".5", b"1.", b"0x10", b"1_000"),
    *(b"'a'", b'"', b'"\\', b'"\\x41"', b'"\\u00"', b'"\t"', b'"\n"', b'"\x00"', b'"\x1f"'),
    *(b"nul", b"True", b"None", b"undefined", b"// c\n1", b'"a"b', b"9" * 5000, b"-" + b"9" * 5000),
]


@pytest.mark.parametrize("data", NOT_JSON)
def test_what_is_not_one_json_value_is_refused(data: bytes) -> None:
    """C1, C2: broken, doubled or foreign JSON, raw control characters, a giant integer."""
    code, where = refusal(canonical.decode, data)
    assert (code, list(where)) == ("not_json", ["reason"])
    assert isinstance(where["reason"], ValueError)


REFUSED = {
    b"null": ("null_refused", {"path": ""}),
    b'{"a":[null]}': ("null_refused", {"path": "a/0"}),
    b"true": ("boolean_refused", {"path": ""}),
    b'[1,{"b":false}]': ("boolean_refused", {"path": "1/b"}),
    b"9007199254740992": ("integer_range", {"path": ""}),
    b'{"at":-9007199254740992}': ("integer_range", {"path": "at"}),
    b"9" * 4000: ("integer_range", {"path": ""}),
    b'"\x7f"': ("string_not_ascii", {"path": ""}),
    b'["\\u007f"]': ("string_not_ascii", {"path": "0"}),
    b'["\\n"]': ("string_not_ascii", {"path": "0"}),
    b'{"at":"\\u0000"}': ("string_not_ascii", {"path": "at"}),
    b'{"a":{"b":"\\u00e9"}}': ("string_not_ascii", {"path": "a/b"}),
    b'"\\ud800"': ("string_not_ascii", {"path": ""}),
    '"é"'.encode(): ("string_not_ascii", {"path": "the bytes"}),
    b"\xff\xfe": ("string_not_ascii", {"path": "the bytes"}),
    b'\xef\xbb\xbf"a"': ("string_not_ascii", {"path": "the bytes"}),
    b'{"":1}': ("key_refused", {"path": "", "key": "", "max": 64}),
    b'[{"\\n":1}]': ("key_refused", {"path": "0/\n", "key": "\n", "max": 64}),
    b'{"\\u00e9":1}': ("key_refused", {"path": "é", "key": "é", "max": 64}),
    b"[" * 30_000: ("too_deep", {"path": "the bytes", "max": 12}),
    b'{"a":' * 30_000: ("too_deep", {"path": "the bytes", "max": 12}),
}


@pytest.mark.parametrize(("data", "expected"), REFUSED.items(), ids=range(len(REFUSED)))
def test_a_json_value_that_has_no_place_here_is_refused(data: bytes, expected: object) -> None:
    """C1 to C5: and the path leads to it."""
    assert refusal(canonical.decode, data) == expected


# What has exactly the most, what has one more, and how that is refused.
CAPS: dict[str, tuple[object, object, object]] = {
    "integer": (MAX, MAX + 1, ("integer_range", {"path": ""})),
    "integer below": (-MAX, -MAX - 1, ("integer_range", {"path": ""})),
    "depth of arrays": (nested(12), nested(13), ("too_deep", {"path": "0" + "/0" * 11, "max": 12})),
    "depth of objects": (
        nested(12, "a"),
        nested(13, "a"),
        ("too_deep", {"path": "a" + "/a" * 11, "max": 12}),
    ),
    "members": (
        {f"k{i}": i for i in range(256)},
        {f"k{i}": i for i in range(257)},
        ("too_many", {"path": "", "count": 257, "max": 256}),
    ),
    "items": (
        {"a": [0] * 1024},
        {"a": [0] * 1025},
        ("too_many", {"path": "a", "count": 1025, "max": 1024}),
    ),
    "string": (
        "x" * 4096,
        "x" * 4097,
        ("string_too_long", {"path": "", "length": 4097, "max": 4096}),
    ),
    "string in an object": (
        {"a": "x" * 4096},
        {"a": "x" * 4097},
        ("string_too_long", {"path": "a", "length": 4097, "max": 4096}),
    ),
    "key": (
        {"k" * 64: 1},
        {"k" * 65: 1},
        ("key_refused", {"path": "k" * 65, "key": "k" * 65, "max": 64}),
    ),
}


@pytest.mark.parametrize(("most", "more", "expected"), CAPS.values(), ids=CAPS)
def test_caps_at_their_edge(
    most: object, more: object, expected: tuple[str, dict[str, object]]
) -> None:
    """C2, C4, C5: exactly the most is taken both ways, one more is refused both ways."""
    data = canonical.encode(most)
    assert canonical.decode(data) == most
    assert refusal(canonical.encode, more) == expected
    code, where = refusal(canonical.decode, canonical.spell(more))
    # Depth is seen before there are values, so without a path.
    assert (code, {**where, "path": ""}) == (expected[0], {**expected[1], "path": ""})


FOREIGN = [
    (True, ("boolean_refused", {"path": ""})),
    ([0, {"a": False}], ("boolean_refused", {"path": "1/a"})),
    (None, ("null_refused", {"path": ""})),
    ({"a": [None]}, ("null_refused", {"path": "a/0"})),
    (1.0, ("value_type", {"path": "", "type": "float"})),
    ({"at": float("nan")}, ("value_type", {"path": "at", "type": "float"})),
    (b"x", ("value_type", {"path": "", "type": "bytes"})),
    ((1, 2), ("value_type", {"path": "", "type": "tuple"})),
    ({1, 2}, ("value_type", {"path": "", "type": "set"})),
    ([Number(1)], ("value_type", {"path": "0", "type": "Number"})),
    ([Text("a")], ("value_type", {"path": "0", "type": "Text"})),
    (OrderedDict(a=1), ("value_type", {"path": "", "type": "OrderedDict"})),
    ({1: 2}, ("key_refused", {"path": "1", "key": 1, "max": 64})),
    ({None: 2}, ("key_refused", {"path": "None", "key": None, "max": 64})),
    ([{b"a": 2}], ("key_refused", {"path": "0/b'a'", "key": b"a", "max": 64})),
    ({(1,): 2}, ("key_refused", {"path": "(1,)", "key": (1,), "max": 64})),
    ({Text("other"): 2}, ("key_refused", {"path": "other", "key": "other", "max": 64})),
]


@pytest.mark.parametrize(("value", "expected"), FOREIGN)
def test_a_python_value_without_a_form_is_refused(value: object, expected: object) -> None:
    """C1, C4: bool, None, float, bytes, tuple, subclasses and keys that are no text."""
    assert refusal(canonical.encode, value) == expected


def test_check_key_alone() -> None:
    """C4: a key is looked at without an object around it too."""
    canonical.check_key("a b~")
    for key in ("", "k" * 65, "\x7f", "é", 1):
        assert refusal(canonical.check_key, key)[0] == "key_refused"


@given(values)
def test_round_trip_and_agreement_with_rfc8785(value: object) -> None:
    """C6: decode gives back what encode took, and another library writes the same bytes."""
    data = canonical.encode(value)
    assert canonical.decode(data) == value
    assert data == rfc8785.dumps(value)  # type: ignore[arg-type] # any of its JSON values


@given(values, st.data())
def test_one_changed_byte_is_refused_or_another_value(value: object, draw: st.DataObject) -> None:
    """C6: no two spellings of one value are a byte apart."""
    data = canonical.encode(value)
    at = draw.draw(st.integers(0, len(data) - 1))
    other = draw.draw(st.integers(0, 255).filter(lambda byte: byte != data[at]))
    changed = data[:at] + bytes([other]) + data[at + 1 :]
    with suppress(MalformedError):
        assert canonical.decode(changed) != value


@given(st.binary(max_size=40))
def test_random_bytes_give_a_value_or_a_refusal(data: bytes) -> None:
    """C6: whatever is read writes back to the same bytes; nothing else is raised."""
    with suppress(MalformedError):
        assert canonical.encode(canonical.decode(data)) == data
