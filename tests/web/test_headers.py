"""The headers of every answer, and the cookies."""

from pathlib import Path

import pytest
from flask import Flask, request
from werkzeug.test import TestResponse

from tests.web.site import ORIGIN, TOKENS, Visitor, build

ALL = ("/form", "/nowhere", "/problem/fault", "/mine", "/api/v1/", "/api/nix", "/static/style.css")
DEMO = {"VC_PUBLIC_URL": "http://192.168.1.7:8000", "VC_CLOCK": "demo"}


def cookies(answer: TestResponse) -> dict[str, str]:
    """The cookies that an answer sets: name, and the rest of the line."""
    lines = (each.partition("=") for each in answer.headers.getlist("Set-Cookie"))
    return {name: rest for name, _, rest in lines}


@pytest.mark.parametrize("path", ALL)
def test_every_answer_has_them(visitor: Visitor, path: str) -> None:
    headers = visitor.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-site"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert len(headers["X-Request-Id"]) == 16
    kept = "public, max-age=600" if path.startswith("/static") else "no-store"
    assert headers["Cache-Control"] == kept


def test_a_page_that_scans_may_use_the_camera_and_tells_no_referrer(visitor: Visitor) -> None:
    headers = visitor.get("/scan").headers
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"


def test_what_is_public_may_be_kept_unless_it_is_for_one_browser(visitor: Visitor) -> None:
    public = visitor.get("/public")
    assert public.headers["Cache-Control"] == "public, max-age=60"
    assert {"Cookie", "Accept-Language"} <= set(public.vary)
    assert "Set-Cookie" not in public.headers
    assert visitor.get("/public-form").headers["Cache-Control"] == "no-store"
    visitor.get("/in/ann")
    assert visitor.get("/public").headers["Cache-Control"] == "public, max-age=60"
    assert visitor.get("/public-form").headers["Cache-Control"] == "no-store"


def test_who_reads_gets_no_cookie(visitor: Visitor) -> None:
    for path in ("/public", "/nowhere", "/api/v1/status", "/static/app.js"):
        assert not cookies(visitor.get(path)), path


def test_cookies_are_bound_to_the_host_and_hidden_from_scripts(visitor: Visitor) -> None:
    for path, name in (
        ("/form", "__Host-visit"),
        ("/scan", "__Host-device"),
        ("/in/ann", "__Host-session"),
    ):
        line = cookies(visitor.get(path))[name]
        for part in ("; Secure", "; HttpOnly", "; Path=/", "; SameSite=Lax"):
            assert part in line
        assert "Domain" not in line


def test_plain_http_is_for_demonstrations(tmp_path: Path) -> None:
    app = build(tmp_path, None, **DEMO)
    visitor = Visitor(app, DEMO["VC_PUBLIC_URL"])
    answer = visitor.get("/in/ann")
    line = cookies(answer)["session"]
    assert "Secure" not in line
    assert "HttpOnly" in line
    assert "Strict-Transport-Security" not in answer.headers
    assert visitor.get("/mine").status_code == 200
    assert visitor.post("/mine", data=visitor.tokens("/mine")).text == "changed"


def test_a_session_lasts_as_long_as_it_was_given(visitor: Visitor) -> None:
    visitor.get("/form")
    set_ = cookies(visitor.get("/in/ann"))
    assert set_["__Host-session"].startswith(TOKENS["ann"])
    assert "Max-Age=60" in set_["__Host-session"]
    assert "Max-Age=0" in set_["__Host-visit"], "a visit ends where a session begins"


def test_signing_out_clears_what_the_browser_kept(visitor: Visitor) -> None:
    visitor.enter("ann")
    answer = visitor.get("/out")
    assert "Max-Age=0" in cookies(answer)["__Host-session"]
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert visitor.get("/mine").status_code == 303


def test_a_browser_keeps_its_number(visitor: Visitor) -> None:
    first = visitor.get("/scan")
    assert "Max-Age=34560000" in cookies(first)["__Host-device"]
    again = visitor.get("/scan")
    assert again.text == first.text
    assert not cookies(again)


@pytest.mark.parametrize("forged", ["", "x", "A" * 32, "0" * 33, "../" * 11])
def test_a_number_of_another_form_is_replaced(site: Flask, forged: str) -> None:
    visitor = Visitor(site)
    visitor.client.set_cookie("__Host-device", forged, domain="points.example", secure=True)
    assert visitor.get("/scan").text != forged


def test_static_files_are_asked_for_again_cheaply(visitor: Visitor) -> None:
    first = visitor.get("/static/style.css")
    again = visitor.get("/static/style.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.headers["Cache-Control"]) == (304, "public, max-age=600")
    for path in ("/static/", "/static/nix.css", "/static/%2e%2e/site.py", "/static/..%2fedge.py"):
        assert visitor.get(path).status_code == 404


@pytest.mark.parametrize("hops", [0, 1, 2])
def test_only_our_own_proxies_are_believed(tmp_path: Path, hops: int) -> None:
    app = build(tmp_path, VC_TRUSTED_PROXIES=str(hops))
    seen: list[str | None] = []
    app.before_request_funcs[None].insert(0, lambda: seen.append(request.remote_addr))
    forwarded = {"X-Forwarded-For": "6.6.6.6, 1.1.1.1, 2.2.2.2", "X-Forwarded-Host": "evil.example"}
    app.test_client().get("/form", base_url=ORIGIN, headers=forwarded)
    assert seen == [{0: "127.0.0.1", 1: "2.2.2.2", 2: "1.1.1.1"}[hops]]
