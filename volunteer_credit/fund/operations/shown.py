"""The fund's page: what is there, who gave it, and what may be asked for."""

from dataclasses import dataclass

from volunteer_credit.conventions.operations.in_force import convention_on
from volunteer_credit.conventions.rules.document import Words
from volunteer_credit.fund.queries.changes import Change, Sponsor, changes, sponsors
from volunteer_credit.fund.queries.coverage import coverage
from volunteer_credit.fund.queries.days import book_day
from volunteer_credit.fund.rules.cover import Coverage
from volunteer_credit.shared.db import Reader


@dataclass(frozen=True, slots=True)
class Shown:
    """Every fund with its title by the convention (None: of an older one), and what happened."""

    funds: list[Coverage]
    titles: dict[str, Words]
    changes: list[Change]
    sponsors: list[Sponsor]


def shown(reader: Reader, community_id: str) -> Shown:
    """All that everybody of a community may know of its funds. Raises: ConventionChangedError."""
    found = convention_on(reader, community_id, book_day(reader, community_id))
    titles: dict[str, Words] = {}
    if found is not None:
        clauses = {each.id: each.title for each in found.convention.clauses}
        titles = {each.fund: clauses[each.clause] for each in found.convention.principles.funds}
    return Shown(
        coverage(reader, community_id),
        titles,
        changes(reader, community_id),
        sponsors(reader, community_id),
    )
