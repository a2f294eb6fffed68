"""Every kind of caller at every address: what is theirs, another's, and another community's."""

import pytest
from werkzeug.test import TestResponse

from tests.edge.bodies import BODIES, ENDS
from tests.edge.place import Browser, Place
from tests.edge.settled import HOMES, ROLES
from tests.edge.table import (
    BY_CARD_CLOSED,
    EVERYBODY,
    IN_CITY,
    NOT_THERE,
    PLATFORM_ADMIN,
    ROOMS,
    SIGNED_IN,
    WHO,
    kinds,
)
from tests.people.make import COMMUNITY, OTHER
from tests.web.routes import Route, routes
from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.web import auth
from volunteer_credit.web.auth import NOBODY

pytestmark = pytest.mark.untraced  # quicker tests reach the same lines
# Community and person of an address, and for whom that person is there to be seen.
OBJECTS = {
    "here": (COMMUNITY, "served", {"staff", "grid_worker"}),
    "other": (COMMUNITY, "volunteer", {"staff"}),
    "foreign": (COMMUNITY, "volunteer_elsewhere", set[str]()),
    "there": (OTHER, "volunteer_elsewhere", {"staff"}),
    "city": (CITY, "served", set[str]()),
}
FILLED = {
    **{part: value for room in ROOMS for part, value in room.FILLED.items()},
    "purpose": "location",
    "subject": "-",
    "way": "card",
    "act": "add",
    "place": COMMUNITY,
}


def key_of(route: Route) -> str:
    return f"{'GET' if route.method == 'HEAD' else route.method} {route.rule}"


def objects(route: Route) -> list[str]:
    """What an address may be about."""
    if "<community>" not in route.rule:
        return ["here"]
    return list(OBJECTS) if "<person>" in route.rule else ["here", "there", "city"]


def is_let_in(key: str, role: str, about: str) -> bool:
    """Whether the table lets a role do this with that object."""
    who = WHO[key]
    if role == "by_card" and key in BY_CARD_CLOSED:
        return False
    if EVERYBODY in who or (SIGNED_IN in who and role != "nobody"):
        return True
    community, _person, seen_by = OBJECTS[about]
    if role == "nobody":
        return False
    if community == CITY:
        return key in IN_CITY or (role == "platform_admin" and key in PLATFORM_ADMIN)
    if HOMES[role] != community or not who & kinds(role):
        return False
    return "<person>" not in key or bool(seen_by & kinds(role))


def call(browser: Browser, key: str, method: str, path: str) -> TestResponse:
    """Call an address with something that reads."""
    body = BODIES.get(key, {})
    if method in ("GET", "HEAD"):
        return browser.ask(method, path)
    if path.startswith("/api/"):
        return browser.call(method, path, body)
    return browser.send(path, **body)


def is_kept_out(answer: TestResponse, role: str, about: str) -> bool:
    """Whether it says no as it should: nobody is asked in, and of elsewhere nothing is told."""
    if role == "nobody":
        is_sent_off = answer.status_code == 303 and answer.location.startswith("/sign-in?next=")
        return is_sent_off or answer.status_code == 401
    is_elsewhere = OBJECTS[about][0] != HOMES[role]
    return answer.status_code in ((404,) if is_elsewhere else (403, 404))


def is_let_through(answer: TestResponse, key: str) -> bool:
    """Whether the address did its work, or said what is wrong with what was sent."""
    is_sent_off = answer.status_code == 303 and answer.location.startswith("/sign-in?")
    refusals = (403,) if key in NOT_THERE else (401, 403, 404)
    return not is_sent_off and answer.status_code not in refusals and answer.status_code < 500


def asked(town: Place, role: str, *, let_in: bool) -> list[tuple[Route, str]]:
    """The addresses and objects that a role is let in to, or not; what ends a session is last."""
    methods = {"HEAD"} if role != "nobody" else set[str]()
    found = [
        (route, about)
        for route in routes(town.app)
        if route.method not in methods
        for about in objects(route)
        if is_let_in(key_of(route), role, about) == let_in
    ]
    return sorted(found, key=lambda each: key_of(each[0]) in ENDS)


def answer_to(town: Place, browser: Browser, role: str, route: Route, about: str) -> TestResponse:
    key, (community, person, _) = key_of(route), OBJECTS[about]
    caller = town.browser(role) if key in ENDS else browser
    parts = {**FILLED, "community": community, "person": town.person(person)}
    parts["seq"] = str(town.settled.proposals.get(community, 0))
    path = route.path(**parts, session=caller.session_id or "x")
    return call(caller, key, route.method, path)


def test_the_table_names_every_address_and_no_other(town: Place) -> None:
    found = {key_of(each) for each in routes(town.app)}
    assert found == set(WHO)
    assert found >= set(BODIES) | PLATFORM_ADMIN | ENDS | NOT_THERE | BY_CARD_CLOSED


def test_the_table_agrees_with_what_routes_say(town: Place) -> None:
    """Only about who needs no role at all: the rest is found out by calling."""
    for route in routes(town.app):
        open_to = {NOBODY: EVERYBODY, auth.SIGNED_IN: SIGNED_IN}.get(route.who or "", "")
        assert (WHO[key_of(route)] & {EVERYBODY, SIGNED_IN}) == ({open_to} - {""}), route


@pytest.mark.parametrize("role", ROLES)
def test_nobody_gets_further_than_the_table_lets_them(town: Place, role: str) -> None:
    browser = town.browser(role)
    before, wrong = town.counts(), []
    cells = asked(town, role, let_in=False)
    assert len(cells) > 50
    for route, about in cells:
        answer = answer_to(town, browser, role, route, about)
        if not is_kept_out(answer, role, about):
            wrong.append((key_of(route), about, answer.status_code))
    assert not wrong
    assert town.counts() == before, "what is refused writes nothing"


@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_where_the_table_lets_them(town: Place, role: str) -> None:
    browser, wrong = town.browser(role), []
    for route, about in asked(town, role, let_in=True):
        answer = answer_to(town, browser, role, route, about)
        if not is_let_through(answer, key_of(route)):
            wrong.append((key_of(route), about, answer.status_code))
    assert not wrong
