"""Closing states (format §11, S1 and S2): each type of line, their order, and their parts."""

from collections.abc import Callable
from hashlib import sha256
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import canonical, state
from ledger.errors import LedgerError, MalformedError, RuleError
from tests.ledger.make import ANNA, BO, digest

MAX = 2**53 - 1
LIMIT = "debits_must_not_exceed_credits"
GOOD: dict[str, dict[str, Any]] = {
    "account": {"account": "fund:f1", "closed": 0, "flags": [LIMIT], "unit": "centipoints"},
    "agreement": {
        "fen_per_point": 100,
        "from": 20270101,
        "fund": "f1",
        "merchant": "m1",
        "order": 0,
        "to": 99991231,
    },
    "balance": {"account": "sponsor:city", "amount": -5},
    "convention": {
        "convention": digest("c"),
        "effective_day": 20270101,
        "fen_per_point_max": {"f1": 100},
        "timeline": 0,
    },
    "merge": {"from": ANNA, "into": BO},
    "pending": {
        "amount": 1,
        "code": "held",
        "credit": "receivable:m1:f1",
        "debit": f"wallet:{ANNA}:f1:202712",
        "expires_at": 0,
        "pending": [3, 0],
        "unit": "centipoints",
    },
    "role": {"account": ANNA, "role": "staff", "scope": "community", "until_day": 99991231},
}
LINES = [{**line, "type": name} for name, line in GOOD.items()]
UNKNOWN = {"any": [{"thing": 1}], "type": "badge_2"}

EDGES: dict[str, dict[str, tuple[Any, ...]]] = {
    "account": {"closed": (1,), "flags": ([],), "unit": ("fen", "minutes", "aid_minutes")},
    "agreement": {"fen_per_point": (0, 10**9), "order": (MAX,)},
    "balance": {"amount": (1, -1, MAX, -MAX)},
    "convention": {"fen_per_point_max": ({},), "timeline": (MAX,)},
    "merge": {"into": (ANNA,)},
    "pending": {"amount": (MAX,), "expires_at": (MAX,), "pending": ([0, 0],)},
    "role": {"scope": ("a:b.c-d",), "until_day": (19700101,)},
}

# Wrong everywhere; `type` decides the rest, so it has its own test.
NEVER: tuple[Any, ...] = (None, True, False, 1.0, [[]], [0], {"É": 0}, {"a": {}}, ())
DAYS = ("", 0, 20260229, "20270101", 99991232)
NO_PERSON = ("", "anna", ANNA.upper(), ANNA + "0", 0)
BAD: dict[str, dict[str, tuple[Any, ...]]] = {
    "account": {
        "account": (0, [], {}),
        "closed": (2, -1, "0"),
        "flags": (["x"], [LIMIT, LIMIT], LIMIT, {}),
        "unit": ("", "points", 0),
    },
    "agreement": {
        "fen_per_point": (-1, 10**9 + 1, "1"),
        "from": DAYS,
        "fund": ("", "F", "a:b", 0),
        "merchant": ("", "M", "a:b", 0),
        "order": (-1, MAX + 1, "0"),
        "to": DAYS,
    },
    "balance": {"account": (0, [], {}), "amount": (0, "1", [], {})},
    "convention": {
        "convention": ("", "0" * 63, "G" * 64, 0),
        "effective_day": DAYS,
        "fen_per_point_max": ({"f1": -1}, {"f1": 10**9 + 1}, {"F": 0}, [], "f1"),
        "timeline": (-1, MAX + 1, "0"),
    },
    "merge": {"from": NO_PERSON, "into": NO_PERSON},
    "pending": {
        "amount": (0, -1, MAX + 1, "1"),
        "code": ("", "A", "a b", 0),
        "credit": (0, [], {}),
        "debit": (0, [], {}),
        "expires_at": (-1, MAX + 1, "0"),
        "pending": ([], [0, 0, 0], [0, -1], ["0", 0], 0, "00"),
        "unit": ("", "points", 0),
    },
    "role": {
        "account": NO_PERSON,
        "role": ("", "Staff", "a.b", 0),
        "scope": ("", "Community", "a b", 0),
        "until_day": DAYS,
    },
}


def refusal(call: Callable[..., object], *arguments: Any) -> tuple[str, dict[str, object]]:
    """The code and place of a refusal that has a sentence in both languages."""
    with pytest.raises(LedgerError) as caught:
        call(*arguments)
    error = caught.value
    assert isinstance(error, RuleError)
    assert error.sentence() == error.sentence("en") == str(error) != error.sentence("zh") != ""
    return error.code, error.where


def refused(line: dict[str, Any]) -> None:
    """The line is refused, whole."""
    assert refusal(state.check_line, line) == ("state_line", {"line": line})


def test_the_types_are_those_of_the_page() -> None:
    """S1: these lines with these keys, and which of them stand in one part only."""
    assert {name: set(shape) for name, shape in state.LINES.items()} == {
        name: set(line) for name, line in GOOD.items()
    }
    assert set(GOOD) - state.HELD_MORE_THAN_ONCE == {"balance", "pending"}
    assert state.HELD_MORE_THAN_ONCE - set(GOOD) == {"service"}


@pytest.mark.parametrize("name", GOOD)
def test_a_line_of_each_type(name: str) -> None:
    """S1: it gives its type, also with each value at its edge."""
    line = {**GOOD[name], "type": name}
    assert state.check_line(line) == name
    for key, values in EDGES[name].items():
        for value in values:
            assert state.check_line({**line, key: value}) == name


