"""About how many points a service will come to, by what is counted now. Nothing is written."""

from dataclasses import dataclass

from volunteer_credit.conventions.operations.in_force import convention_on
from volunteer_credit.conventions.queries.contracts import has_signed
from volunteer_credit.conventions.rules.award import Service, award, keys
from volunteer_credit.conventions.rules.award_errors import CoefficientUnknownError
from volunteer_credit.points.queries.tallies import tallies_of
from volunteer_credit.points.rules.recorded import NO_COEFFICIENT, NOT_SIGNED
from volunteer_credit.shared.db import Reader


@dataclass(frozen=True, slots=True)
class Estimate:
    """About so many centipoints by this clause; `reason` says why none."""

    centipoints: int
    clause: str = ""
    fund: str = ""
    reason: str = ""


def estimate(
    reader: Reader,
    community_id: str,
    account: str,
    day: int,
    category: str,
    coefficient: str,
    minutes: int,
    planned_minutes: int,
) -> Estimate | None:
    """What so many minutes on a day YYYYMMDD would come to; None in a community of hours only.

    Other services that are recorded first may change it. Raises: ConventionChangedError,
    ServiceFactError.
    """
    found = convention_on(reader, community_id, day)
    if found is None:
        return None
    service = Service(account, day, category, minutes, coefficient, planned_minutes)
    wanted = keys(found.convention, service)
    try:
        made = award(found.convention, service, tallies_of(reader, community_id, wanted))
    except CoefficientUnknownError:
        return Estimate(0, reason=NO_COEFFICIENT)
    if not has_signed(reader, community_id, account):
        return Estimate(0, made.clause, made.fund, NOT_SIGNED)
    return Estimate(made.centipoints, made.clause, made.fund, made.reason)
