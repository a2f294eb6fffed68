"""Roles × actions × whose: what the tables allow is what the design says, and nothing else."""

from collections.abc import Iterator
from itertools import product

import pytest

from tests.people.allowed import ALLOWED, IN_BOOK, REACHES, READ_ONLY, STEPS_UP
from tests.people.make import COMMUNITY, OTHER
from volunteer_credit.journal.rules import requests
from volunteer_credit.people.rules.actions import ACTIONS
from volunteer_credit.people.rules.roles import (
    CITY,
    FACTS,
    GRANTED,
    POSITIONS,
    ROLES,
    Holding,
    Own,
    Target,
    allowed,
    is_scope_of,
)

ME, WARD, SOMEBODY = "a" * 32, "b" * 32, "c" * 32
MINE, THEIRS = "1" * 32, "2" * 32
OWN = Own(ME, frozenset({MINE}))

# Targets by what they are to a holder in COMMUNITY; the last part says which reach gets there.
TARGETS = {
    "nobody named": (Target(COMMUNITY), {"own", "community"}),
    "by person": (Target(COMMUNITY, ME), {"own", "community"}),
    "by account": (Target(COMMUNITY, account=MINE), {"own", "community"}),
    "two names, not one": (Target(COMMUNITY, ME, THEIRS), {"community"}),
    "other": (Target(COMMUNITY, SOMEBODY, THEIRS), {"community"}),
    "ward": (Target(COMMUNITY, WARD), {"ward", "community"}),
    "other in my grid": (Target(COMMUNITY, SOMEBODY, grid_id="g1"), {"grid", "community"}),
    "other in the next grid": (Target(COMMUNITY, SOMEBODY, grid_id="g2"), {"community"}),
    "my body": (
        Target(COMMUNITY, SOMEBODY, organisation_id="o1"),
        {"organisation", "community"},
    ),
    "another body": (Target(COMMUNITY, SOMEBODY, organisation_id="o2"), {"community"}),
    "my shop": (Target(COMMUNITY, SOMEBODY, merchant_id="m1"), {"merchant", "community"}),
    "another shop": (Target(COMMUNITY, SOMEBODY, merchant_id="m2"), {"community"}),
    "other community": (Target(OTHER, SOMEBODY, THEIRS), set[str]()),
    "my grid's name elsewhere": (Target(OTHER, SOMEBODY, grid_id="g1"), set[str]()),
    "the city": (Target("", SOMEBODY), {"city"}),
    "the city, and I": (Target(), {"city"}),
}
SCOPES = {
    "own": "community",
    "ward": f"person:{WARD}",
    "grid": "grid:g1",
    "organisation": "organisation:o1",
    "merchant": "merchant:m1",
    "community": "community",
    "city": "community",
}


def holding(role: str) -> Holding:
    """The role as somebody in COMMUNITY (or the city) holds it by the book."""
    reach = REACHES[role]
    where = {"city": CITY, "ward": ""}.get(reach, COMMUNITY)
    return Holding(role, where, SCOPES[reach], in_book=role not in FACTS)


def cases() -> Iterator[tuple[str, str, str]]:
    return product(ROLES, ACTIONS, TARGETS)


def test_the_tables_grant_what_the_design_says_and_nothing_else() -> None:
    differ = []
    for role, action, name in cases():
        target, reached_by = TARGETS[name]
        expected = role in ALLOWED[action].split() and REACHES[role] in reached_by
        found = allowed([holding(role)], action, target, OWN)
        if (found is not None) is not expected:
            differ.append((role, action, name))
    assert differ == []


def test_the_list_names_every_role_and_every_action() -> None:
    assert ALLOWED.keys() == ACTIONS.keys()
    assert REACHES.keys() == ROLES.keys()
    assert {role for roles in ALLOWED.values() for role in roles.split()} == ROLES.keys()
    assert {each.code for each in ACTIONS.values() if each.in_book} == IN_BOOK
    assert {each.code for each in ACTIONS.values() if each.steps_up} == STEPS_UP
    assert CITY == requests.CITY


def test_a_role_of_the_book_counts_in_pairs_only_with_a_grant_of_the_book() -> None:
    for role, action in product(POSITIONS, ACTIONS):
        by_place = Holding(role, "", "organisation:o1")
        target = TARGETS["my body"][0]
        expected = role in ALLOWED[action].split() and action not in IN_BOOK
        assert (allowed([by_place], action, target, OWN) is not None) is expected, (role, action)


def test_an_inspector_only_reads() -> None:
    for role in READ_ONLY:
        assert {each.rpartition(".")[2] for each in ROLES[role].actions} == {"read"}


def test_nothing_is_allowed_to_nobody_to_unknown_roles_or_for_unknown_actions() -> None:
    everything = [holding(role) for role in ROLES]
    for name, action in product(TARGETS, ACTIONS):
        assert allowed([], action, TARGETS[name][0], OWN) is None
        assert allowed([Holding("mayor", COMMUNITY)], action, TARGETS[name][0], OWN) is None
    assert allowed(everything, "person.destroy", Target(COMMUNITY), OWN) is None


def test_scopes_do_not_bleed() -> None:
    here = Target(COMMUNITY, SOMEBODY, grid_id="g1")
    for scope in ("community", "grid:", "grid:g2", "person:g1", "organisation:g1"):
        worker = Holding("grid_worker", COMMUNITY, scope, in_book=True)
        assert allowed([worker], "person.read", here, OWN) is None
    nowhere = Target(COMMUNITY, SOMEBODY)
    assert (
        allowed([Holding("grid_worker", COMMUNITY, "grid:")], "person.read", nowhere, OWN) is None
    )
    narrow = Holding("staff", COMMUNITY, "grid:g1", in_book=True)
    assert allowed([narrow], "person.read", here, OWN) is None
    for role in ("staff", "supervisor"):  # a community's role means nothing in the city's book
        there = Holding(role, CITY, "community", in_book=True)
        assert allowed([there], "role.propose", Target(), OWN) is None
    admin = Holding("platform_admin", COMMUNITY, "community", in_book=True)
    assert allowed([admin], "community.found", Target(COMMUNITY), OWN) is None


def test_of_several_roles_the_chosen_face_comes_first() -> None:
    both = [holding("supervisor"), holding("staff")]
    found = allowed(both, "role.approve", Target(COMMUNITY), OWN)
    assert found is not None
    assert found.role == "staff"
    chosen = allowed(both, "role.approve", Target(COMMUNITY), OWN, face="supervisor")
    assert chosen is not None
    assert chosen.role == "supervisor"
    # A face that does not reach is no reason to refuse.
    other = allowed(both, "person.read", Target(COMMUNITY), OWN, face="supervisor")
    assert other is not None
    assert other.role == "staff"


@pytest.mark.parametrize("role", GRANTED)
def test_a_grant_names_the_kind_of_scope_of_its_role(role: str) -> None:
    good = SCOPES[REACHES[role]]
    assert is_scope_of(role, good)
    for scope in {*SCOPES.values(), "", "grid:", "merchant", "community:x"} - {good}:
        assert not is_scope_of(role, scope), scope


def test_facts_are_not_granted() -> None:
    for role in (*FACTS, "mayor"):
        assert not any(is_scope_of(role, scope) for scope in SCOPES.values())
