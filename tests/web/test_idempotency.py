"""The number of a request: chosen by a program, given out by a page."""

import pytest
from flask import Flask

from tests.web.site import Visitor, problem

THINGS = "/api/v1/things"


@pytest.mark.parametrize("key", ["k", "~" * 128, '"a b"'])
def test_a_program_chooses_its_own(visitor: Visitor, key: str) -> None:
    answer = visitor.post(THINGS, json={"name": "a"}, headers={"Idempotency-Key": key})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "request_key_missing"),
        ("", "request_key_missing"),
        ("a" * 129, "request_key_form"),
        ("é", "request_key_form"),
        ("a\tb", "request_key_form"),
        ("a\x7f", "request_key_form"),
    ],
)
def test_a_call_that_writes_needs_one(visitor: Visitor, key: str | None, code: str) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = visitor.post(THINGS, json={"name": "a"}, headers=headers)
    assert answer.status_code == 400
    assert problem(answer)["code"] == code


def test_a_call_that_writes_nothing_needs_none(visitor: Visitor) -> None:
    answer = visitor.post("/api/v1/look", data="a", content_type="text/plain")
    assert answer.get_json() == {"text": "a"}


def test_a_page_gives_out_another_number_each_time(visitor: Visitor) -> None:
    one, two = visitor.tokens(), visitor.tokens()
    assert one["_csrf"] == two["_csrf"]
    assert one["_key"] != two["_key"]
    assert visitor.post("/form", data=one).text == visitor.post("/form", data=one).text
    assert visitor.post("/form", data=two).text == two["_key"][:32]


def test_a_number_that_the_page_was_not_given_is_refused(site: Flask, visitor: Visitor) -> None:
    tokens = visitor.tokens()
    number, mac = tokens["_key"].split(".")
    other = Visitor(site).tokens()["_key"]
    for key in (
        "",
        number,
        f"{'0' * 32}.{mac}",
        f"{number}.{'0' * 32}",
        other,
        tokens["_key"] + "0",
    ):
        answer = visitor.post("/form", data={**tokens, "_key": key})
        assert answer.status_code == 400, key
        assert "请求编号不可用" in answer.text
    without = visitor.post("/form", data={"_csrf": tokens["_csrf"]})
    assert without.status_code == 400
