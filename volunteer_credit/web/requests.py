"""What one request carries through the edge: its number, its route, what its answer must have."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import request

from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.runtime import current

EXTENSION = "volunteer_credit.carried"
API = "/api"
API_V1 = "/api/v1"
REQUEST_ID_BYTES = 8
UNMATCHED = "unmatched"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(slots=True)
class NewCookie:
    """A cookie that the answer sets; `max_age_seconds` 0 removes it, None lasts for the visit."""

    value: str
    max_age_seconds: int | None
    is_secret: bool = True  # HttpOnly


@dataclass(slots=True)
class Carried:
    """What is known of the request that is being answered."""

    request_id: str
    started_ms: int
    is_api: bool  # a program asks: it gets problem+json, and never a page
    is_unsafe: bool  # the method may change something
    caller: Caller | None = None
    is_caller_known: bool = False
    caller_problem: Exception | None = None  # why it cannot be known
    session_token: str | None = None  # what the cookie says; None before it was read
    language: str = ""
    is_large_print: bool | None = None
    code: str = ""  # of the refusal
    public_seconds: int = 0
    is_right: Callable[[], bool] | None = None  # whether a public answer may be given again
    is_immutable: bool = False  # nobody who keeps it needs to ask again
    has_camera: bool = False
    hides_referrer: bool = False
    clears_cache: bool = False
    cookies: dict[str, NewCookie] = field(default_factory=dict)


def carried() -> Carried:
    """What the current request carries; it begins with the first question."""
    environ = request.environ
    found: Carried | None = environ.get(EXTENSION)  # not `g`: requests in one context share it
    if found is None:
        runtime, path = current(), request.path
        found = Carried(
            runtime.random(REQUEST_ID_BYTES).hex(),
            runtime.clock.monotonic_ms(),
            is_api=path == API or path.startswith(f"{API}/"),
            is_unsafe=request.method not in SAFE_METHODS,
        )
        environ[EXTENSION] = found
    return found


def is_api() -> bool:
    """Whether a program asks: it gets problem+json, and never a page."""
    return carried().is_api


def is_unsafe() -> bool:
    """Whether the method may change something."""
    return carried().is_unsafe


def route() -> str:
    """The template of the route, never the path, which may hold a secret."""
    rule = request.url_rule
    return rule.rule if rule is not None else UNMATCHED
