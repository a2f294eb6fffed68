"""The numbers for Prometheus, and the ports that they are asked at."""

import errno
from pathlib import Path
from typing import Any

import prometheus_client
import pytest
from flask import Flask

from tests.web.site import ORIGIN, Visitor, build
from volunteer_credit.web import metrics


def printed(app: Flask) -> str:
    """What Prometheus reads."""
    with app.app_context():
        return prometheus_client.generate_latest(metrics.metrics().registry).decode()


def test_requests_are_counted_by_route_and_never_by_path(site: Flask, visitor: Visitor) -> None:
    for path in ("/text/secret", "/text/other", "/nowhere", "/api/v1/problem/busy"):
        visitor.get(path)
    visitor.client.open("/text/a", method="BREW", base_url=ORIGIN)
    text = printed(site)
    assert 'vc_requests_total{method="GET",route="/text/<text>",status="200"} 2.0' in text
    assert 'vc_requests_total{method="",route="unmatched",status="404"} 1.0' in text
    assert 'vc_requests_total{method="",route="unmatched",status="405"} 1.0' in text
    assert 'route="/api/v1/problem/<name>",status="503"} 1.0' in text
    assert 'vc_request_seconds_count{route="/text/<text>"} 2.0' in text
    assert "secret" not in text


def test_two_applications_count_apart(tmp_path: Path, site: Flask, visitor: Visitor) -> None:
    (tmp_path / "b").mkdir()
    visitor.get("/form")
    assert "/form" not in printed(build(tmp_path / "b"))


def test_they_are_off_unless_asked_for(site: Flask) -> None:
    assert metrics.serve(site) is None


class Ports:
    """Ports of this machine, some of them taken."""

    def __init__(self, *taken: int, problem: int = errno.EADDRINUSE) -> None:
        self.taken = set(taken)
        self.problem = problem

    def start(self, port: int, *_address_and_registry: Any) -> None:
        if port in self.taken:
            raise OSError(self.problem, "no")
        self.taken.add(port)


def test_each_worker_takes_the_next_free_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = build(tmp_path, VC_METRICS_PORT="9100")
    ports = Ports(9101)
    monkeypatch.setattr(prometheus_client, "start_http_server", ports.start)
    assert [metrics.serve(app) for _ in range(3)] == [9100, 9102, 9103]
    ports.taken.update(range(9100, 9200))
    assert metrics.serve(app) is None
    assert "no port" in caplog.text


def test_a_port_that_may_not_be_taken_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = build(tmp_path, VC_METRICS_PORT="80")
    ports = Ports(80, problem=errno.EACCES)
    monkeypatch.setattr(prometheus_client, "start_http_server", ports.start)
    with pytest.raises(PermissionError):
        metrics.serve(app)
