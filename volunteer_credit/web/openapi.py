"""The API's description, OpenAPI 3.1: what the views say of themselves, and what the edge adds.

Who may call, the header `Idempotency-Key`, and every refusal are added to each operation here, so
that no view can forget them.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import flask_smorest  # type: ignore[import-untyped] # has no types
import marshmallow as ma
from flask import Flask, current_app
from marshmallow import fields

from volunteer_credit.web import cookies, csrf, problem
from volunteer_credit.web.openapi_operations import complete, operations
from volunteer_credit.web.requests import API_V1
from volunteer_credit.web.texts import StrictParser

EXTENSION = "volunteer_credit.web.openapi"
API_VERSION = "1"
OPENAPI_VERSION = "3.1.0"
View = TypeVar("View", bound=Callable[..., Any])


class FieldProblemSchema(ma.Schema):
    """What is wrong with one field."""

    field = fields.String(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemSchema(ma.Schema):
    """A refusal (RFC 9457). `code` never changes; `instance` is the number of the request."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    instance = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldProblemSchema))


class ApiBlueprint(flask_smorest.Blueprint):  # type: ignore[misc] # its base has no types
    """What a slice's `api.py` makes: routes below `/api/v1`."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        super().__init__(name, import_name, url_prefix=API_V1, **options)

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view, or a class of them."""
        return cast(Callable[[View], View], super().route(rule, **options))

    def arguments(self, schema: Any, **options: Any) -> Callable[[View], View]:
        """Read the body (or `location="query"`) by a schema; the view gets a dict."""
        if isinstance(schema, type):
            schema = schema()  # once, or the library makes one for each request
        return cast(Callable[[View], View], super().arguments(schema, **options))

    def response(self, status: int, schema: Any = None, **options: Any) -> Callable[[View], View]:
        """Answer with this status, and the value of the view as the schema writes it."""
        return cast(Callable[[View], View], super().response(status, schema, **options))


class _Api(flask_smorest.Api):  # type: ignore[misc] # its base has no types
    """The collection of them, for its description only. Errors are said in web/problem.py."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Nothing: the library's own handler would answer JSON to every page."""


class Description:
    """The description of one application's API, made when it is first asked for."""

    def __init__(self, app: Flask, blueprints: Sequence[ApiBlueprint]) -> None:
        self._app = app
        self._blueprints = blueprints
        self._lock = threading.Lock()
        self._document: dict[str, Any] | None = None

    def document(self) -> dict[str, Any]:
        """As OpenAPI has it; nobody changes it."""
        with self._lock:
            if self._document is None:
                self._document = self._made()
            return self._document

    def _made(self) -> dict[str, Any]:
        api = _Api(self._app)
        for each in self._blueprints:
            each.register_views_in_doc(api, self._app, api.spec, name=each.name, parameters=None)
            api.spec.tag({"name": each.name, "description": each.description})
        document: dict[str, Any] = api.spec.to_dict()
        content = {problem.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        components = document["components"]
        components["responses"] = {"Problem": {"description": "A refusal.", "content": content}}
        components["securitySchemes"] = _schemes()
        for path, method, endpoint, operation in operations(self._app, document):
            complete(self._app, path, method, endpoint, operation)
        return document


def init_app(app: Flask, blueprints: Sequence[ApiBlueprint]) -> None:
    """Give an application its API."""
    app.config.update(
        API_TITLE="Volunteer credit", API_VERSION=API_VERSION, OPENAPI_VERSION=OPENAPI_VERSION
    )
    for each in blueprints:
        app.register_blueprint(each)
    app.extensions[EXTENSION] = Description(app, blueprints)


def document() -> dict[str, Any]:
    """The description of the current application's API."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Description)
    return found.document()


def _schemes() -> dict[str, Any]:
    session = cookies.name_of(cookies.SESSION)
    return {
        "session": {"type": "apiKey", "in": "cookie", "name": session},
        "csrf": {"type": "apiKey", "in": "header", "name": csrf.HEADER},
    }
