"""Reads of cards and passes."""

from typing import NamedTuple

from sqlalchemy import select

from volunteer_credit.people.models.credentials import CardRow
from volunteer_credit.shared.db import Reader

PAPER, PASS = "paper", "pass"
ACTIVE, LOST, REPLACED, ENDED = "active", "lost", "replaced", "ended"
_cards = CardRow.__table__.c


class CardSeen(NamedTuple):
    """A card or pass that is in use."""

    number: str
    kind: str
    person_id: str
    pin_hash: bytes | None


def active_card(
    reader: Reader, *, number: str = "", card_digest: str = "", hold: bool = False
) -> CardSeen | None:
    """The card in use with this number or digest; nothing for a dead one.

    `hold`: nor can it die before this transaction ends.
    """
    named = _cards.number == number if number else _cards.card_digest == card_digest
    chosen = select(_cards.number, _cards.kind, _cards.person_id, _cards.pin_hash)
    chosen = chosen.where(named, _cards.state == ACTIVE)
    row = reader.execute(chosen.with_for_update(read=True) if hold else chosen).one_or_none()
    return None if row is None else CardSeen(*row)


def owner_of(reader: Reader, number: str) -> str:
    """Whose card or pass this is or was; empty for nobody's."""
    chosen = select(_cards.person_id).where(_cards.number == number)
    return reader.execute(chosen).scalar_one_or_none() or ""


def cards_of(reader: Reader, person_id: str) -> list[tuple[str, str, str, int]]:
    """Number, kind, state and time of issue of a person's cards, newest first."""
    chosen = select(_cards.number, _cards.kind, _cards.state, _cards.issued_at_ms)
    mine = chosen.where(_cards.person_id == person_id)
    ordered = mine.order_by(_cards.issued_at_ms.desc(), _cards.number)
    return [tuple(row) for row in reader.execute(ordered)]


def number_of(reader: Reader, person_id: str, kind: str) -> str | None:
    """The number of the person's card in use of this kind."""
    chosen = select(_cards.number).where(
        _cards.person_id == person_id, _cards.kind == kind, _cards.state == ACTIVE
    )
    return reader.execute(chosen).scalar_one_or_none()


def is_card_ended(reader: Reader, *, number: str = "", card_digest: str = "") -> bool:
    """Whether this was somebody's card or pass, and is in use no more."""
    named = _cards.number == number if number else _cards.card_digest == card_digest
    states = set(reader.execute(select(_cards.state).where(named)).scalars())
    return bool(states) and ACTIVE not in states
