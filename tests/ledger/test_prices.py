"""Conventions and agreements: from which day, in force when, and at what price (R1 to R3, E7)."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.ledger.expect import (
    DAY_MS,
    agreement,
    approve,
    convention,
    opened,
    picture,
    propose,
    read_again,
    refused,
    successor,
)
from tests.ledger.make import ANNA, BO, ENDLESS, Maker, digest

TODAY, TOMORROW, AFTER, LATE = 20261122, 20261123, 20261124, 20261201


@pytest.fixture
def maker() -> Iterator[Maker]:
    yield from opened()


def convene(maker: Maker, effective_day: int, name: str = "terms", **maxima: int) -> int:
    """Approve a convention."""
    return maker.pair("convention", convention(effective_day, name, **maxima))


def agree(maker: Maker, price: int, first: int, last: int, merchant: str = "baker") -> int:
    """Approve an agreement."""
    return maker.pair("agreement", agreement(price, first, last, merchant))


def not_agreed(maker: Maker, data: dict[str, Any], code: str, **where: Any) -> None:
    """An agreement that is proposed and not accepted."""
    seq = propose(maker, "agreement", data)
    with refused(maker, code, **where):
        approve(maker, "agreement", data, seq)


def not_convened(maker: Maker, data: dict[str, Any], code: str, **where: Any) -> int:
    """A convention that is proposed and not accepted; its proposal."""
    seq = propose(maker, "convention", data)
    with refused(maker, code, **where):
        approve(maker, "convention", data, seq)
    return seq


def documents(maker: Maker, day: int) -> list[str]:
    """The conventions in force on a day."""
    return [each.document for each in maker.book.prices.in_force(day)]


def test_effective_day(maker: Maker) -> None:
    """A convention takes effect on the day after its approval at the earliest (R1)."""
    for day in (19700101, TODAY - 1, TODAY):
        not_convened(maker, convention(day), "effective_day", effective_day=day)
    seq = not_convened(maker, convention(TODAY), "effective_day", day=TODAY)
    convene(maker, TOMORROW)
    late = convention(TOMORROW, "late")
    waiting = propose(maker, "convention", late)
    maker.at_ms += DAY_MS
    for proposal, data in ((waiting, late), (seq, convention(TODAY))):
        with refused(maker, "effective_day", day=TOMORROW):
            approve(maker, "convention", data, proposal)
    convene(maker, ENDLESS, "the last")


def test_in_force_by_day(maker: Maker) -> None:
    """Each convention is in force from its day to the next one's, in whatever order approved."""
    convene(maker, LATE, "late", f1=3)
    convene(maker, TOMORROW, "early", f1=5, f2=1)
    convene(maker, AFTER, "between")
    wanted = {TODAY: [], TOMORROW: ["early"], AFTER: ["between"], 20261130: ["between"]}
    wanted |= {LATE: ["late"], ENDLESS: ["late"]}
    for day, names in wanted.items():
        assert documents(maker, day) == [digest(name) for name in names]
    maxima = {day: maker.book.prices.maximum("f1", day) for day in wanted}
    assert list(maxima.values()) == [0, 5, 0, 0, 3, 3]
    assert maker.book.prices.maximum("f2", TOMORROW) == 1
    assert maker.book.prices.maximum("f3", TOMORROW) == 0


def test_same_day_replaces(maker: Maker) -> None:
    """Of two conventions for one day the last approved stands (R1)."""
    convene(maker, TOMORROW, "first", f1=5)
    convene(maker, TOMORROW, "second", f1=7)
    assert documents(maker, TOMORROW) == [digest("second")]
    assert maker.book.prices.maximum("f1", TOMORROW) == 7
    assert maker.book.prices.timelines()[0][0][1].document == digest("second")


def test_rule_in_force(maker: Maker) -> None:
    """A rule names a convention that is in force on the day it is about (E7)."""
    convene(maker, TOMORROW, "early")
    convene(maker, AFTER, "later")
    early, later = ({"clause": "3", "convention": digest(name)} for name in ("early", "later"))
    with refused(maker, "convention_not_in_force", day=TODAY):
        maker.add("note.example", day=TODAY, rule=early)
    maker.at_ms += 3 * DAY_MS
    maker.add("note.example", day=TOMORROW, rule=early)
    maker.add("note.example", day=AFTER, rule=later)
    for day, rule in ((TODAY, early), (TOMORROW, later), (AFTER, early), (AFTER + 1, early)):
        with refused(maker, "convention_not_in_force", day=day):
            maker.add("note.example", day=day, rule=rule)
    with refused(maker, "convention_not_in_force"):
        propose(maker, "sheet.example", {"beneficiaries": []}, day=AFTER, rule=early)


