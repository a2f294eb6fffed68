"""The load: some clients with a connection each, which ask again as soon as they are answered.

It reads orders, a line of JSON each, and answers with the seconds that every request took. One
thread and no HTTP library, so that it takes as little of the machine as it can.
"""

import itertools
import json
import secrets
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from typing import Any

KEY = "{key}"
HEAD_END = b"\r\n\r\n"
RECEIVE_BYTES = 65_536
PATIENCE_SECONDS = 60


class Client:
    """One connection; `turns` says which request is next, for all clients together."""

    def __init__(self, order: dict[str, Any], turns: Iterator[int]) -> None:
        self._requests: list[list[str]] = order["requests"]
        self._status = f" {order['status']} ".encode()
        self._turns = turns
        self._received = b""
        self._sent_at = 0.0
        self.socket = socket.create_connection(("127.0.0.1", order["port"]), PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> None:
        """Send the next request, with a number of its own."""
        before, after = self._requests[next(self._turns) % len(self._requests)]
        self._sent_at = time.perf_counter()
        self.socket.sendall(f"{before}{secrets.token_hex(16)}{after}".encode())

    def answered(self) -> float | None:
        """Read what is there: the seconds it took once the answer is whole."""
        data = self.socket.recv(RECEIVE_BYTES)
        assert data, "the server hung up"
        self._received += data
        head, end, body = self._received.partition(HEAD_END)
        if not end:
            return None
        (length,) = (
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        if len(body) < length:
            return None
        took = time.perf_counter() - self._sent_at
        assert self._status in head.split(b"\r\n")[0] + b" ", self._received
        self._received = b""
        return took


def load(order: dict[str, Any]) -> dict[str, Any]:
    """Ask `count` times over all clients."""
    turns = itertools.count()
    clients = [Client(order, turns) for _ in range(order["clients"])]
    left, took = order["count"], list[float]()
    with selectors.DefaultSelector() as selector:
        for each in clients:
            selector.register(each.socket, selectors.EVENT_READ, each)
        start = time.perf_counter()
        for each in clients:
            each.ask()
            left -= 1
        while len(took) < order["count"]:
            for found, _ in selector.select(PATIENCE_SECONDS):
                seconds = found.data.answered()
                if seconds is not None:
                    took.append(seconds)
                    if left:
                        found.data.ask()
                        left -= 1
        whole = time.perf_counter() - start
    for each in clients:
        each.socket.close()
    return {"seconds": whole, "took": took}


def main() -> None:
    """Serve orders until standard input ends."""
    for line in sys.stdin:
        print(json.dumps(load(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
