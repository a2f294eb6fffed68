"""The chart of accounts (format §9): names of each class, and the routes between them."""

from collections.abc import Callable, Iterator

import pytest

from ledger import chart
from ledger.chart import Route
from ledger.errors import LedgerError, MalformedError
from tests.ledger.make import ANNA

C, F, M, A = "centipoints", "fen", "minutes", "aid_minutes"

# A2, line by line: class, unit, limit, shape.
CLASSES: dict[str, tuple[str, bool, str]] = {
    "sponsor": (C, False, "id"),
    "fund": (C, True, "fund"),
    "wallet": (C, True, "person:fund:month"),
    "receivable": (C, True, "id:fund"),
    "settled": (C, False, "fund"),
    "expired": (C, True, "fund"),
    "correction": (C, False, "fund"),
    "donor": (F, False, "id"),
    "cash": (F, True, "fund"),
    "paid": (F, False, "id:fund"),
    "organiser": (M, False, "id"),
    "hours": (M, True, "person"),
    "pool": (A, False, "id"),
    "aid": (A, True, "person"),
}
EXAMPLE = {"id": "lan-1", "fund": "f_1", "person": ANNA, "month": "202612"}
LONGEST = {"id": "9" * 64, "fund": "f" * 64, "person": "0" * 32, "month": "999912"}
WRONG = {
    "id": ("", "A", "-a", "_a", "a.b", "a b", "é", "a\n", "a" * 65),
    "fund": ("", "A", "-a", "_a", "a.b", "a b", "é", "a\n", "a" * 65),
    "person": ("", "anna", ANNA[:31], ANNA + "0", ANNA.upper(), "g" * 32, ANNA + "\n"),
    "month": ("", "2026", "202600", "202613", "196912", "20261", "2026012", "2026-1", "a"),
}

# A5, line by line: one way, both ways, by two, scanned.
ONE = Route(two=False, scanned=False)
TWO = Route(two=True, scanned=False)
SCANNED = Route(two=False, scanned=True)
ROUTES = {
    ("sponsor", "fund"): TWO,
    ("fund", "sponsor"): TWO,
    ("fund", "wallet"): ONE,
    ("wallet", "fund"): ONE,
    ("wallet", "receivable"): ONE,
    ("receivable", "wallet"): ONE,
    ("receivable", "settled"): TWO,
    ("settled", "receivable"): TWO,
    ("wallet", "expired"): ONE,
    ("expired", "fund"): ONE,
    ("wallet", "wallet"): TWO,
    ("fund", "correction"): ONE,
    ("wallet", "correction"): ONE,
    ("receivable", "correction"): ONE,
    ("correction", "fund"): TWO,
    ("correction", "wallet"): TWO,
    ("correction", "receivable"): TWO,
    ("donor", "cash"): TWO,
    ("cash", "donor"): TWO,
    ("cash", "paid"): TWO,
    ("paid", "cash"): TWO,
    ("organiser", "hours"): SCANNED,
    ("hours", "organiser"): TWO,
    ("hours", "hours"): TWO,
    ("aid", "aid"): ONE,
    ("pool", "aid"): TWO,
    ("aid", "pool"): TWO,
}


def refused(call: Callable[[str], object], name: str) -> None:
    """The name is refused, by its code, with a sentence in both languages."""
    with pytest.raises(LedgerError) as caught:
        call(name)
    error = caught.value
    assert (error.code, error.where) == ("account_name", {"name": name})
    assert isinstance(error, MalformedError)
    assert error.sentence() == error.sentence("en") == str(error) != error.sentence("zh") != ""


def shaped(class_name: str, parts: dict[str, str]) -> str:
    """The name of this class made of these parts."""
    shape = CLASSES[class_name][2].split(":")
    return ":".join((class_name, *(parts[means] for means in shape)))


def wrong_names(class_name: str) -> Iterator[str]:
    """Names of the class with one part wrong, one missing, one added."""
    shape = CLASSES[class_name][2].split(":")
    good = shaped(class_name, EXAMPLE)
    yield from (class_name, good.rpartition(":")[0], good + ":", good + ":x", ":" + good)
    for at, means in enumerate(shape):
        for wrong in WRONG[means]:
            parts = [EXAMPLE[each] for each in shape]
            parts[at] = wrong
            yield ":".join((class_name, *parts))


def test_the_classes_are_those_of_the_page() -> None:
    """A2: unit, limit and shape of each class, and no class more."""
    assert {
        name: (one.unit, one.limited, ":".join(one.parts)) for name, one in chart.CLASSES.items()
    } == CLASSES
    assert {C, F, M, A} == chart.UNITS
    assert chart.LIMIT_FLAG == "debits_must_not_exceed_credits"
    assert chart.SCANNED_TIERS == (1, 2, 3)


