"""Three readings of one shape: our reader, marshmallow, JSON Schema. They refuse the same."""

import copy
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from tests.conventions.make import Value, value
from volunteer_credit.conventions.queries.shipped import TEMPLATES, templates
from volunteer_credit.conventions.rules.adoption import Adoption
from volunteer_credit.conventions.rules.document import LEVELS, Convention
from volunteer_credit.conventions.rules.document_errors import (
    DocumentShapeError,
    NegativePointsError,
    OrderError,
)
from volunteer_credit.conventions.rules.json_schema import json_schema
from volunteer_credit.conventions.rules.reading import plain, read
from volunteer_credit.conventions.rules.shape import (
    CODE_PATTERN,
    HASH_PATTERN,
    Choice,
    Integer,
    Line,
    Many,
    Ratio,
    Record,
    Shape,
    record,
)
from volunteer_credit.conventions.schemas.documents import load, schema

VALIDATORS = {
    kind: jsonschema_rs.Draft202012Validator(json_schema(kind)) for kind in (Convention, Adoption)
}
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=9)
# No float without a fraction: JSON Schema takes 1.0 for 1, and our bytes have no floats at all.
JUNK: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([None, True, 0, -1, 1, 2, 3, 2**53, 0.5, "", "a", "A b", "\n", "x\n", [], {}]),
    st.sampled_from([[0, 1], [1, 0], [1, 3], [-1, 1], [1], [1, 2, 3], {"zh": "一"}, "life", [0.5]]),
    st.sampled_from(["长" * 1000, "长" * 1001, "a" * 33, "f" * 64, "\u2028", "\x85"]),
)


def readings(kind: type[Any], document: Value) -> list[bool]:
    """Whether each reading takes it."""
    ours = theirs = True
    try:
        made = read(kind, document)
    except (DocumentShapeError, NegativePointsError):
        ours, made = False, None
    try:
        loaded = schema(kind)().load(document)
    except ValidationError:
        theirs, loaded = False, None
    assert made == loaded or ours != theirs
    return [ours, theirs, VALIDATORS[kind].is_valid(document)]


def documents(shape: Shape) -> st.SearchStrategy[Value]:
    """Documents that keep a shape, whatever they mean."""
    match shape:
        case Record():
            return st.fixed_dictionaries({k: documents(v) for k, v in shape.fields.items()})
        case Many():
            most = min(shape.count.high, shape.count.low + 2)
            return st.lists(documents(shape.of), min_size=shape.count.low, max_size=most)
        case Integer():
            return st.integers(shape.low, shape.high)
        case Ratio():
            below = st.sampled_from(shape.denominators or (1, 7, shape.high))
            return st.tuples(st.integers(0, shape.high), below).map(list)
        case Choice():
            return st.sampled_from(shape.codes)
        case Line():
            return (
                st.from_regex(shape.pattern, fullmatch=True).map(
                    lambda text: text[: shape.characters_max]
                )
                if shape.pattern in (CODE_PATTERN, HASH_PATTERN)
                else TEXTS
            )


def places(document: Value) -> list[tuple[Value, Value]]:
    """Every container of a document with each of its keys or places."""
    found: list[tuple[Value, Value]] = []
    if isinstance(document, dict | list):
        steps = document.items() if isinstance(document, dict) else enumerate(document)
        for step, each in steps:
            found += [(document, step), *places(each)]
    return found


@pytest.mark.parametrize("kind", VALIDATORS)
def test_what_keeps_the_shape_is_taken_by_all(kind: type[Any]) -> None:
    @given(documents(record(kind)))
    def taken(document: Value) -> None:
        assert readings(kind, document) == [True] * 3
        assert plain(read(kind, document)) == document

    taken()


@given(st.data(), st.integers(0, 10_000), JUNK, st.sampled_from(["replace", "remove", "add"]))
def test_a_planted_fault_is_seen_by_all_or_none(
    data: st.DataObject, place: int, junk: Value, what: str
) -> None:
    document = value(data.draw(st.sampled_from(TEMPLATES)))
    several = places(document)
    container, step = several[place % len(several)]
    if what == "replace":
        container[step] = copy.deepcopy(junk)
    elif what == "remove":
        del container[step]
    elif isinstance(container, dict):
        container["ranking"] = junk
    else:
        container.append(copy.deepcopy(junk))
    assert len(set(readings(Convention, document))) == 1


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_are_taken_by_all(template: str) -> None:
    assert readings(Convention, value(template)) == [True] * 3
    assert load(value(template)) == templates()[template]


@pytest.mark.parametrize(
    "fault",
    [
        ("title", {"zh": "一"}),
        ("format", "other"),
        ("ranking", 1),
        ("clauses", {}),
        ("clauses", []),
        ("detailed_rules", {**value()["detailed_rules"], "presence_min": "3/5"}),
        ("detailed_rules", {"points_for_litter": -10}),
    ],
)
def test_planted_faults_are_refused_by_all(fault: tuple[str, Value]) -> None:
    document = value()
    document[fault[0]] = fault[1]
    assert readings(Convention, document) == [False] * 3


def test_loading_says_every_place_at_once_and_then_checks_the_meaning() -> None:
    document = value()
    document["title"]["zh"] = 5
    document["parameters"]["market_days"] = [32]
    with pytest.raises(ValidationError) as refused:
        load(document)
    assert set(refused.value.messages_dict) == {"title", "parameters"}
    document = value()
    document["principles"]["star_hours"] = [5, 4]
    with pytest.raises(OrderError):
        load(document)
    with pytest.raises(ValidationError):
        load([])


def test_the_schema_marks_the_level_of_each_section() -> None:
    sections = json_schema()["properties"]
    assert {name for name, each in sections.items() if "x-level" in each} == set(LEVELS)
    jsonschema_rs.meta.validate(json_schema())
