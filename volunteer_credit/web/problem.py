"""Every refusal and fault, said in one place: problem+json (RFC 9457) under /api, else a page."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, current_app, jsonify, redirect, render_template, request
from markupsafe import Markup
from marshmallow import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from volunteer_credit.shared.db_errors import translated
from volunteer_credit.web import refusals
from volunteer_credit.web.fields import FieldsError, listed
from volunteer_credit.web.gate import SignInNeededError
from volunteer_credit.web.languages import TAGS, language, t
from volunteer_credit.web.logs import fault
from volunteer_credit.web.requests import carried, is_api

MEDIA_TYPE = "application/problem+json"
FAULT_STATUS = 500
BOOK_STATUS = 422
BUSY_STATUS = 503
# By family of `ledger.errors`, which only the journal imports.
BOOK_STATUSES = {"StoreError": BUSY_STATUS}
BOOK_RETRY_SECONDS = 60  # a disk or another writer: somebody has to look
SIGN_IN, STEP_UP = "/sign-in", "/step-up"
# By code: where a page sends whoever has to prove first who they are.
PROVE = {
    SignInNeededError.code: SIGN_IN,
    "not_signed_in": SIGN_IN,
    "step_up_needed": STEP_UP,
}
_BARE = Markup('<!doctype html><html lang="{}"><title>{}</title><h1>{}</h1><p>{}</p>')


@dataclass(frozen=True)
class Problem:
    """A refusal, ready to be said."""

    status: int
    code: str
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The kind of refusal, in a word or two."""
        return t(*refusals.TITLES.get(self.status, refusals.TITLE_OTHER))


def init_app(app: Flask) -> None:
    """Answer every exception of a request. Nothing else registers a handler."""
    app.register_error_handler(Exception, answer)


def answer(problem: Exception) -> Response:
    """What the caller gets to read of an exception."""
    found = of(problem)
    if found.code in PROVE and not is_api():
        return _to_prove(found.code)
    carried().code = found.code
    response = _json(found) if is_api() else _page(found)
    response.status_code = found.status
    response.headers.update(found.headers)
    return response


def of(problem: Exception) -> Problem:
    """The refusal that an exception is; what is none is a fault of ours, and logged."""
    if isinstance(problem, SQLAlchemyError):
        problem = translated(problem) or problem
    if isinstance(problem, ValidationError):
        return _fields(problem.messages)
    if isinstance(problem, HTTPException):
        return _of_http(problem)
    if hasattr(problem, "sentence") and hasattr(problem, "code"):
        return _of_refusal(problem)
    if current_app.config["PROPAGATE_EXCEPTIONS"]:
        raise problem
    fault(problem)
    return _of_status(FAULT_STATUS)


def _of_refusal(problem: Any) -> Problem:
    families = [each.__name__ for each in type(problem).__mro__]
    book = next((BOOK_STATUSES[each] for each in families if each in BOOK_STATUSES), BOOK_STATUS)
    status = getattr(problem, "status", book)
    usual = BOOK_RETRY_SECONDS if status == BUSY_STATUS else None
    seconds = getattr(problem, "retry_after_seconds", usual)
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    return Problem(
        status,
        problem.code,
        problem.sentence(language()),
        headers=headers,
    )


def _of_http(problem: HTTPException) -> Problem:
    messages = getattr(problem, "data", {}).get("messages")  # as webargs puts them there
    if messages:
        return _fields(messages)
    found = _of_status(problem.code or FAULT_STATUS)
    kept = {name: value for name, value in problem.get_headers() if name != "Content-Type"}
    found.headers.update(kept)
    return found


def _of_status(status: int) -> Problem:
    said = refusals.OF_STATUS.get(status, refusals.OTHER)
    detail = t(said.en, said.zh).format(reference=carried().request_id)
    return Problem(status, said.code, detail)


def _fields(messages: Any) -> Problem:
    refusal = FieldsError()
    errors = listed(messages, language())
    return Problem(refusal.status, refusal.code, refusal.sentence(language()), errors)


def _json(found: Problem) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": found.title,
        "status": found.status,
        "detail": found.detail,
        "code": found.code,
        "instance": carried().request_id,
    }
    if found.errors:
        body["errors"] = found.errors
    response = jsonify(body)
    response.mimetype = MEDIA_TYPE
    return response


def _page(found: Problem) -> Response:
    try:
        text = render_template("pages/error.html", problem=found, reference=carried().request_id)
    except Exception as problem:  # the page itself may be what is broken
        fault(problem)
        text = _BARE.format(TAGS[language()], found.title, found.title, found.detail)
    return Response(text, mimetype="text/html")


def _to_prove(code: str) -> Response:
    carried().code = code
    is_back = request.method in ("GET", "HEAD") or (PROVE[code] == STEP_UP and _has_page())
    path = request.full_path.rstrip("?") if is_back else "/"
    response = redirect(f"{PROVE[code]}?next={quote(path, safe='')}", 303)
    assert isinstance(response, Response)
    return response


def _has_page() -> bool:
    """Whether the page that a form stood on is there to come back to."""
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(request.path, "GET")
