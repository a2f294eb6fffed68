"""What became of a venture project: its shifts, and the hours that were recorded for them."""

from dataclasses import dataclass

from volunteer_credit.hours.queries.totals import totals_of_shifts
from volunteer_credit.projects.queries.projects import Reality, reality, shift_ids
from volunteer_credit.shared.db import Reader


@dataclass(frozen=True, slots=True)
class Became:
    """Shifts and sign-ups; person-times and minutes as they are recorded."""

    planned: Reality
    person_times: int
    minutes: int


def became(reader: Reader, community_id: str, project_id: str) -> Became:
    """As of now."""
    found = totals_of_shifts(reader, community_id, shift_ids(reader, community_id, project_id))
    planned = reality(reader, community_id, project_id)
    return Became(planned, found.person_times, found.minutes)
