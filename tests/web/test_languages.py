"""Two languages and two sizes of print, and who decides."""

import pytest
from flask import Flask

from tests.web.site import Gate, Visitor
from volunteer_credit.web import languages


def hello(visitor: Visitor, path: str = "/form", accepts: str = "") -> str:
    """How the page greets."""
    text = visitor.get(path, headers={"Accept-Language": accepts}).text
    return text.rpartition("<u>")[2].removesuffix("</u>")


@pytest.mark.parametrize(
    ("accepts", "greeting"),
    [
        ("", "你好"),
        ("en", "Hello"),
        ("en-GB,zh;q=0.5", "Hello"),
        ("zh-TW,en;q=0.5", "你好"),
        ("fr,en;q=0.5", "Hello"),
        ("fr", "你好"),
        ("*", "你好"),
        ("x" * 5000, "你好"),
        (",,;q=", "你好"),
    ],
)
def test_the_browser_asks(visitor: Visitor, accepts: str, greeting: str) -> None:
    assert hello(visitor, accepts=accepts) == greeting


def test_a_link_decides_and_is_remembered(visitor: Visitor, gate: Gate) -> None:
    assert hello(visitor, "/form?lang=en", accepts="zh") == "Hello"
    assert hello(visitor, accepts="zh") == "Hello"
    visitor.enter("ann")
    gate.languages["ann"] = "zh"
    assert hello(visitor) == "Hello", "the cookie goes before the person's own choice"
    assert hello(visitor, "/form?lang=zh") == "你好"


def test_a_person_has_chosen(visitor: Visitor, gate: Gate) -> None:
    visitor.enter("ann")
    gate.languages["ann"] = "en"
    assert hello(visitor, accepts="zh") == "Hello"


@pytest.mark.parametrize("asked", ["fr", "", "EN", "zh\r\nSet-Cookie: a=b", "zh;", "英"])
def test_a_language_that_nobody_has_is_left_alone(visitor: Visitor, asked: str) -> None:
    answer = visitor.get("/form", query_string={"lang": asked, "size": asked})
    assert answer.text.endswith("<u>你好</u>")
    names = [each.partition("=")[0] for each in answer.headers.getlist("Set-Cookie")]
    assert names == ["__Host-visit"]


def test_the_choice_may_be_read_by_scripts_and_lasts(visitor: Visitor) -> None:
    (line,) = visitor.get("/public?lang=en").headers.getlist("Set-Cookie")
    assert line.startswith("lang=en; ")
    assert "; Secure; Path=/; SameSite=Lax" in line
    assert "Max-Age=34560000" in line
    assert "HttpOnly" not in line
    assert not visitor.get("/public?lang=en").headers.getlist("Set-Cookie")


def test_print_is_as_large_as_was_asked_for(visitor: Visitor, gate: Gate) -> None:
    large = 'data-size="large"'
    assert large not in visitor.get("/nowhere").text
    assert large in visitor.get("/nowhere?size=large").text
    assert large in visitor.get("/nowhere").text
    assert large not in visitor.get("/nowhere?size=normal").text
    visitor.enter("bob")
    gate.large.add("bob")
    assert large not in visitor.get("/nowhere").text
    visitor.client.delete_cookie("size", domain="points.example")
    assert large in visitor.get("/nowhere").text


def test_times_and_days_are_local(site: Flask) -> None:
    at_ms = 1_795_305_600_000  # 2026-11-22T00:00:00Z
    with site.test_request_context("/?lang=zh"):
        assert languages.moment(at_ms).startswith("2026年11月22日")
        assert "08:00" in languages.moment(at_ms)
        assert languages.day(20261122) == "2026年11月22日"
    with site.test_request_context("/?lang=en"):
        assert languages.day(20261122) == "November 22, 2026"
    with site.app_context():
        assert languages.t("Hello", "你好") == "你好", "a job has no reader to ask"
