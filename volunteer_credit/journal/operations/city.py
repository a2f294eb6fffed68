"""The city's own book, which `init` founds: its first two persons and nothing else."""

from collections.abc import Sequence

from sqlalchemy import func, select

from ledger.entry import NOTE_BYTES_MAX, decode
from ledger.note import parse_note
from volunteer_credit.journal.models import EntryRow, KeyRow
from volunteer_credit.journal.operations.books import FIRST, found_book
from volunteer_credit.journal.rules.errors import BookExistsError
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.shared.db import db
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

ROLE = "platform_admin"
_FOUNDER = Actor("operator:1", "operator")


def found_city(operators: Sequence[str] = ()) -> tuple[bool, list[str]]:
    """Found the city's book, once: whether it is new, and the account numbers of its two operators.

    `operators`: their two numbers; without them, random ones are made.
    Raises: BookExistsError when others founded it; LedgerError for numbers that are none.
    """
    there = city_operators()
    if there:
        if operators and sorted(operators) != sorted(there):
            raise BookExistsError(community=CITY)
        return False, there
    random = current().random
    chosen = list(operators) or [new_id(random), new_id(random)]
    request = Request(_FOUNDER, "init", "found", {"operators": chosen})
    found_book(CITY, request, [(account, ROLE) for account in chosen])
    return True, chosen


def city_operators() -> list[str]:
    """The two that founded the city's book; none when there is no such book."""
    entries = EntryRow.__table__.c
    note = db.session.execute(
        select(entries.note).where(
            entries.community_id == CITY, entries.book == FIRST, entries.seq == 0
        )
    ).scalar_one_or_none()
    if note is None:
        return []
    opened = decode(parse_note(bytes(note), bytes_max=NOTE_BYTES_MAX).text)
    return [each["account"] for each in opened.data["founders"]]


def keys_kept() -> int:
    """How many private keys the database holds; they are lost with the key secret."""
    return db.session.execute(select(func.count()).select_from(KeyRow)).scalar_one()