def test_no_rule_at_entry_zero() -> None:
    """`book.opened` is under no convention: there is none yet (E7)."""
    maker = Maker()
    note = opened_fields(maker)
    rule = {"clause": "3", "convention": digest("terms")}
    with refused(maker, "convention_not_in_force"):
        maker.log.append({**note, "day": TODAY, "rule": rule}, maker.both())


def opened_fields(maker: Maker) -> dict[str, Any]:
    """The fields of `book.opened`."""
    founders = [{"account": ANNA, "role": "staff"}, {"account": BO, "role": "supervisor"}]
    data: dict[str, Any] = {"clock": "utc", "founders": founders, "keys": maker.keys.vkeys()}
    data |= {"previous": [], "type": "city", "utc_offset_minutes": 480}
    return maker.fields("book.opened", data, actor={"account": "operator:1", "role": "operator"})


def test_days_of_agreements(maker: Maker) -> None:
    """An agreement begins today at the earliest and ends on its first day at the earliest (R2)."""
    convene(maker, TOMORROW, f1=8)
    not_agreed(maker, agreement(0, TODAY - 1, LATE), "agreement_from", start=TODAY - 1, day=TODAY)
    not_agreed(maker, agreement(0, AFTER, TOMORROW), "agreement_days", start=AFTER, end=TOMORROW)
    agree(maker, 0, TODAY, TODAY)
    agree(maker, 8, TOMORROW, TOMORROW, "smith")
    price = maker.book.prices.price
    assert [price("smith", "f1", day) for day in (TODAY, TOMORROW, AFTER)] == [None, 8, None]
    assert [price("baker", "f1", day) for day in (TODAY, TOMORROW)] == [0, None]
    assert (price("baker", "f2", TODAY), price("tailor", "f1", TODAY)) == (None, None)


def test_last_approved_agreement(maker: Maker) -> None:
    """Where agreements overlap the last approved gives the price (R2)."""
    convene(maker, TOMORROW, f1=9)
    agree(maker, 7, TOMORROW, 20261231)
    agree(maker, 9, AFTER, LATE)
    days = (TODAY, TOMORROW, AFTER, LATE, 20261202, 20261231, 20270101)
    prices = [maker.book.prices.price("baker", "f1", day) for day in days]
    assert prices == [None, 7, 9, 9, 7, 7, None]


def test_price_up_to_the_maximum(maker: Maker) -> None:
    """A price is at most the maximum on each day of the agreement (R3)."""
    not_agreed(maker, agreement(1, TODAY, ENDLESS), "price_above_maximum", maximum=0, day=TODAY)
    convene(maker, TOMORROW, f1=8)
    not_agreed(maker, agreement(1, TODAY, LATE), "price_above_maximum", maximum=0, day=TODAY)
    not_agreed(maker, agreement(9, TOMORROW, LATE), "price_above_maximum", price=9, maximum=8)
    convene(maker, LATE, "cheaper", f1=6)
    where = {"day": LATE, "maximum": 6, "price": 7}
    not_agreed(maker, agreement(7, TOMORROW, LATE), "price_above_maximum", **where)
    agree(maker, 7, TOMORROW, 20261130)
    agree(maker, 8, AFTER, 20261130)
    agree(maker, 6, TOMORROW, ENDLESS)


def test_lowered_maximum(maker: Maker) -> None:
    """A maximum goes below a price only where a cheaper agreement has taken over by then (R3)."""
    convene(maker, TOMORROW, "start", f1=8)
    agree(maker, 8, TOMORROW, 20261231)
    agree(maker, 3, TOMORROW, ENDLESS, "smith")
    lower = convention(LATE, "lower", f1=5)
    seq = not_convened(maker, lower, "price_above_maximum", merchant="baker", day=LATE)
    agree(maker, 5, AFTER, 20261230)
    with refused(maker, "price_above_maximum", day=20261231, price=8, maximum=5):
        approve(maker, "convention", lower, seq)
    agree(maker, 4, LATE, 20261231)
    approve(maker, "convention", lower, seq)
    not_convened(maker, convention(LATE, "none"), "price_above_maximum")
    assert maker.book.prices.maximum("f1", LATE) == 5


def test_lowered_after_the_end(maker: Maker) -> None:
    """Agreements that are over by the effective day, or of other funds, bind no maximum (R3)."""
    convene(maker, TOMORROW, f1=8, f2=8)
    agree(maker, 8, TOMORROW, 20261130)
    not_convened(maker, convention(20261130, f1=7), "price_above_maximum", day=20261130)
    convene(maker, LATE, "lower", f2=1)


def test_endless_agreement(maker: Maker) -> None:
    """An agreement without end holds on the last day of the calendar too (R3)."""
    convene(maker, TOMORROW, f1=8)
    agree(maker, 8, TOMORROW, ENDLESS)
    not_convened(maker, convention(ENDLESS, f1=7), "price_above_maximum", day=ENDLESS)
    convene(maker, ENDLESS, f1=8)


