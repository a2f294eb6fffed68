"""The log: one line of JSON for each event, with nothing that names a person.

A line has the time, level, event, the request's number, the template of the route, status, time
taken and a pseudonym of the session. Of an exception it has the kind and the place, not the text,
which may quote what was sent.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from flask import Response, request

from volunteer_credit.shared.derived import derived
from volunteer_credit.shared.runtime import current
from volunteer_credit.web.requests import UNMATCHED, Carried, carried, route

ACTOR_DIGITS = 8
EVENT_LENGTH_MAX = 500
FRAMES_MAX = 12
FIELDS = "fields"
QUIET = frozenset({"/healthz", "/readyz"})

_log = logging.getLogger("volunteer_credit.web")


class JsonLines(logging.Formatter):
    """One event, one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The event as JSON."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage()[:EVENT_LENGTH_MAX],
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=True)


def install() -> None:
    """Let the process write its log to standard output, and nothing else do so."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # As its manual says of speed: no line of ours tells thread, process or place of the call.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of each look at the schema


def actor(now: Carried) -> str | None:
    """A pseudonym of the session that asks; None where nobody is signed in or nobody asked who."""
    caller = now.caller
    if caller is None:
        return None
    return derived(current()).mac("log-actor", caller.session_id)[:ACTOR_DIGITS]


def answered(response: Response, now: Carried, template: str, taken_ms: int) -> None:
    """Log a request, but what is public only when the answer was no: the metrics count it."""
    is_good = response.status_code < 400  # noqa: PLR2004 - where HTTP's refusals begin
    if is_good and (now.public_seconds or template in QUIET):
        return
    fields = {
        "request_id": now.request_id,
        "method": request.method if template != UNMATCHED else "",
        "route": template,
        "status": response.status_code,
        "ms": taken_ms,
        "actor": actor(now),
        "code": now.code or None,
    }
    _log.info("request", extra={FIELDS: {k: v for k, v in fields.items() if v is not None}})


def fault(problem: BaseException) -> None:
    """Log a fault of ours: what kind and where."""
    frames = traceback.extract_tb(problem.__traceback__)
    places = [f"{each.filename.rpartition('/')[2]}:{each.lineno}" for each in frames]
    fields = {
        "request_id": carried().request_id,
        "route": route(),
        "error": type(problem).__name__,
        "at": places[-FRAMES_MAX:],
    }
    _log.error("fault", extra={FIELDS: fields})
