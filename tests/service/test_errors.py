"""Every refusal of the service: a code of its own, two sentences with the same facts, a status."""

import importlib
import pkgutil
import re
import string
from collections import Counter
from collections.abc import Iterator

import pytest

import ledger
import volunteer_credit
from ledger.errors import LedgerError
from volunteer_credit.journal.rules.errors import RowChangedError
from volunteer_credit.shared.errors import (
    BadRequestError,
    BusyError,
    ConflictError,
    DeniedError,
    LimitedError,
    MissingError,
    RefusedError,
    ServiceError,
    SignInError,
    StoppedError,
)

FAMILIES = {
    BadRequestError: 400,
    SignInError: 401,
    DeniedError: 403,
    MissingError: 404,
    ConflictError: 409,
    RefusedError: 422,
    LimitedError: 429,
    BusyError: 503,
    StoppedError: 503,
}


def below(family: type[Exception]) -> Iterator[type[Exception]]:
    """The refusals of a tree: what stands below it, in the packages themselves."""
    for child in family.__subclasses__():
        if child.__module__.startswith(("volunteer_credit.", "ledger.")):
            yield child
            yield from below(child)


def refusals() -> list[type[ServiceError]]:
    """Every refusal that the service defines, once each, families left out."""
    for package in (volunteer_credit, ledger):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(".__main__"):
                importlib.import_module(module.name)
    found = [each for each in below(ServiceError) if each not in FAMILIES]
    assert all(issubclass(each, ServiceError) for each in found)
    return list(dict.fromkeys(found))  # type: ignore[arg-type] # as was just asserted


REFUSALS = refusals()


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_the_walk_finds_them() -> None:
    assert RowChangedError in REFUSALS
    assert len(REFUSALS) > 20


def test_no_code_is_used_twice() -> None:
    codes = Counter(each.__dict__.get("code", "") for each in REFUSALS)
    assert [code for code, count in codes.items() if count > 1 or not code] == []


def test_no_code_is_one_of_the_book_with_another_meaning() -> None:
    """A client reads one list of codes; `no_book` says the same of a folder and a database."""
    book = {getattr(each, "code", "") for each in below(LedgerError)}
    assert {each.code for each in REFUSALS} & book == {"no_book"}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda each: str(each.__name__))
def test_a_refusal_says_what_a_person_can_act_on(refusal: type[ServiceError]) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", refusal.code)
    assert re.search(r"[A-Za-z]", refusal.en)
    assert re.search(r"[\u4e00-\u9fff]", refusal.zh)
    assert placeholders(refusal.en) == placeholders(refusal.zh)
    error = refusal(**dict.fromkeys(placeholders(refusal.en), "x"))
    assert "{" not in error.sentence("en") + error.sentence("zh")
    assert str(error) == error.sentence()
    (family,) = [each for each in FAMILIES if issubclass(refusal, each)]
    assert refusal.status == FAMILIES[family]


def test_a_refusal_without_its_facts_does_not_speak() -> None:
    with pytest.raises(KeyError):
        RowChangedError(origin="a")


def test_an_error_among_the_facts_speaks_the_same_language() -> None:
    inner = RowChangedError(origin="a", row="b")
    outer = RowChangedError(origin=inner, row="c")
    assert inner.sentence("zh") in outer.sentence("zh")
    assert inner.sentence("en") in outer.sentence("en")


def test_who_is_busy_says_when_to_come_back() -> None:
    assert all(each.retry_after_seconds >= 1 for each in REFUSALS if issubclass(each, BusyError))
