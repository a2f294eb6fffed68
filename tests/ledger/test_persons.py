"""Two persons are two: by number, by merge and by whom they act for (P5, P9 to P11)."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.dates import DAY_WITHOUT_END
from tests.ledger.expect import (
    BOSS,
    STAFF,
    agreement,
    approve,
    convention,
    opened,
    propose,
    refused,
)
from tests.ledger.make import (
    ANNA,
    BO,
    CHEN,
    DING,
    ENDLESS,
    ERNA,
    OPERATOR,
    SYSTEM,
    Maker,
    actor,
    family,
    pending,
    person,
    plain,
)

TWIN = person("chen again")
THIRD = person("chen once more")
X = "sheet.example"
HOURS = f"hours:{CHEN}"


@pytest.fixture
def maker() -> Iterator[Maker]:
    yield from opened()


@pytest.fixture
def hours(maker: Maker) -> Maker:
    """A book with minutes to credit."""
    families = [family(f"hours:{each}", "minutes", limited=True) for each in (CHEN, DING, TWIN)]
    lottery = [family("lottery:a", "minutes"), family("lottery:b", "minutes")]
    organiser = [family("organiser:choir", "minutes"), family("organiser:band", "minutes")]
    maker.add("account.opened", {"accounts": [*families, *organiser, *lottery]})
    return maker


def merging(source: str, into: str, beneficiaries: list[str] | None = None) -> dict[str, Any]:
    """The data of a merge."""
    two = sorted([source, into]) if beneficiaries is None else beneficiaries
    return {"beneficiaries": two, "from": source, "into": into, "transfers": []}


def merge(maker: Maker, source: str, into: str, **actors: dict[str, str]) -> int:
    """Make two numbers one person."""
    return maker.pair("account.merge", merging(source, into), **actors)


SIDES = [  # proposer, approver, beneficiaries: who stands on two sides, and on which
    (ANNA, ANNA, [], ANNA, ("approver", "proposer")),
    (ANNA, BO, [ANNA], ANNA, ("proposer", "beneficiary")),
    (ANNA, BO, [BO], BO, ("approver", "beneficiary")),
    ((ANNA, BO), BO, [], BO, ("approver", "proposer")),
    (ANNA, (BO, ANNA), [], ANNA, ("approver", "proposer")),
    ((ANNA, CHEN), BO, [CHEN], CHEN, ("proposer", "beneficiary")),
    (ANNA, (BO, CHEN), [CHEN], CHEN, ("approver", "beneficiary")),
    ((ANNA, CHEN), (BO, CHEN), [], CHEN, ("approver", "proposer")),
]


def acting(who: str | tuple[str, str]) -> dict[str, str]:
    """ANNA or BO in her or his role, for somebody or nobody."""
    account, acts_for = who if isinstance(who, tuple) else (who, "")
    role = {ANNA: "staff", BO: "supervisor"}[account]
    return actor(account, role, **({"for": acts_for} if acts_for else {}))


@pytest.mark.parametrize(("proposer", "approver", "named", "whom", "sides"), SIDES)
def test_different_persons(
    maker: Maker, proposer: Any, approver: Any, named: list[str], whom: str, sides: tuple[str, str]
) -> None:
    """Approver, proposer, whom they act for, and the beneficiaries are different persons (P5)."""
    data = {"beneficiaries": named}
    seq = propose(maker, X, data, by=acting(proposer))
    with refused(maker, "same_person", account=whom, first=sides[0], second=sides[1]):
        approve(maker, X, data, seq, by=acting(approver))


@pytest.mark.parametrize(("proposer", "approver", "named", "whom", "sides"), SIDES[3:])
def test_different_persons_by_root(
    maker: Maker, proposer: Any, approver: Any, named: list[str], whom: str, sides: tuple[str, str]
) -> None:
    """A second number of the same person is the same person (P5, P9)."""
    if isinstance(proposer, tuple):
        proposer = (proposer[0], TWIN)
    else:
        approver = (approver[0], TWIN)
    data = {"beneficiaries": named}
    two = {"by": acting(approver)}
    approve(maker, X, data, propose(maker, X, data, by=acting(proposer)), **two)
    seq = propose(maker, X, data, by=acting(proposer))
    for each in (DING, ERNA):
        maker.role(each, "staff")
    merge(maker, TWIN, whom, proposer=actor(DING), approver=actor(ERNA))
    with refused(maker, "same_person", first=sides[0], second=sides[1]):
        approve(maker, X, data, seq, **two)


def test_sides_may_repeat_within(maker: Maker) -> None:
    """One side may name one person twice: an approver that acts for itself (P5)."""
    data = {"beneficiaries": [DING]}
    seq = propose(maker, X, data, by=acting((ANNA, ANNA)))
    approve(maker, X, data, seq, by=acting((BO, BO)))
    seq = propose(maker, X, data, by={**STAFF, "for": "organisation:choir"})
    approve(maker, X, data, seq, by={**BOSS, "for": "organisation:choir"})


def test_approver_is_a_person(maker: Maker) -> None:
    """Neither a job nor an operator approves (P5)."""
    seq = propose(maker, X, {"beneficiaries": []})
    for nobody in (SYSTEM, OPERATOR, {**OPERATOR, "for": BO}):
        with refused(maker, "approver_not_person"):
            approve(maker, X, {"beneficiaries": []}, seq, by=nobody)


def test_proposer_of_known(maker: Maker) -> None:
    """Nobody but a person proposes a known X; an operator may propose a role (P5)."""
    role = {"account": CHEN, "role": "staff", "scope": "community", "until_day": ENDLESS}
    known = {
        "role": {**role, "beneficiaries": [CHEN]},
        "account.merge": merging(TWIN, CHEN),
        "convention": convention(20261123),
        "agreement": agreement(0, 20261122, 20261231),
    }
    for name, data in known.items():
        for nobody in (SYSTEM, OPERATOR):
            if (name, nobody) != ("role", OPERATOR):
                with refused(maker, "proposer_not_person", name=name):
                    propose(maker, name, data, by=nobody)
    approve(maker, "role", known["role"], propose(maker, "role", known["role"], by=OPERATOR))
    assert maker.book.parties.holds(CHEN, "staff", "community", DAY_WITHOUT_END)


@pytest.mark.parametrize("nobody", [SYSTEM, OPERATOR, {**SYSTEM, "for": ANNA}])
def test_proposer_of_unknown(hours: Maker, nobody: dict[str, str]) -> None:
    """A job proposes an unknown X, unless its approval needs two persons to move what it moves."""
    scan = plain("organiser:choir", HOURS, 5, unit="minutes")
    free = [plain("lottery:a", "lottery:b", 1, unit="minutes")]
    needs_two = [plain("lottery:a", HOURS, 1, unit="minutes")]
    cases: list[tuple[list[dict[str, Any]], dict[str, Any], bool]] = [
        ([], {}, True),
        (free, {}, True),
        ([scan], {"tier": 1}, True),
        ([scan], {"tier": 3}, True),
        ([scan], {"tier": 4}, False),
        ([scan], {}, False),
        (needs_two, {"tier": 1}, False),
        ([*free, {**needs_two[0], "pending": 0}], {}, False),
    ]
    for transfers, tier, good in cases:
        data = {"beneficiaries": [CHEN], "transfers": transfers}
        seq = propose(hours, X, data, by=nobody, **tier)
        if not good:
            with refused(hours, "proposer_not_person"):
                approve(hours, X, data, seq, **tier)
            seq = propose(hours, X, data, **tier)
        approve(hours, X, data, seq, **tier)


def test_merge(maker: Maker) -> None:
    """Two numbers become one person once; in a chain the last `into` is the root (P9)."""
    data = merging(CHEN, CHEN, [CHEN])
    seq = propose(maker, "account.merge", data)
    with refused(maker, "merge"):
        approve(maker, "account.merge", data, seq)
    merge(maker, TWIN, CHEN)
    early = merging(DING, TWIN), merging(CHEN, DING)
    proposals = [propose(maker, "account.merge", each) for each in early]
    approve(maker, "account.merge", early[0], proposals[0])
    with refused(maker, "merge"):
        approve(maker, "account.merge", early[1], proposals[1])
    merge(maker, CHEN, THIRD)
    assert {maker.book.parties.root(each) for each in (CHEN, TWIN, DING, THIRD)} == {THIRD}
    for source, into in ((THIRD, TWIN), (TWIN, THIRD), (DING, CHEN), (TWIN, DING), (DING, TWIN)):
        seq = propose(maker, "account.merge", merging(source, into))
        with refused(maker, "merge", source=source, into=into):
            approve(maker, "account.merge", merging(source, into), seq)
    merge(maker, THIRD, ERNA)
    assert maker.book.parties.root(TWIN) == ERNA


def test_merge_names_the_two(maker: Maker) -> None:
    """The beneficiaries of a merge are just its two (P9)."""
    for named in ([], [TWIN], [CHEN], sorted([CHEN, TWIN, DING]), sorted([CHEN, DING])):
        data = merging(TWIN, CHEN, named)
        seq = propose(maker, "account.merge", data)
        with refused(maker, "merge"):
            approve(maker, "account.merge", data, seq)
    merge(maker, TWIN, CHEN)


def test_merge_moves_what_it_says(maker: Maker) -> None:
    """A merge carries its transfers from name to name; the accounts keep their names (P9)."""
    maker.fund()
    maker.wallets(CHEN, TWIN)
    old, new = f"wallet:{TWIN}:f1:202712", f"wallet:{CHEN}:f1:202712"
    maker.add("points.example", transfers=[plain("fund:f1", old, 9)])
    maker.pair("account.merge", {**merging(TWIN, CHEN), "transfers": [plain(old, new, 7)]})
    sums = {name: maker.book.accounts.accounts[name].posted for name in (old, new)}
    assert sums == {old: 2, new: 7}


def test_entries_before_a_merge_stay(maker: Maker) -> None:
    """A pair of two that turn out to be one stands; their next one does not (P10)."""
    maker.role(DING, "staff")
    maker.pair(X, {"beneficiaries": []})
    maker.role(ERNA, "supervisor")
    merge(maker, BO, ANNA, proposer=actor(DING), approver=actor(ERNA, "supervisor"))
    seq = propose(maker, X, {"beneficiaries": []})
    with refused(maker, "same_person"):
        approve(maker, X, {"beneficiaries": []}, seq)
    approve(maker, X, {"beneficiaries": []}, seq, by=actor(DING))


def test_self_credit(hours: Maker) -> None:
    """Outside an approval nobody credits its own hours, by whichever of its numbers (P11)."""
    credit = plain("organiser:choir", HOURS, 5, unit="minutes")
    scan: dict[str, Any] = {"refs": [0], "tier": 1, "transfers": [credit]}
    chen, twin = actor(CHEN, "member"), actor(TWIN, "member")
    with refused(hours, "self_credit", account=CHEN):
        hours.add("hours.example", actor=chen, **scan)
    hours.add("hours.example", actor=twin, **scan)
    merge(hours, TWIN, CHEN)
    for same in (chen, twin):
        with refused(hours, "self_credit", account=same["account"]):
            hours.add("hours.example", actor=same, **scan)
    for other in (SYSTEM, actor(DING, "member")):
        hours.add("hours.example", actor=other, **scan)
    other = plain("organiser:choir", f"hours:{DING}", 5, unit="minutes")
    with refused(hours, "self_credit"):
        moves = [other, *scan["transfers"]]
        hours.add("hours.example", actor=twin, refs=[0], tier=1, transfers=moves)
    hours.add("hours.example", actor=twin, refs=[0], tier=1, transfers=[other])


def test_self_credit_of_pendings(hours: Maker) -> None:
    """Nobody posts the notice of its own hours; others do, and so does an approval (P11)."""
    notice = [pending("organiser:choir", HOURS, 5, unit="minutes")] * 2
    first = hours.pair(X, {"beneficiaries": [CHEN], "transfers": notice})
    posts = [{"amount": 5, "code": "recorded", "post": [first, index]} for index in (0, 1)]
    with refused(hours, "self_credit", account=CHEN):
        hours.add("hours.example", actor=actor(CHEN, "member"), transfers=posts[:1])
    hours.add("hours.example", actor=actor(DING, "member"), transfers=posts[:1])
    hours.pair(X, {"beneficiaries": [CHEN], "transfers": posts[1:]})
    assert hours.book.accounts.accounts[HOURS].posted == 10


def test_scanned_hours(hours: Maker) -> None:
    """Hours come in outside an approval only with a scan and what was scanned for (A5)."""
    moves = [plain("organiser:choir", HOURS, 5, unit="minutes")]
    for proof in ({"tier": 1}, {"tier": 4, "refs": [0]}, {"refs": [0]}, {}):
        with refused(hours, "route_needs_two"):
            hours.add("hours.example", transfers=moves, **proof)
    for tier in (1, 2, 3):
        hours.add("hours.example", transfers=moves, tier=tier, refs=[0])
