"""What the fields of a convention mean together, checked before anybody votes on it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from volunteer_credit.conventions.rules.document import (
    PERIODS,
    Cap,
    Clause,
    Convention,
    Earning,
    Level,
    Limits,
)
from volunteer_credit.conventions.rules.document_errors import (
    BandsOpenError,
    CapEarningError,
    CapFundError,
    CapOrderError,
    CapPeriodError,
    ClauseLevelError,
    ClauseUnknownError,
    FundUnknownError,
    LimitOrderError,
    OrderError,
    PersonalNumberError,
    RuleClauseError,
    ShareError,
    TextFormError,
    TwiceError,
)
from volunteer_credit.conventions.rules.reading import encode, plain, read

# Chinese mobile numbers and identity cards, also with spaces or hyphens between the groups.
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\d{17}[\dXx])(?!\d)")


def convention_of(value: object) -> Convention:
    """The checked convention of a plain value. Raises: the errors of `document_errors.py`."""
    convention = read(Convention, value)
    check(convention)
    return convention


def check(convention: Convention) -> None:
    """Refuse what reads well and means nothing. Raises: the errors of `document_errors.py`."""
    encode(convention)  # the size
    for path, text in texts(plain(convention), ""):
        check_text(path, text)
    rules = convention.detailed_rules
    _once("clauses", (clause.id for clause in convention.clauses))
    _once("principles/funds", (fund.fund for fund in convention.principles.funds))
    _once("detailed_rules/coefficients", (each.code for each in rules.coefficients))
    _check_clauses(convention)
    _rising("principles/star_hours", convention.principles.star_hours)
    _rising("parameters/market_months", convention.parameters.market_months)
    _rising("parameters/market_days", convention.parameters.market_days)
    _check_earnings(rules.earnings, {fund.fund for fund in convention.principles.funds})
    _check_caps(rules.caps, rules.earnings)
    _check_limits(rules.limits)
    if rules.presence_min[0] > rules.presence_min[1]:
        raise ShareError(path="detailed_rules/presence_min")


def texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Every text of a plain value, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for step, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts(each, f"{path}/{step}" if path else f"{step}")


def check_text(path: str, text: str) -> None:
    """Refuse a text with two spellings, or one that numbers a person.

    Raises: TextFormError, PersonalNumberError.
    """
    if not unicodedata.is_normalized("NFC", text):
        raise TextFormError(path=path)
    if _PERSONAL_NUMBER.search(text):
        raise PersonalNumberError(path=path)


def rule_clauses(convention: Convention) -> Iterator[tuple[Level, str, str]]:
    """Level, path and clause of each machine rule."""
    yield "principles", "principles/validity_clause", convention.principles.validity_clause
    for fund in convention.principles.funds:
        yield "principles", f"principles/funds/{fund.fund}", fund.clause
    for earning in convention.detailed_rules.earnings:
        yield "detailed_rules", f"detailed_rules/earnings/{earning.clause}", earning.clause
    for cap in convention.detailed_rules.caps:
        yield "detailed_rules", f"detailed_rules/caps/{cap.clause}", cap.clause


def _check_clauses(convention: Convention) -> None:
    by_id: dict[str, Clause] = {clause.id: clause for clause in convention.clauses}
    seen: set[str] = set()
    for level, path, clause in rule_clauses(convention):
        if clause not in by_id:
            raise ClauseUnknownError(path=path, clause=clause)
        if by_id[clause].level != level:
            raise ClauseLevelError(clause=clause, found=by_id[clause].level, level=level)
        if clause in seen:
            raise RuleClauseError(clause=clause, path=path)
        seen.add(clause)


def _check_earnings(earnings: Sequence[Earning], funds: set[str]) -> None:
    path = "detailed_rules/earnings"
    _once(path, (each for earning in earnings for each in earning.categories))
    _once(path, ("the rest of the categories" for each in earnings if not each.categories))
    for earning in earnings:
        if earning.fund not in funds:
            raise FundUnknownError(clause=earning.clause, fund=earning.fund)
        *bounded, last = (band.up_to_minutes for band in earning.bands)
        if last or not all(bounded):
            raise BandsOpenError(clause=earning.clause)
        _rising(f"{path}/{earning.clause}/bands", bounded)


def _check_caps(caps: Sequence[Cap], earns: Sequence[Earning]) -> None:
    earnings = {each.clause for each in earns}
    for place, cap in enumerate(caps):
        _once(f"detailed_rules/caps/{cap.clause}", cap.earnings)
        for earning in cap.earnings:
            if earning not in earnings:
                raise CapEarningError(clause=cap.clause, earning=earning)
        _check_cap(cap, [each for each in earns if each.clause in _scope(cap, earnings)])
        for later in caps[place + 1 :]:
            if _cross(_scope(cap, earnings), _scope(later, earnings), cap.window, later.window):
                raise CapOrderError(first=cap.clause, second=later.clause)


def _check_cap(cap: Cap, earns: Sequence[Earning]) -> None:
    """What comes before a cap is to lie in one fund, and each count in one window."""
    if len({each.fund for each in earns}) > 1:
        raise CapFundError(clause=cap.clause)
    for each in earns:
        if PERIODS.index(each.period) > PERIODS.index(cap.window):
            raise CapPeriodError(
                clause=cap.clause, window=cap.window, earning=each.clause, period=each.period
            )


def _scope(cap: Cap, earnings: set[str]) -> set[str]:
    return set(cap.earnings) or earnings


def _cross(scope: set[str], later_scope: set[str], window: str, later_window: str) -> bool:
    """Whether an award can pass both while the later one does not hold all of the first."""
    narrows = PERIODS.index(window) > PERIODS.index(later_window) or not scope <= later_scope
    return bool(scope & later_scope) and narrows


def _check_limits(limits: Limits) -> None:
    path = "detailed_rules/limits"
    if 0 < limits.unit_day_minutes < limits.automatic_day_minutes:
        raise LimitOrderError(
            path=f"{path}/automatic_day_minutes", above=f"{path}/unit_day_minutes"
        )
    if 0 < limits.aid_day_minutes < limits.aid_pair_day_minutes:
        raise LimitOrderError(path=f"{path}/aid_pair_day_minutes", above=f"{path}/aid_day_minutes")


def _once(path: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise TwiceError(path=path, what=name)
        seen.add(name)


def _rising(path: str, numbers: Sequence[int]) -> None:
    if any(number >= after for number, after in pairwise(numbers)):
        raise OrderError(path=path)
