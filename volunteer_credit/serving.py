"""What the server's processes run, and what must be right before they do."""

import errno
import gc
import socket
from collections.abc import Iterator

from flask import Flask

from volunteer_credit import create_app
from volunteer_credit.config import Settings
from volunteer_credit.journal.operations.doctor import start_checks
from volunteer_credit.shared.checks import Check, State, places
from volunteer_credit.web import logs, metrics

PORTS_TRIED = 50
PORT_MAX = 65_535


def application() -> Flask:
    """The application of one process, with its log and its port for metrics.

    Raises: SettingsError, OSError for a port of metrics that may not be taken.
    """
    logs.install()
    app = create_app()
    metrics.serve(app)
    settle()
    return app


def settle() -> None:
    """Leave what is loaded by now out of every later search for garbage: each stops all threads."""
    gc.collect()
    gc.freeze()


def obstacles(settings: Settings) -> Iterator[Check]:
    """What keeps a server from starting; call it inside of an application's context.

    Disks that fill up, old backups and late seals are left to `doctor`: people can still be served.
    """
    found = [each for each in places(settings) if each.state is State.FAILED]
    yield from found
    if not found:  # or a database would be made where its disk is missing
        yield from (each for each in start_checks() if each.state is State.FAILED)


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there. Raises: OSError for an address that is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise
            return False
    return True


def free_port(host: str, first: int) -> int | None:
    """The first port from this one on that nobody listens on; None where all are taken."""
    ports = range(first, min(first + PORTS_TRIED, PORT_MAX + 1))
    return next((port for port in ports if is_free(host, port)), None)
