"""The Saturday's load: requests sent at their times, whether or not the ones before are answered.

It reads one order from standard input, sends it, and answers by kind how many seconds each request
took, counted from the time at which it was due. One thread, loopback, a bounded number.
"""

import heapq
import itertools
import json
import selectors
import socket
import sys
import time
from typing import Any, NamedTuple

HEAD_END = b"\r\n\r\n"
RECEIVE_BYTES = 65_536
CONNECTIONS_MAX = 256
PATIENCE_SECONDS = 30
IDLE_SECONDS = 10  # then a browser hangs up; the server does after 30
STATUSES = {"check-in": b"303"}  # of all else: 200
FOLLOWED, ENDED = "own check-in", b"/ended"  # where a tap leads, and where one that failed does


class Due(NamedTuple):
    """A request; the turn keeps the order of what is due at one time."""

    at_seconds: float
    turn: int
    kind: str
    text: str


class Connection:
    """One connection, and what was asked on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.due = Due(0, 0, "", "")
        self.idle_since = 0.0

    def ask(self, due: Due) -> None:
        """Send it."""
        self.due, self.received = due, b""
        self.socket.sendall(due.text.encode())

    def answered(self) -> bytes | None:
        """Read what is there; the head once the answer is whole."""
        data = self.socket.recv(RECEIVE_BYTES)
        if not data:
            raise ConnectionError
        self.received += data
        head, end, body = self.received.partition(HEAD_END)
        if not end:
            return None
        return head if len(body) >= int(_header(head, b"content-length") or 0) else None


class Saturday:
    """What is due, what is under way, and how it went."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._port = order["port"]
        self._turns = itertools.count()
        self._due = [Due(at, next(self._turns), kind, text) for at, kind, text in order["due"]]
        heapq.heapify(self._due)
        self._idle: list[Connection] = []
        self._busy = 0
        self._selector = selectors.DefaultSelector()
        self._took: dict[str, list[float]] = {}
        self._errors: list[str] = []
        self._began = time.perf_counter()

    def run(self) -> dict[str, Any]:
        """Send all of it."""
        while self._due or self._busy:
            self._send()
            wait = self._due[0].at_seconds - self._seconds() if self._due else PATIENCE_SECONDS
            ready = self._selector.select(max(0.0, min(wait, PATIENCE_SECONDS)))
            for found, _ in ready:
                self._take(found.data)
        for each in self._idle:
            each.socket.close()
        return {"took": self._took, "errors": self._errors, "seconds": self._seconds()}

    def _seconds(self) -> float:
        return time.perf_counter() - self._began

    def _send(self) -> None:
        while self._due and self._due[0].at_seconds <= self._seconds():
            while self._idle and self._idle[0].idle_since < self._seconds() - IDLE_SECONDS:
                self._idle.pop(0).socket.close()
            if not self._idle:
                if self._busy >= CONNECTIONS_MAX:
                    return  # what waits here counts as slow
                self._idle.append(Connection(self._port))
            connection = self._idle.pop()
            connection.ask(heapq.heappop(self._due))
            self._selector.register(connection.socket, selectors.EVENT_READ, connection)
            self._busy += 1

    def _take(self, connection: Connection) -> None:
        due = connection.due
        try:
            head = connection.answered()
        except OSError:
            self._end(connection)
            self._errors.append(f"{due.kind}: hung up")
            return
        if head is None:
            return
        self._end(connection)
        connection.idle_since = self._seconds()
        self._idle.append(connection)
        self._took.setdefault(due.kind, []).append(self._seconds() - due.at_seconds)
        where = _header(head, b"location")
        if head.split()[1] != STATUSES.get(due.kind, b"200") or ENDED in where:
            self._errors.append(f"{due.kind}: {connection.received[:400]!r}")
        elif where:
            self._follow(due, where.decode())

    def _end(self, connection: Connection) -> None:
        self._selector.unregister(connection.socket)
        self._busy -= 1

    def _follow(self, due: Due, where: str) -> None:
        """The page that comes after a tap."""
        names = ("host:", "cookie:")
        kept = [line for line in due.text.split("\r\n") if line.lower().startswith(names)]
        text = "\r\n".join([f"GET {where} HTTP/1.1", *kept, "", ""])
        heapq.heappush(self._due, Due(self._seconds(), next(self._turns), FOLLOWED, text))


def _header(head: bytes, name: bytes) -> bytes:
    """The value of a header, or nothing."""
    lines = (line.partition(b":") for line in head.split(b"\r\n"))
    return next((value.strip() for key, _, value in lines if key.lower() == name), b"")


if __name__ == "__main__":
    print(json.dumps(Saturday(json.loads(sys.stdin.readline())).run()))
