"""The time of entries: this machine's clock, held against a steadier one (design §3.2)."""

from collections.abc import Callable

from sqlalchemy import Connection, text

from ledger.clock import ClockAheadError
from volunteer_credit.journal.rules.head import Head
from volunteer_credit.journal.rules.times import Anchor, entry_at, first_at, is_confirmed
from volunteer_credit.shared.runtime import Runtime, current

_DATABASE_NOW = text("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)")


def _database_now_ms(connection: Connection) -> int:
    return int(connection.execute(_DATABASE_NOW).scalar_one())


class Clocks:
    """The anchor of this process: the time of day at its first entry, and the steady hand then.

    On PostgreSQL the anchor is the database's time, so that all workers agree. An anchor counts
    once an entry was accepted with it: what a box shows before its clock is set binds nobody.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._clock = runtime.clock
        self._anchor: Anchor | None = None
        self._confirmed_ms: dict[str, int] = {}  # what each book's head said when all agreed
        self.database_now_ms: Callable[[Connection], int] = _database_now_ms

    def entry_at(self, connection: Connection, head: Head) -> int:
        """The `at` of the next entry of a locked book.

        Raises: `clock_behind`, `clock_ahead`, `clock_unconfirmed` (ledger.clock).
        """
        anchor = self._anchor or self._made(connection)
        try:
            at_ms = self._at(head, anchor)
        except ClockAheadError:
            # Asked once more: the steady hand drifts too, and an operator may have confirmed.
            anchor = self._again(connection, head, anchor)
            at_ms = self._at(head, anchor)
        self._anchor = anchor
        self._confirmed_ms[head.origin] = head.clock_confirmed_ms
        return at_ms

    def first_at(self, connection: Connection, head: Head) -> int:
        """The `at` of an entry that asks no other: a book's first one, or `clock.reset`.

        Raises: `clock_ahead` (ledger.clock).
        """
        anchor = self._anchor or self._made(connection)
        try:
            return self._first(head, anchor)
        except ClockAheadError:
            return self._first(head, self._again(connection, head, anchor))

    def now_ms(self, head: Head) -> int:
        """This machine's time, as this book counts it (a demo's clock has an offset)."""
        return self._clock.now_ms() + head.clock_offset_ms

    def _reference_ms(self, head: Head, anchor: Anchor) -> int:
        return anchor.reference_ms(self._clock.monotonic_ms()) + head.clock_offset_ms

    def _at(self, head: Head, anchor: Anchor) -> int:
        reference_ms = self._reference_ms(head, anchor)
        return entry_at(self.now_ms(head), head.last_at_ms, reference_ms, head.clock_confirmed_ms)

    def _first(self, head: Head, anchor: Anchor) -> int:
        return first_at(self.now_ms(head), self._reference_ms(head, anchor))

    def _made(self, connection: Connection) -> Anchor:
        """An anchor of this moment."""
        monotonic_ms = self._clock.monotonic_ms()
        if connection.dialect.name == "postgresql":
            return Anchor(self.database_now_ms(connection), monotonic_ms)
        return Anchor(self._clock.now_ms(), monotonic_ms)

    def _again(self, connection: Connection, head: Head, before: Anchor) -> Anchor:
        """The anchor to try when the clock is ahead of `before`.

        Without a database's clock only an operator's word counts, and each word once: one that
        this process knew of while its clocks agreed says nothing about a jump since.
        """
        if connection.dialect.name == "postgresql":
            return self._made(connection)
        new = head.clock_confirmed_ms != self._confirmed_ms.get(head.origin, 0)
        if new and is_confirmed(self.now_ms(head), head.clock_confirmed_ms):
            return self._made(connection)
        return before


def clocks() -> Clocks:
    """The clocks of the current application."""
    return current().part(Clocks, Clocks)
