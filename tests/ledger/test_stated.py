"""Lines that a book states for its closing state, and its successor restates (S8)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ledger import state
from ledger.errors import LedgerError
from ledger.policy import parse_policy
from ledger.stated import STATED
from tests.ledger.expect import Line, close, opened, previous, refused, role_line, successor
from tests.ledger.make import ANNA, CHEN, OPERATOR, ORIGIN, Maker, actor, digest
from tests.ledger.publish import Published
from tests.ledger.test_verify import Shelf, publish, report_of

CONTRACT: Line = {"account": CHEN, "convention": digest("ours"), "type": "contract"}
RECORD: Line = {
    "account": CHEN,
    "book": ORIGIN,
    "category": "elder",
    "centipoints": 150,
    "clause": "c1",
    "coefficient": "",
    "convention": digest("ours"),
    "day": 20261121,
    "debt": 0,
    "fund": "main",
    "minutes": 90,
    "month": 202711,
    "planned_minutes": 90,
    "record": 7,
    "tier": 1,
    "turn": 1,
    "type": "record",
    "waiting": 150,
}
SERVICE: Line = {"form": 1, "type": "service"}
TALLY: Line = {
    "account": CHEN,
    "clause": "c1",
    "counted": 90_000,
    "epoch": 1,
    "given": 150,
    "period": 0,
    "type": "tally",
}
DOCUMENT = 5  # exit code
LINES = state.order([CONTRACT, RECORD, SERVICE, TALLY])


@pytest.fixture
def maker() -> Iterator[Maker]:
    yield from opened()


def say(maker: Maker, *lines: Line, **extra: Any) -> int:
    """Append `closing.stated`."""
    return maker.add("closing.stated", {"lines": list(lines)}, **{"actor": OPERATOR, **extra})


def test_every_type_has_an_example() -> None:
    assert [each["type"] for each in LINES] == sorted(STATED)
    assert not STATED.keys() & state.LINES.keys()


def test_stated_lines_are_of_the_closing_state(maker: Maker) -> None:
    """What a book has stated stands in its state, in whatever pieces; another state is refused."""
    own = maker.book.closing_lines()
    say(maker, *LINES[:1])
    say(maker, *LINES[1:])
    lines = maker.book.closing_lines()
    assert lines == state.order([*own, *LINES])
    for wrong in (state.state_hash(own), state.state_hash([*lines[:-1], {**TALLY, "given": 151}])):
        with refused(maker, "closing_state", got=wrong):
            close(maker, state=wrong)
    close(maker)


def test_order_and_types(maker: Maker) -> None:
    """Ascending, each once, and only what does not follow from the entries."""
    for lines in ([RECORD, CONTRACT], [TALLY, TALLY], [role_line(ANNA)], [{"type": "newer"}]):
        with refused(maker, "stated_order"):
            say(maker, *lines)
    say(maker, *LINES[:2])
    for line in LINES[:2]:
        with refused(maker, "stated_order"):
            say(maker, line)
    say(maker, TALLY)


def test_only_the_closing_follows(maker: Maker) -> None:
    """After the first statement no entry may change what was stated, known or not."""
    say(maker, SERVICE)
    for kind in ("note.example", "role.proposed", "contract.ended"):
        data: dict[str, Any] = {}
        if kind == "role.proposed":
            data = {**role_line(CHEN), "beneficiaries": [CHEN]}
            data.pop("type")
        elif kind == "contract.ended":
            data = {"account": CHEN, "reason": "own_act"}
        with refused(maker, "stated_phase", kind=kind):
            maker.add(kind, data, actor=actor(ANNA))
    close(maker)


def test_an_operator_states(maker: Maker) -> None:
    """Nobody else, and no transfers, and something."""
    with refused(maker, "kind_actor"):
        say(maker, SERVICE, actor=actor(ANNA))
    with refused(maker, "data_field"):
        say(maker)


@pytest.mark.parametrize(
    "line",
    [
        {**CONTRACT, "convention": ""},
        {**RECORD, "tier": 0},
        {**RECORD, "tier": 5},
        {**RECORD, "month": 202713},
        {**RECORD, "waiting": -1},
        {**RECORD, "convention": "ours"},
        {**RECORD, "fund": "Main"},
        {**RECORD, "clause": "C"},
        {**RECORD, "book": "here"},
        {**RECORD, "minutes": 10_081},
        {**RECORD, "more": 1},
        {**SERVICE, "form": 2},
        {**TALLY, "account": "chen"},
        {**TALLY, "clause": ""},
    ],
)
def test_shapes(maker: Maker, line: Line) -> None:
    with refused(maker, "state_line"):
        say(maker, line)


def test_empty_values_of_a_record(maker: Maker) -> None:
    """An hour without points: no convention, clause, fund or month; a debt may be negative."""
    none = {"centipoints": 0, "clause": "", "convention": "", "fund": "", "month": 0, "waiting": 0}
    say(maker, {**RECORD, **none, "coefficient": "double", "debt": -150, "turn": 0})


def test_successor_restates(maker: Maker) -> None:
    """A successor restates what was stated, changes nothing by it, and states its own anew."""
    lines = state.order([role_line(ANNA), *LINES])
    heir = successor(lines)
    assert heir.book.unknown_lines == set()
    assert heir.book.stated == []
    assert [each["type"] for each in heir.book.closing_lines()] == ["role", "role"]
    close(heir)
    changed = Maker()
    changed.open(previous=previous(lines))
    changed.restate(0, [{**each, "given": 151} if each == TALLY else each for each in lines])
    with refused(changed, "opening_state", previous=0):
        changed.add("book.opened.complete", actor=OPERATOR)
    broken = Maker()
    broken.open(previous=previous(lines))
    with refused(broken, "state_line"):
        broken.restate(0, [{**TALLY, "given": -1}])
    say(maker, SERVICE)


def test_split(maker: Maker) -> None:
    """A record, a tally and a contract go to one part, the marker to each."""
    say(maker, *LINES)
    lines = maker.book.closing_lines()
    others = [each for each in lines if each["type"] in ("role", "service")]
    state.check_parts(lines, [lines, others])
    for line in (CONTRACT, RECORD, TALLY):
        with pytest.raises(LedgerError, match="closing state"):
            state.check_parts(lines, [lines, state.order([*others, line])])
    close(maker)


def test_verified() -> None:
    """A verifier takes predecessor and successor, and finds one digit changed in a state file."""
    old, name = Maker("weihai.example/east/1"), "weihai.example/east/2"
    old.open()
    say(old, *LINES)
    lines = old.book.closing_lines(old.at_ms)
    digest_hex = state.state_hash(lines)
    close(old, {"origin": name, "state": digest_hex})
    new = Maker(name, at_ms=old.at_ms)
    root = old.log.edge.root().hex()
    said = {"origin": old.origin, "root": root, "size": old.book.size, "state": digest_hex}
    new.open(previous=[said])
    new.restate(0, lines)
    new.add("book.opened.complete", actor=OPERATOR)
    files = {each.origin: publish(each, Published(each, {})) for each in (old, new)}
    files[old.origin][f"state/{digest_hex}"] = encoded = state.encode(lines)
    both = [parse_policy(each["policy"]) for each in files.values()]
    policy = replace(both[0], logs=(*both[0].logs, *both[1].logs))
    theirs = Shelf(files[old.origin])
    report = report_of(files[name], policy, predecessors={old.origin: theirs})
    assert (report.exit_code, report.predecessors[0].exit_code) == (0, 0), report.lines()
    assert not [each for each in report.findings if "unknown" in each.text]
    wrong = encoded.replace(b'"given":150', b'"given":151')
    files[old.origin][f"state/{digest_hex}"] = wrong
    assert report_of(files[old.origin], policy).exit_code == DOCUMENT