@pytest.mark.parametrize("class_name", CLASSES)
def test_a_name_of_each_class(class_name: str) -> None:
    """A1, A2: its family, fund and month; each other shape is refused."""
    shape = CLASSES[class_name][2].split(":")
    for parts in (EXAMPLE, LONGEST):
        name = shaped(class_name, parts)
        assert chart.parse_name(name) == chart.AccountName(
            name=name,
            class_name=class_name,
            family=f"{class_name}:{parts[shape[0]]}",
            fund=parts["fund"] if "fund" in shape else "",
            month=int(parts["month"]) if "month" in shape else 0,
        )
    for name in wrong_names(class_name):
        refused(chart.parse_name, name)


@pytest.mark.parametrize("class_name", CLASSES)
def test_a_family_of_each_class(class_name: str) -> None:
    """A1: class and first part; an account of more parts, or a wrong first part, is none."""
    first = CLASSES[class_name][2].split(":")[0]
    for parts in (EXAMPLE, LONGEST):
        assert chart.parse_family(f"{class_name}:{parts[first]}") == class_name
    refused(chart.parse_family, class_name)
    refused(chart.parse_family, f"{class_name}:{EXAMPLE[first]}:x")
    for wrong in WRONG[first]:
        refused(chart.parse_family, f"{class_name}:{wrong}")


@pytest.mark.parametrize("unit", [C, F, M, A])
def test_opening_accounts(unit: str) -> None:
    """A2: one account by unit, in no family that could be opened."""
    name = f"opening:{unit}"
    parsed = chart.AccountName(name, "opening", name, "", 0)
    assert chart.parse_name(name) == parsed
    refused(chart.parse_family, name)
    for wrong in ("opening", "opening:", "opening:points", f"{name}:x", f"opening:x:{unit}"):
        refused(chart.parse_name, wrong)


UNKNOWN = {
    "badge:b1": ("badge", "badge:b1"),
    "badge:b1:x:y-1": ("badge", "badge:b1"),
    "a:0": ("a", "a:0"),
    "a_b:x_": ("a_b", "a_b:x_"),
    "z" * 32 + ":1": ("z" * 32, "z" * 32 + ":1"),
    "a:b:c:d:e": ("a", "a:b"),
}


@pytest.mark.parametrize(("name", "expected"), UNKNOWN.items())
def test_a_name_of_an_unknown_class(name: str, expected: tuple[str, str]) -> None:
    """A1, U4: an unknown class has any parts, up to five with the class."""
    class_name, family = expected
    assert chart.parse_name(name) == chart.AccountName(name, class_name, family, "", 0)
    assert chart.parse_family(family) == class_name


WRONG_NAMES = [
    *("", ":", "::", "badge", "badge:", ":b1", "badge::b1", "badge:b1:", "badge:B", "badge:b 1"),
    *("Badge:b1", "1badge:b1", "_b:b1", "ba-dge:b1", "badge2:b1", "badge:é", "badge:b1\n", "é:b1"),
    *("z" * 33 + ":1", "badge:" + "x" * 65, "badge/b1", "badge:../b1", "a:b:c:d:e:f", " badge:b1"),
]


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_a_text_that_is_no_name(name: str) -> None:
    """A1: class, then one part or more, all in their alphabets."""
    refused(chart.parse_name, name)
    refused(chart.parse_family, name)


def test_the_length_of_a_name() -> None:
    """A1: 200 characters are taken, 201 are not."""
    name = f"abcde:{'b' * 64}:{'c' * 64}:{'d' * 64}"
    assert len(name) == 200
    assert chart.parse_name(name).name == name
    refused(chart.parse_name, "f" + name)


def test_the_routes_are_those_of_the_page() -> None:
    """A5: this table and nothing else; no way leads from one unit to another."""
    assert chart.ROUTES == ROUTES
    assert len(ROUTES) == 27
    assert all(CLASSES[debit][0] == CLASSES[credit][0] for debit, credit in ROUTES)


def test_each_pair_of_classes() -> None:
    """A5: known to known by the table, one unknown by two, two unknown freely, opening never."""
    for debit in CLASSES:
        for credit in CLASSES:
            assert chart.route(debit, credit) == ROUTES.get((debit, credit))
        assert chart.route(debit, "badge") == chart.route("badge", debit) == TWO
    assert chart.route("badge", "medal") == chart.route("badge", "badge") == ONE
    for other in ("badge", "opening", *CLASSES):
        assert chart.route("opening", other) is chart.route(other, "opening") is None
    assert chart.route("expired", "wallet") is None
    assert chart.route("organiser", "organiser") is None
