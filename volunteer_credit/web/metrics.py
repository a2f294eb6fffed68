"""Numbers of a process for Prometheus, on a port of its own (docs/adr/0005).

Each worker counts for itself and takes the first free port from `VC_METRICS_PORT` on; whoever
collects asks all of them. No label says anything of a person: routes are templates.
"""

import errno
import logging
from typing import Any

import prometheus_client
from flask import Flask, Response, request

from volunteer_credit.shared import runtime
from volunteer_credit.shared.runtime import Runtime
from volunteer_credit.web.requests import UNMATCHED

PORTS_MAX = 32
ADDRESS = "0.0.0.0"  # noqa: S104 - Prometheus asks from elsewhere; the port is closed to the public
BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

_log = logging.getLogger(__name__)


class Metrics:
    """The numbers of an application."""

    def __init__(self, _runtime: Runtime | None = None) -> None:
        self.registry = prometheus_client.CollectorRegistry()
        self.requests = prometheus_client.Counter(
            "vc_requests",
            "Requests that were answered.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.seconds = prometheus_client.Histogram(
            "vc_request_seconds",
            "Time to an answer.",
            ("route",),
            registry=self.registry,
            buckets=BUCKETS_SECONDS,
        )
        self._found: dict[tuple[str, str, int], Any] = {}

    def count(self, template: str, method: str, status: int, seconds: float) -> None:
        """Count a request; what has these labels is looked up once."""
        found = self._found.get((template, method, status))
        if found is None:
            counted = self.requests.labels(template, method, str(status))
            found = self._found[template, method, status] = counted, self.seconds.labels(template)
        found[0].inc()
        found[1].observe(seconds)


def metrics() -> Metrics:
    """The numbers of the current application."""
    return runtime.current().part(Metrics, Metrics)


def answered(response: Response, ours: Runtime, template: str, taken_ms: int) -> None:
    """Count a request."""
    method = request.method if template != UNMATCHED else ""
    found = ours.part(Metrics, Metrics)
    found.count(template, method, response.status_code, taken_ms / 1000)


def serve(app: Flask) -> int | None:
    """Answer Prometheus from a thread of this process; the port, or None when it is off."""
    with app.app_context():
        first, registry = runtime.current().settings.metrics_port, metrics().registry
    if not first:
        return None
    for port in range(first, first + PORTS_MAX):
        try:
            prometheus_client.start_http_server(port, ADDRESS, registry)
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise
        else:
            return port
    _log.warning("no port for metrics from %s to %s", first, first + PORTS_MAX - 1)
    return None
