"""Counts of those whom a leak would concern; nobody is named."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, distinct, func, select, true
from sqlalchemy.orm import InstrumentedAttribute

from volunteer_credit.people.models.privacy import AccessRow
from volunteer_credit.people.models.vault import GuardianRow, LinkRow, PersonRow
from volunteer_credit.people.rules.breach import EVERYBODY, SEEN_BY
from volunteer_credit.people.rules.roles import CITY
from volunteer_credit.shared.db import Reader


def concerned(reader: Reader, concerns: str, person_id: str, since_ms: int) -> dict[str, int]:
    """How many persons, and minors with a guardian among them."""
    who = _who(concerns, person_id, since_ms)
    minors = select(func.count(distinct(GuardianRow.minor_id))).where(
        GuardianRow.until_ms.is_(None), _among(GuardianRow.minor_id, who)
    )
    persons = select(func.count(PersonRow.person_id)).where(_among(PersonRow.person_id, who))
    return {
        "persons": reader.execute(persons).scalar_one(),
        "minors": reader.execute(minors).scalar_one(),
    }


def concerned_by_community(
    reader: Reader, concerns: str, person_id: str, since_ms: int
) -> Mapping[str, int]:
    """The same, by community."""
    query = (
        select(LinkRow.community_id, func.count())
        .where(
            LinkRow.community_id != CITY,
            LinkRow.is_current == 1,
            _among(LinkRow.person_id, _who(concerns, person_id, since_ms)),
        )
        .group_by(LinkRow.community_id)
        .order_by(LinkRow.community_id)
    )
    return {row[0]: row[1] for row in reader.execute(query)}


def _who(concerns: str, person_id: str, since_ms: int) -> Select[str] | None:
    if concerns == EVERYBODY:
        return None
    if concerns == SEEN_BY:
        return select(AccessRow.person_id).where(
            AccessRow.by_person == person_id, AccessRow.at_ms >= since_ms
        )
    return select(PersonRow.person_id).where(PersonRow.person_id == person_id)


def _among(column: InstrumentedAttribute[str], who: Select[str] | None) -> ColumnElement[bool]:
    return true() if who is None else column.in_(who)
