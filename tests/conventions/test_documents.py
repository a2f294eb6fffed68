"""Each document that is refused, with its code; the bytes of one that is not."""

import json
from inspect import isclass
from typing import Any

import pytest
import rfc8785

from tests.conventions.make import Change, Value, changed, clause, value
from volunteer_credit.conventions.queries.shipped import TEMPLATES, templates
from volunteer_credit.conventions.rules import adoption_errors, award_errors, document_errors
from volunteer_credit.conventions.rules.checks import convention_of
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.document_errors import (
    CapPeriodError,
    DocumentBytesError,
    DocumentShapeError,
    NegativePointsError,
)
from volunteer_credit.conventions.rules.reading import BYTES_MAX, decode, encode, name_of, plain
from volunteer_credit.shared.errors import ServiceError


def put(path: str, what: Value) -> Change:
    """Put something at a place; a list's place one after its end appends."""

    def change(document: Value) -> None:
        *steps, last = (int(step) if step.isdigit() else step for step in path.split("/"))
        for step in steps:
            document = document[step]
        if isinstance(document, list) and last == len(document):
            document.append(what)
        else:
            document[last] = what

    return change


RULES = "detailed_rules"
EARNING = f"{RULES}/earnings/0"
CAPS = f"{RULES}/caps"
PHONE = "电话 " + "138" + "0000" + "0000"


def both(*changes: Change) -> Change:
    def change(document: Value) -> None:
        for each in changes:
            each(document)

    return change


def second_earning(**different: Value) -> Change:
    def change(document: Value) -> None:
        first = document[RULES]["earnings"][0]
        document[RULES]["earnings"].append(
            {**first, "clause": "school", "categories": ["school"], **different}
        )
        document["clauses"].append(clause("school"))

    return change


def caps(*several: tuple[str, str, list[str]]) -> Change:
    def change(document: Value) -> None:
        document["clauses"] += [clause(name) for name, _, _ in several]
        document[RULES]["caps"] = [
            {"clause": name, "window": window, "earnings": earnings, "centipoints": 100}
            for name, window, earnings in several
        ]

    return change


FUND = {
    "clause": "fund_two",
    "fund": "second",
    "fen_per_point_max": 0,
    "cap_centipoints": 0,
    "when_full": "warn",
}
TWO_FUNDS = both(
    put("clauses/9", clause("fund_two", "principles")),
    put("principles/funds/1", FUND),
    second_earning(fund="second"),
)

REFUSED: list[tuple[str, Change]] = [
    ("convention_shape", put("rankings", 1)),
    ("convention_shape", put("title/fr", "Titre")),
    ("convention_shape", put("title", "Titre")),
    ("convention_shape", put("clauses", {})),
    ("convention_shape", put("clauses", [])),
    ("convention_shape", put("format", "volunteer-credit/convention/2")),
    ("convention_shape", put("title/zh", "")),
    ("convention_shape", put("title/zh", "一\n二")),
    ("convention_shape", put("title/zh", "长" * 1001)),
    ("convention_shape", put("title/zh", 5)),
    ("convention_shape", put(f"{EARNING}/clause", "Hours")),
    ("convention_shape", put(f"{EARNING}/epoch", 1.5)),
    ("convention_shape", put(f"{EARNING}/epoch", True)),
    ("convention_shape", put(f"{EARNING}/epoch", "1")),
    ("convention_shape", put(f"{EARNING}/step_centipoints", 0)),
    ("convention_shape", put(f"{EARNING}/bands/0/centipoints_per_minutes", [1, 0])),
    ("convention_shape", put(f"{EARNING}/bands/0/centipoints_per_minutes", [1])),
    ("convention_shape", put(f"{RULES}/coefficients/0/weight", [1, 3])),
    ("convention_shape", lambda document: document.pop("title")),
    ("convention_negative_points", put(f"{EARNING}/bands/0/centipoints_per_minutes", [-10, 1])),
    ("convention_negative_points", put(f"{EARNING}/step_centipoints", -100)),
    ("convention_negative_points", put(f"{CAPS}/0/centipoints", -1)),
    ("convention_negative_points", put(f"{RULES}/coefficients/0/weight", [-1, 1])),
    ("convention_personal_number", put("clauses/0/text/zh", PHONE)),
    ("convention_personal_number", put("clauses/0/text/en", "1" * 17 + "X")),
    ("convention_text_form", put("title/en", "Cafe\u0301")),
    ("convention_twice", put("clauses/9", clause("aims"))),
    ("convention_twice", put("principles/funds/1", value()["principles"]["funds"][0])),
    ("convention_twice", second_earning(categories=[])),
    ("convention_twice", put(f"{EARNING}/categories", ["care", "care"])),
    ("convention_twice", put(f"{CAPS}/0/earnings", ["hours_points", "hours_points"])),
    ("convention_clause_unknown", put(f"{EARNING}/clause", "silent")),
    ("convention_clause_level", put(f"{EARNING}/clause", "aims")),
    ("convention_rule_clause", put(f"{EARNING}/clause", "day_cap")),
    ("convention_fund_unknown", put(f"{EARNING}/fund", "other")),
    ("convention_order", put("principles/star_hours", [100, 100])),
    ("convention_order", put("parameters/market_days", [9, 1])),
    ("convention_order", put("parameters/market_months", [4, 1])),
    (
        "convention_order",
        put(
            f"{EARNING}/bands",
            [{"up_to_minutes": end, "centipoints_per_minutes": [1, 1]} for end in (600, 600, 0)],
        ),
    ),
    ("convention_bands_open", put(f"{EARNING}/bands/0/up_to_minutes", 60)),
    (
        "convention_bands_open",
        put(f"{EARNING}/bands", value()[RULES]["earnings"][0]["bands"] * 2),
    ),
    ("convention_cap_earning", put(f"{CAPS}/0/earnings", ["aims"])),
    ("convention_cap_fund", both(TWO_FUNDS, put(f"{CAPS}/0/earnings", []))),
    ("convention_cap_period", put(f"{EARNING}/period", "life")),
    ("convention_cap_order", caps(("one", "month", []), ("two", "day", []))),
    (
        "convention_cap_order",
        both(second_earning(), caps(("one", "day", []), ("two", "month", ["school"]))),
    ),
    ("convention_limit_order", put(f"{RULES}/limits/automatic_day_minutes", 721)),
    ("convention_limit_order", put(f"{RULES}/limits/aid_pair_day_minutes", 241)),
    ("convention_share", put(f"{RULES}/presence_min", [4, 3])),
]


