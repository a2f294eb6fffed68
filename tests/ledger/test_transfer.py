"""The four forms of a transfer (format §9, A3 and A4): keys, amounts, fields."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import transfer
from ledger.errors import LedgerError, MalformedError
from ledger.transfer import Pending, Plain, Post, Void

MAX = 2**53 - 1
TEN_YEARS = 315_360_000
PLAIN = {"amount": 5, "code": "moved", "credit": "b:2", "debit": "a:1", "unit": "fen"}
FORMS: dict[str, dict[str, Any]] = {
    "plain": PLAIN,
    "pending": {**PLAIN, "pending": 60},
    "post": {"amount": 5, "code": "moved", "post": [3, 0]},
    "void": {"code": "moved", "void": [3, 0]},
}
PARSED: dict[str, transfer.Transfer] = {
    "plain": Plain(5, "moved", "b:2", "a:1", "fen"),
    "pending": Pending(5, "moved", "b:2", "a:1", 60, "fen"),
    "post": Post(5, "moved", (3, 0)),
    "void": Void("moved", (3, 0)),
}
KEYS = sorted({key for form in FORMS.values() for key in form})


def refusal(value: Any, index: int = 4) -> tuple[str, dict[str, object]]:
    """The code and place of a refusal that has a sentence in both languages."""
    with pytest.raises(LedgerError) as caught:
        transfer.parse(value, index)
    error = caught.value
    assert isinstance(error, MalformedError)
    assert error.sentence() == error.sentence("en") == str(error) != error.sentence("zh") != ""
    return error.code, error.where


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read_and_spelled(name: str) -> None:
    """A3: each form gives its fields, and gives back the object."""
    assert transfer.parse(FORMS[name], 0) == PARSED[name]
    assert transfer.spell(PARSED[name]) == FORMS[name]


EDGES: dict[str, tuple[Any, ...]] = {
    "amount": (1, MAX),
    "code": ("a", "a" * 64, "a_9"),
    "pending": (0, TEN_YEARS),
    "post": ([0, 0], [MAX, MAX]),
    "unit": ("aid_minutes", "centipoints", "fen", "minutes"),
    "void": ([0, 0], [MAX, MAX]),
}


@pytest.mark.parametrize("key", EDGES)
def test_a_field_at_its_edges(key: str) -> None:
    """A3, A4: the least, the most and every unit."""
    for form in FORMS.values():
        for good in EDGES[key] if key in form else ():
            value = {**form, key: good}
            assert transfer.spell(transfer.parse(value, 0)) == value


def test_every_set_of_keys_but_four_is_refused() -> None:
    """A3: of all 256 sets of the known keys four are forms; an empty object is none."""
    whole = {key: value for form in FORMS.values() for key, value in form.items()}
    good = 0
    for bits in range(2 ** len(KEYS)):
        value = {key: whole[key] for at, key in enumerate(KEYS) if bits >> at & 1}
        if any(value.keys() == form.keys() for form in FORMS.values()):
            good += 1
            assert transfer.spell(transfer.parse(value, 0)) == value
        else:
            expected = ("transfer_shape", {"index": 4, "keys": sorted(value)})
            assert refusal(value) == expected
    assert (len(KEYS), good) == (8, 4)


@pytest.mark.parametrize("name", FORMS)
def test_an_added_key_is_refused(name: str) -> None:
    """A3: no form has room for a note."""
    value = {**FORMS[name], "note": "x"}
    assert refusal(value) == ("transfer_shape", {"index": 4, "keys": sorted(value)})


@pytest.mark.parametrize("value", [[], [1], "amount", "", 0, None, True])
def test_what_is_no_object_is_refused(value: object) -> None:
    """A3: a transfer is an object."""
    assert refusal(value) == ("transfer_shape", {"index": 4, "keys": []})


@pytest.mark.parametrize("name", ["plain", "pending", "post"])
def test_an_amount_is_from_1_to_the_greatest_integer(name: str) -> None:
    """A4: 0 has its own code; below, above and other types are out of range."""
    zero = {**FORMS[name], "amount": 0}
    wrong: tuple[Any, ...] = (-1, -MAX, MAX + 1, True, False, 1.0, "1", "", None, [1], {})
    assert refusal(zero) == ("amount_must_not_be_zero", {"index": 4})
    for bad in wrong:
        expected = ("amount_range", {"index": 4, "amount": bad})
        assert refusal({**FORMS[name], "amount": bad}) == expected


NO_NUMBER: tuple[Any, ...] = (True, 1.0, "1", "", None, [], {})
NO_TEXT: tuple[Any, ...] = (0, True, None, [], {}, b"a", 1.5)
NO_PAIR: tuple[Any, ...] = (
    *([], [1], [1, 2, 3], [-1, 0], [0, -1], [MAX + 1, 0], [0, MAX + 1], [True, 0], [0, 1.0]),
    *(["0", 0], [[0], 0], (0, 0), 0, "00", {}, None, {"0": 0, "1": 1}),
)
BAD: dict[str, tuple[Any, ...]] = {
    "code": (*NO_TEXT, "", "A", "1a", "_a", "a-b", "a.b", "a ", "a\n", "é", "a" * 65),
    "credit": NO_TEXT,
    "debit": NO_TEXT,
    "pending": (*NO_NUMBER, -1, TEN_YEARS + 1, MAX),
    "post": NO_PAIR,
    "unit": (*NO_TEXT, "", "Fen", "points", "hours", "fen "),
    "void": NO_PAIR,
}


@pytest.mark.parametrize("key", BAD)
def test_a_field_of_another_form_is_refused(key: str) -> None:
    """A3: each field, in each form that has it, at each kind of wrong value."""
    forms = [form for form in FORMS.values() if key in form]
    assert forms
    for form in forms:
        for bad in BAD[key]:
            expected = ("transfer_field", {"index": 4, "field": key, "value": bad})
            assert refusal({**form, key: bad}) == expected


amounts = st.integers(1, MAX)
codes = st.from_regex(r"[a-z][a-z0-9_]{0,63}", fullmatch=True)
names = st.from_regex(r"[a-z]{1,9}(:[a-z0-9]{1,9}){1,3}", fullmatch=True)
units = st.sampled_from(EDGES["unit"])
pairs = st.tuples(st.integers(0, MAX), st.integers(0, MAX))
any_transfer = st.one_of(
    st.builds(Plain, amounts, codes, names, names, units),
    st.builds(Pending, amounts, codes, names, names, st.integers(0, TEN_YEARS), units),
    st.builds(Post, amounts, codes, pairs),
    st.builds(Void, codes, pairs),
)


@given(any_transfer)
def test_round_trip(made: transfer.Transfer) -> None:
    """A3: what is spelled is read back, and no two forms are taken for each other."""
    value = transfer.spell(made)
    assert transfer.parse(value, 0) == made
    assert type(transfer.parse(value, 0)) is type(made)
    assert transfer.spell(transfer.parse(value, 0)) == value
