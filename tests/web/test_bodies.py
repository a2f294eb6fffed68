"""What a request brings: size, content type, JSON and texts, each taken and refused."""

import io
import json

import pytest

from tests.web.site import Visitor, problem
from volunteer_credit.web.texts import JsonMalformedError, TextRefusedError, parsed_json

KEY = {"Idempotency-Key": "k"}
THINGS = "/api/v1/things"
MIB = 2**20


def test_a_good_body_is_taken(visitor: Visitor) -> None:
    answer = visitor.post(THINGS, json={"name": "扫帚", "count": 3, "tags": ["a"]}, headers=KEY)
    assert (answer.status_code, answer.get_json()["name"]) == (201, "扫帚")
    assert "扫帚" in answer.get_data(as_text=True), "Chinese as it is, not escaped"


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {("json.name", "required")}),
        ({"name": None}, {("json.name", "required")}),
        ({"name": 1}, {("json.name", "type")}),
        ({"name": ""}, {("json.name", "length")}),
        ({"name": "a" * 21}, {("json.name", "length")}),
        ({"name": "a", "count": "1"}, {("json.count", "type")}),
        ({"name": "a", "count": True}, {("json.count", "type")}),
        ({"name": "a", "count": 10}, {("json.count", "range")}),
        ({"name": "a", "tags": "b"}, {("json.tags", "type")}),
        ({"name": "a", "tags": ["b", 1]}, {("json.tags.1", "type")}),
        ({"name": "a", "colour": 1}, {("json.colour", "unknown")}),
        ({"colour": 1}, {("json.name", "required"), ("json.colour", "unknown")}),
        ([], {("json._schema", "type")}),
        ("text", {("json._schema", "type")}),
    ],
)
def test_wrong_types_and_unknown_fields_are_named(
    visitor: Visitor, body: object, errors: set[tuple[str, str]]
) -> None:
    answer = visitor.post(THINGS, json=body, headers=KEY)
    assert answer.status_code == 422
    said = problem(answer)
    assert said["code"] == "fields"
    assert {(each["field"], each["code"]) for each in said["errors"]} == errors
    assert all(each["detail"] for each in said["errors"])


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"{]",
        b'{"name": "a", "name": "b"}',
        b'{"name": NaN}',
        b'{"name": 1.5}',
        b'{"name": 1e3}',
        b'{"name": 12345678901234567}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'\xff{"name": "a"}',
        b'\xef\xbb\xbf{"name": "a"}',
        b'{"name": "a"} {}',
        b"9" * 5000,
    ],
)
def test_malformed_json_is_refused(visitor: Visitor, data: bytes) -> None:
    answer = visitor.post(THINGS, data=data, content_type="application/json", headers=KEY)
    assert answer.status_code == 400
    assert problem(answer)["code"] == "json_malformed"


@pytest.mark.parametrize("text", ["\0", "\ud800", "a\udfffb"])
def test_texts_that_no_database_keeps_are_refused(visitor: Visitor, text: str) -> None:
    for value in ({"name": text}, {text: 1}, {"tags": [[text]]}):
        data = json.dumps(value)
        answer = visitor.post(THINGS, data=data, content_type="application/json", headers=KEY)
        assert problem(answer)["code"] == "text_refused"
        with pytest.raises(TextRefusedError):
            parsed_json(data.encode())
    tokens = visitor.tokens()
    if text == "\0":
        for path in ("/form?a=%00", "/form?%00=a", "/text/a%00b"):
            assert visitor.get(path).status_code == 400
        assert visitor.post("/form", data={**tokens, "x": text}).status_code == 400
    assert visitor.post("/form", data=tokens).status_code == 200


def test_json_is_read_as_it_is_written() -> None:
    assert parsed_json(b'{"a": [1, -9007199254740991, true, null, "\\ud83d\\ude00"]}') == {
        "a": [1, -9007199254740991, True, None, "😀"]
    }
    whole = parsed_json(b"[6.0, -1.00]")
    assert (whole, [type(each) for each in whole]) == ([6, -1], [int, int])
    with pytest.raises(JsonMalformedError):
        parsed_json(b"")


@pytest.mark.parametrize(
    ("path", "content_type", "status"),
    [
        (THINGS, "application/json", 201),
        (THINGS, "application/json; charset=utf-8", 201),
        (THINGS, "application/x-www-form-urlencoded", 415),
        (THINGS, "text/plain", 415),
        (THINGS, "", 415),
        ("/api/v1/look", "text/plain", 200),
        ("/api/v1/look", "application/json", 415),
    ],
)
def test_a_call_takes_the_type_that_it_says(
    visitor: Visitor, path: str, content_type: str, status: int
) -> None:
    data = b'{"name": "a"}'
    answer = visitor.post(path, data=data, content_type=content_type, headers=KEY)
    assert answer.status_code == status
    if status == 415:
        assert problem(answer)["code"] == "content_type"


def test_a_page_takes_forms_only(visitor: Visitor) -> None:
    tokens = visitor.tokens()
    assert visitor.post("/form", data=tokens).status_code == 200
    several = visitor.post("/form", data=tokens, content_type="multipart/form-data")
    assert several.status_code == 200
    assert visitor.post("/form", json=tokens).status_code == 415


def test_ten_megabytes_are_refused_unread(visitor: Visitor) -> None:
    large = b"[" + b"1," * (5 * MIB) + b"1]"
    answer = visitor.post(THINGS, data=large, content_type="application/json", headers=KEY)
    assert answer.status_code == 413
    assert problem(answer)["code"] == "body_too_large"
    page = visitor.post("/form", data={**visitor.tokens(), "x": "a" * (10 * MIB)})
    assert (page.status_code, page.mimetype) == (413, "text/html")
    below = visitor.post("/form", data={**visitor.tokens(), "x": "a" * (MIB - 1000)})
    assert below.status_code == 200
    start = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n'
    parts = start + b"a" * MIB + b"\r\n--b--\r\n"
    answer = visitor.post("/form", data=parts, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413


@pytest.mark.parametrize(("count", "status"), [(0, 403), (1000, 403), (MIB - 1, 403), (MIB, 413)])
def test_a_body_in_pieces_has_the_same_limit(visitor: Visitor, count: int, status: int) -> None:
    """It has no length that could be looked at; the token stands behind what would be cut off."""
    tail = b"&_csrf=" + visitor.tokens()["_csrf"].encode()
    body = io.BytesIO(b"x=" + b"a" * (count - 2) + tail if count > MIB - 1 else b"a" * count)
    answer = visitor.post(
        "/form",
        input_stream=body,
        environ_base={"wsgi.input_terminated": True},
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == status


def test_a_body_in_pieces_is_taken(visitor: Visitor) -> None:
    answer = visitor.post(
        THINGS,
        input_stream=io.BytesIO(b'{"name": "a"}'),
        environ_base={"wsgi.input_terminated": True},
        content_type="application/json",
        headers=KEY,
    )
    assert answer.status_code == 201
