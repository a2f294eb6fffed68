"""Connections that stay open between transactions: some that write, some for a single read.

Taking one from the pool and giving it back costs as much as ten statements. Only a connection
whose transaction was committed, or whose read went well, is kept; every other goes back to the
pool, which looks at it.
"""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, event


class Kept:
    """Connections of one engine that wait for the next transaction, outside of any."""

    def __init__(self, engine: Engine, is_sound: Callable[[Connection], bool], most: int) -> None:
        self._engine = engine
        self._is_sound = is_sound
        self._most = most
        self._idle: list[Connection] = []
        event.listen(engine, "engine_disposed", self._disposed)

    def take(self) -> Connection:
        """A connection without a transaction, for the caller alone.

        Raises: as the pool, and as `is_sound`.
        """
        while (found := self._pop()) is not None:
            try:
                is_sound = self._is_sound(found)
            except BaseException:
                self._idle.append(found)  # a new one would make a new, empty file
                raise
            if is_sound:
                return found
            _discard(found)
        return self._engine.connect()

    def keep(self, connection: Connection) -> None:
        """Give back a connection whose transaction was committed."""
        if len(self._idle) < self._most:
            self._idle.append(connection)
        else:
            connection.close()

    def let_go(self) -> None:
        """Give all of them back to the pool."""
        while (found := self._pop()) is not None:
            found.close()

    def after_fork(self) -> None:
        """Forget what the parent uses: closing it would end it for the parent."""
        self._idle = []

    def _disposed(self, _engine: Engine) -> None:
        while (found := self._pop()) is not None:
            _discard(found)

    def _pop(self) -> Connection | None:
        """One of them, or None; a list's `pop` is safe between threads."""
        try:
            return self._idle.pop()
        except IndexError:
            return None


def _discard(connection: Connection) -> None:
    """Close it for good: the pool that it came from may be gone, or its file."""
    connection.detach()
    connection.close()
