"""The floor with the reads of an answer that asks who calls; nothing is done with what they say.

Before the lock whose session it is and what they may do; behind it whether this is a retry, the
same again, and the balances. It shows how much of the floor's speed any such answer has left.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import psycopg

from benchmarks.floor import Execute, Floor
from tests.service.books import COMMUNITY
from volunteer_credit.journal.operations.statements import LOAD_ACCOUNTS, REPLAY
from volunteer_credit.people.queries.standing import STANDING
from volunteer_credit.shared.prepared import Prepared

DAY = 20261123
_POSTGRESQL: Any = SimpleNamespace(dialect=SimpleNamespace(name="postgresql"))


class AskingFloor(Floor):
    """On PostgreSQL only: there its rate is missed."""

    def __init__(self, execute: Execute, begin: str, ending: str, mark: str) -> None:
        super().__init__(execute, begin, ending, mark)
        driver: Any = execute
        self._driver: psycopg.Connection[Any] = driver.__self__
        found = execute("SELECT session_id, person_id, device_id FROM people_sessions", {})
        named = zip(("session", "person", "device"), found.fetchone(), strict=True)
        self._caller = {**dict(named), "state": "active", "city": "city", "day": DAY}

    def run(self, count: int, community: str = COMMUNITY) -> None:
        """Ask, then write."""
        for _ in range(count):
            self._ask(STANDING, {**self._caller, "book": community})
            super().run(1, community)

    def beside(self, community: str, size: int, drawn: str) -> None:
        """Ask again under the lock, and for the balances."""
        here = {"community_id": community}
        self._ask(REPLAY, {**here, "actor": "system:points", "key": drawn})
        self._ask(STANDING, {**self._caller, "book": community})
        names = self._names[:2]
        families = [":".join(each.split(":")[:2]) for each in names]
        self._ask(LOAD_ACCOUNTS, {**here, "book": 1, "names": names, "families": families})
        super().beside(community, size, drawn)

    def _ask(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        text, given = statement.question(_POSTGRESQL, values)
        psycopg.RawCursor(self._driver).execute(text.text, given).fetchall()
