"""Bytes that once broke a reader instead of being refused; each of these was a fault found."""

from typing import Any

import pytest

from ledger import canonical, entry, state
from ledger.errors import LedgerError
from tests.ledger.make import AT_MS, ORIGIN, SYSTEM, Maker, digest, plain

SMALLEST = {
    "actor": SYSTEM,
    "at": AT_MS,
    "book": ORIGIN,
    "data": {},
    "id": "0" * 32,
    "kind": "note.example",
    "seq": 1,
    "v": 1,
}


def code(value: object, *, keys: bool = False) -> str:
    """The code that refuses an entry: read from its bytes, or as a Python object (`keys`)."""
    made = value if keys else canonical.spell(value) + b"\n"
    take: Any = entry.encode if keys else entry.decode
    with pytest.raises(LedgerError) as caught:
        take(made)
    return caught.value.code


@pytest.mark.parametrize("day", [2**53 - 1, 2**31, 99991232, 100000101])
def test_a_day_beyond_the_calendar(day: int) -> None:
    """E3: an integer far too large for a date is refused like any other."""
    assert code({**SMALLEST, "day": day}) == "entry_field"


@pytest.mark.parametrize("name", ["fund:\x7f", "fund:é", "c:" + "d" * 9000])
def test_account_names_obey_the_rules_of_strings(name: str) -> None:
    """C3, A1: what no account can be called is refused where it is read and where it is made."""
    value = {**SMALLEST, "transfers": [plain(name, "fund:f1", 1)]}
    assert code(value) in {"transfer_field", "string_not_ascii", "string_too_long"}
    assert code(value, keys=True) == "transfer_field"


@pytest.mark.parametrize("depth", [*range(960, 1010), 5_000])
@pytest.mark.parametrize("field", ["refs", "v", "day", "data", "tier", "transfers", "actor"])
def test_no_depth_breaks_the_reader(field: str, depth: int) -> None:
    """C5: nesting near the interpreter's limit is refused, never a RecursionError."""
    text = canonical.spell({**SMALLEST, field: ["@@"]})
    deep = text.replace(b'["@@"]', b"[" * depth + b"1" + b"]" * depth) + b"\n"
    with pytest.raises(LedgerError) as caught:
        entry.decode(deep)
    assert caught.value.code == "too_deep"


@pytest.mark.parametrize("depth", [990, 991, 992, 993, 994, 2_000])
def test_no_depth_breaks_the_search_for_doubled_keys(depth: int) -> None:
    """C4, C5: a doubled key beside deep nesting is refused for the nesting."""
    text = b'{"a":' + b'{"a":' * depth + b"1" + b"}" * depth + b',"a":1}'
    with pytest.raises(LedgerError) as caught:
        canonical.decode(text)
    assert caught.value.code == "too_deep"


def test_brackets_in_strings_do_not_count() -> None:
    """C5: only brackets outside strings nest, whatever is escaped before them."""
    value = {"a": "[" * 20, "b": '\\"[[[[[[[[[[[[[', "c": ["{" * 20, "\\"]}
    assert canonical.decode(canonical.encode(value)) == value


@pytest.mark.parametrize(
    "changes",
    [
        {"commitments": {1: digest("n")}},
        {1: 2, "x": 1},
        {"transfers": [{1: 1, "a": 2}]},
    ],
)
def test_keys_that_are_no_text(changes: dict[Any, Any]) -> None:
    """C4: a caller's key that is no text is refused by us, not by the sorting inside."""
    value: dict[Any, Any] = {**SMALLEST, **changes}
    assert code(value, keys=True) == "key_refused"


def test_a_line_twice_in_one_part() -> None:
    """S2: a line that may stand in several parts still stands in each only once."""
    line = {"from": "0" * 32, "into": "1" * 32, "type": "merge"}
    state.check_parts([line], [[line], [line]])
    with pytest.raises(LedgerError) as caught:
        state.check_parts([line], [[line, line]])
    assert caught.value.code == "closing_parts"


@pytest.mark.parametrize("names", [("fund:f1", "wallet"), ("hours", "fund:f1"), ("x", "y")])
def test_an_approval_that_moves_what_has_no_name(names: tuple[str, str]) -> None:
    """A1, P4: account names without a part are refused, and the book stays as it was."""
    maker = Maker()
    maker.open()
    maker.fund()
    data = {"beneficiaries": [], "transfers": [plain(*names, 1)]}
    with pytest.raises(LedgerError) as caught:
        maker.pair("x", data)
    assert caught.value.code in {"account_name", "route_refused"}
    assert maker.book.size == 5
    maker.add("note.example")
