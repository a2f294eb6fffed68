"""Every consent that a person could give, beside what was given."""

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
    holding = {
        (each.purpose, each.subject): each.given_at_ms
        for each in consents_of(db.session, person_id)
        if each.holds
    }
    found = []
    for purpose in PURPOSES.values():
        if purpose.guardian == ALWAYS:
            continue
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
