"""The opening of a successor: which lines in which order, with which transfers (S3 to S7)."""

from collections.abc import Iterator

import pytest

from ledger import state
from ledger.canonical import INTEGER_MAX
from tests.ledger.expect import (
    DAY_MS,
    SHOP,
    WALLET,
    Line,
    account_line,
    balance_line,
    close,
    held_line,
    merged_line,
    picture,
    previous,
    price_line,
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
    ORIGIN,
    Maker,
    actor,
    family,
    pending,
    person,
    plain,
)

TWIN = person("chen again")


SMALL = [
    account_line(f"wallet:{CHEN}", "centipoints", limited=True),
    account_line("fund:f1", "centipoints", limited=True),
    account_line("sponsor:city", "centipoints"),
    account_line("receivable:baker", "centipoints", limited=True),
    balance_line("fund:f1", 10),
    balance_line("sponsor:city", -110),
    balance_line(WALLET, 100),
    held_line(30, 0),
    role_line(ANNA),
]
ORDERED = state.order(SMALL)


@pytest.fixture
def heir() -> Iterator[Maker]:
    """A book that follows one with the state SMALL and has restated nothing yet."""
    maker = Maker()
    maker.open(previous=previous(SMALL, [role_line(BO)]))
    yield maker
    assert picture(read_again(maker)) == picture(maker.book)


def complete(maker: Maker) -> int:
    """Append `book.opened.complete`."""
    return maker.add("book.opened.complete", actor=OPERATOR)


def test_restated(heir: Maker) -> None:
    """Lines in order, in pieces of any size, make the same families, balances and pendings."""
    heir.restate(0, ORDERED[:1])
    heir.restate(0, ORDERED[1:4])
    heir.restate(0, ORDERED[4:])
    heir.restate(1, [role_line(BO)])
    complete(heir)
    lines = heir.book.closing_lines()
    founders = [role_line(ANNA), role_line(BO, "supervisor"), role_line(BO)]
    here = {**held_line(30, 0), "pending": list(heir.pending_seq("hold"))}
    assert lines == state.order([*SMALL[:-2], here, *founders])
    assert heir.book.opening is None
    heir.add("redemption.example", transfers=[plain(WALLET, SHOP, 70)])
    with refused(heir, "exceeds_credits"):
        heir.add("redemption.example", transfers=[plain(WALLET, SHOP, 1)])


def test_line_order(heir: Maker) -> None:
    """Lines out of order, and a line twice, are refused within an entry and across (S4)."""
    for lines in ([ORDERED[1], ORDERED[0]], [ORDERED[0]] * 2, [ORDERED[-1], ORDERED[4]]):
        with refused(heir, "opening_order", previous=0):
            heir.add("book.opening", {"lines": lines, "previous": 0}, actor=OPERATOR)
    heir.restate(0, ORDERED[:4])
    for line in ORDERED[:4]:
        with refused(heir, "opening_order"):
            heir.add("book.opening", {"lines": [line], "previous": 0}, actor=OPERATOR)
    heir.restate(0, ORDERED[4:])


def test_turns(heir: Maker) -> None:
    """Predecessors are restated one after the other, and only those that there are (S4)."""
    for number, code in ((2, "opening_order"), (15, "opening_order"), (16, "data_field")):
        with refused(heir, code):
            heir.add("book.opening", {"lines": [role_line(BO)], "previous": number}, actor=OPERATOR)
    heir.restate(0, ORDERED)
    heir.restate(1, [role_line(BO)])
    for line in (role_line(ANNA), role_line(DING)):
        with refused(heir, "opening_order", previous=0):
            heir.add("book.opening", {"lines": [line], "previous": 0}, actor=OPERATOR)
    complete(heir)


def test_too_early(heir: Maker) -> None:
    """`book.opened.complete` waits for the last line of each predecessor (S4)."""
    for end in (len(ORDERED) - 1, len(ORDERED)):
        with refused(heir, "opening_state", previous=0):
            complete(heir)
        heir.restate(0, ORDERED[end - 1 : end] if end == len(ORDERED) else ORDERED[:end])
    with refused(heir, "opening_state", previous=1):
        complete(heir)
    heir.restate(1, [role_line(BO)])
    complete(heir)


