"""The closing state, and what becomes of it in the books that follow (S1, S2, S5)."""

from collections.abc import Iterator

import pytest

from ledger import state
from tests.ledger.expect import (
    DAY_MS,
    SHOP,
    WALLET,
    Line,
    account_line,
    agreement,
    balance_line,
    close,
    convention,
    merged_line,
    opened,
    picture,
    propose,
    read_again,
    refused,
    role_line,
    successor,
)
from tests.ledger.make import (
    ANNA,
    AT_MS,
    BO,
    CHEN,
    DING,
    ENDLESS,
    OPERATOR,
    Maker,
    digest,
    family,
    pending,
    person,
    plain,
)

TWIN = person("chen again")
NEXT = "weihai.example/next/1"


@pytest.fixture
def maker() -> Iterator[Maker]:
    yield from opened()


def village(name: str) -> Maker:
    """A book of known kinds alone, with every type of line in its state."""
    maker = Maker(f"weihai.example/{name}/1")
    maker.open()
    chart = [account_line("sponsor:city", "centipoints"), account_line("pool:p", "aid_minutes")]
    chart += [
        account_line(each, "centipoints", limited=True)
        for each in ("fund:f1", f"wallet:{CHEN}", f"wallet:{TWIN}", "receivable:baker")
    ]
    accounts = [
        family(each["account"], each["unit"], limited=bool(each["flags"])) for each in chart
    ]
    maker.add("account.opened", {"accounts": accounts})
    maker.add("account.closed", {"accounts": ["pool:p"], "reason": "unused"})
    moves = [
        plain("sponsor:city", "fund:f1", 1000),
        plain("fund:f1", WALLET, 600),
        plain(WALLET, SHOP, 100),
        *[pending(WALLET, SHOP, 10, timeout, code="hold") for timeout in (0, 3600, 86_400)],
    ]
    two = sorted([CHEN, TWIN])
    merge = {"beneficiaries": two, "from": TWIN, "into": CHEN, "transfers": moves}
    maker.pair("account.merge", merge)
    maker.role(TWIN, "coordinator", scope="organisation:choir")
    maker.role(DING, "staff", until=20261122)
    maker.pair("convention", convention(20261123, "first", f1=30))
    maker.pair("convention", convention(20261201, "second", f1=25))
    for fen in range(12):
        maker.pair("agreement", agreement(fen, 20261124, 20261124 + fen % 3))
    return maker


def next_of(lines: list[Line]) -> dict[str, str]:
    """A successor's line of `book.closed`."""
    return {"origin": NEXT, "state": state.state_hash(lines)}


def follow(*parts: tuple[Maker, list[Line]], origin: str = NEXT, at_ms: int) -> Maker:
    """The completed book that follows some others with these parts of their states."""
    maker = Maker(origin, at_ms=at_ms)
    names = [
        {
            "origin": old.origin,
            "root": old.log.edge.root().hex(),
            "size": old.book.size,
            "state": state.state_hash(lines),
        }
        for old, lines in parts
    ]
    maker.open(previous=names)
    for number, (_, lines) in enumerate(parts):
        for start in range(0, len(lines), 64):
            maker.restate(number, lines[start : start + 64])
    maker.add("book.opened.complete", actor=OPERATOR)
    assert picture(read_again(maker)) == picture(maker.book)
    return maker


def without_places(lines: list[Line]) -> list[Line]:
    """Lines without the one thing that a restatement changes: where a pending stands."""
    return state.order(
        [{**line, "pending": [0, 0]} if "pending" in line else line for line in lines]
    )


