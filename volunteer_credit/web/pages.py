"""The edge's own pages: the static files, and the description of the API for reading."""

from typing import Any

from flask import Blueprint, Response, current_app, render_template, send_from_directory

from volunteer_credit.web import headers, openapi
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.requests import API_V1

STATIC_SECONDS = 600  # then the browser asks whether it has changed

pages = Blueprint("web", __name__)


@pages.get("/static/<path:filename>")
@requires(NOBODY)
def static(filename: str) -> Response:
    """A file that pages load."""
    headers.public(STATIC_SECONDS)
    return send_from_directory(f"{current_app.root_path}/web/static", filename)


@pages.get(f"{API_V1}/docs")
@requires(NOBODY)
def api_docs() -> str:
    """The API, for people."""
    document = openapi.document()
    return render_template("pages/api_docs.html", document=document, operations=_rows(document))


def _rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Each operation with its path and method, and the schema of its body."""
    rows = []
    for path, described in sorted(document["paths"].items()):
        for method, operation in described.items():
            if isinstance(operation, dict):
                body = operation.get("requestBody", {}).get("content", {})
                schemas = [each["schema"].get("$ref", "") for each in body.values()]
                name = schemas[0].rpartition("/")[2] if schemas else ""
                schema = document["components"]["schemas"].get(name, {})
                rows.append({"path": path, "method": method.upper(), "body": schema, **operation})
    return rows
