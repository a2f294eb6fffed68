"""Answers that are the same for everybody, given again without asking their view.

A view says with `keep` for how long its answer stays the right one. Such an answer has all its
headers, a request number of its own, and is counted; what is asked of anybody is not done for it:
neither limits, nor the log, which tells of public answers only when they are refusals.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, request

from volunteer_credit.shared.runtime import Runtime, current
from volunteer_credit.web import headers
from volunteer_credit.web.metrics import Metrics
from volunteer_credit.web.requests import REQUEST_ID_BYTES, Carried, carried, route

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ANSWERS_MAX = 512
OK = "200 OK"
# What else a request can ask than the whole of an answer.
CONDITIONS = frozenset(
    f"HTTP_{each}"
    for each in (
        "IF_MATCH",
        "IF_NONE_MATCH",
        "IF_MODIFIED_SINCE",
        "IF_UNMODIFIED_SINCE",
        "IF_RANGE",
        "RANGE",
    )
)


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer; `is_right`: whether it is the right one still."""

    headers: list[tuple[str, str]]
    body: bytes
    template: str
    is_right: Callable[[], bool]


class _Answers:
    """Those of a process, by path."""

    def __init__(self, _runtime: Runtime) -> None:
        self.by_path: dict[str, _Answer] = {}


def keep(is_right: Callable[[], bool]) -> None:
    """Let the answer of this view be given to everybody as long as this is so.

    It must be quick, need no context, and the answer must depend on the path alone.
    """
    carried().is_right = is_right


def answers() -> dict[str, _Answer]:
    """What is ready, by path."""
    return current().part(_Answers, _Answers).by_path


def put(response: Response, now: Carried) -> None:
    """Keep an answer that is finished, if its view said so."""
    if now.is_right is None:
        return
    is_whole = request.method == "GET" and response.status == OK and not request.query_string
    is_plain = not (now.cookies or now.language or now.caller is not None)
    if not (is_whole and is_plain):
        return
    kept = answers()
    if len(kept) >= ANSWERS_MAX:
        kept.clear()
    listed = response.get_wsgi_headers(request.environ).to_wsgi_list()
    listed += headers.fixed(now, plain_http=current().settings.plain_http)
    kept[request.environ.get("PATH_INFO", "")] = _Answer(
        listed, response.get_data(), route(), now.is_right
    )


class Ready:
    """A WSGI application that gives what is ready, and asks the other for the rest."""

    def __init__(self, inner: "WSGIApplication", runtime: Runtime) -> None:
        self._inner = inner
        self._runtime = runtime
        self._answers = runtime.part(_Answers, _Answers).by_path
        self._metrics = runtime.part(Metrics, Metrics)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request."""
        found = self._answers.get(environ.get("PATH_INFO", ""))
        if found is None or not _is_plain(environ) or not found.is_right():
            return self._inner(environ, start_response)
        number = self._runtime.random(REQUEST_ID_BYTES).hex()
        start_response(OK, [*found.headers, (headers.REQUEST_ID, number)])
        self._metrics.count(found.template, "GET", 200, 0)
        return [found.body]


def _is_plain(environ: "WSGIEnvironment") -> bool:
    is_read = environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING")
    return is_read and CONDITIONS.isdisjoint(environ)