def test_state_of_a_village() -> None:
    """Each type has its lines: what is past, empty, expired or open as a proposal has none (S1)."""
    maker = village("east")
    propose(maker, "convention", convention(20270101))
    at_ms = AT_MS + DAY_MS
    lines = maker.book.closing_lines(at_ms)
    by_type: dict[str, list[Line]] = {}
    for line in lines:
        state.check_line(line)
        by_type.setdefault(line["type"], []).append(line)
    assert list(by_type) == sorted(state.LINES)
    assert [line["closed"] for line in by_type["account"]].count(1) == 1
    assert by_type["merge"] == [merged_line(TWIN, CHEN)]
    balances = {"fund:f1": 400, SHOP: 100, "sponsor:city": -1000, WALLET: 500}
    assert by_type["balance"] == [balance_line(*each) for each in sorted(balances.items())]
    wanted = [role_line(ANNA), role_line(BO, "supervisor")]
    wanted.append(role_line(CHEN, "coordinator", scope="organisation:choir"))
    assert by_type["role"] == state.order(wanted)
    assert sorted(each["order"] for each in by_type["agreement"]) == list(range(12))
    days = [each["effective_day"] for each in by_type["convention"]]
    assert (sorted(days), {each["timeline"] for each in by_type["convention"]}) == (
        [20261123, 20261201],
        {0},
    )


def test_merges_name_the_root(maker: Maker) -> None:
    """The line of an earlier merge leads to the number that is left in the end (S1)."""
    for source, into in ((TWIN, CHEN), (CHEN, DING)):
        two = {"beneficiaries": sorted([source, into]), "from": source, "into": into}
        maker.pair("account.merge", {**two, "transfers": []})
    lines = [line for line in maker.book.closing_lines() if line["type"] == "merge"]
    assert lines == state.order([merged_line(TWIN, DING), merged_line(CHEN, DING)])


def test_lapsed_at_the_edge(maker: Maker) -> None:
    """A role stands in the state on its last day, a pending until the second it expires (S1)."""
    maker.fund()
    maker.wallets(CHEN)
    maker.add(
        "account.opened", {"accounts": [family("receivable:baker", "centipoints", limited=True)]}
    )
    hold = pending(WALLET, SHOP, 5, 3600, code="hold")
    at_ms = maker.at_ms
    maker.add("x.example", transfers=[plain("fund:f1", WALLET, 5), hold])
    maker.role(CHEN, "staff", until=20261122)

    def types(at: int) -> list[str]:
        return [line["type"] for line in maker.book.closing_lines(at)]

    end = at_ms + 3600 * 1000
    assert [types(at).count("pending") for at in (end - 1, end, end + 1)] == [1, 0, 0]
    midnight = AT_MS + 16 * 3600 * 1000
    assert [types(at).count("role") for at in (midnight - 1, midnight)] == [3, 2]
    assert maker.book.closing_lines() == maker.book.closing_lines(maker.book.last_at_ms)


def test_closing_state() -> None:
    """A book of known kinds closes with its own state and no other (S2)."""
    maker = village("east")
    later = maker.at_ms + DAY_MS
    state_later = state.state_hash(maker.book.closing_lines(later))
    for wrong in (digest("other"), state_later):
        with refused(maker, "closing_state", got=wrong):
            close(maker, state=wrong)
    maker.at_ms = later
    close(maker, state=state_later)
    assert picture(read_again(maker)) == picture(maker.book)


def test_closing_state_of_the_unknown(maker: Maker) -> None:
    """Where a kind is unknown its state cannot be computed, so any is taken (S2)."""
    maker.add("note.example")
    close(maker, state=digest("what a newer reader finds"))


def test_closing_state_of_unknown_lines() -> None:
    """Where a predecessor handed on lines of an unknown type, any state is taken too (S1, S2)."""
    lines = [role_line(ANNA), {"thing": [1], "type": "newer"}, {"thing": [2], "type": "newer"}]
    maker = successor(lines)
    assert maker.book.unknown_lines == {"newer"}
    close(maker, state=digest("what a newer reader finds"))
    known = successor(lines[:1])
    with refused(known, "closing_state"):
        close(known, state=digest("other"))
    close(known)


