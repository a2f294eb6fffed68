"""Every consent that a person could give, beside what was given."""

from collections.abc import Iterable
from dataclasses import dataclass

from volunteer_credit.people.queries.consents import consents_of
from volunteer_credit.people.queries.organisations import organisations_of
from volunteer_credit.people.queries.settings import belongings
from volunteer_credit.people.rules.purposes import (
    ALWAYS,
    COMMUNITY,
    NO_SUBJECT,
    PERSON,
    PURPOSES,
    Purpose,
    guardian_gives,
)
from volunteer_credit.shared.db import db


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One purpose for one subject. `since_ms`: 0 where it does not hold."""

    purpose: Purpose
    subject: str
    subject_name: str
    since_ms: int


def consent_rows(person_id: str, community_id: str = "") -> list[ConsentRow]:
    """In the order of the purposes; `community_id`: what concerns the person or that community.

    What only a guardian gives is not among a person's own.
    """
    own = [each for each in PURPOSES.values() if each.guardian != ALWAYS]
    return _rows(own, person_id, community_id)


def guardian_consent_rows(
    person_id: str, age_years: int | None, community_id: str = ""
) -> list[ConsentRow]:
    """As `consent_rows`: what is a guardian's to give for somebody of this age."""
    theirs = [each for each in PURPOSES.values() if guardian_gives(each, age_years)]
    return _rows(theirs, person_id, community_id)


def _rows(purposes: Iterable[Purpose], person_id: str, community_id: str) -> list[ConsentRow]:
    holding = {
        (each.purpose, each.subject): each.given_at_ms
        for each in consents_of(db.session, person_id)
        if each.holds
    }
    found = []
    for purpose in purposes:
        for subject, name in _subjects(purpose, person_id, community_id):
            since_ms = holding.get((purpose.code, subject), 0)
            found.append(ConsentRow(purpose, subject, name, since_ms))
    return found


def _subjects(purpose: Purpose, person_id: str, community_id: str) -> list[tuple[str, str]]:
    if purpose.subject == PERSON:
        return [(NO_SUBJECT, "")]
    if purpose.subject == COMMUNITY:
        return [
            (each.community_id, each.name)
            for each in belongings(db.session, person_id)
            if each.state == "active" and community_id in ("", each.community_id)
        ]
    return [(each[0], each[1]) for each in organisations_of(db.session, person_id)]
