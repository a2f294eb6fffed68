"""Plain HTTP for a witness, with the standard library: a thread for each connection.

Towards the outside a web server in front of it ends TLS and limits how much one client may ask.
"""

import socketserver
from collections.abc import Callable
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import WSGIApplication

TIMEOUT_SECONDS = 30


class _Handler(WSGIRequestHandler):
    """Drops a silent client after a while, and writes no log of who asked."""

    timeout = TIMEOUT_SECONDS

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
        """Write nothing."""


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    """A thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        """Bind without asking the name service who we are."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()


def serve(
    application: WSGIApplication, host: str, port: int, ready: Callable[[WSGIServer], None]
) -> None:
    """Serve until `shutdown` is called; `ready` gets the bound server, which knows its port.

    Raises: OSError.
    """
    with _Server((host, port), _Handler) as server:
        server.set_app(application)
        ready(server)
        server.serve_forever()
