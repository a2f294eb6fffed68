"""Refusals and faults: one form for programs, one page for people, in two languages."""

import logging

import pytest
from flask import Flask

from tests.web.site import CANARY, ORIGIN, Gate, Visitor, problem
from volunteer_credit.shared.db_errors import DatabaseGoneError

STATUSES = {
    "busy": (503, "database_busy", "1"),
    "gone": (503, "database_gone", "5"),
    "rule": (422, "broken_rule", None),
    "disk": (503, "no_disk", "60"),
    "fault": (500, "fault", None),
    "sql": (500, "fault", None),
    "fields": (422, "fields", None),
}


@pytest.mark.parametrize("name", STATUSES)
def test_a_refusal_is_a_problem_for_a_program_and_a_page_for_a_person(
    visitor: Visitor, name: str
) -> None:
    status, code, wait = STATUSES[name]
    for language in ("zh", "en"):
        call = visitor.get(f"/api/v1/problem/{name}?lang={language}")
        said = problem(call)
        assert (call.status_code, said["code"]) == (status, code)
        page = visitor.get(f"/problem/{name}?lang={language}")
        assert (page.status_code, page.mimetype) == (status, "text/html")
        for answer in (call, page):
            assert answer.headers.get("Retry-After") == wait
            assert answer.headers["Content-Language"].startswith(language)
            assert answer.headers["Cache-Control"] == "no-store"
        assert said["title"] in page.text
        if status != 500:
            assert said["detail"] in page.text


def test_a_fault_tells_its_number_and_nothing_else(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("fault", "sql"):
        page = visitor.get(f"/problem/{name}")
        assert page.headers["X-Request-Id"] in page.text
        assert CANARY not in page.text
        assert "Error" not in page.text
    assert CANARY not in caplog.text


def test_a_field_is_named_with_a_code_in_both_languages(visitor: Visitor) -> None:
    said = {
        lang: problem(visitor.get(f"/api/v1/problem/fields?lang={lang}"))["errors"]
        for lang in ("zh", "en")
    }
    assert said["zh"] == [{"field": "name", "code": "required", "detail": "此项必填。"}]
    assert said["en"][0]["detail"] == "Missing data for required field."


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [
        ("/nowhere", "GET", 404, "page_missing"),
        ("/nowhere", "POST", 404, "page_missing"),
        ("", "GET", 404, "page_missing"),
        ("/v1/things/x", "GET", 404, "page_missing"),
        ("/v1/things", "GET", 405, "method_not_allowed"),
        ("/v1/things", "OPTIONS", 405, "method_not_allowed"),
        ("/v1/things", "TRACE", 405, "method_not_allowed"),
        ("/v1/things", "BREW", 405, "method_not_allowed"),
        ("/v1//things", "POST", 404, "page_missing"),
        ("/v1/%2e%2e/form", "GET", 404, "page_missing"),
    ],
)
def test_unknown_addresses_and_methods(
    visitor: Visitor, path: str, method: str, status: int, code: str
) -> None:
    answer = visitor.client.open("/api" + path, method=method, base_url=ORIGIN)
    assert answer.status_code == status
    assert problem(answer)["code"] == code
    assert (answer.headers.get("Allow") == "POST") == (status == 405)


def test_a_page_that_is_not_there_is_a_page(visitor: Visitor) -> None:
    for path in ("/nowhere", "/c//desk", "/apiary", "/form/", "/static/../site.py"):
        answer = visitor.get(path)
        if path != "/form/":
            assert (answer.status_code, answer.mimetype) == (404, "text/html"), path
        assert answer.location is None, "no redirect that names a host"
    assert "没有这个页面" in visitor.get("/nowhere").text


def test_refusals_are_said_while_the_database_is_away(visitor: Visitor, gate: Gate) -> None:
    visitor.enter("ann")
    gate.problem = DatabaseGoneError()
    page = visitor.get("/mine")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "数据库没有响应" in page.text
    assert problem(visitor.get("/api/v1/things/1"))["code"] == "database_gone"


def test_a_broken_page_of_refusals_still_tells(site: Flask, visitor: Visitor) -> None:
    site.jinja_env.globals["t"] = None
    answer = visitor.get("/nowhere?lang=en")
    assert answer.status_code == 404
    assert "There is no such page." in answer.text


def test_a_fault_of_the_edge_itself_is_logged_without_its_text(
    site: Flask, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_response: object) -> None:
        raise RuntimeError(CANARY)

    site.after_request_funcs[None].insert(0, broken)
    with caplog.at_level(logging.ERROR):
        answer = visitor.get("/form")
    assert answer.status_code == 500
    assert next(each.getMessage() for each in caplog.records) == "fault"


def test_a_developer_may_let_faults_through(site: Flask, visitor: Visitor) -> None:
    site.config["PROPAGATE_EXCEPTIONS"] = True
    with pytest.raises(RuntimeError, match=CANARY):
        visitor.get("/problem/fault")


def test_statuses_without_a_sentence_of_their_own_are_refusals_too(
    site: Flask, visitor: Visitor
) -> None:
    answer = visitor.get("/static/style.css", headers={"Range": "bytes=999999999-"})
    assert answer.status_code == 416
    with site.test_request_context("/"):
        from werkzeug.exceptions import ImATeapot  # noqa: PLC0415 - only here

        from volunteer_credit.web.problem import of  # noqa: PLC0415 - only here

        assert of(ImATeapot()).code == "refused"


def test_who_calls_is_asked_once_even_when_there_is_no_answer(visitor: Visitor, gate: Gate) -> None:
    visitor.enter("ann")
    gate.problem = RuntimeError(CANARY)
    for path in ("/mine", "/nowhere", "/form"):
        gate.asked.clear()
        assert visitor.get(path).status_code == {"/mine": 500, "/nowhere": 404, "/form": 200}[path]
        assert len(gate.asked) == 1
