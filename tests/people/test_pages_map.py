"""Over all of people's addresses: who gets in, and that looking changes nothing."""

import pytest
from flask import Flask

from tests.people.desks import put
from tests.people.make import COMMUNITY, OTHER, Resident, Town
from tests.people.sign_in_make import PIN, give_card, with_cheap_pins, with_sender
from tests.people.visitor import Guest, forms_of
from tests.web.routes import Route, routes, row_counts
from volunteer_credit.people.api import API
from volunteer_credit.people.models.membership import PlaceRow
from volunteer_credit.people.models.organisations import OrganisationRow
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.pages import PAGES
from volunteer_credit.people.rules.roles import CITY
from volunteer_credit.shared.db import end_reading
from volunteer_credit.web.auth import NOBODY, SIGNED_IN

pytestmark = pytest.mark.engines("sqlite")
OURS = {each.name for each in (*PAGES, *API)}


def ours(app: Flask) -> list[Route]:
    """Every address of people."""
    found = [each for each in routes(app) if each.endpoint.partition(".")[0] in OURS]
    assert len(found) > 100
    return found


def call(guest: Guest, route: Route, path: str) -> int:
    """Call an address with a form that reads, as far as the edge asks; the status."""
    end_reading()
    if route.method in ("GET", "HEAD"):
        return guest.client.open(path, method=route.method, base_url=guest.origin).status_code
    token = forms_of(guest.get("/sign-in/card"))
    fields = {name: token[0].fields[name] for name in ("_csrf", "_key")}
    end_reading()
    if not route.is_api:
        return guest.post(path, data=fields).status_code
    answer = guest.client.open(
        path,
        method=route.method,
        base_url=guest.origin,
        json={},
        headers={"X-CSRF-Token": fields["_csrf"], "Idempotency-Key": fields["_key"]},
    )
    return answer.status_code


def signed_in(app: Flask, who: Resident, kind: str = "invitation") -> Guest:
    """A browser of somebody, in the first community."""
    end_reading()
    code = issue_slip(None, kind, who.person_id, COMMUNITY, f"{kind} {who.person_id}").code
    guest, pin = Guest(app), {"pin": PIN, "pin_again": PIN}
    if kind == "device":
        assert guest.send(f"/d/{code}", **pin).status_code == 303
    else:
        assert guest.send(f"/s/{code}").status_code == 303
    return guest


def test_nobody_gets_in_without_signing_in(app: Flask) -> None:
    with_cheap_pins()
    town = Town()
    guest = Guest(app)
    for route in ours(app):
        path = route.path(community=COMMUNITY, person=town.anna.person_id)
        status = call(guest, route, path)
        if route.who == NOBODY:
            assert status < 500, route
        else:
            assert status == (401 if route.is_api else 303), route


def test_a_resident_gets_into_no_desk_and_into_no_other_community(app: Flask) -> None:
    with_cheap_pins()
    town = Town(COMMUNITY, OTHER)
    wang = town.add("王小明")
    guest = signed_in(app, wang)
    for route in ours(app):
        if route.who in (NOBODY, SIGNED_IN):
            continue
        own = call(guest, route, route.path(community=COMMUNITY, person=wang.person_id))
        assert (own == 403) != (route.who == "self.household"), route
        elsewhere = call(guest, route, route.path(community=OTHER, person=wang.person_id))
        assert elsewhere == 404, route


def test_looking_changes_nothing(app: Flask) -> None:
    with_cheap_pins()
    town = Town()
    wang = town.add("王小明")
    give_card(wang)
    browsers = [signed_in(app, town.anna, "device"), signed_in(app, wang), Guest(app)]
    end_reading()
    before = row_counts()
    seen: dict[str, int] = {}
    for route in ours(app):
        if route.method != "GET":
            continue
        for guest in browsers:
            parts = {"community": COMMUNITY, "place": COMMUNITY, "purpose": "location"}
            path = route.path(**parts, person=wang.person_id, subject="-", way="card")
            status = call(guest, route, path)
            assert status < 500, route
            seen[route.rule] = min(seen.get(route.rule, 999), status)
    assert row_counts() == before
    not_there = {rule for rule, status in seen.items() if status >= 400}
    assert not_there == {
        "/api/v1/me/pass",
        "/api/v1/me/family/<ward>",
        "/api/v1/me/organisations/<organisation>",
        "/sign-in/code",
        "/sign-in/code/typed",
    }


def test_an_address_that_takes_a_form_leads_to_its_page(app: Flask) -> None:
    with_cheap_pins()
    with_sender()
    town = Town()
    wang = town.add("王小明")
    staff = signed_in(app, town.anna, "device")
    gets = {each.rule for each in ours(app) if each.method == "GET"}
    for route in ours(app):
        if route.method == "POST" and not route.is_api and not route.rule.endswith("/ask"):
            path = route.path(community=COMMUNITY, place=COMMUNITY, person=wang.person_id, seq="0")
            assert call(staff, Route(route.rule, "GET", "", ""), path) in (200, 303, 404), route
    assert "/me/sessions/<act>" in gets


def test_staff_reach_every_page_of_their_desk(app: Flask) -> None:
    with_cheap_pins()
    town = Town()
    wang = town.add("王小明")
    put("grid", PlaceRow(community_id=COMMUNITY, place_id="7" * 32, kind="grid", name="一网格"))
    group = OrganisationRow(
        organisation_id="8" * 32,
        kind="group",
        name="楼道清洁组",
        community_id=COMMUNITY,
        state="active",
        created_at_ms=0,
    )
    put("group", group, community=CITY)
    staff = signed_in(app, town.anna, "device")
    for route in ours(app):
        is_listed = route.method == "GET" and "<int" not in route.rule
        if is_listed and route.who not in (NOBODY, SIGNED_IN):
            parts = {"person": wang.person_id, "place_id": "7" * 32, "organisation": "8" * 32}
            path = route.path(community=COMMUNITY, **parts)
            assert call(staff, route, path) == 200, route
