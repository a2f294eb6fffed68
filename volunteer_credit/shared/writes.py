"""The statements that write one row of a table, built once each (`shared/prepared.py`)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Insert, Table, bindparam, update

from volunteer_credit.shared.prepared import ALIAS, Prepared


@lru_cache(maxsize=128)
def inserting(table: Table) -> Prepared:
    """Its parameters are all the columns' names."""
    return Prepared(Insert(table).values({c.name: bindparam(c.name) for c in table.c}))


@lru_cache(maxsize=128)
def columns_of(table: Table) -> frozenset[str]:
    """All the columns' names."""
    return frozenset(table.c.keys())


@lru_cache(maxsize=128)
def key_of(table: Table) -> tuple[str, ...]:
    """The names of the columns of its key."""
    return tuple([column.name for column in table.primary_key])


@lru_cache(maxsize=256)
def updating(table: Table, keys: Sequence[str], values: Sequence[str]) -> Prepared:
    """An update of one row by its key (tuples of names); its parameters are the columns' names."""
    chosen = [table.c[name] == bindparam(f"{ALIAS}{name}") for name in keys]
    changed: dict[str, Any] = {name: bindparam(f"{ALIAS}{name}") for name in values}
    return Prepared(update(table).where(*chosen).values(changed))
