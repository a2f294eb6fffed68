"""The description of the API: what the views say, and what the edge adds to all of them."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.web.routes import PART, routes
from tests.web.site import Visitor, build


def described(app: Flask) -> dict[str, Any]:
    """The document as a program gets it."""
    document: dict[str, Any] = Visitor(app).get("/api/v1/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    return document


def test_every_call_is_described(site: Flask) -> None:
    document = described(site)
    told = {(path, name.upper()) for path, methods in document["paths"].items() for name in methods}
    there = {
        (PART.sub(r"{\2}", each.rule), each.method)
        for each in routes(site)
        if each.is_api and each.method != "HEAD"
    }
    assert {each for each in told if each[1] != "PARAMETERS"} == there - {("/api/v1/docs", "GET")}
    numbers = [
        each["operationId"]
        for path in document["paths"].values()
        for each in path.values()
        if isinstance(each, dict)
    ]
    assert len(numbers) == len(set(numbers))


def test_what_writes_is_described_with_its_key_and_its_refusals(site: Flask) -> None:
    operation = described(site)["paths"]["/api/v1/things"]["post"]
    (key,) = [each for each in operation["parameters"] if each["in"] == "header"]
    assert (key["name"], key["required"]) == ("Idempotency-Key", True)
    assert operation["security"] == []
    assert set(operation["responses"]) == {
        *("201", "400", "409", "413", "415", "422", "500", "503", "default")
    }
    assert operation["responses"]["422"] == {"$ref": "#/components/responses/Problem"}
    assert operation["operationId"] == "post_things"


def test_what_is_not_for_everybody_says_so(site: Flask) -> None:
    thing = described(site)["paths"]["/api/v1/things/{number}"]
    assert thing["get"]["security"] == [{"session": []}]
    assert thing["delete"]["security"] == [{"session": [], "csrf": []}]
    assert thing["get"]["x-who-may-call"] == "things.read"
    assert {"401", "403", "404"} <= set(thing["get"]["responses"])


def test_what_writes_nothing_asks_for_no_key(site: Flask) -> None:
    assert "parameters" not in described(site)["paths"]["/api/v1/look"]["post"]


def test_refusals_are_described_as_they_are(site: Flask) -> None:
    components = described(site)["components"]
    content = components["responses"]["Problem"]["content"]
    assert list(content) == ["application/problem+json"]
    problem = Visitor(site).get("/api/v1/problem/fields").get_json()
    assert set(problem) == set(components["schemas"]["Problem"]["properties"])
    assert components["securitySchemes"]["session"]["name"] == "__Host-session"


def test_a_demonstration_names_its_own_cookie(tmp_path: Path) -> None:
    app = build(tmp_path, VC_PUBLIC_URL="http://10.0.0.1", VC_CLOCK="demo")
    assert described(app)["components"]["securitySchemes"]["session"]["name"] == "session"


def test_the_index_leads_to_what_is_there(visitor: Visitor) -> None:
    for path in visitor.get("/api/v1/").get_json().values():
        assert visitor.get(path).status_code == 200


def test_the_status_says_what_runs(visitor: Visitor) -> None:
    status = visitor.get("/api/v1/status").get_json()
    assert status["namespace"] == "weihai.example"
    assert (status["is_demo"], status["at_ms"]) == (False, 1_795_305_600_000)
    assert status["version"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_people_read_it_on_a_page_without_any_script_of_others(
    visitor: Visitor, language: str
) -> None:
    page = visitor.get(f"/api/v1/docs?lang={language}")
    assert page.status_code == 200
    for text in ("/api/v1/things/{number}", "Idempotency-Key", "things.read", "count"):
        assert text in page.text
    assert ("谁可调用" in page.text) == (language == "zh")
    assert "http://" not in page.text
    assert "https://" not in page.text
