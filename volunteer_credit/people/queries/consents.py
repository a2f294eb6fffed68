"""Reads of consents."""

from dataclasses import dataclass

from sqlalchemy import select

from volunteer_credit.people.models.privacy import ConsentRow
from volunteer_credit.people.rules.purposes import NO_SUBJECT, PURPOSES, still_holds
from volunteer_credit.shared.db import Reader


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent as it was given, and withdrawn; times in UTC milliseconds."""

    purpose: str
    subject: str
    text_version: int
    given_at_ms: int
    given_how: str
    withdrawn_at_ms: int | None

    @property
    def holds(self) -> bool:
        """Whether it counts today: an older text counts no more."""
        purpose = PURPOSES.get(self.purpose)
        return purpose is not None and still_holds(purpose, self.text_version, self.withdrawn_at_ms)


def consents_of(reader: Reader, person_id: str) -> list[Consent]:
    """Everything that a person ever agreed to, oldest first."""
    c = ConsentRow.__table__.c
    query = (
        select(c.purpose, c.subject, c.text_version, c.given_at_ms, c.given_how, c.withdrawn_at_ms)
        .where(c.person_id == person_id)
        .order_by(c.given_at_ms, c.purpose, c.subject)
    )
    return [Consent(*row) for row in reader.execute(query)]


def has_consent(reader: Reader, person_id: str, purpose: str, subject: str = NO_SUBJECT) -> bool:
    """Whether a person agrees to a purpose now; `subject`: the community or organisation."""
    return any(
        each.holds and (each.purpose, each.subject) == (purpose, subject)
        for each in consents_of(reader, person_id)
    )


def asked_again(reader: Reader, person_id: str) -> list[tuple[str, str]]:
    """(purpose, subject) of consents to an older text: whoever gave them is asked again."""
    found = consents_of(reader, person_id)
    holding = {(each.purpose, each.subject) for each in found if each.holds}
    older = {
        (each.purpose, each.subject)
        for each in found
        if each.withdrawn_at_ms is None and not each.holds and each.purpose in PURPOSES
    }
    return sorted(older - holding)
