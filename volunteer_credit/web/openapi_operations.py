"""What the edge adds to each described operation: who may call, its header, its refusals."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask

from volunteer_credit.web import auth, idempotency
from volunteer_credit.web.limits import LIMITED
from volunteer_credit.web.requests import API_V1, SAFE_METHODS

_PART = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_DESCRIBED = ("GET", "POST", "PUT", "PATCH", "DELETE")
_KEY = {
    "name": idempotency.HEADER,
    "in": "header",
    "required": True,
    "description": "A new random text for each act; the same one when it is tried again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[ -~]+$"},
}


def complete(app: Flask, path: str, method: str, endpoint: str, operation: dict[str, Any]) -> None:
    """Add what the edge does to an operation."""
    view = auth.handler(app, endpoint, method)
    operation["operationId"] = f"{method.lower()}_{_words(path)}"
    _secure(operation, method, str(auth.declared(app, endpoint, method)))
    if method not in SAFE_METHODS and not idempotency.is_keyless(view):
        operation.setdefault("parameters", []).append(_KEY)
    told = operation.setdefault("responses", {})
    for status in [each for each in told if each[:1] in "45"]:
        del told[status]
    refused = _refused(operation, path, is_limited=hasattr(view, LIMITED))
    told.update({each: {"$ref": "#/components/responses/Problem"} for each in refused})


def operations(
    app: Flask, document: dict[str, Any]
) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Each described operation: path, method, endpoint, description."""
    for rule in app.url_map.iter_rules():
        path = _PART.sub(r"{\1}", rule.rule)
        described = document["paths"].get(path, {})
        for method in _DESCRIBED:
            if method in (rule.methods or ()) and method.lower() in described:
                yield path, method, rule.endpoint, described[method.lower()]


def _words(path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", path.removeprefix(API_V1).lower()).strip("_") or "index"


def _secure(operation: dict[str, Any], method: str, who: str) -> None:
    if who == auth.NOBODY:
        operation["security"] = []
    elif method in SAFE_METHODS:
        operation["security"] = [{"session": []}]
    else:
        operation["security"] = [{"session": [], "csrf": []}]
    operation["x-who-may-call"] = who


def _refused(operation: dict[str, Any], path: str, *, is_limited: bool) -> list[str]:
    """The statuses with which an operation may refuse."""
    parameters = operation.get("parameters", [])
    found = {"400", "500", "503", "default"}
    if operation["security"]:
        found |= {"401", "403"}
    if "{" in path:
        found |= {"404"}
    if "requestBody" in operation:
        found |= {"409", "413", "415", "422"}
    if any(each.get("in") == "query" for each in parameters):
        found |= {"422"}
    if is_limited:
        found |= {"429"}
    return sorted(found)