@pytest.mark.parametrize(("code", "change"), REFUSED)
def test_refused(code: str, change: Change) -> None:
    with pytest.raises(ServiceError) as refused:
        changed(change)
    assert refused.value.code == code
    for language in ("en", "zh"):
        assert "{" not in refused.value.sentence(language)


@pytest.mark.parametrize(
    "change",
    [
        both(second_earning(), caps(("one", "day", ["school"]), ("two", "day", []))),
        both(
            second_earning(),
            caps(("one", "year", ["school"]), ("two", "day", ["hours_points"])),
        ),
        both(TWO_FUNDS, put(f"{CAPS}/0/earnings", ["school"])),
        put(f"{RULES}/limits/unit_day_minutes", 0),
        put(f"{EARNING}/bands/0/centipoints_per_minutes", [0, 1]),
        put("clauses/0/text/zh", "拨打 12349 或 6012349，每年 20260101 起"),
        put("principles/star_hours", []),
    ],
)
def test_accepted(change: Change) -> None:
    convention = changed(change)
    assert decode(Convention, encode(convention)) == convention


@pytest.mark.parametrize(
    ("period", "window", "holds"),
    [
        ("day", "day", True),
        ("month", "day", False),
        ("month", "month", True),
        ("quarter", "month", False),
        ("quarter", "year", True),
        ("year", "month", False),
        ("year", "year", True),
        ("life", "year", False),
    ],
)
def test_a_cap_holds_whole_counts(period: str, window: str, *, holds: bool) -> None:
    change = both(put(f"{EARNING}/period", period), put(f"{CAPS}/0/window", window))
    if holds:
        changed(change)
    else:
        with pytest.raises(CapPeriodError):
            changed(change)


def errors(*modules: Any) -> list[type[ServiceError]]:
    """The errors that modules define."""
    found = [each for module in modules for each in vars(module).values() if isclass(each)]
    names = {module.__name__ for module in modules}
    return [e for e in found if issubclass(e, ServiceError) and e.__module__ in names]


def test_every_refusal_of_a_document_has_a_case() -> None:
    codes = {each.code for each in errors(document_errors)}
    elsewhere = {"convention_bytes", "convention_no_fund"}
    assert codes - elsewhere == {code for code, _ in REFUSED}


def test_codes_are_unique_and_sentences_in_both_languages() -> None:
    every = errors(document_errors, adoption_errors, award_errors)
    assert len({each.code for each in every}) == len(every)
    assert all(each.en and each.zh and each.en != each.zh for each in every)


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_bytes_are_rfc_8785_and_read_back(template: str) -> None:
    convention = templates()[template]
    data = encode(convention)
    assert data == rfc8785.dumps(plain(convention))
    assert decode(Convention, data) == convention
    assert name_of(data) == name_of(encode(convention_of(json.loads(data))))


def test_names_differ() -> None:
    assert len({name_of(encode(each)) for each in templates().values()}) == len(TEMPLATES)


DATA = encode(templates()["haibei"])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        DATA + b"\n",
        DATA.replace(b'":', b'": ', 1),
        DATA.replace(b'"epoch":0', b'"epoch":0.0'),
        DATA.replace(b'"epoch":0', b'"epoch":NaN'),
        DATA.replace(b'"epoch":0', b'"epoch":0,"epoch":0'),
        DATA.replace(b'"epoch":0', b'"epoch":' + b"9" * 5000),
        b"[" * BYTES_MAX,
        b" " * (BYTES_MAX + 1),
    ],
)
def test_bytes_that_are_not_canonical(data: bytes) -> None:
    with pytest.raises(DocumentBytesError):
        decode(Convention, data)


def test_a_document_too_large_and_a_text_that_has_no_bytes() -> None:
    with pytest.raises(DocumentBytesError):
        changed(put("clauses", big_clauses()))
    with pytest.raises(DocumentBytesError):
        changed(put("title/en", "half \ud800"))


def big_clauses() -> list[Value]:
    """Clauses that keep every bound, and together are too large."""
    long = {"zh": "长" * 1000, "en": "x"}
    return [*value()["clauses"], *({**clause(f"c{n}"), "text": long} for n in range(60))]


def test_bytes_of_another_shape() -> None:
    with pytest.raises(DocumentShapeError):
        decode(Convention, b"[]")
    with pytest.raises(NegativePointsError):
        decode(Convention, DATA.replace(b'"step_centipoints":100', b'"step_centipoints":-100'))
