"""Every address of the service: in both languages, and no GET changes anything."""

import pytest
from flask import Flask

from tests.web.routes import Route, routes, row_counts
from tests.web.site import Visitor
from volunteer_credit.web import headers
from volunteer_credit.web.auth import NOBODY


def test_an_address_is_filled_in() -> None:
    route = Route("/c/<community>/<int:number>/<path:rest>", "GET", "x", NOBODY)
    assert route.path(community="hill") == "/c/hill/1/a/b"
    assert not route.is_api
    assert Route("/api/v1/", "GET", "x", NOBODY).is_api


@pytest.mark.engines("sqlite")
def test_every_get_answers_in_both_languages_and_changes_nothing(app: Flask) -> None:
    visitor = Visitor(app)
    before = row_counts()
    assert len(before) > 5
    gets = [each for each in routes(app) if each.method == "GET"]
    assert len(gets) > 5
    for route in gets:
        for language in ("zh", "en"):
            answer = visitor.get(f"{route.path()}?lang={language}")
            assert answer.status_code < 500, route
            assert answer.headers["Content-Security-Policy"] == headers.policy()
            if route.who != NOBODY:
                assert answer.status_code in (303, 401), route
            if answer.status_code != 303 and "<html" in answer.text:
                assert f'<html lang="{language}' in answer.text, route
    assert row_counts() == before


@pytest.mark.engines("sqlite")
def test_nothing_that_is_sent_unsigned_gets_through(app: Flask) -> None:
    visitor = Visitor(app)
    before = row_counts()
    for route in routes(app):
        if route.method not in ("GET", "HEAD") and not route.is_api:
            answer = visitor.client.open(route.path(), method=route.method)
            assert answer.status_code in (403, 404), route
    assert row_counts() == before
