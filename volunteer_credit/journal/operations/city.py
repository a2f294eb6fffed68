"""The city's own book, which `init` founds: its first two persons and nothing else."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from ledger.entry import NOTE_BYTES_MAX, decode
from ledger.note import parse_note
from volunteer_credit.journal.models import EntryRow, KeyRow
from volunteer_credit.journal.operations.books import FIRST, found_book
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.shared.db import db
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

ROLE = "platform_admin"
FOUNDERS = 2
_FOUNDER = Actor("operator:1", "operator")


def found_city() -> tuple[bool, list[str]]:
    """Found the city's book, once: whether it is new, and the account numbers of its first two."""
    there = city_operators()
    if there:
        return False, there
    chosen = [new_id(current().random) for _ in range(FOUNDERS)]
    request = Request(_FOUNDER, "init", "found", {"operators": chosen})
    found_book(CITY, request, [(account, ROLE) for account in chosen])
    return True, chosen


def city_operators() -> list[str]:
    """The two that founded the city's book; none when there is no such book."""
    opened = _opened()
    return [] if opened is None else [each["account"] for each in opened["founders"]]


def city_clock() -> str | None:
    """`utc` or `demo`, as the city's book began; None when there is no such book."""
    opened = _opened()
    return None if opened is None else str(opened["clock"])


def _opened() -> Mapping[str, Any] | None:
    entries = EntryRow.__table__.c
    note = db.session.execute(
        select(entries.note).where(
            entries.community_id == CITY, entries.book == FIRST, entries.seq == 0
        )
    ).scalar_one_or_none()
    if note is None:
        return None
    return decode(parse_note(bytes(note), bytes_max=NOTE_BYTES_MAX).text).data


def keys_kept() -> int:
    """How many private keys the database holds; they are lost with the key secret."""
    return db.session.execute(select(func.count()).select_from(KeyRow)).scalar_one()