@pytest.mark.parametrize("name", GOOD)
def test_a_line_of_another_shape(name: str) -> None:
    """S1: a key less, a key more, and each key with values that are not its own."""
    line = {**GOOD[name], "type": name}
    for gone in line:
        refused({key: value for key, value in line.items() if key != gone})
    refused({**line, "note": "x"})
    assert BAD[name].keys() == GOOD[name].keys()
    for key, values in BAD[name].items():
        for value in (*NEVER, *values):
            refused({**line, key: value})


@pytest.mark.parametrize("name", ["badge", "balance_2", "a" * 64])
def test_an_unknown_type_keeps_any_shape(name: str) -> None:
    """S1: a reader that does not know a type keeps its lines."""
    for rest in ({}, {"any": [{"thing": 1}]}, GOOD["balance"]):
        assert state.check_line({**rest, "type": name}) == name


@pytest.mark.parametrize(
    "name", ["", "A", "1a", "a.b", "a b", "a" * 65, "Balance", 0, None, True, [], ["balance"], {}]
)
def test_a_type_that_is_no_code(name: object) -> None:
    """S1: without a type there is no line, known or not."""
    refused({**GOOD["balance"], "type": name})
    refused({"type": name})
    refused({})


def test_lines_are_ordered_by_type_and_bytes() -> None:
    """S1: by type first, although `account` stands before `type` in the bytes."""
    early, late = {"type": "a", "z": 1}, {"a": 1, "type": "b"}
    assert canonical.encode(early) > canonical.encode(late)
    lines = [{"type": "a", "z": 10}, early, {"type": "a", "z": 2}, late]
    for mixed in permutations(lines):
        assert state.order(mixed) == lines
    assert state.order(LINES[::-1]) == LINES
    assert state.order([]) == []


def test_the_bytes_and_hash_of_a_state() -> None:
    """S1: each line canonical, then LF; SHA-256 of all of them."""
    hand = (
        b'{"account":"sponsor:city","amount":-5,"type":"balance"}\n'
        b'{"from":"%s","into":"%s","type":"merge"}\n' % (ANNA.encode(), BO.encode())
    )
    lines = [LINES[2], LINES[4]]
    assert state.encode(lines) == hand
    assert state.state_hash(lines) == sha256(hand).hexdigest()
    assert state.state_hash(lines[::-1]) != state.state_hash(lines)
    assert state.encode([]) == b""
    assert state.state_hash([]) == sha256(b"").hexdigest()
    with pytest.raises(MalformedError):
        state.encode([{"type": "badge", "x": None}])


TWICE = [line for line in LINES if line["type"] in state.HELD_MORE_THAN_ONCE]
ONCE = [*(line for line in LINES if line not in TWICE), UNKNOWN]
WHOLE = [*LINES, UNKNOWN]


def parts_refused(parts: list[list[Any]], line: dict[str, Any], count: int) -> None:
    """The parts are refused for this line, which stands in so many of them."""
    where = {"line": canonical.encode(line).decode(), "count": count}
    assert refusal(state.check_parts, WHOLE, parts) == ("closing_parts", where)


def test_parts_that_make_up_the_state() -> None:
    """S2: one part, two halves, a part of nothing; lines of most types in several."""
    state.check_parts(WHOLE, [WHOLE])
    state.check_parts(WHOLE, [WHOLE[:3], WHOLE[3:]])
    state.check_parts(WHOLE, [[], WHOLE[::-1]])
    state.check_parts(WHOLE, [TWICE, WHOLE, TWICE])
    state.check_parts([], [])
    state.check_parts([], [[], []])


@pytest.mark.parametrize("line", WHOLE, ids=[str(line["type"]) for line in WHOLE])
def test_a_line_left_out(line: dict[str, Any]) -> None:
    """S2: every line is in some part."""
    rest = [each for each in WHOLE if each != line]
    parts_refused([rest, []], line, 0)
    parts_refused([rest], line, 0)


@pytest.mark.parametrize("line", ONCE, ids=[str(line["type"]) for line in ONCE])
def test_a_line_that_would_count_twice(line: dict[str, Any]) -> None:
    """S2: balances, pendings and unknown lines stand in exactly one part."""
    parts_refused([WHOLE, [line]], line, 2)
    parts_refused([[line], WHOLE, [line]], line, 3)


@pytest.mark.parametrize(
    "line", [{**LINES[2], "amount": -4}, {**LINES[0], "closed": 1}, {"type": "badge_2"}]
)
def test_a_line_of_a_part_alone(line: dict[str, Any]) -> None:
    """S2: no part has a line of its own."""
    parts_refused([WHOLE, [line]], line, 1)


def test_parts_without_a_state_and_a_state_without_parts() -> None:
    """S2: an archive has no parts to check; parts of nothing are empty."""
    with pytest.raises(state.ClosingPartsError):
        state.check_parts([], [[LINES[2]]])
    with pytest.raises(state.ClosingPartsError):
        state.check_parts([LINES[2]], [])


# Mostly one place, so that whole states are drawn often enough.
PLACES: list[tuple[int, ...]] = [*([(0,), (1,), (2,)] * 6), (0, 1), (1, 2), ()]


@given(st.data())
def test_random_parts(draw: st.DataObject) -> None:
    """S2: parts are taken exactly if each line is somewhere, and those of one place once."""
    parts: list[list[Any]] = [[], [], []]
    good = True
    for line in WHOLE:
        where = draw.draw(st.sampled_from(PLACES))
        for at in where:
            parts[at].append(line)
        good = good and (len(where) == 1 or (len(where) == 2 and line in TWICE))
    if good:
        state.check_parts(WHOLE, parts)
    else:
        with pytest.raises(state.ClosingPartsError):
            state.check_parts(WHOLE, parts)
