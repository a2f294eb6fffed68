"""Whether this process lives and can do its work, for whoever starts it or spreads the load."""

import functools
from pathlib import Path

from flask import Blueprint, Response, jsonify

from volunteer_credit.shared import migrations
from volunteer_credit.shared.checks import folders, room
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.runtime import current
from volunteer_credit.web.auth import NOBODY, requires

FREE_SHARE_MIN = 0.02  # `doctor` warns much earlier; taking the service away is the last resort

health = Blueprint("health", __name__)
newest = functools.cache(migrations.newest)


@health.get("/healthz")
@requires(NOBODY)
def lives() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
@requires(NOBODY)
def ready() -> Response:
    """Database, schema and disks: 200, or 503 with what fails.

    Not the seals: the door stays open while they wait, and `doctor` tells.
    """
    failing = _failing()
    response = jsonify(status="failing" if failing else "ok", failing=failing)
    response.status_code = 503 if failing else 200
    return response


def _failing() -> list[str]:
    found = []
    try:
        if migrations.current() != newest() and migrations.is_behind():
            found.append("schema")
    except ServiceError:
        found.append("database")
    if not all(_has_room(path) for path in folders(current().settings).values()):
        found.append("disk")
    return found


def _has_room(path: Path) -> bool:
    if not path.is_dir():
        return True  # `doctor` tells
    free, total = room(path)
    return free > total * FREE_SHARE_MIN
