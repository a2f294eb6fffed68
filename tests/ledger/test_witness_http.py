"""A witness over HTTP: its paths and limits, and real sockets on this machine's loopback."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from ledger.checkpoint import open_checkpoint
from ledger.witness import REQUEST_BYTES_MAX, SIZE_TYPE, TEXT_TYPE
from ledger.witness_app import app
from ledger.witness_client import cosign
from ledger.witness_errors import WitnessAheadError, WitnessForkError
from ledger.witness_http import http_post
from ledger.witness_state import origin_hash
from tests.ledger.witnessing import FORKED, HONEST, KEYS, NOW, ORIGIN, folders, new_witness, serving

KEPT = f"/{origin_hash(ORIGIN)}/checkpoint"

Call = Callable[..., tuple[int, dict[str, str], bytes]]


def calling(application: WSGIApplication) -> Call:
    """Call a WSGI application under the standard library's validator."""
    checked = validator(application)

    def call(method: str, path: str, body: bytes = b"", **environ: Any) -> Any:
        names: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "SCRIPT_NAME": ""}
        names["QUERY_STRING"] = ""
        setup_testing_defaults(names)
        names |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), **environ}
        seen: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _info: Any = None) -> Any:
            seen.extend((int(status[:3]), dict(headers)))

        given = {name: value for name, value in names.items() if value is not None}
        result: Any = checked(given, start_response)
        data = b"".join(result)
        result.close()
        return *seen, data

    return call


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """The witness of `tmp_path` under a prefix."""
    return calling(app(new_witness(tmp_path), lambda: NOW, "/w1"))


def test_a_checkpoint_is_cosigned_and_can_be_fetched(call: Call) -> None:
    assert call("GET", f"/w1{KEPT}")[0] == 404
    status, headers, body = call("POST", "/w1/add-checkpoint", HONEST.request(0, 7))
    assert (status, headers["Content-Type"]) == (200, TEXT_TYPE)
    assert headers["Content-Length"] == str(len(body))
    assert call("GET", f"/w1{KEPT}")[::2] == (200, HONEST.signed(7) + body)


def test_the_size_comes_in_its_own_type(call: Call) -> None:
    call("POST", "/w1/add-checkpoint", HONEST.request(0, 7))
    status, headers, body = call("POST", "/w1/add-checkpoint", HONEST.request(0, 9))
    assert (status, headers["Content-Type"], body) == (409, SIZE_TYPE, b"7\n")


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/w1/add-checkpoint", 405, "POST"),
        ("PUT", "/w1/add-checkpoint", 405, "POST"),
        ("HEAD", f"/w1{KEPT}", 405, "GET"),
        ("POST", f"/w1{KEPT}", 405, "GET"),
        ("GET", "/", 404, None),
        ("GET", "/w1", 404, None),
        ("POST", "/add-checkpoint", 404, None),
        ("POST", "/w1/add-checkpoint/", 404, None),
        ("POST", "/w1/add-checkpoint\n", 404, None),
        ("GET", KEPT, 404, None),
        ("GET", f"/w1{KEPT.upper()}", 404, None),
        ("GET", f"/w1/{'0' * 64}/checkpoint", 404, None),
        ("GET", "/w1/../state/checkpoint", 404, None),
        ("GET", "/w1/state/checkpoint", 404, None),
    ],
)
def test_other_paths_and_methods(
    call: Call, method: str, path: str, status: int, allow: str | None
) -> None:
    answered, headers, _ = call(method, path)
    assert (answered, headers.get("Allow")) == (status, allow)


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"CONTENT_LENGTH": None}, 411),
        ({"CONTENT_LENGTH": ""}, 411),
        ({"CONTENT_LENGTH": "0"}, 400),
        ({"CONTENT_LENGTH": "3"}, 400),
        ({"CONTENT_LENGTH": "9999"}, 400),
        ({"CONTENT_LENGTH": str(REQUEST_BYTES_MAX)}, 400),
        ({"CONTENT_LENGTH": str(REQUEST_BYTES_MAX + 1)}, 413),
        ({"CONTENT_LENGTH": "9" * 18}, 413),
    ],
)
def test_the_body_is_as_long_as_it_says_and_not_too_long(
    call: Call, environ: dict[str, str | None], status: int
) -> None:
    answered = call("POST", "/w1/add-checkpoint", HONEST.request(0, 7), **environ)
    assert answered[0] == status
    assert call("GET", f"/w1{KEPT}")[0] == 404


@pytest.mark.parametrize("length", ["-1", "+7", "7 ", "0x7", "\uff17", "9" * 19])
def test_a_length_that_is_no_number_is_refused(tmp_path: Path, length: str) -> None:
    """The validator would stop these itself, so they go past it."""
    answered = []

    def start_response(status: str, _headers: list[tuple[str, str]], _info: Any = None) -> Any:
        answered.append(status)

    names: WSGIEnvironment = {"REQUEST_METHOD": "POST", "PATH_INFO": "/add-checkpoint"}
    application = app(new_witness(tmp_path), lambda: NOW)
    application({**names, "CONTENT_LENGTH": length}, start_response)
    assert answered == ["400 Bad Request"]


def test_its_own_failures_are_500_and_name_no_folder(call: Call, tmp_path: Path) -> None:
    call("POST", "/w1/add-checkpoint", HONEST.request(0, 7))
    path = folders(tmp_path)[0] / origin_hash(ORIGIN)
    path.write_bytes(b"damaged")
    for answered in (
        call("POST", "/w1/add-checkpoint", HONEST.request(7, 9)),
        call("GET", f"/w1{KEPT}"),
    ):
        assert answered[::2] == (500, b"witness_state_corrupt\n")


@pytest.mark.usefixtures("loopback")
def test_over_real_sockets_it_cosigns_and_refuses(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Growth, another client's growth, a fork of the same size, a fork behind, a rollback."""
    with serving(app(new_witness(tmp_path), lambda: NOW)) as url:
        for size in (3, 9, 9):
            data = cosign(HONEST.signed(size), HONEST.hashes, url, KEYS, http_post)
            assert open_checkpoint(data, (), witnesses=KEYS).keys == set(KEYS)
            assert data.startswith(HONEST.signed(size))
        for size in (9, 12):
            with pytest.raises(WitnessForkError):
                cosign(FORKED.signed(size), FORKED.hashes, url, KEYS, http_post)
        with pytest.raises(WitnessAheadError):
            cosign(HONEST.signed(8), HONEST.hashes, url, KEYS, http_post)
        reply = http_post(f"{url}/add-checkpoint", FORKED.request(9, 9))
        assert reply[:2] == (422, TEXT_TYPE)
    assert capfd.readouterr() == ("", "")