@pytest.mark.parametrize("left_out", range(len(SMALL)))
def test_left_out(left_out: int) -> None:
    """Without any one of its lines a predecessor is not restated (S4)."""
    maker = Maker()
    maker.open(previous=previous([*SMALL, role_line(BO)]))
    lines = [line for line in SMALL if line is not SMALL[left_out]]
    needed = {0: {6, 7}, 1: {4}, 2: {5}, 3: {7}, 6: {7}}.get(left_out, set())
    kept = [line for line in lines if not any(line is SMALL[index] for index in needed)]
    maker.restate(0, state.order([*kept, role_line(BO)]))
    with refused(maker, "opening_state", previous=0):
        complete(maker)


def test_other_lines(heir: Maker) -> None:
    """A line that differs from the predecessor's is found at the end (S4)."""
    heir.restate(0, [*ORDERED[:-1], role_line(ANNA, until=20271231)])
    heir.restate(1, [role_line(BO)])
    with refused(heir, "opening_state", previous=0):
        complete(heir)


def test_transfers_are_those_of_the_lines(heir: Maker) -> None:
    """An opening carries exactly the transfers that its lines make, in their order (S6)."""
    data = {"lines": ORDERED, "previous": 0}
    opening = {"code": "opening", "unit": "centipoints"}
    right: list[Line] = [
        {**opening, "amount": 10, "credit": "fund:f1", "debit": "opening:centipoints"},
        {**opening, "amount": 110, "credit": "opening:centipoints", "debit": "sponsor:city"},
        {**opening, "amount": 100, "credit": WALLET, "debit": "opening:centipoints"},
        pending(WALLET, SHOP, 30, code="hold"),
    ]
    wrong = [right[:place] + right[place + 1 :] for place in range(4)]
    wrong += [[*right, right[0]], right[::-1]]
    wrong += [[{**right[0], "amount": 11}, *right[1:]], [{**right[0], "code": "o"}, *right[1:]]]
    wrong += [[*right[:3], {**right[3], "pending": 1}], [*right[:3], plain(WALLET, SHOP, 30)]]
    for moves in wrong:
        with refused(heir, "opening_transfers"):
            heir.add("book.opening", data, actor=OPERATOR, transfers=moves)
    with refused(heir, "opening_transfers"):
        heir.add("book.opening", data, actor=OPERATOR)
    heir.add("book.opening", data, actor=OPERATOR, transfers=right)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"type": "balance"}, "state_line"),
        ({"account": CHEN}, "state_line"),
        ({"type": "Newer"}, "state_line"),
        (account_line("fund:f1", "fen"), "account_not_of_class"),
        (account_line("opening:fen", "fen"), "account_name"),
        (balance_line("fund", 1), "account_name"),
        (balance_line("fund:f1", 1), "opening_transfers"),
    ],
)
def test_lines_that_are_none(heir: Maker, line: Line, code: str) -> None:
    """A line of another shape, of a wrong family or of a family that is not there is refused."""
    with refused(heir, code):
        heir.add("book.opening", {"lines": [line], "previous": 0}, actor=OPERATOR)


def test_balances_need_their_cover() -> None:
    """A restated limited account never falls below nothing, nor above 2^53 - 1 (A6)."""
    wallet = SMALL[0]
    for lines, code in (
        ([wallet, balance_line(WALLET, -1)], "exceeds_credits"),
        ([wallet, SMALL[3], balance_line(WALLET, 29), held_line(30, 0)], "linked_transfer_failed"),
    ):
        maker = Maker()
        maker.open(previous=previous(lines))
        with refused(maker, code):
            maker.restate(0, state.order(lines))
    maker = Maker()
    maker.open(
        previous=previous([wallet, balance_line(WALLET, INTEGER_MAX)], [balance_line(WALLET, 1)])
    )
    maker.restate(0, [wallet, balance_line(WALLET, INTEGER_MAX)])
    with refused(maker, "overflows_debits"):
        maker.restate(1, [balance_line(WALLET, 1)])


