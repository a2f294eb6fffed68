"""The way out for webhooks: to the address that was looked at, and within a few seconds."""

import logging
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException

from volunteer_credit.publication.rules.addresses import PORTS, Destination, chosen, destination
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.runtime import Runtime, current

WAIT_SECONDS = 5.0  # for each wait on the network
ALL_SECONDS = 15.0  # for all of them together
NO_ANSWER = 0

Resolve = Callable[[str, int], Sequence[str]]

_log = logging.getLogger(__name__)


class Posting:
    """How this process sends; tests hand in another `resolve`."""

    def __init__(self, runtime: Runtime) -> None:
        self.resolve: Resolve = resolved
        self.all_seconds = ALL_SECONDS
        self.is_demo = runtime.settings.clock == "demo"

    def send(self, url: str, headers: Mapping[str, str], body: str) -> int:
        """The status that a receiver answered; NO_ANSWER when there was none.

        Redirects and proxies are not followed. What a name means is asked for each time, and the
        connection goes to the very address that was found good.
        """
        try:
            to = destination(url, is_demo=self.is_demo)
            address = chosen(self.resolve(to.host, to.port), to.host, is_demo=self.is_demo)
            return self._post(to, address, headers, body.encode())
        except (ServiceError, OSError, HTTPException, ValueError) as problem:
            _log.warning("a webhook was not sent: %s", type(problem).__name__)
            return NO_ANSWER

    def _post(self, to: Destination, address: str, headers: Mapping[str, str], body: bytes) -> int:
        connection = _Pinned(to, address)
        timer = threading.Timer(self.all_seconds, connection.give_up)
        timer.start()
        try:
            connection.request("POST", to.path, body, dict(headers))
            return connection.getresponse().status
        finally:
            timer.cancel()
            connection.close()


class _Pinned(HTTPConnection):
    """A connection to one address, whatever its name means by now."""

    def __init__(self, to: Destination, address: str) -> None:
        super().__init__(to.host, to.port, timeout=WAIT_SECONDS)
        self.default_port = PORTS[to.scheme]
        self._to, self._address = to, address

    def connect(self) -> None:
        """Open it; with https the certificate must be the host's."""
        self.sock = socket.create_connection((self._address, self._to.port), WAIT_SECONDS)
        if self._to.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._to.host)

    def give_up(self) -> None:
        """End it from another thread."""
        with suppress(OSError, AttributeError):  # it may have ended by itself, or not begun
            self.sock.shutdown(socket.SHUT_RDWR)


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name. Raises: OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def posting() -> Posting:
    """How the current application sends."""
    return current().part(Posting, Posting)
