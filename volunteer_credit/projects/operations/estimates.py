"""How points come from a shift, before anybody has done anything: by its clause, or hours only."""

from dataclasses import dataclass

from volunteer_credit.conventions.operations.in_force import convention_on
from volunteer_credit.conventions.rules.award import Service, award
from volunteer_credit.conventions.rules.award_errors import CoefficientUnknownError
from volunteer_credit.conventions.rules.document import Words
from volunteer_credit.projects.queries.shifts import DoorShift
from volunteer_credit.shared.db import Reader

NOBODY = "0" * 32  # whoever has no hours yet


@dataclass(frozen=True, slots=True)
class PointsShown:
    """About so many centipoints for the planned time, by the clause with this title."""

    centipoints: int
    clause: Words


def points_shown(reader: Reader, community_id: str, shift: DoorShift) -> PointsShown | None:
    """For who comes for the first time; None where the convention gives none, or there is none.

    Raises: ConventionUnknownError, ConventionChangedError.
    """
    found = convention_on(reader, community_id, shift.day)
    if found is None:
        return None
    minutes = shift.planned_minutes
    service = Service(NOBODY, shift.day, shift.category, minutes, shift.coefficient, minutes)
    try:
        made = award(found.convention, service, {})
    except CoefficientUnknownError:  # the convention has changed since
        return None
    titles = {each.id: each.title for each in found.convention.clauses}
    if made.centipoints <= 0 or made.clause not in titles:
        return None
    return PointsShown(made.centipoints, titles[made.clause])
