"""The cookies, and which of them the answer sets. Nobody who only reads a page gets one."""

import re

from flask import Response, request

from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current
from volunteer_credit.web.requests import Carried, NewCookie, carried

SESSION, DEVICE, VISIT = "session", "device", "visit"
ENROLLED = "enrolled"  # the secret of a device that staff enrolled
LANGUAGE, SIZE = "lang", "size"
HOST_PREFIX = "__Host-"
KEPT_SECONDS = 400 * 86_400  # browsers keep no cookie for longer

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")
_ID = re.compile(r"[0-9a-f]{32}")


def name_of(cookie: str) -> str:
    """The full name: the prefix binds a cookie to this host and to https (RFC 6265bis)."""
    bare = cookie in (LANGUAGE, SIZE) or current().settings.plain_http
    return cookie if bare else HOST_PREFIX + cookie


def read(cookie: str) -> str:
    """What the browser sent; empty when there is none."""
    return request.cookies.get(name_of(cookie), "")


def session_token() -> str:
    """The secret of the session; empty when none was sent, or nothing that could be one."""
    now = carried()
    if now.session_token is None:  # each request is asked several times
        token = read(SESSION)
        now.session_token = token if _TOKEN.fullmatch(token) else ""
    return now.session_token


def set_session(token: str, max_age_seconds: int | None) -> None:
    """Begin a session with the answer; None ends it with the browser."""
    assert _TOKEN.fullmatch(token)
    carried().cookies[SESSION] = NewCookie(token, max_age_seconds)
    carried().cookies[VISIT] = NewCookie("", 0)


def forget_session() -> None:
    """End the session in the browser, with every page that it kept."""
    carried().cookies[SESSION] = NewCookie("", 0)
    carried().clears_cache = True


def device_id() -> str:
    """The random number of this browser; it is given one with the answer when it has none."""
    return _kept(DEVICE, KEPT_SECONDS)


def set_device(device_id: str, *, is_remembered: bool) -> None:
    """Call this browser so; where it is somebody else's phone, for this visit only."""
    assert _ID.fullmatch(device_id)
    carried().cookies[DEVICE] = NewCookie(device_id, KEPT_SECONDS if is_remembered else None)


def forget_device() -> None:
    """Know this browser no more."""
    carried().cookies[DEVICE] = NewCookie("", 0)


def enrolled_secret() -> str:
    """The secret of this enrolled device; empty when it is none."""
    sent = read(ENROLLED)
    return sent if _TOKEN.fullmatch(sent) else ""


def set_enrolled(secret: str) -> None:
    """Make this browser an enrolled device."""
    assert _TOKEN.fullmatch(secret)
    carried().cookies[ENROLLED] = NewCookie(secret, KEPT_SECONDS)


def known_device_id() -> str:
    """The number that the browser sent; empty when it has none."""
    sent = read(DEVICE)
    return sent if _ID.fullmatch(sent) else ""


def visit(*, make: bool) -> str:
    """The secret of a visit without a session, which binds its forms; empty when there is none."""
    if make:
        return _kept(VISIT, None)
    sent = read(VISIT)
    return sent if _ID.fullmatch(sent) else ""


def set_choice(cookie: str, value: str) -> None:
    """Keep a choice that is no secret: language, or size of print."""
    carried().cookies[cookie] = NewCookie(value, KEPT_SECONDS, is_secret=False)


def _kept(cookie: str, max_age_seconds: int | None) -> str:
    new = carried().cookies.get(cookie)
    if new is not None and new.value:
        return new.value
    sent = read(cookie)
    if _ID.fullmatch(sent):
        return sent
    made = new_id(current().random)
    carried().cookies[cookie] = NewCookie(made, max_age_seconds)
    return made


def put(response: Response, now: Carried) -> None:
    """Set what was asked for."""
    for cookie, new in now.cookies.items():
        response.set_cookie(
            name_of(cookie),
            new.value,
            max_age=new.max_age_seconds,
            secure=not current().settings.plain_http,
            httponly=new.is_secret,
            samesite="Lax",
            path="/",
        )
