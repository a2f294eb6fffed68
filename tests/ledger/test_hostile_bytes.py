"""Bytes that once broke a reader instead of being refused; each of these was a fault found."""

from typing import Any

import pytest

from ledger import canonical, entry, state
from ledger.errors import LedgerError
from tests.ledger.make import (
    ANNA,
    AT_MS,
    BO,
    CHEN,
    OPERATOR,
    ORIGIN,
    SYSTEM,
    Keys,
    Maker,
    actor,
    digest,
    family,
    pending,
    plain,
)

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
    assert code(value, keys=True) in {"entry_field", "entry_key_unknown", "transfer_shape"}


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


def test_a_key_suspected_from_the_future() -> None:
    """§7: `suspect_from` is not above the entry's own seq."""
    maker = Maker()
    maker.open()
    new = Keys(maker.origin, 1).entry
    key = {"key": new.verifier_key.encode(), "reason": "planned", "role": "entry"}
    signers = [maker.entry_signer, new, maker.recovery_signer]
    maker.add("key.added", key, actor=OPERATOR, signers=signers)
    old = maker.entry_signer.verifier_key.encode()
    retired = {"key": old, "reason": "planned", "suspect_from": 3}
    with pytest.raises(LedgerError) as caught:
        maker.add("key.retired", retired, actor=OPERATOR, signers=[new, maker.recovery_signer])
    assert caught.value.code == "key_suspect"
    retired["suspect_from"] = 2
    maker.add("key.retired", retired, actor=OPERATOR, signers=[new, maker.recovery_signer])


@pytest.mark.parametrize("named", [[], [CHEN], sorted([ANNA, CHEN])])
def test_a_role_benefits_its_account(named: list[str]) -> None:
    """§7, P5: naming somebody else, or nobody, does not let a proposer grant itself a role."""
    maker = Maker()
    maker.open()
    data = {
        "account": ANNA,
        "beneficiaries": named,
        "role": "platform_admin",
        "scope": "community",
        "until_day": 99991231,
    }
    with pytest.raises(LedgerError) as caught:
        maker.pair("role", data)
    assert caught.value.code == "beneficiaries"


def test_the_day_before_the_first() -> None:
    """D1, P6: at the beginning of the calendar a local day is a day, and nobody holds a role."""
    maker = Maker(at_ms=0)
    maker.open(utc_offset_minutes=-30)
    maker.at_ms = 1000
    with pytest.raises(LedgerError) as caught:
        maker.add("x.y.proposed", {"beneficiaries": []}, actor=actor(CHEN, "mayor"))
    assert caught.value.code == "role_not_held"
    maker.add("x.y", {}, day=19700101)


def test_objects_changed_after_they_were_proposed() -> None:
    """P2: the writer compares with what was proposed, not with what its caller made of it."""
    maker = Maker()
    maker.open()
    data = {"beneficiaries": [], "n": [1]}
    seq = maker.add("x.y.proposed", data, actor=actor(ANNA))
    data["n"].append(2)
    with pytest.raises(LedgerError) as caught:
        maker.add("x.y.approved", data, actor=actor(BO, "supervisor"), refs=[seq])
    assert caught.value.code == "proposal_changed"


def test_a_void_of_ones_own_hours() -> None:
    """P11: taking back a notice credits nobody, so its person may do it."""
    maker = Maker()
    maker.open()
    families = [family("organiser:a", "minutes"), family(f"hours:{CHEN}", "minutes", limited=True)]
    maker.add("account.opened", {"accounts": families})
    notice = pending("organiser:a", f"hours:{CHEN}", 60, unit="minutes")
    data = {"beneficiaries": [CHEN], "transfers": [notice]}
    seq = maker.pair("hours.example", data, tier=4)
    void = [{"code": "taken_back", "void": [seq, 0]}]
    maker.add("hours.example_voided", {}, actor=actor(CHEN, "member"), transfers=void)


def test_two_agreements_in_one_place() -> None:
    """S1, S5: two restated agreements with one number are refused, not overwritten."""
    line = {"from": 20270101, "fund": "f", "merchant": "m", "order": 0, "to": 20271231}
    lines = [{**line, "fen_per_point": price, "type": "agreement"} for price in (1, 2)]
    previous = {"origin": "a/b/1", "root": "0" * 64, "size": 1, "state": state.state_hash(lines)}
    maker = Maker()
    maker.open(previous=[previous])
    with pytest.raises(LedgerError) as caught:
        maker.restate(0, lines)
    assert caught.value.code == "opening_order"
