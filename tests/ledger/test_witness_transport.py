"""The HTTP transport of the client: every status is an answer, within limits, from http alone."""

import socket
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from ledger.witness import SIZE_TYPE
from ledger.witness_client import Reply
from ledger.witness_errors import WitnessAnswerSizeError, WitnessUnreachableError
from ledger.witness_http import ANSWER_BYTES_MAX, http_post
from tests.ledger.witnessing import serving

HERE = "http://127.0.0.1:1/"
ANSWERS: dict[str, tuple[str, list[tuple[str, str]], bytes]] = {
    "/busy": ("429 Too Many Requests", [("Retry-After", "30")], b"x"),
    "/found": ("302 Found", [("Location", HERE)], b"x"),
    "/moved": ("307 Temporary Redirect", [("Location", HERE)], b"x"),
    "/size": ("409 Conflict", [("Content-Type", SIZE_TYPE)], b"9\n"),
    "/down": ("503 Service Unavailable", [], b""),
    "/full": ("200 OK", [], b"x" * ANSWER_BYTES_MAX),
    "/over": ("200 OK", [], b"x" * (ANSWER_BYTES_MAX + 1)),
}


def server(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Give the answer of the path, once the body has come."""
    assert environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])) == b"body"
    status, headers, body = ANSWERS[environ["PATH_INFO"]]
    start_response(status, headers)
    return [body]


@pytest.mark.usefixtures("loopback")
def test_every_status_comes_back_and_no_redirect_is_followed() -> None:
    with serving(server) as url:
        replies = {path: http_post(url + path, b"body") for path in ANSWERS if path != "/over"}
        with pytest.raises(WitnessAnswerSizeError, match="65536 bytes"):
            http_post(f"{url}/over", b"body")
    assert replies == {
        "/busy": Reply(429, "", b"x", "30"),
        "/found": Reply(302, "", b"x"),
        "/moved": Reply(307, "", b"x"),
        "/size": Reply(409, SIZE_TYPE, b"9\n"),
        "/down": Reply(503, "", b""),
        "/full": Reply(200, "", b"x" * ANSWER_BYTES_MAX),
    }


@pytest.mark.usefixtures("loopback")
def test_a_server_that_is_silent_and_one_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(WitnessUnreachableError, match="timed out"):
            http_post(url, b"", timeout_seconds=0.05)
    with pytest.raises(WitnessUnreachableError, match="refused"):
        http_post(url, b"")


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "ftp://127.0.0.1/", "no url", "", "http://[", "http://a b/"]
)
def test_another_url_than_one_of_http_is_refused(url: str) -> None:
    with pytest.raises(WitnessUnreachableError):
        http_post(url, b"")
