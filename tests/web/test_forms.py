"""The forms of pages: read, shown again, and where one goes on from there."""

from typing import Any

import pytest

from tests.web.site import Visitor
from volunteer_credit.web.forms import safe_next


def read(visitor: Visitor, **filled: object) -> dict[str, Any]:
    """What the page makes of a form."""
    answer = visitor.post("/name", data={**visitor.tokens(), **filled})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_form_is_read_by_its_schema(visitor: Visitor) -> None:
    found = read(visitor, name="王", days=["1", "2"], points="12.5")
    assert found == {
        "values": {"name": "王", "days": [1, 2], "points": "12.5"},
        "texts": {"name": "王", "points": "12.5"},
        "errors": {},
        "is_good": True,
    }
    assert read(visitor, name="a", days="7")["values"]["days"] == [7], "one of several is several"


def test_what_does_not_read_is_said_at_its_field_and_shown_again(visitor: Visitor) -> None:
    found = read(visitor, name="", days=["x"], points="many", colour="red")
    assert found["errors"] == {
        "name": "太短。",
        "days": "须为整数。",
        "points": "'many' 不是合格的数额：请写成 12 或 12.5 的形式，最多两位小数。",
        "colour": "没有此项。",
    }
    assert (found["is_good"], found["values"]) == (False, {})
    assert found["texts"]["points"] == "many"
    assert read(visitor)["errors"] == {"name": "此项必填。"}
    assert read(visitor, name=["a", "b"])["errors"] == {"name": "须为文本。"}


@pytest.mark.parametrize("path", ["/", "/mine", "/c/hill/desk?a=1&b=%2F#x", "/a//b", "/%E5%B1%B1"])
def test_one_goes_on_to_a_path_of_ours(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "mine",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: b=c",
        "/a b",
        "/a\\b",
        "/é",
        "/a\0",
        "/" + "a" * 500,
        " /mine",
    ],
)
def test_one_never_goes_elsewhere(path: str) -> None:
    assert safe_next(path) == "/"
