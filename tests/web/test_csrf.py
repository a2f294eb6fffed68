"""What changes something comes from a page of ours that was made for this very browser."""

from pathlib import Path

import pytest
from flask import Flask

from tests.web.site import ORIGIN, Visitor, build, problem


def test_a_form_of_ours_is_taken(visitor: Visitor) -> None:
    tokens = visitor.tokens()
    answer = visitor.post("/form", data=tokens)
    assert (answer.status_code, answer.text) == (200, tokens["_key"].partition(".")[0])


@pytest.mark.parametrize("token", ["", "0" * 32, "é", "x" * 5000])
def test_a_token_that_is_missing_or_made_up_is_refused(visitor: Visitor, token: str) -> None:
    answer = visitor.post("/form", data={**visitor.tokens(), "_csrf": token})
    assert answer.status_code == 403
    assert "页面已过期" in answer.text


def test_a_token_of_another_browser_is_refused(site: Flask, visitor: Visitor) -> None:
    stolen = Visitor(site).tokens()
    visitor.get("/form")
    assert visitor.post("/form", data=stolen).status_code == 403


def test_a_form_from_before_the_sign_in_is_stale(visitor: Visitor) -> None:
    old = visitor.tokens()
    visitor.enter("ann")
    assert visitor.post("/form", data=old).status_code == 403
    assert visitor.post("/form", data=visitor.tokens()).status_code == 200


def test_a_form_of_another_session_is_stale(visitor: Visitor) -> None:
    visitor.enter("ann")
    old = visitor.tokens("/mine")
    visitor.enter("bob")
    assert visitor.post("/mine", data=old).status_code == 403
    assert visitor.post("/mine", data=visitor.tokens("/mine")).text == "changed"


def test_another_site_sends_nothing(visitor: Visitor) -> None:
    tokens = visitor.tokens()
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert visitor.post("/form", data=tokens, headers=cross).status_code == 403
    assert visitor.get("/form", headers=cross).status_code == 200, "links from elsewhere are fine"
    for own in ("same-origin", "none"):
        assert (
            visitor.post("/form", data=tokens, headers={"Sec-Fetch-Site": own}).status_code == 200
        )
    call = visitor.post("/api/v1/look", data="a", content_type="text/plain", headers=cross)
    assert problem(call)["code"] == "cross_site"


def test_without_cookies_one_can_read_and_is_told_why_not_write(site: Flask) -> None:
    visitor = Visitor(site, has_cookies=False)
    tokens = visitor.tokens()
    answer = visitor.post("/form", data=tokens)
    assert answer.status_code == 403
    assert "Cookie" in answer.text


def test_a_script_sends_the_token_in_a_header(visitor: Visitor) -> None:
    tokens = visitor.tokens()
    headers = {"X-CSRF-Token": tokens["_csrf"]}
    assert visitor.post("/form", data={"_key": tokens["_key"]}, headers=headers).status_code == 200


def test_a_call_with_a_session_needs_the_header(visitor: Visitor) -> None:
    visitor.enter("ann")
    token = visitor.tokens()["_csrf"]
    headers = {"Idempotency-Key": "k"}
    sent = {"json": {"name": "a"}}
    assert problem(visitor.post("/api/v1/things", headers=headers, **sent))["code"] == "form_stale"
    form = visitor.post("/api/v1/things?_csrf=" + token, headers=headers, **sent)
    assert form.status_code == 403
    headers["X-CSRF-Token"] = token
    assert visitor.post("/api/v1/things", headers=headers, **sent).status_code == 201


def test_a_call_without_a_session_needs_no_token(visitor: Visitor) -> None:
    answer = visitor.post("/api/v1/things", json={"name": "a"}, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 201


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_method_that_no_route_has_is_just_that(visitor: Visitor, method: str) -> None:
    answer = getattr(visitor.client, method)("/form", base_url=ORIGIN)
    assert answer.status_code == 405


def test_two_installations_share_no_token(tmp_path: Path, visitor: Visitor) -> None:
    (tmp_path / "b").mkdir()
    other = Visitor(
        build(tmp_path / "b", VC_KEY_SECRET="bW9yZSByYW5kb20gdGhhbiB0aGlzIGlzLCAxMjM0NTY=")
    )
    other.get("/form")
    cookie = other.client.get_cookie("__Host-visit", "points.example")
    assert cookie is not None
    visitor.client.set_cookie("__Host-visit", cookie.value, domain="points.example", secure=True)
    assert visitor.post("/form", data=other.tokens()).status_code == 403
