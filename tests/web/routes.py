"""The map of addresses, for tests that go over all of them: who may call, and what a GET changes.

for route in routes(app): …
before = row_counts(); client.get(route.path(community="hill")); assert row_counts() == before
"""

import re
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import func, inspect, select, table

from volunteer_credit.shared.db import WRITE, db
from volunteer_credit.web import auth

PART = re.compile(r"<(?:([^:<>]+):)?([^<>]+)>")
FILLED = {"int": "1", "path": "a/b", "uuid": "00000000-0000-0000-0000-000000000000"}


@dataclass(frozen=True)
class Route:
    """One address and method, and who may call it."""

    rule: str
    method: str
    endpoint: str
    who: str | None

    @property
    def is_api(self) -> bool:
        return self.rule.startswith("/api/")

    def path(self, **parts: str) -> str:
        """The address, with its parts filled in: as given, else something of the right form."""
        return PART.sub(lambda each: parts.get(each[2], FILLED.get(each[1], "x")), self.rule)


def routes(app: Flask) -> list[Route]:
    """Every address with every method, in a fixed order."""
    return sorted((Route(*each) for each in auth.routes(app)), key=str)


def row_counts() -> dict[str, int]:
    """How many rows each table has, those of the limits left out: asking counts as a try."""
    with db.engines[WRITE].connect() as connection:
        names = set(inspect(connection).get_table_names()) - {"web_limits"}
        return {
            name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
            for name in sorted(names)
        }
