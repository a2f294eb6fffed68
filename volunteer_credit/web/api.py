"""The front door of the API: what is here, how it is, and its description."""

import functools
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from marshmallow import fields

from volunteer_credit.shared.runtime import current
from volunteer_credit.web import openapi
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.requests import API_V1

api = openapi.ApiBlueprint("front", __name__)


@functools.cache
def release() -> str:
    """The release that runs; `development` where it runs out of its source tree."""
    try:
        return version("volunteer-credit")
    except PackageNotFoundError:
        return "development"


class IndexSchema(ma.Schema):
    """Where to go on from here."""

    status = fields.String(required=True)
    description = fields.String(required=True)
    documentation = fields.String(required=True)


class StatusSchema(ma.Schema):
    """What is running. `is_demo`: nothing here counts. `at_ms`: UTC milliseconds since 1970."""

    version = fields.String(required=True)
    namespace = fields.String(required=True)
    is_demo = fields.Boolean(required=True)
    at_ms = fields.Integer(required=True)


@api.route("/")
@requires(NOBODY)
@api.response(200, IndexSchema)
def index() -> dict[str, str]:
    """What there is."""
    return {
        "status": f"{API_V1}/status",
        "description": f"{API_V1}/openapi.json",
        "documentation": f"{API_V1}/docs",
    }


@api.route("/status")
@requires(NOBODY)
@api.response(200, StatusSchema)
def status() -> dict[str, Any]:
    """What is running."""
    ours = current()
    return {
        "version": release(),
        "namespace": ours.settings.namespace,
        "is_demo": ours.settings.clock == "demo",
        "at_ms": ours.clock.now_ms(),
    }


@api.route("/openapi.json")
@requires(NOBODY)
@api.response(200, {"type": "object"})
def description() -> Response:
    """This description, as OpenAPI 3.1."""
    return jsonify(openapi.document())