def test_agreement_that_has_not_begun(maker: Maker) -> None:
    """A lowered maximum binds an agreement from its first day, long after the convention's (R3)."""
    convene(maker, TOMORROW, f1=8)
    agree(maker, 8, LATE, LATE)
    not_convened(maker, convention(AFTER, f1=7), "price_above_maximum", day=LATE)


def inherited_line(timeline: int, day: int, name: str, **maxima: int) -> dict[str, Any]:
    """A convention as a predecessor hands it on."""
    shape = {"effective_day": day, "fen_per_point_max": maxima, "timeline": timeline}
    return {"convention": digest(name), "type": "convention", **shape}


@pytest.fixture
def heir() -> Iterator[Maker]:
    """A book with three inherited timelines and none of its own."""
    east = [
        inherited_line(0, 20200101, "east old", f1=4),
        inherited_line(0, 20260101, "east", f1=6, east=1),
        inherited_line(0, LATE, "east late", f1=20),
    ]
    west = [inherited_line(0, 20250101, "west", f1=9), inherited_line(1, AFTER, "w1", f1=11)]
    maker = successor(east, west)
    yield maker
    assert picture(read_again(maker)) == picture(maker.book)


def test_inherited_timelines(heir: Maker) -> None:
    """Before its own convention each inherited timeline gives one; the maximum is the largest."""
    wanted: dict[int, tuple[set[str], int]] = {
        20191231: (set(), 0),
        20200101: ({"east old"}, 4),
        20251231: ({"east old", "west"}, 9),
        TODAY: ({"east", "west"}, 9),
        AFTER: ({"east", "west", "w1"}, 11),
        LATE: ({"east late", "west", "w1"}, 20),
    }
    for day, (names, maximum) in wanted.items():
        assert sorted(documents(heir, day)) == sorted(digest(name) for name in names)
        assert heir.book.prices.maximum("f1", day) == maximum
    convene(heir, AFTER, "own", f1=5)
    assert documents(heir, AFTER) == documents(heir, ENDLESS) == [digest("own")]
    assert sorted(documents(heir, TOMORROW)) == sorted(map(digest, ("east", "west")))
    assert heir.book.prices.maximum("f1", LATE) == 5


def test_rules_of_inherited_conventions(heir: Maker) -> None:
    """A rule may name any of the conventions in force on its day, old days included (E7)."""
    for day, name in ((TODAY, "east"), (TODAY, "west"), (20251231, "east old")):
        heir.add("note.example", day=day, rule={"clause": "1", "convention": digest(name)})
    for day, name in ((TODAY, "w1"), (20251231, "east"), (20191231, "east old")):
        with refused(heir, "convention_not_in_force"):
            heir.add("note.example", day=day, rule={"clause": "1", "convention": digest(name)})


def test_prices_under_inherited_conventions(heir: Maker) -> None:
    """Inherited maxima bind agreements, and the own one that follows them does (R3)."""
    not_agreed(heir, agreement(10, TODAY, LATE), "price_above_maximum", day=TODAY, maximum=9)
    not_agreed(heir, agreement(12, AFTER, LATE), "price_above_maximum", day=AFTER, maximum=11)
    agree(heir, 11, AFTER, LATE)
    not_convened(heir, convention(AFTER, "own", f1=10), "price_above_maximum", day=AFTER)
    convene(heir, TOMORROW, "own", f1=11)


def test_falling_inherited_maximum() -> None:
    """An inherited maximum that falls later binds an agreement that begins before it does (R3)."""
    maker = successor(
        [inherited_line(0, TODAY, "old", f1=9), inherited_line(0, AFTER, "new", f1=4)]
    )
    not_agreed(maker, agreement(5, TODAY, AFTER), "price_above_maximum", day=AFTER, maximum=4)
    agree(maker, 9, TODAY, TOMORROW)


def test_timelines_handed_on(heir: Maker) -> None:
    """Inherited timelines up to the first own day, each continued by all own ones (S1)."""

    def names() -> list[list[str]]:
        lists = heir.book.prices.timelines()
        return sorted([each.document for _, each in timeline] for timeline in lists)

    def wanted(*lists: list[str]) -> list[list[str]]:
        return sorted([digest(name) for name in each] for each in lists)

    east = ["east old", "east", "east late"]
    assert names() == wanted(east, ["west"], ["w1"])
    convene(heir, LATE, "own")
    convene(heir, 20270101, "own late")
    own = ["own", "own late"]
    assert names() == wanted([*east[:2], *own], ["west", *own], ["w1", *own])
    convene(heir, TOMORROW, "soon")
    assert names() == wanted([*east[:2], "soon", *own], ["west", "soon", *own], ["soon", *own])
