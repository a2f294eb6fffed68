"""Who may call: stated at every route, and held."""

import pytest
from flask import Blueprint, Flask, render_template_string

from tests.web.routes import routes
from tests.web.site import ORIGIN, TOKENS, Gate, Visitor, problem
from volunteer_credit.shared.caller import Caller
from volunteer_credit.web import auth
from volunteer_credit.web.auth import NOBODY, UndeclaredRouteError, requires
from volunteer_credit.web.gate import ClosedGate


def test_what_is_for_everybody_is_open(visitor: Visitor) -> None:
    assert visitor.get("/form").status_code == 200


def test_a_page_sends_who_is_unknown_to_the_sign_in_and_back(visitor: Visitor) -> None:
    for path, place in {
        "/mine": "/sign-in?next=%2Fmine",
        "/mine?a=1&b=/x": "/sign-in?next=%2Fmine%3Fa%3D1%26b%3D%2Fx",
        "/desk": "/sign-in?next=%2Fdesk",
    }.items():
        answer = visitor.get(path)
        assert (answer.status_code, answer.location) == (303, place)


def test_what_is_sent_unsigned_goes_home_after_the_sign_in(visitor: Visitor) -> None:
    answer = visitor.post("/mine", data=visitor.tokens())
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=%2F")


def test_a_call_without_a_session_is_a_problem(visitor: Visitor) -> None:
    answer = visitor.get("/api/v1/things/1")
    assert answer.status_code == 401
    assert problem(answer)["code"] == "sign_in_needed"


def test_a_session_opens_what_is_for_the_signed_in(visitor: Visitor, gate: Gate) -> None:
    visitor.enter("ann")
    assert visitor.get("/mine").status_code == 200
    assert gate.asked == [(TOKENS["ann"], "")]


@pytest.mark.parametrize("token", ["", "wrong-token-0123456789", "short", "a" * 129, "ann token"])
def test_a_token_of_nobody_opens_nothing(visitor: Visitor, token: str) -> None:
    visitor.client.set_cookie("__Host-session", token, domain="points.example", secure=True)
    assert visitor.get("/mine").status_code == 303


def test_an_action_is_allowed_in_the_chosen_community(visitor: Visitor, gate: Gate) -> None:
    visitor.enter("ann")
    assert visitor.get("/desk").status_code == 200
    gate.allowed.clear()
    assert visitor.get("/desk").status_code == 403


def test_the_address_names_the_community(visitor: Visitor, gate: Gate) -> None:
    visitor.enter("ann")
    assert visitor.get("/c/hill/desk").status_code == 200
    assert visitor.get("/c/lake/desk").status_code == 404, "of another one nothing is told"
    gate.allowed.clear()
    assert visitor.get("/c/hill/desk").status_code == 403


def test_a_page_shows_what_the_reader_may_do(visitor: Visitor, site: Flask) -> None:
    text = "{{ may('things.read') }} {{ may('things.read', 'lake') }} {{ may('things.remove') }}"
    visitor.enter("ann")
    token = visitor.client.get_cookie("__Host-session", "points.example")
    assert token is not None
    for cookie, shown in (
        (f"__Host-session={token.value}", "True False False"),
        ("", "False False False"),
    ):
        with site.test_request_context("/", headers={"Cookie": cookie}):
            assert render_template_string(text) == shown


def test_each_method_of_a_class_has_its_own_rule(visitor: Visitor) -> None:
    visitor.enter("ann")
    assert visitor.get("/api/v1/things/1").get_json() == {"name": "1"}
    assert visitor.client.head("/api/v1/things/1", base_url=ORIGIN).status_code == 200
    headers = {"X-CSRF-Token": visitor.tokens()["_csrf"], "Idempotency-Key": "k"}
    removed = visitor.client.delete("/api/v1/things/1", base_url=ORIGIN, headers=headers)
    assert problem(removed)["code"] == "not_allowed_here"


def test_the_gate_is_closed_until_people_are_there() -> None:
    gate = ClosedGate()
    assert gate.caller("any-token-0123456789", "") is None
    assert not gate.may(None, "things.read", "hill")
    ann = Caller("ann", "s", "", "code")
    assert not gate.may(ann, "things.read", "hill")
    assert (gate.language(ann), gate.is_large_print(ann)) == (None, False)


def test_a_route_that_says_nothing_stops_the_start(site: Flask) -> None:
    auth.check_routes(site)
    site._got_first_request = False
    silent = Blueprint("silent", __name__)
    silent.add_url_rule("/silent", view_func=lambda: "?", endpoint="silent")
    site.register_blueprint(silent)
    with pytest.raises(UndeclaredRouteError, match="GET /silent"):
        auth.check_routes(site)
    assert Visitor(site).get("/silent").status_code == 500, "and nobody gets in"


@pytest.mark.parametrize("who", ["", "everybody", "things", "Things.read", "things.read "])
def test_a_rule_is_one_of_three_forms(who: str) -> None:
    with pytest.raises(AssertionError):
        requires(who)


def test_every_route_of_the_service_says_who_may_call(app: Flask) -> None:
    found = routes(app)
    assert all(each.who is not None for each in found)
    assert {each.path() for each in found if each.who == NOBODY} >= {"/healthz", "/api/v1/status"}
    assert not [each for each in found if each.method == "OPTIONS"]