def test_only_openings_until_complete(heir: Maker) -> None:
    """Between `book.opened` and its completion nothing but openings stands (S4)."""
    new = {"key": heir.keys.log.verifier_key.encode(), "reason": "lost", "suspect_from": 0}
    for kind, data in (
        ("note.example", {}),
        ("account.opened", {"accounts": [family("donor:a", "fen")]}),
        ("role.proposed", {**role_line(CHEN), "beneficiaries": [CHEN]}),
    ):
        data.pop("type", None)
        with refused(heir, "opening_phase", kind=kind):
            heir.add(kind, data, actor=actor(ANNA))
    with refused(heir, "opening_phase"):
        close(heir)
    with refused(heir, "last_key"):
        heir.add("key.retired", new, actor=OPERATOR, signers=heir.both())
    heir.restate(0, ORDERED)
    heir.restate(1, [role_line(BO)])
    complete(heir)
    with refused(heir, "opening_phase"):
        complete(heir)
    with refused(heir, "opening_phase"):
        heir.add("book.opening", {"lines": [role_line(DING)], "previous": 1}, actor=OPERATOR)
    heir.add("note.example")


def test_names_of_books(heir: Maker) -> None:
    """Predecessors and successors differ from each other and from the book (S3)."""
    two = previous([role_line(ANNA)], [role_line(BO)], names=("a", "a"))
    itself = [{**two[0], "origin": ORIGIN}]
    empty = Maker()
    for wrong in (two, itself, [*itself, two[0]]):
        with refused(empty, "predecessors"):
            empty.open(previous=wrong)
    heir.restate(0, ORDERED)
    heir.restate(1, [role_line(BO)])
    complete(heir)
    nexts = [{"origin": each["origin"], "state": each["state"]} for each in (*two, *itself)]
    for several in (nexts[:2], nexts[2:], nexts[1:]):
        with refused(heir, "predecessors"):
            close(heir, *several)
    close(heir, nexts[0])


def remaining(expires_at_ms: int, at_ms: int) -> int:
    """The seconds for which a pending transfer is restated."""
    maker = Maker(at_ms=at_ms - 60_000)
    lines = state.order([*SMALL[:7], held_line(30, expires_at_ms)])
    maker.open(previous=previous(lines))
    maker.restate(0, lines)
    ((_, each),) = maker.book.accounts.pendings.items()
    return (each.expires_at_ms - at_ms) // 1000 if each.expires_at_ms else 0


def test_remaining_timeout() -> None:
    """A restated pending keeps its end: at least a second from now, at most ten years (S6)."""
    assert remaining(0, AT_MS) == 0
    assert remaining(AT_MS + DAY_MS, AT_MS) == 86_400
    assert [remaining(AT_MS + late, AT_MS) for late in (999, 1000, 1001, 2000)] == [1, 1, 2, 2]
    assert [remaining(AT_MS - late, AT_MS) for late in (0, 1, DAY_MS, AT_MS - 1)] == [1] * 4
    ten_years = 315_360_000
    late = (AT_MS + ten_years * 1000, AT_MS + ten_years * 1000 + 1, INTEGER_MAX)
    assert [remaining(each, AT_MS) for each in late] == [ten_years] * 3


def test_two_predecessors_become_one() -> None:
    """Balances add up, any closing closes, merges and grants join, agreements queue (S5, S7)."""
    pool = account_line("pool:p", "aid_minutes")
    east = [*SMALL, {**pool, "closed": 1}, merged_line(TWIN, CHEN), role_line(CHEN, until=20261231)]
    west = [*SMALL[:-2], pool, merged_line(CHEN, DING), merged_line(person("x"), person("x"))]
    west += [role_line(DING, "supervisor", scope="organisation:choir")]
    west += [role_line(ANNA, until=20261231), role_line(DING, until=20271231)]
    east += [price_line(order, order, "baker") for order in range(12)]
    west += [price_line(order, order + 20, "smith") for order in range(3)]
    maker = successor(east, west)
    book = maker.book
    assert book.accounts.accounts[WALLET].posted == 200
    assert book.accounts.accounts["sponsor:city"].posted == -220
    assert book.accounts.families["pool:p"].closed
    assert {book.parties.root(each) for each in (TWIN, CHEN, DING)} == {DING}
    assert book.parties.root(person("x")) == person("x")
    assert book.parties.holds(TWIN, "staff", "community", 20271231)
    assert book.parties.holds(ANNA, "staff", "community", ENDLESS)
    assert book.parties.holds(TWIN, "supervisor", "organisation:choir", ENDLESS)
    prices = [each.fen_per_point for each in book.prices.agreements]
    assert prices == [*range(12), 20, 21, 22]
    assert book.prices.price("baker", "f1", 20261122) == 11
    with refused(maker, "account_already_closed"):
        maker.add("account.closed", {"accounts": ["pool:p"], "reason": "unused"})
