"""Proposals and approvals: one opens, the other repeats, and names whom it moves (P1 to P4)."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.ledger.expect import (
    BOSS,
    DAY_MS,
    agreement,
    approve,
    convention,
    opened,
    propose,
    refused,
    successor,
)
from tests.ledger.make import (
    CHEN,
    DING,
    ENDLESS,
    ERNA,
    Maker,
    digest,
    family,
    pending,
    person,
    plain,
)

TWIN = person("chen again")
X = "sheet.example"
EMPTY: dict[str, Any] = {"beneficiaries": []}
ROLE = {
    "account": CHEN,
    "beneficiaries": [CHEN],
    "role": "coordinator",
    "scope": "community",
    "until_day": ENDLESS,
}
KNOWN: dict[str, dict[str, Any]] = {
    "role": ROLE,
    "account.merge": {
        "beneficiaries": sorted([CHEN, TWIN]),
        "from": TWIN,
        "into": CHEN,
        "transfers": [],
    },
    "convention": convention(20261123, f1=10),
    "agreement": agreement(0, 20261122, 20261231),
}
GIFT = [plain("fund:f1", f"wallet:{CHEN}:f1:202712", 5)]


@pytest.fixture
def maker() -> Iterator[Maker]:
    yield from opened()


@pytest.fixture
def funded(maker: Maker) -> Maker:
    """A book with points, minutes and accounts of two persons."""
    maker.fund()
    maker.wallets(CHEN, DING)
    accounts = [family("organiser:choir", "minutes"), family("pool:p", "aid_minutes")]
    for each in (CHEN, DING):
        accounts.append(family(f"hours:{each}", "minutes", limited=True))
        accounts.append(family(f"aid:{each}", "aid_minutes", limited=True))
    maker.add("account.opened", {"accounts": accounts})
    return maker


def withdraw(maker: Maker, name: str, seq: int, **extra: Any) -> int:
    """Append the withdrawal of a proposal by a job."""
    return maker.add(f"{name}.withdrawn", {"reason": "wrong"}, refs=[seq], **extra)


@pytest.mark.parametrize(
    "beneficiaries",
    ["", {}, [CHEN, CHEN], sorted([CHEN, DING])[::-1], ["system:jobs"], [CHEN.upper()], [1]],
)
def test_beneficiaries(maker: Maker, beneficiaries: Any) -> None:
    """A proposal lists its beneficiaries, sorted and each once (P1)."""
    with refused(maker, "beneficiaries"):
        propose(maker, X, {"beneficiaries": beneficiaries})
    with refused(maker, "data_field", key="beneficiaries"):
        propose(maker, "role", {**ROLE, "beneficiaries": beneficiaries})


def test_beneficiaries_missing(maker: Maker) -> None:
    """A proposal without beneficiaries is refused; with none of them it is not (P1)."""
    with refused(maker, "beneficiaries"):
        propose(maker, X, {"text": "for nobody"})
    with refused(maker, "data_keys"):
        propose(maker, "convention", {**EMPTY, "convention": digest("terms")})
    propose(maker, X, EMPTY)


def test_beneficiaries_at_most_512(maker: Maker) -> None:
    """512 beneficiaries are taken, 513 are not (P1)."""
    many = sorted(person(f"p{n}") for n in range(513))
    with refused(maker, "beneficiaries"):
        propose(maker, X, {"beneficiaries": many})
    propose(maker, X, {"beneficiaries": many[:512]})


@pytest.mark.parametrize("name", [X, *KNOWN])
def test_pairs(maker: Maker, name: str) -> None:
    """Each X is proposed and approved once, or withdrawn once; never both, never again (P2, P3)."""
    data = KNOWN.get(name, EMPTY)
    with refused(maker, "kind_transfers"):
        propose(maker, name, data, transfers=GIFT)
    approved, gone = propose(maker, name, data), propose(maker, name, data)
    with refused(maker, "kind_transfers"):
        withdraw(maker, name, gone, transfers=GIFT)
    withdraw(maker, name, gone)
    approve(maker, name, data, approved)
    assert not maker.book.parties.proposals
    for seq in (approved, gone):
        with refused(maker, "proposal_not_open", name=name):
            approve(maker, name, data, seq)
        with refused(maker, "proposal_not_open", name=name):
            withdraw(maker, name, seq)


def test_first_ref_is_the_proposal() -> None:
    """An approval refers to an open proposal of its own X, first, and in this book (P2)."""
    line = {"account": CHEN, "role": "staff", "scope": "community", "type": "role"}
    maker = successor([{**line, "until_day": ENDLESS}])
    other, seq = propose(maker, "other.example", EMPTY), propose(maker, X, EMPTY)
    for kind, data in ((f"{X}.approved", EMPTY), (f"{X}.withdrawn", {"reason": "wrong"})):
        for refs in ([0], [other], [other, seq], [[0, 1], seq]):
            with refused(maker, "proposal_not_open"):
                maker.add(kind, data, actor=BOSS, refs=refs)
        with refused(maker, "proposal_not_open"):
            maker.add(kind, data, actor=BOSS)
    maker.add(f"{X}.approved", EMPTY, actor=BOSS, refs=[seq, other, [0, 1]])


def test_approval_repeats(maker: Maker) -> None:
    """Data, day, rule, tier and document are repeated; each change of one is refused (P2)."""
    maker.pair("convention", convention(20261123, "terms"))
    maker.at_ms += 2 * DAY_MS
    rule = {"clause": "3", "convention": digest("terms")}
    data = {"beneficiaries": [], "text": "abc", "deep": [{"n": 1}]}
    said: dict[str, Any] = {"day": 20261123, "rule": rule, "tier": 2, "document": digest("paper")}
    full, bare = propose(maker, X, data, **said), propose(maker, X, data)
    changes: list[tuple[str, dict[str, Any]]] = [
        ("day", {"day": 20261124}),
        ("rule", {"rule": {**rule, "clause": "4"}}),
        ("tier", {"tier": 3}),
        ("document", {"document": digest("other paper")}),
    ]
    for key, change in changes:
        with refused(maker, "proposal_changed", key=key, proposal=full):
            approve(maker, X, data, full, **{**said, **change})
        left = {name: value for name, value in said.items() if name != key}
        if key != "day":  # a rule needs its day
            with refused(maker, "proposal_changed", key=key):
                approve(maker, X, data, full, **left)
        added = {key: said[key]} if key != "rule" else {"rule": rule, "day": 20261123}
        with refused(maker, "proposal_changed", key="day" if key == "rule" else key):
            approve(maker, X, data, bare, **added)
    for change in ({"text": "abd"}, {"deep": [{"n": 2}]}, {"deep": []}, {"more": 1}):
        with refused(maker, "proposal_changed", key="data"):
            approve(maker, X, {**data, **change}, full, **said)
    approve(maker, X, data, full, commitments={"c": digest("c")}, **said)
    approve(maker, X, data, bare)


def test_approved_transfers_are_the_proposed(funded: Maker) -> None:
    """An approval carries exactly `data.transfers`; an empty list is carried as none (P4)."""
    wallet = f"wallet:{CHEN}:f1:202712"
    moves = [plain("fund:f1", wallet, 5), plain("fund:f1", wallet, 6)]
    data = {"beneficiaries": [CHEN], "transfers": moves}
    seq = propose(funded, X, data)
    more = plain("fund:f1", wallet, 7)
    for other in (moves[::-1], moves[:1], [*moves, more], [moves[0], more], [moves[0]] * 2, []):
        with refused(funded, "transfers_not_proposed"):
            approve(funded, X, data, seq, transfers=other)
    approve(funded, X, data, seq)
    for none in ({"beneficiaries": [CHEN], "transfers": []}, {"beneficiaries": [CHEN]}):
        seq = propose(funded, X, none)
        with refused(funded, "transfers_not_proposed"):
            approve(funded, X, none, seq, transfers=moves)
        approve(funded, X, none, seq)
    data = {"beneficiaries": [], "transfers": "later"}
    seq = propose(funded, X, data)
    with refused(funded, "transfers_not_proposed"):
        approve(funded, X, data, seq, transfers=[])
    assert funded.book.accounts.accounts[wallet].posted == 11


def test_moved_persons_are_beneficiaries(funded: Maker) -> None:
    """Whose wallet, hours or aid an approval moves is among its beneficiaries, by root (P4)."""
    transfers = [
        plain("fund:f1", f"wallet:{CHEN}:f1:202712", 5),
        plain("organiser:choir", f"hours:{CHEN}", 5, unit="minutes"),
        plain("pool:p", f"aid:{CHEN}", 5, unit="aid_minutes"),
        plain(f"aid:{CHEN}", f"aid:{DING}", 1, unit="aid_minutes"),
    ]
    for transfer in transfers[:3]:
        for named in ([], [DING], sorted([DING, ERNA])):
            data = {"beneficiaries": named, "transfers": [transfer]}
            seq = propose(funded, X, data)
            with refused(funded, "beneficiary_not_named", account=CHEN):
                approve(funded, X, data, seq)
        funded.pair(X, {"beneficiaries": [CHEN], "transfers": [transfer]})
    both = {"beneficiaries": [CHEN], "transfers": transfers[3:]}
    seq = propose(funded, X, both)
    with refused(funded, "beneficiary_not_named", account=DING):
        approve(funded, X, both, seq)
    twin = {"beneficiaries": [TWIN], "transfers": transfers[:3]}
    seq = propose(funded, X, twin)
    with refused(funded, "beneficiary_not_named", account=CHEN):
        approve(funded, X, twin, seq)
    merged = {"beneficiaries": sorted([CHEN, TWIN]), "from": TWIN, "into": CHEN, "transfers": []}
    funded.pair("account.merge", merged)
    approve(funded, X, twin, seq)


@pytest.mark.parametrize("ending", [{"amount": 5, "post": [0, 0]}, {"void": [0, 0]}])
def test_moved_persons_of_pendings(funded: Maker, ending: dict[str, Any]) -> None:
    """A post or void in an approval names the persons of its pending transfer (P4)."""
    held = [pending("organiser:choir", f"hours:{CHEN}", 5, unit="minutes")]
    first = funded.pair(X, {"beneficiaries": [CHEN], "transfers": held})
    (word,) = ending.keys() - {"amount"}
    end = {**ending, "code": "ended", word: [first, 0]}
    data: dict[str, Any]
    for named in ([], [DING]):
        data = {"beneficiaries": named, "transfers": [end]}
        seq = propose(funded, X, data)
        with refused(funded, "beneficiary_not_named", account=CHEN):
            approve(funded, X, data, seq)
    funded.pair(X, {"beneficiaries": [CHEN], "transfers": [end]})
    data = {"beneficiaries": [], "transfers": [{**end, word: [first, 1]}]}
    seq = propose(funded, X, data)
    with refused(funded, "pending_transfer_not_found"):
        approve(funded, X, data, seq)