def test_successor_has_the_same_state() -> None:
    """What one book closes with, its successor closes with: nothing is lost on the way (S5)."""
    old = village("east")
    lines = old.book.closing_lines(old.at_ms)
    close(old, next_of(lines))
    new = follow((old, lines), at_ms=old.at_ms)
    assert without_places(new.book.closing_lines()) == without_places(lines)
    assert new.book.prices.agreements == old.book.prices.agreements
    prices = old.book.prices
    for day in range(20261120, 20261131):
        assert new.book.prices.in_force(day) == prices.in_force(day)
        assert new.book.prices.price("baker", "f1", day) == prices.price("baker", "f1", day)
    assert new.book.accounts.families["pool:p"].closed


def test_expired_on_the_way() -> None:
    """A pending that expires between two books lives a second more, to be voided (S6)."""
    old = village("east")
    lines = old.book.closing_lines(old.at_ms)
    close(old, next_of(lines))
    new = follow((old, lines), at_ms=old.at_ms + 7200 * 1000)
    pendings = new.book.accounts.pendings
    seq, index = next(pair for pair, each in pendings.items() if 0 < each.expires_at_ms < new.at_ms)
    post = {"amount": 10, "code": "late", "post": [seq, index]}
    with refused(new, "pending_transfer_expired"):
        new.add("redemption.example", transfers=[post])
    new.add("redemption.example", transfers=[{"code": "late", "void": [seq, index]}])


def test_split() -> None:
    """Two successors share a state: what is held once goes to one, the rest to either or both."""
    old = village("east")
    lines = old.book.closing_lines(old.at_ms)
    once = [line for line in lines if line["type"] in ("balance", "pending")]
    theirs = [line for line in once if line.get("account") in ("fund:f1", "sponsor:city")]
    rest = [line for line in lines if line not in once]
    mine = state.order([*rest, *[line for line in once if line not in theirs]])
    parts = [mine, state.order([*rest, *theirs])]
    state.check_parts(lines, parts)
    for wrong in (
        [lines, mine],
        [rest, rest],
        [mine[1:], parts[1][1:]],
        [[*mine, mine[-1]], parts[1]],
        [[*lines, role_line(TWIN)]],
    ):
        with pytest.raises(state.ClosingPartsError):
            state.check_parts(lines, wrong)
    nexts = [{**next_of(part), "origin": NEXT[:-1] + str(k)} for k, part in enumerate(parts, 1)]
    close(old, *nexts)
    for each, part in zip(nexts, parts, strict=True):
        new = follow((old, part), origin=each["origin"], at_ms=old.at_ms)
        assert without_places(new.book.closing_lines()) == without_places(part)
        assert new.book.accounts.accounts["opening:centipoints"].posted  # and yet has no line


def test_second_generation() -> None:
    """A successor's successor keeps the conventions of both first books side by side (S1, S5)."""
    olds = [village("east"), village("west")]
    olds[1].pair("convention", convention(20261124, "west's own", f1=40))
    states = [old.book.closing_lines(old.at_ms) for old in olds]
    for old, lines in zip(olds, states, strict=True):
        close(old, next_of(lines))
    parts = list(zip(olds, states, strict=True))
    middle = follow(*parts, at_ms=max(old.at_ms for old in olds))
    middle.pair("convention", convention(20261130, "ours", f1=50))
    assert len(middle.book.prices.inherited) == 2
    lines = middle.book.closing_lines(middle.at_ms)
    assert {line["timeline"] for line in lines if line["type"] == "convention"} == {0, 1}
    origin = "weihai.example/last/1"
    close(middle, {"origin": origin, "state": state.state_hash(lines)})
    last = follow((middle, lines), origin=origin, at_ms=middle.at_ms)
    assert without_places(last.book.closing_lines()) == without_places(lines)
    for day, names in (
        (20261123, ["first", "first"]),
        (20261124, ["first", "west's own"]),
        (20261130, ["ours", "ours"]),
        (ENDLESS, ["ours", "ours"]),
    ):
        documents = [each.document for each in last.book.prices.in_force(day)]
        assert sorted(documents) == sorted(map(digest, names))
    assert last.book.prices.maximum("f1", 20261124) == 40
    assert last.book.accounts.accounts[WALLET].posted == 1000
