"""The kinds of version 1 (format §7): data that is taken, and each way to spoil it."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledger import chart, kinds
from ledger.entry import Actor, Entry
from ledger.errors import LedgerError, MalformedError, RuleError
from ledger.transfer import Void
from tests.ledger.make import ANNA, AT_MS, BO, ENDLESS, ORIGIN, Keys, digest, family, plain

MAX = 2**53 - 1
NEXT = "weihai.example/huancui-01/2"
VKEYS = Keys(ORIGIN).vkeys()
BOTH = sorted([ANNA, BO])
TRANSFER = plain("wallet:x", "wallet:y", 1)
FOUNDERS = [{"account": ANNA, "role": "staff"}, {"account": BO, "role": "platform_admin"}]
PREDECESSOR = {"origin": NEXT, "root": digest("r"), "size": 1, "state": digest("s")}
SUCCESSOR = {"origin": NEXT, "state": digest("s")}
FAMILY = family("wallet:x", "centipoints", limited=True)

# Wrong for every key: no field of data is one of these, an empty text or one of other alphabets.
NEVER: tuple[Any, ...] = (
    "",
    "É x",
    None,
    True,
    1.5,
    -1,
    [[]],
    [0],
    [""],
    [{}],
    {"É": 0},
    {"a": {}},
)

# For each kind one good `data`; WRONG has, by key, wrong values beside NEVER.
ROLE = {
    "account": ANNA,
    "beneficiaries": [ANNA],
    "role": "staff",
    "scope": "community",
    "until_day": ENDLESS,
}
MERGE = {"beneficiaries": BOTH, "from": ANNA, "into": BO, "transfers": [TRANSFER]}
CONVENTION = {
    "beneficiaries": [],
    "convention": digest("c"),
    "effective_day": 20270101,
    "fen_per_point_max": {"f1": 0},
}
AGREEMENT = {
    "beneficiaries": [ANNA],
    "fen_per_point": 10**9,
    "from": 20270101,
    "fund": "f1",
    "merchant": "m1",
    "to": 20271231,
}
CLOSE = {"accounts": ["aid:x", "wallet:x"], "reason": "left"}
REASON = {"reason": "mistake"}
SERVICE = {
    "account": ANNA,
    "activity": "a1",
    "category": "elder_care",
    "coefficient": "",
    "flags": ["long_day", "walk_in"],
    "lead": BO,
    "minutes": 125,
    "organiser": "committee",
    "planned_minutes": 120,
    "shift": "s1",
}
LINE = {
    key: SERVICE[key] for key in ("account", "coefficient", "flags", "minutes", "planned_minutes")
}
SHEET = {
    **{key: SERVICE[key] for key in ("activity", "category", "lead", "organiser", "shift")},
    "beneficiaries": [ANNA],
    "lines": [LINE],
    "sheet": "p1",
    "transfers": [TRANSFER],
}
AWARD = {
    **{key: SERVICE[key] for key in ("account", "category", "coefficient", "minutes")},
    "centipoints": -2000,
    "fund": "main",
    "moves": [["hours_points", 20261122, 0, 125_000, 2000]],
    "planned_minutes": 120,
    "reason": "",
    "weight": [1, 1],
    "weighted": [125_000, 0],
}
SPENT = {"account": ANNA, "centipoints": 2000, "fund": "main", "merchant": "m1"}
BUDGET = {
    "beneficiaries": [],
    "fund": "main",
    "reason": "raised",
    "sponsor": "s1",
    "transfers": [TRANSFER],
}
CORRECTION = {
    "account": ANNA,
    "beneficiaries": [ANNA],
    "minutes": 60,
    "minutes_before": 125,
    "reason": "mistake",
    "record": 7,
    "transfers": [TRANSFER],
}
STOOD = {"account": ANNA, "how": "own_session", "shift": "s1"}
GOOD: dict[str, dict[str, Any]] = {
    "book.opened": {
        "clock": "utc",
        "founders": FOUNDERS,
        "keys": VKEYS,
        "previous": [PREDECESSOR],
        "type": "community",
        "utc_offset_minutes": 480,
    },
    "book.opening": {"lines": [{"type": "merge"}], "previous": 0},
    "book.opened.complete": {},
    "book.closed": {"next": [SUCCESSOR], "reason": "split", "state": digest("s")},
    "closing.stated": {"lines": [{"form": 1, "type": "service"}]},
    "key.added": {"key": VKEYS["log"], "reason": "planned", "role": "log"},
    "key.retired": {"key": VKEYS["log"], "reason": "lost", "suspect_from": 0},
    "clock.reset": {"last_at": AT_MS, "reason": "battery"},
    "account.opened": {"accounts": [FAMILY]},
    "account.closed": CLOSE,
    "account.reopened": CLOSE,
    "role.proposed": ROLE,
    "role.approved": ROLE,
    "role.withdrawn": REASON,
    "account.merge.proposed": MERGE,
    "account.merge.approved": MERGE,
    "account.merge.withdrawn": REASON,
    "convention.proposed": CONVENTION,
    "convention.approved": CONVENTION,
    "convention.withdrawn": REASON,
    "agreement.proposed": AGREEMENT,
    "agreement.approved": AGREEMENT,
    "agreement.withdrawn": REASON,
    "contract.signed": {"account": ANNA, "convention": digest("c")},
    "contract.ended": {"account": ANNA, "reason": "own_act"},
    "presence.started": {**STOOD, "activity": "a1", "flags": [], "site": "site:1"},
    "presence.seen": {**STOOD, "site": ""},
    "presence.ended": {**STOOD, "flags": ["long_day"], "minutes": 0},
    "presence.annulled": {"account": ANNA, "reason": "mistake", "shift": "s1"},
    "shift.counted": {"heads": 12, "present": 11, "shift": "s1"},
    "hours.refused": {"account": ANNA, "reason": "not_there", "shift": "s1"},
    "hours.noticed": {**SERVICE, "until_day": 20261126},
    "hours.voided": {"account": ANNA, "reason": "mistake"},
    "hours.recorded": SERVICE,
    "hours.objected": {"account": ANNA, "reason": "too_few", "record": 7},
    "hours.answered": {"outcome": "upheld", "reason": "seen", "record": 7},
    "points.deferred": AWARD,
    "points.none": {"account": ANNA, "reason": "not_signed"},
    "points.awarded": {**AWARD, "month": 202811},
    "points.paid": {"account": ANNA, "centipoints": 1, "fund": "main", "month": 202811},
    "points.corrected": {**AWARD, "rest_centipoints": 0},
    "points.expired": {"fund": "main", "month": 202610},
    "redemption.held": {**SPENT, "how": "own_phone", "pieces": [{"offer": "o1", "pieces": 2}]},
    "redemption.confirmed": SPENT,
    "redemption.voided": {**SPENT, "reason": "expired"},
    "redemption.refunded": {**SPENT, "reason": "returned"},
    **{f"hours.sheet.{step}": SHEET for step in ("proposed", "approved")},
    **{f"hours.correction.{step}": CORRECTION for step in ("proposed", "approved")},
    **{f"fund.budget.{step}": BUDGET for step in ("proposed", "approved")},
    "hours.sheet.withdrawn": REASON,
    "hours.correction.withdrawn": REASON,
    "fund.budget.withdrawn": REASON,
}
OPERATOR = {name for name in GOOD if name.startswith(("book.", "closing.", "key.", "clock."))}
CARRIERS = {
    *("book.opening", "account.closed", "account.merge.approved"),
    *("hours.noticed", "hours.voided", "hours.recorded", "hours.sheet.approved"),
    *("hours.correction.approved", "fund.budget.approved"),
    *("points.awarded", "points.paid", "points.corrected", "points.expired"),
    *(f"redemption.{step}" for step in ("held", "confirmed", "voided", "refunded")),
}

MINUTES = (10_081, "60")
COUNTS = (100_001, "1")
SUMS = (MAX + 1, 0, "1")
CODES = ("Upper", "a b", 0)
FLAGS: tuple[Any, ...] = (["b", "a"], ["a", "a"], ["A"], [f"f{i:02}" for i in range(17)], {})
MOVE = ["c", 202611, 0, 1, 1]
PERSONS_513 = sorted(f"{number:032x}" for number in range(513))
BENEFICIARIES: tuple[Any, ...] = (BOTH[::-1], [ANNA, ANNA], PERSONS_513)
DAYS = (20260229, 0, "20270101", 99991232)
WRONG: dict[str, tuple[Any, ...]] = {
    "accounts": (
        *([], ["b:x", "a:x"], ["a:x", "a:x"], [FAMILY] * 65, [f"a:{i:02}" for i in range(65)]),
        *([{**FAMILY, **bad}] for bad in ({"unit": "points"}, {"flags": ["x"]}, {"x": 0})),
    ),
    "account": (ANNA.upper(), "anna", 0),
    "activity": ("A", "a:b", 0),
    "category": CODES,
    "centipoints": (MAX + 1, -MAX - 1, "1"),
    "coefficient": CODES,
    "flags": FLAGS,
    "heads": COUNTS,
    "how": CODES,
    "lead": (BO.upper(), "bo", 0),
    "minutes": MINUTES,
    "minutes_before": MINUTES,
    "month": (202613, 196912, "202611", 20261122),
    "moves": (
        *([MOVE] * 18, [MOVE[:4]], [[*MOVE, 1]], [["C", *MOVE[1:]]], [["c", -1, 0, 1, 1]], {}),
        *([[*MOVE[:place], "1", *MOVE[place + 1 :]]] for place in range(1, 5)),
    ),
    "organiser": ("A", "a:b", 0),
    "outcome": ("Upheld", "open", 0),
    "pieces": (
        *([], [{"offer": "o1", "pieces": 0}], [{"offer": "o1", "pieces": 10_001}]),
        *([{"offer": "O", "pieces": 1}], [{"offer": "o1"}], [{"offer": "o1", "pieces": 1}] * 65),
    ),
    "planned_minutes": MINUTES,
    "present": COUNTS,
    "record": (MAX + 1, "7"),
    "rest_centipoints": (MAX + 1, "1"),
    "sheet": ("A", "a:b", 0),
    "shift": ("A", "a:b", 0),
    "site": ("A", "a b", 0),
    "sponsor": ("A", "a:b", 0),
    "weight": ([1], [1, 1, 1], [1, "1"], {}),
    "weighted": ([1], [1, 1, 1], [1, "1"], {}),
    "beneficiaries": (*BENEFICIARIES, ["anna"], {}, ANNA),
    "clock": ("UTC", "local", 0),
    "convention": ("0" * 63, "G" * 64, 0),
    "effective_day": DAYS,
    "fen_per_point": (10**9 + 1, "1"),
    "fen_per_point_max": ({"f1": -1}, {"f1": 10**9 + 1}, {f"f{i}": 1 for i in range(65)}, [], "f1"),
    "founders": (
        *(FOUNDERS[:1], FOUNDERS[:1] * 2, [*FOUNDERS, {"account": "0" * 32, "role": "staff"}]),
        *([FOUNDERS[0], {"account": BO, "role": role}] for role in ("member", "system", 0)),
        *([FOUNDERS[0], {**FOUNDERS[1], "x": 1}], [FOUNDERS[0], {"account": BO}], []),
        [FOUNDERS[0], {"account": "operator:1", "role": "staff"}],
    ),
    "from": ("20270101", 20260229, ANNA[:-1]),
    "fund": ("F", "a:b", 0),
    "into": (ANNA[:-1], 0),
    "key": (0, {}),
    "keys": ({}, {**VKEYS, "more": ""}, {**VKEYS, "log": 1}, {"log": VKEYS["log"]}, []),
    "last_at": (MAX + 1, "0"),
    "lines": ([], [{}] * 65, ["x"]),
    "merchant": ("M", "a:b", 0),
    "next": ([SUCCESSOR] * 17, [{**SUCCESSOR, "size": 1}], [{**SUCCESSOR, "state": ""}], {}),
    "previous": (
        *([PREDECESSOR] * 17, [SUCCESSOR], [{**PREDECESSOR, "size": 0}], 16, {}),
        *([{**PREDECESSOR, key: "x"}] for key in PREDECESSOR),
    ),
    "reason": ("Lost", "a b", 0),
    "role": ("Staff", "a b", 0),
    "scope": ("Community", "a b", 0),
    "state": ("0" * 63, 0),
    "suspect_from": (MAX + 1, "0"),
    "to": ("20271231", 20260229),
    "transfers": ([TRANSFER] * 65, [1], {}),
    "type": ("village", 0),
    "until_day": DAYS,
    "utc_offset_minutes": (841, -841, "480", 480.0),
}
# What looks wrong, but is for a later step to refuse: names, vkeys, lines and transfers.
LATER: dict[str, tuple[Any, ...]] = {
    "coefficient": ("",),
    "lead": ("",),
    "site": ("",),
    **{f"points.{kind} reason": ("",) for kind in ("awarded", "deferred", "corrected")},
    **{f"points.{kind} centipoints": (-1,) for kind in ("awarded", "deferred", "corrected")},
    "account.closed accounts": ([""],),
    "account.reopened accounts": ([""],),
    "key": ("", "É x"),
    "lines": ([{}],),
    "transfers": ([{}],),
    "utc_offset_minutes": (-1,),
}


def made(kind: str, data: dict[str, Any], account: str = "", *, moves: bool = False) -> Entry:
    """An entry of the kind, by an operator where that is asked for."""
    account = account or ("operator:1" if kind in OPERATOR else ANNA)
    actor = Actor(account, "operator" if account.startswith("operator:") else "staff")
    transfers = (Void("x", (0, 0)),) if moves else ()
    return Entry(ORIGIN, 3, "0" * 32, AT_MS, kind, actor, data, {}, transfers=transfers)


def refusal(entry: Entry, family: type[LedgerError]) -> tuple[str, dict[str, object]]:
    """The code and place of a refusal that has a sentence in both languages."""
    with pytest.raises(family) as caught:
        kinds.check(entry)
    error = caught.value
    assert error.sentence() == error.sentence("en") == str(error) != error.sentence("zh") != ""
    return error.code, error.where


def test_the_kinds_are_those_of_the_page() -> None:
    """§7: these kinds; who enters them, and which carry transfers."""
    assert kinds.KINDS.keys() == GOOD.keys()
    assert {name for name, kind in kinds.KINDS.items() if kind.operator} == OPERATOR
    assert {name for name, kind in kinds.KINDS.items() if kind.transfers} == CARRIERS


@pytest.mark.parametrize("kind", GOOD)
def test_good_data_is_taken(kind: str) -> None:
    """E8: exactly these keys with values of these forms."""
    assert kinds.check(made(kind, GOOD[kind])) is kinds.KINDS[kind]


@pytest.mark.parametrize("kind", GOOD)
def test_a_key_more_or_less_is_refused(kind: str) -> None:
    """E8: each key removed, and one added."""
    good = GOOD[kind]
    smaller = [{key: good[key] for key in good if key != gone} for gone in good]
    for data in (*smaller, {**good, "note": "x"}, {**good, "": 0}):
        where = {"kind": kind, "keys": sorted(data), "wanted": sorted(good)}
        assert refusal(made(kind, data), MalformedError) == ("data_keys", where)


def spoiled(kind: str) -> Iterator[tuple[str, Any]]:
    """Each key of the kind with each value that is wrong for it."""
    for key in GOOD[kind]:
        passed = LATER.get(f"{kind} {key}", LATER.get(key, ()))
        yield from ((key, value) for value in (*NEVER, *WRONG[key]) if value not in passed)


@pytest.mark.parametrize("kind", [kind for kind in GOOD if GOOD[kind]])
def test_a_value_of_another_form_is_refused(kind: str) -> None:
    """E8: each key of each kind with many wrong values, each named by its key."""
    for key, value in spoiled(kind):
        where = {"kind": kind, "key": key, "value": value}
        entry = made(kind, {**GOOD[kind], key: value})
        assert refusal(entry, MalformedError) == ("data_field", where)


EDGES: list[tuple[str, str, Any]] = [
    *(("book.opened", "clock", "demo"), ("book.opened", "type", "city")),
    *(("book.opened", "utc_offset_minutes", offset) for offset in (-840, -1, 0, 840)),
    *(("book.opened", "previous", [PREDECESSOR] * count) for count in (0, 16)),
    *(("book.opening", "previous", 15), ("book.opening", "lines", [{}] * 64)),
    *(("book.closed", "next", [SUCCESSOR] * count) for count in (0, 16)),
    *(("key.added", "role", role) for role in kinds.KEY_ROLES),
    *(("key.retired", "reason", reason) for reason in ("planned", "lost", "compromised")),
    *(("account.opened", "accounts", [FAMILY] * 64), ("account.merge.proposed", "transfers", [])),
    ("account.reopened", "accounts", ["a:x"]),
    ("account.closed", "accounts", [f"a:{number:02}" for number in range(64)]),
    ("account.merge.approved", "transfers", [TRANSFER] * 64),
    ("role.proposed", "beneficiaries", PERSONS_513[:512]),
    ("convention.proposed", "fen_per_point_max", {}),
    ("convention.approved", "fen_per_point_max", {f"f{number}": 10**9 for number in range(64)}),
    *(("agreement.proposed", "fen_per_point", 0), ("agreement.proposed", "to", ENDLESS)),
]


@pytest.mark.parametrize(("kind", "key", "value"), EDGES)
def test_a_value_at_its_edge(kind: str, key: str, value: object) -> None:
    """E8: the least, the most and each word of a choice."""
    assert kinds.check(made(kind, {**GOOD[kind], key: value})) is kinds.KINDS[kind]


@pytest.mark.parametrize("kind", [kind for kind in GOOD if kind.startswith("key.")])
def test_a_word_that_is_no_choice(kind: str) -> None:
    """§7: reasons and roles of keys are choices, not just codes."""
    choices = {"reason", "role"} & GOOD[kind].keys()
    for key in choices:
        entry = made(kind, {**GOOD[kind], key: "other"})
        assert refusal(entry, MalformedError)[0] == "data_field"


@pytest.mark.parametrize("kind", GOOD)
def test_who_enters_it(kind: str) -> None:
    """§7: `book.*`, `key.*` and `clock.reset` are an operator's; the others anybody's, so far."""
    for account in (ANNA, "system:jobs"):
        entry = made(kind, GOOD[kind], account)
        if kind in OPERATOR:
            where = {"kind": kind, "account": account}
            assert refusal(entry, RuleError) == ("kind_actor", where)
        else:
            assert kinds.check(entry) is kinds.KINDS[kind]
    assert kinds.check(made(kind, GOOD[kind], "operator:12")) is kinds.KINDS[kind]


@pytest.mark.parametrize("kind", GOOD)
def test_what_carries_transfers(kind: str) -> None:
    """§7, P1, P3: only the kinds marked T."""
    entry = made(kind, GOOD[kind], moves=True)
    if kind in CARRIERS:
        assert kinds.check(entry) is kinds.KINDS[kind]
    else:
        assert refusal(entry, RuleError) == ("kind_transfers", {"kind": kind})


@pytest.mark.parametrize(
    "name", ["book", "key", "clock", "role", "account", "convention", "agreement"]
)
def test_an_unknown_kind_of_a_family_that_is_read_first(name: str) -> None:
    """U3: refused whatever it says, pairs too; a name that only starts alike is of no family."""
    for rest in ("new", "opened.2", "2", "x.proposed", "x.approved", "x.withdrawn", "opene"):
        entry = made(f"{name}.{rest}", {})
        assert refusal(entry, MalformedError) == ("unknown_kind", {"kind": entry.kind})
    assert kinds.check(made(f"{name}s.new", {})) is None
    assert kinds.check(made(f"new.{name}", {})) is None


def test_another_unknown_kind_is_opaque() -> None:
    """U2: any data, any actor, transfers too; but no transfers in a proposal or withdrawal."""
    for kind in ("points.raffled", "points.awarded.2", "fund.x.approved"):
        assert kinds.check(made(kind, {"any": ["thing"]}, moves=True)) is None
        assert kinds.check(made(kind, {}, "system:jobs")) is None
    for kind in ("fund.x.proposed", "fund.x.withdrawn"):
        assert kinds.check(made(kind, {"any": 1})) is None
        entry = made(kind, {"any": 1}, moves=True)
        assert refusal(entry, RuleError) == ("kind_transfers", {"kind": kind})


def test_check_shape_alone() -> None:
    """E8: the same question for any shape."""
    kinds.check_shape("x.y", {"a": ANNA}, {"a": chart.is_person})
    with pytest.raises(kinds.DataKeysError):
        kinds.check_shape("x.y", {}, {"a": chart.is_person})
    with pytest.raises(kinds.DataFieldError):
        kinds.check_shape("x.y", {"a": "anna"}, {"a": chart.is_person})
