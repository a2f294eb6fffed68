"""What no form of ours would send, at real addresses: refused in words, and nothing is written."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder, TestResponse

from tests.edge.place import Browser, Place
from tests.people.make import COMMUNITY
from tests.people.visitor import forms_of
from tests.web.site import Visitor

ME, DESK = "/api/v1/me", f"/c/{COMMUNITY}/desk"
PEOPLE = f"/api/v1/communities/{COMMUNITY}/people"
BIG = b"x" * 10_000_000
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _nothing_is_written(request: pytest.FixtureRequest, town: Place) -> Iterator[None]:
    """Sessions apart, which these tests begin."""
    before = town.counts()
    yield
    after = town.counts()
    before["people_sessions"] = after["people_sessions"]
    assert after == before


@pytest.fixture
def staff(town: Place) -> Browser:
    return town.browser("staff")


def raw(browser: Browser, method: str, path: str, data: bytes, kind: str) -> TestResponse:
    """A body as it is."""
    browser.count += 1
    headers = {"X-CSRF-Token": browser.csrf, "Idempotency-Key": f"raw {browser.count}"}
    return browser.ask(method, path, data=data, content_type=kind, headers=headers)


def said(answer: TestResponse) -> tuple[int, str]:
    """Status and code; a page has a sentence in a whole page of ours instead of the code."""
    if answer.mimetype == "application/problem+json":
        body = answer.get_json()
        assert body["status"] == answer.status_code
        assert body["detail"]
        return answer.status_code, body["code"]
    assert answer.mimetype == "text/html"
    assert '<html lang="zh-Hans-CN"' in answer.text
    assert "<h1" in answer.text
    return answer.status_code, ""


@pytest.mark.parametrize("path", ["/nothing", "/c", "/c/x/y/z", "/ME", "/%ff%fe", "/me/x", "/S"])
def test_an_address_that_is_not_there(staff: Browser, path: str) -> None:
    assert said(staff.get(path))[0] == 404
    assert said(staff.get(f"/api/v1{path}")) == (404, "page_missing")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FROBNICATE"])
def test_a_method_that_is_not_taken(staff: Browser, method: str) -> None:
    assert said(raw(staff, method, "/me/change", b"", FORM))[0] == 405
    assert said(raw(staff, method, "/api/v1/status", b"", JSON)) == (405, "method_not_allowed")
    assert staff.ask(method, "/me").headers["Allow"]


@pytest.mark.parametrize("kind", ["", "text/plain", "text/xml", "multipart/mixed", "x", JSON])
def test_a_form_of_another_kind(staff: Browser, kind: str) -> None:
    answer = raw(staff, "POST", "/me/change", b"name=x", kind)
    assert said(answer)[0] == 415


@pytest.mark.parametrize("kind", ["", "text/plain", FORM, "application/xml", "json"])
def test_a_call_of_another_kind(staff: Browser, kind: str) -> None:
    assert said(raw(staff, "PATCH", ME, b'{"area":"x"}', kind)) == (415, "content_type")


def test_ten_megabytes(town: Place, staff: Browser) -> None:
    for path, kind in (("/me/change", FORM), ("/verify", "multipart/form-data; boundary=b")):
        assert said(raw(staff, "POST", path, BIG, kind))[0] == 413
    assert said(raw(staff, "PATCH", ME, BIG, JSON)) == (413, "body_too_large")
    builder = EnvironBuilder(path="/api/v1/me", method="PATCH", data=BIG, content_type=JSON)
    environ = builder.get_environ()
    del environ["CONTENT_LENGTH"]  # sent in pieces
    environ["wsgi.input_terminated"] = True
    answer = town.app.test_client(use_cookies=False).open(environ, buffered=True)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[1,]",
        b"\xff\xfe",
        b'{"area": NaN}',
        b'{"area": "x", "area": "y"}',
        b'{"area": 1e999}',
        b'{"area": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"area": "\xed\xa0\x80"}',
        b"{'area': 1}",
    ],
)
def test_json_that_does_not_read(staff: Browser, body: bytes) -> None:
    assert said(raw(staff, "PATCH", ME, body, JSON)) == (400, "json_malformed")


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800"])
def test_texts_that_nothing_can_keep(staff: Browser, text: str) -> None:
    body = f'{{"area": "x{text}"}}'.encode()
    assert said(raw(staff, "PATCH", ME, body, JSON)) == (400, "text_refused")
    assert said(staff.get("/me?x=%00"))[0] == 400
    assert said(staff.send("/me/change", name="a\0b"))[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", ME, []),
        ("PATCH", ME, "text"),
        ("PATCH", ME, {"area": 7}),
        ("PATCH", ME, {"area": None}),
        ("PATCH", ME, {"skills": "x"}),
        ("PATCH", ME, {"skills": [{}]}),
        ("PATCH", ME, {"role": "staff"}),
        ("PATCH", ME, {"area": "x" * 5000}),
        ("PUT", "/api/v1/session", {}),
        ("PUT", "/api/v1/session", {"community_id": COMMUNITY, "face": "mayor"}),
        ("POST", f"{PEOPLE}/search", {"text": "x", "reason": "curious"}),
        ("POST", f"{PEOPLE}/search", {"text": ["x"], "reason": "desk_service"}),
        ("POST", PEOPLE, {"name": "x" * 201}),
        ("POST", PEOPLE, {"name": "新", "phone": "not a phone"}),
        ("POST", PEOPLE, {"name": "新", "reach": "x", "birth_day": "20991231"}),
        ("POST", f"/api/v1/communities/{COMMUNITY}/roles", {"account": "x", "role": "king"}),
        ("POST", f"/api/v1/communities/{COMMUNITY}/webhooks", {"url": "x", "events": []}),
        (
            "POST",
            f"/api/v1/communities/{COMMUNITY}/webhooks",
            {"url": "http://127.0.0.1/", "events": ["hours.recorded"]},
        ),
    ],
)
def test_bodies_of_the_wrong_form(staff: Browser, method: str, path: str, body: Any) -> None:
    assert said(staff.call(method, path, body))[0] in (400, 404, 422)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/me/change", {"name": "x", "is_staff": "yes"}),
        ("/me/change", {"name": ["x", "y"]}),
        ("/me/change", {"name": "x" * 5000}),
        ("/me/settings", {"language": "tlh"}),
        (f"{DESK}/add", {"name": ""}),
        (f"{DESK}/search", {"text": "x", "reason": "curious"}),
        (f"/me/leave/{COMMUNITY}", {"sure": "on"}),
        ("/me/erase", {}),
        ("/face", {"community": COMMUNITY, "face": "mayor"}),
    ],
)
def test_forms_of_the_wrong_form(staff: Browser, path: str, form: dict[str, Any]) -> None:
    assert said(staff.send(path, **form))[0] in (400, 403, 404, 422)


def test_tokens_that_are_missing_stale_stolen(town: Place, staff: Browser) -> None:
    other = town.browser("volunteer")
    for wrong in ("", "0" * 32, other.csrf, "王", "x" * 9999):
        hidden = {**staff.hidden(), "_csrf": wrong}
        answer = staff.ask("POST", "/me/change", data={**hidden, "name": "x", "reach": "y"})
        assert said(answer)[0] == 403
        if wrong.isascii():
            sent = {"X-CSRF-Token": wrong, "Idempotency-Key": "k"}
            called = staff.ask("PATCH", ME, json={"area": "x"}, headers=sent)
            assert said(called) == (403, "form_stale")
    stolen = {**staff.hidden(), "_key": other.hidden()["_key"]}
    assert said(staff.ask("POST", "/me/card/pass", data=stolen))[0] == 400


def test_another_site_sends_nothing_for_anybody(staff: Browser) -> None:
    site = {"Sec-Fetch-Site": "cross-site"}
    form = staff.ask("POST", "/me/card/pass", data=staff.hidden(), headers=site)
    assert said(form)[0] == 403
    call = staff.ask("POST", "/api/v1/me/pass", headers={**site, "X-CSRF-Token": staff.csrf})
    assert said(call) == (403, "cross_site")


@pytest.mark.parametrize("key", ["", "x" * 129, "王", "\x7f"])
def test_request_numbers_that_are_none(staff: Browser, key: str) -> None:
    headers = {"X-CSRF-Token": staff.csrf, "Idempotency-Key": key}
    answer = staff.ask("POST", "/api/v1/me/pass", headers=headers)
    assert said(answer)[0] == 400
    assert said(answer)[1] in ("request_key_missing", "request_key_form")


AWAY = (
    "//evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "/x\r\nSet-Cookie: a=b",
    "/x%0d%0aSet-Cookie:a=b",
    "javascript:alert(1)",
    "/ /evil",
    "/" + "x" * 5000,
    "\t//evil.example",
)


@pytest.mark.parametrize("where", AWAY)
def test_no_answer_leads_away_or_gets_a_header_more(staff: Browser, where: str) -> None:
    answers = [
        staff.send("/step-up/pin", pin="1", next=where),
        staff.get("/step-up", query_string={"next": where, "lang": where, "size": where}),
        staff.get("/sign-in", query_string={"next": where}),
        staff.get("/me/sessions/x", headers={"Host": "evil.example", "X-Forwarded-Host": "evil"}),
        staff.get("/c/x/desk/search", headers={"X-Forwarded-Prefix": "//evil.example"}),
    ]
    for each in answers:
        assert each.status_code < 500
        assert "a=b" not in " ".join(each.headers.getlist("Set-Cookie"))
        assert re.fullmatch(r"/(?![/\\])[!-~]*", each.headers.get("Location", "/"))
        assert not re.search(r'(?:href|value|action)="(?:javascript:|https?:|//|/\\)', each.text)


TRICKS = (
    "..",
    "../checkpoint",
    "1/../../../../etc/passwd",
    "%2e%2e/%2e%2e/etc/passwd",
    "..%2f..%2fdata/service.db",
    "1/tile/entries/000.p/1",
    "tile/entries/000",
    "tile/0/../0/000",
    "tile/0/000.p/1/",
    "/etc/passwd",
    "checkpoint%00",
    "checkpoint/",
    "CHECKPOINT",
    "document/" + "0" * 64,
    "state",
    "checkpoints/1",
    "\uff11/checkpoint",
    "9" * 5000,
    ".",
    "~root",
    "1\\..\\checkpoint",
)


@pytest.mark.parametrize("name", TRICKS)
@pytest.mark.parametrize("community", [COMMUNITY, "..", "%2e%2e", "."])
def test_the_log_has_no_other_files(town: Place, name: str, community: str) -> None:
    answer = town.browser("nobody").get(f"/log/{community}/{name}")
    assert answer.status_code in (400, 404)
    assert said(answer)


def test_the_log_has_its_files(town: Place) -> None:
    browser = town.browser("nobody")
    for name in ("checkpoint", "1/checkpoint", "1/tile/0/000.p/1"):
        assert browser.get(f"/log/{COMMUNITY}/{name}").status_code in (200, 404)
    assert browser.get(f"/log/{COMMUNITY}/checkpoint").status_code == 200
    for name in ("../config.py", "%2e%2e/config.py", "..%2fconfig.py", "/etc/passwd", "%00"):
        assert browser.get(f"/static/{name}").status_code in (400, 404)


@pytest.mark.parametrize("name", ["tlh", "zh-Hant", "", "zh\r\nX: y", "en;q=9", "*", "x" * 5000])
def test_a_language_nobody_has(town: Place, name: str) -> None:
    browser = town.browser("nobody")
    answer = browser.get("/sign-in", query_string={"lang": name, "size": name})
    assert '<html lang="zh-Hans-CN">' in answer.text
    assert not answer.headers.getlist("Set-Cookie")
    tag = name.replace("\r\n", "")
    asked = browser.get("/sign-in", headers={"Accept-Language": f"{tag or 'fr'},de;q=0.5"})
    assert '<html lang="' in asked.text
    browser.cookies["lang"] = "tlh"
    assert '<html lang="zh-Hans-CN">' in browser.get("/sign-in").text


def test_without_cookies_it_is_said_what_is_missing(town: Place) -> None:
    visitor = Visitor(town.app, has_cookies=False)
    form = forms_of(visitor.get("/sign-in/card"))[0]
    answer = visitor.post("/sign-in/card", data={**form.fields, "card": "1", "pin": "2"})
    assert answer.status_code == 403
    assert "Cookie" in answer.text
    for path in ("/", "/sign-in", "/verify", f"/book/{COMMUNITY}/checkpoints"):
        assert visitor.get(path).status_code == 200


def test_cookies_that_are_none(town: Place) -> None:
    for value in ("x", "0" * 64, "0" * 9999, "王".encode().decode("latin-1"), '"', "a b", "%00"):
        browser = town.browser("nobody")
        browser.cookies |= {"__Host-session": value, "__Host-device": value, "size": value}
        assert browser.get("/").status_code == 200
        assert browser.get("/me").status_code == 303
        assert browser.get("/api/v1/me").status_code == 401


def test_a_session_on_another_browser_is_nobodys(staff: Browser) -> None:
    assert staff.get("/me").status_code == 200
    for device in ("", "0" * 32):
        staff.cookies["__Host-device"] = device
        assert staff.get("/me").status_code == 303
