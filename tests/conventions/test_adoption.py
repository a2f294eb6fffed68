"""Adoption records: what the law asks for, who may change what, days that only go forwards."""

from dataclasses import replace
from typing import Any

import pytest

from tests.conventions.make import value
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.adoption import (
    FORMAT,
    WARNINGS,
    Adoption,
    check_adoption,
)
from volunteer_credit.conventions.rules.document import LEVELS, Level, Principles
from volunteer_credit.conventions.rules.document_errors import DocumentShapeError
from volunteer_credit.conventions.rules.reading import decode, encode, name_of
from volunteer_credit.shared.errors import ServiceError

CONVENTION = templates()["ten_an_hour"]
NAME = name_of(encode(CONVENTION))
TODAY = 20260310
ALL: frozenset[Level] = frozenset(LEVELS)
RULES_ONLY: frozenset[Level] = frozenset({"detailed_rules", "parameters"})
PARAMETERS_ONLY: frozenset[Level] = frozenset({"parameters"})
NOTHING_WRONG = Adoption(
    format=FORMAT,
    convention=NAME,
    effective_day=20260401,
    recorded_from="paper",
    assembly="residents_meeting",
    counted="residents",
    eligible=1001,
    present=501,
    in_favour=251,
    called_day=20260219,
    decided_day=20260301,
    special_reason="",
    authorised_day=0,
    comments_from_day=20260110,
    comments_to_day=20260125,
    studied_day=20260201,
    reviewed_day=20260210,
    filed_day=20260305,
    filed_with="subdistrict",
    published_day=20260306,
)
REPRESENTATIVES = {
    "assembly": "representatives_meeting",
    "counted": "members",
    "eligible": 40,
    "present": 27,
    "in_favour": 14,
    "authorised_day": 20250601,
}
COMMITTEE = {"assembly": "residents_committee", "eligible": 7, "present": 4, "in_favour": 3}
STAFF = {"assembly": "staff", "filed_with": "none", "filed_day": 0, "published_day": 20260325}


def adopted(
    changed: frozenset[Level] = ALL, principles: Principles = CONVENTION.principles, **facts: Any
) -> tuple[str, ...]:
    """Check a record with these facts."""
    return check_adoption(replace(NOTHING_WRONG, **facts), NAME, changed, principles, TODAY)


BY_COMMITTEE = replace(CONVENTION.principles, detailed_rules_by="residents_committee")


@pytest.mark.parametrize(
    "facts",
    [
        {},
        REPRESENTATIVES,
        {"called_day": 0, "special_reason": "防汛抢险"},
        {"assembly": "residents_meeting", "counted": "household_representatives"},
        {"effective_day": 20260321},
        {"changed": RULES_ONLY, **REPRESENTATIVES, "authorised_day": 0},
        {"changed": RULES_ONLY, "filed_day": 0, "filed_with": "none"},
        {"changed": RULES_ONLY, "principles": BY_COMMITTEE, **COMMITTEE},
        {"changed": PARAMETERS_ONLY, **STAFF},
        {"changed": PARAMETERS_ONLY, **COMMITTEE},
    ],
)
def test_adopted(facts: dict[str, Any]) -> None:
    assert adopted(**facts) == ()


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("adoption_other_convention", {"convention": "0" * 64}),
        ("adoption_counts", {"eligible": 500}),
        ("adoption_counts", {"in_favour": 502}),
        ("adoption_counts", {"eligible": 0, "present": 0, "in_favour": 0}),
        ("adoption_quorum", {"eligible": 1002}),  # half is not more than half
        ("adoption_quorum", {**REPRESENTATIVES, "present": 26}),
        ("adoption_majority", {"in_favour": 250}),
        ("adoption_majority", {"present": 502, "in_favour": 251}),  # half is not more than half
        ("adoption_majority", {**REPRESENTATIVES, "in_favour": 13}),
        ("adoption_notice", {"called_day": 20260220}),
        ("adoption_notice", {"called_day": 0}),
        ("adoption_authority", {**REPRESENTATIVES, "authorised_day": 0}),
        ("adoption_authority", COMMITTEE),
        ("adoption_authority", {"changed": RULES_ONLY, **COMMITTEE}),
        ("adoption_authority", {"changed": RULES_ONLY, **STAFF}),
        ("adoption_filing", {"filed_day": 0}),
        ("adoption_filing", {"filed_with": "none"}),
        ("adoption_days", {"filed_day": 20260228}),
        ("adoption_days", {"called_day": 20260302}),
        ("adoption_days", {**REPRESENTATIVES, "authorised_day": 20260302}),
        ("adoption_days", {"comments_to_day": 20260101}),
        ("adoption_effective_day", {"effective_day": 20260310}),
        ("adoption_day_ahead", {"filed_day": 20260401}),
        (
            "adoption_effective_day",
            {"changed": PARAMETERS_ONLY, **STAFF, "published_day": 20260326},
        ),
        ("convention_shape", {"decided_day": 20260230}),
        ("convention_shape", {"decided_day": 0}),
        ("convention_shape", {"published_day": 20261301}),
        ("convention_personal_number", {"special_reason": "联系 " + "139" + "0000" + "0000"}),
        ("convention_text_form", {"special_reason": "Cafe\u0301"}),
    ],
)
def test_not_adopted(code: str, facts: dict[str, Any]) -> None:
    with pytest.raises(ServiceError) as refused:
        adopted(**facts)
    assert refused.value.code == code
    assert "{" not in refused.value.sentence("zh") + refused.value.sentence("en")


@pytest.mark.parametrize(
    ("warning", "facts"),
    [
        ("studied", {"studied_day": 0}),
        ("reviewed", {"reviewed_day": 0}),
        ("comments", {"comments_from_day": 0}),
        ("published", {"published_day": 0}),
        ("published", {"published_day": 20260318}),
    ],
)
def test_what_is_missing_and_does_not_stop_it(warning: str, facts: dict[str, Any]) -> None:
    assert adopted(**facts) == (warning,)
    assert WARNINGS[warning].keys() == {"zh", "en"}


def test_a_published_day_of_fifteen_days_is_enough() -> None:
    assert adopted(published_day=20260317) == ()


def test_the_record_is_a_document_of_its_own() -> None:
    data = encode(NOTHING_WRONG)
    assert decode(Adoption, data) == NOTHING_WRONG
    with pytest.raises(DocumentShapeError):
        decode(Adoption, data.replace(b'"staff"', b'"boss"').replace(b'"paper"', b'"fax"'))
    with pytest.raises(DocumentShapeError):
        decode(Adoption, encode(CONVENTION))
    assert value()["format"] != NOTHING_WRONG.format
