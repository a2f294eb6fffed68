"""The chart of accounts: classes, units, shapes, routes (docs/ledger-format.md §9, A1, A2, A5)."""

import re
from dataclasses import dataclass

from ledger import dates
from ledger.errors import MalformedError

UNITS = frozenset({"minutes", "aid_minutes", "centipoints", "fen"})
LIMIT_FLAG = "debits_must_not_exceed_credits"

NAME_LENGTH_MAX = 200
PARTS_MAX = 5

_CLASS = re.compile(r"[a-z][a-z_]{0,31}")
_PART = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
PERSON = re.compile(r"[0-9a-f]{32}")


class AccountNameError(MalformedError):
    """A1, A2: a name that is not `class:part…` or not the shape of its class."""

    code = "account_name"
    en = "{name!r} is not an account name."
    zh = "{name!r} 不是合格的账户名。"


@dataclass(frozen=True, slots=True)
class AccountClass:
    """One line of A2. `parts` names what stands after the class: person, fund, month or id."""

    unit: str
    limited: bool
    parts: tuple[str, ...]


CLASSES = {
    "sponsor": AccountClass("centipoints", limited=False, parts=("id",)),
    "fund": AccountClass("centipoints", limited=True, parts=("fund",)),
    "wallet": AccountClass("centipoints", limited=True, parts=("person", "fund", "month")),
    "receivable": AccountClass("centipoints", limited=True, parts=("id", "fund")),
    "settled": AccountClass("centipoints", limited=False, parts=("fund",)),
    "expired": AccountClass("centipoints", limited=True, parts=("fund",)),
    "correction": AccountClass("centipoints", limited=False, parts=("fund",)),
    "donor": AccountClass("fen", limited=False, parts=("id",)),
    "cash": AccountClass("fen", limited=True, parts=("fund",)),
    "paid": AccountClass("fen", limited=False, parts=("id", "fund")),
    "organiser": AccountClass("minutes", limited=False, parts=("id",)),
    "hours": AccountClass("minutes", limited=True, parts=("person",)),
    "pool": AccountClass("aid_minutes", limited=False, parts=("id",)),
    "aid": AccountClass("aid_minutes", limited=True, parts=("person",)),
}
OPENING = "opening"  # opening:<unit>, only in book.opening
SCANNED_TIERS = (1, 2, 3)  # presence was scanned; 4 was typed in


@dataclass(frozen=True, slots=True)
class Route:
    """One way of A5. `two`: only in an approval; `scanned`: there, or where presence was proved."""

    two: bool = False
    scanned: bool = False


def _routes() -> dict[tuple[str, str], Route]:
    one, two, scanned = Route(), Route(two=True), Route(scanned=True)
    both_ways = {
        ("sponsor", "fund"): two,
        ("fund", "wallet"): one,
        ("wallet", "receivable"): one,
        ("receivable", "settled"): two,
        ("donor", "cash"): two,
        ("cash", "paid"): two,
        ("pool", "aid"): two,
    }
    one_way = {
        ("organiser", "hours"): scanned,
        ("hours", "organiser"): two,
        ("fund", "correction"): one,
        ("wallet", "correction"): one,
        ("receivable", "correction"): one,
        ("correction", "fund"): two,
        ("correction", "wallet"): two,
        ("correction", "receivable"): two,
        ("wallet", "expired"): one,
        ("expired", "fund"): one,
        ("wallet", "wallet"): two,
        ("hours", "hours"): two,
        ("aid", "aid"): one,
    }
    backwards = {(credit, debit): route for (debit, credit), route in both_ways.items()}
    return both_ways | backwards | one_way


ROUTES = _routes()
_FREE = Route()


def route(debit_class: str, credit_class: str) -> Route | None:
    """The way from one class to another, None if there is none (A5, U4)."""
    found = ROUTES.get((debit_class, credit_class))
    if found is not None:
        return found
    if OPENING in (debit_class, credit_class):
        return None
    known = (debit_class in CLASSES) + (credit_class in CLASSES)
    if known == len((debit_class, credit_class)):
        return None
    return Route(two=True) if known else _FREE


@dataclass(frozen=True, slots=True)
class AccountName:
    """A parsed name. `fund` is "" and `month` 0 where the class has none."""

    name: str
    class_name: str
    family: str
    fund: str
    month: int


def is_part(text: object) -> bool:
    """Whether this is one part of an account name (an id or fund)."""
    return isinstance(text, str) and _PART.fullmatch(text) is not None


def is_person(text: object) -> bool:
    """Whether this is a person's account number: 32 lowercase hex digits."""
    return isinstance(text, str) and PERSON.fullmatch(text) is not None


def parse_name(name: str) -> AccountName:
    """The parts of an account name (A1, A2)."""
    class_name, *parts = name.split(":")
    if (
        len(name) > NAME_LENGTH_MAX
        or not 1 <= len(parts) < PARTS_MAX
        or not _CLASS.fullmatch(class_name)
        or not all(map(_PART.fullmatch, parts))
    ):
        raise AccountNameError(name=name)
    fund, month = "", 0
    known = CLASSES.get(class_name)
    if known:
        if len(parts) != len(known.parts):
            raise AccountNameError(name=name)
        for part, means in zip(parts, known.parts, strict=True):
            if (means == "person" and not is_person(part)) or (
                means == "month" and not dates.is_month(part)
            ):
                raise AccountNameError(name=name)
            fund = part if means == "fund" else fund
            month = int(part) if means == "month" else month
    elif class_name == OPENING and (len(parts) != 1 or parts[0] not in UNITS):
        raise AccountNameError(name=name)
    return AccountName(name, class_name, f"{class_name}:{parts[0]}", fund, month)


def parse_family(name: str) -> str:
    """The class of a family name `class:part` (A1); `opening` has no families."""
    class_name, _, part = name.partition(":")
    known = CLASSES.get(class_name)
    if (
        class_name == OPENING
        or not _CLASS.fullmatch(class_name)
        or not _PART.fullmatch(part)
        or (known and known.parts[0] == "person" and not is_person(part))
    ):
        raise AccountNameError(name=name)
    return class_name
