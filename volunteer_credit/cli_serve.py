"""The command that serves the pages and the API: granian, which keeps the worker processes."""

from typing import Any

import click
from granian.constants import Interfaces
from granian.server import Server

from volunteer_credit.serving import PORT_MAX, is_free, obstacles
from volunteer_credit.shared.checks import Check
from volunteer_credit.shared.console import STOPPED, Console
from volunteer_credit.shared.errors import StoppedError
from volunteer_credit.web import logs

HOST, PORT, WORKERS, WORKERS_MAX = "127.0.0.1", 8000, 2, 64
THREADS = 8  # of a worker; each request takes one
DRAIN_SECONDS = 25  # for answers under way; a service manager waits 30


class PortTakenError(StoppedError):
    """Somebody listens there."""

    code = "port_taken"
    en = "Port {port} of {host} is taken; stop what listens there, or choose another: --port."
    zh = "{host} 的端口 {port} 已被占用；请停止占用它的程序，或用 --port 指定其他端口。"


@click.command()
@click.option("--host", default=HOST, show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, PORT_MAX), default=PORT, show_default=True)
@click.option("--workers", type=click.IntRange(1, WORKERS_MAX), default=WORKERS, show_default=True)
@click.pass_context
def serve(context: click.Context, host: str, port: int, workers: int) -> None:
    """Serve pages and API until SIGTERM, which lets answers under way finish (25 s).

    It speaks http: a proxy of yours speaks https to the world. It does not start where folders,
    schema or keys are not right.
    """
    console: Console = context.obj
    settings = console.settings()
    with console.application(settings):
        found = list(obstacles(settings))
    if found:
        for each in found:
            click.echo(f"{each.name}: {said(console, each)}", err=True)
        context.exit(STOPPED)
    if not is_free(host, port):
        raise PortTakenError(host=host, port=port)
    logs.install()
    server(host, port, workers).serve()


def said(console: Console, check: Check) -> str:
    """What a check found, in the operator's language."""
    return console.pick(check.en, check.zh)


def server(host: str, port: int, workers: int) -> Any:
    """The server, not started: a worker that dies is replaced, a row of deaths ends all."""
    return Server(
        "volunteer_credit.serving:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=DRAIN_SECONDS,
        # Its lines go the way of ours: JSON, to standard output.
        log_dictconfig={"loggers": {"_granian": {"propagate": True}}, "handlers": {}},
    )


COMMANDS = (serve,)
