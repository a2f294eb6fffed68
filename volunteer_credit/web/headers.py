"""The headers of every answer: what a browser may do with it, and who may keep it."""

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Response

from volunteer_credit.web.requests import EXTENSION, Carried, carried

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUEST_ID = "X-Request-Id"
HSTS = "max-age=63072000; includeSubDomains"
_CLOSED = ("geolocation", "microphone", "payment", "usb", "serial", "bluetooth", "midi")


def public(seconds: int, *, is_immutable: bool = False) -> None:
    """Let anyone keep the answer for so long: what is the same for everybody."""
    carried().public_seconds, carried().is_immutable = seconds, is_immutable


def allow_camera() -> None:
    """Let the page scan codes."""
    carried().has_camera = True


def hide_referrer() -> None:
    """Tell no page that follows where it was called from: the address holds a token."""
    carried().hides_referrer = True


def policy() -> str:
    """The Content-Security-Policy: nothing from elsewhere, nothing inline."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "manifest-src 'self'"
    )


@functools.cache
def _fixed(*, has_camera: bool, hides_referrer: bool, plain_http: bool) -> list[tuple[str, str]]:
    """What is the same for every answer of a kind; no view writes any of these itself."""
    camera = "camera=(self)" if has_camera else "camera=()"
    found = [
        ("Content-Security-Policy", policy()),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer" if hides_referrer else "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-site"),
        ("Permissions-Policy", ", ".join((camera, *(f"{each}=()" for each in _CLOSED)))),
    ]
    return found if plain_http else [*found, ("Strict-Transport-Security", HSTS)]


def fixed(now: Carried | None, *, plain_http: bool) -> list[tuple[str, str]]:
    """The headers that no view writes; None where nothing was carried yet."""
    return _fixed(
        has_camera=now is not None and now.has_camera,
        hides_referrer=now is not None and now.hides_referrer,
        plain_http=plain_http,
    )


class Headed:
    """A WSGI application whose every answer has those headers, also the one to a fault.

    They join the finished list here: within the framework each of them is checked and copied twice.
    """

    def __init__(self, inner: "WSGIApplication", *, plain_http: bool) -> None:
        self._inner = inner
        self._plain_http = plain_http

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request."""

        def start(status: str, headers: list[tuple[str, str]], *problem: Any) -> Any:
            now: Carried | None = environ.get(EXTENSION)
            number = [] if now is None else [(REQUEST_ID, now.request_id)]
            ours = fixed(now, plain_http=self._plain_http)
            return start_response(status, [*headers, *ours, *number], *problem)

        return self._inner(environ, start)


def put(response: Response, now: Carried) -> None:
    """Write the others."""
    response.headers["Cache-Control"] = _kept(response, now)
    if now.clears_cache:
        response.headers["Clear-Site-Data"] = '"cache"'
    if now.public_seconds and response.mimetype == "text/html":
        response.vary.update(("Cookie", "Accept-Language"))


def _kept(response: Response, now: Carried) -> str:
    """A refusal, an answer with a cookie or to a known caller is for one browser and one time."""
    is_refused = response.status_code >= 400  # noqa: PLR2004 - where HTTP's refusals begin
    if not now.public_seconds or now.cookies or now.caller is not None or is_refused:
        return "no-store"
    return f"public, max-age={now.public_seconds}" + ", immutable" * now.is_immutable
