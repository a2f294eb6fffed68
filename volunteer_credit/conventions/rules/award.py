"""What a service earns: the difference of two points of its clause's curve, then of each cap's.

All that is decided here is a function of a convention, services and tallies; nothing else is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from volunteer_credit.conventions.rules.award_errors import (
    CoefficientUnknownError,
    OtherServiceError,
    ServiceFactError,
)
from volunteer_credit.conventions.rules.curves import cap_curve, earning_curve
from volunteer_credit.conventions.rules.document import WEIGHT_UNIT, Cap, Convention, Earning
from volunteer_credit.conventions.rules.periods import period_of
from volunteer_credit.conventions.rules.tallies import Move, Tally, TallyKey, moved

SERVICE_MINUTES_MAX = 10_080  # a week

Reason: TypeAlias = Literal["", "no_clause", "presence_short", "no_weight", "below_step", "capped"]
Tallies: TypeAlias = Mapping[TallyKey, Tally]


@dataclass(frozen=True, slots=True)
class Service:
    """What stands in the entries of an hour.

    `coefficient` is empty for work that has none, `planned_minutes` is 0 where nothing was planned,
    `minutes` is 0 in an annulled record.
    Raises: ServiceFactError.
    """

    account: str
    day: int
    category: str
    minutes: int
    coefficient: str = ""
    planned_minutes: int = 0

    def __post_init__(self) -> None:
        for field in ("minutes", "planned_minutes"):
            if not 0 <= getattr(self, field) <= SERVICE_MINUTES_MAX:
                raise ServiceFactError(field=field, value=getattr(self, field))
        try:
            date(self.day // 10_000, self.day // 100 % 100, self.day % 100)
        except ValueError:
            raise ServiceFactError(field="day", value=self.day) from None


@dataclass(frozen=True, slots=True)
class Award:
    """What came of it, and how.

    `moves[0]` is the clause's tally and the others those of its caps, in clause order; there is
    none where no rule applies. `centipoints` is negative where a correction takes back.
    """

    service: Service
    clause: str
    fund: str
    weight: tuple[int, int]
    weighted_before: int  # thousandths of minutes that this record counted until now
    weighted_after: int
    moves: tuple[Move, ...]
    centipoints: int
    reason: Reason

    @property
    def uncapped(self) -> int:
        """Centipoints before any cap."""
        return self.moves[0].given if self.moves else 0


def award(convention: Convention, service: Service, tallies: Tallies) -> Award:
    """What a recorded service earns under the convention in force on its day.

    Tallies that are missing are 0; `keys` names those that matter.
    Raises: CoefficientUnknownError.
    """
    return correct(convention, replace(service, minutes=0), service, tallies)


def correct(convention: Convention, was: Service, now: Service, tallies: Tallies) -> Award:
    """What changes when the minutes of a record change, by the rules it was awarded under.

    `convention` is the one that the record's own award names, whatever is in force now; `was` is
    the record as last corrected. Raises: CoefficientUnknownError, OtherServiceError.
    """
    if replace(was, minutes=now.minutes) != now:
        raise OtherServiceError
    weight = _weight(convention, now)
    earning = earning_of(convention, now.category)
    if earning is None:
        return Award(now, "", "", weight, 0, 0, (), 0, "no_clause")
    before, after = (_weighted(convention, each, weight) for each in (was, now))
    if before == after == 0 and not _is_present(convention, now):
        return Award(now, earning.clause, earning.fund, weight, 0, 0, (), 0, "presence_short")
    moves = _moves(convention, earning, now, after - before, tallies)
    given = moves[-1].given
    reason = "" if given else _reason(weight[0], after - before, moves[0].given)
    return Award(now, earning.clause, earning.fund, weight, before, after, moves, given, reason)


def keys(convention: Convention, service: Service) -> tuple[TallyKey, ...]:
    """The tallies that an award or correction of this service reads and moves, in their order."""
    earning = earning_of(convention, service.category)
    if earning is None:
        return ()
    first = _key(service, earning.clause, earning.period, earning.epoch)
    caps = _caps(convention, earning)
    return (first, *(_key(service, cap.clause, cap.window, 0) for cap in caps))


def earning_of(convention: Convention, category: str) -> Earning | None:
    """The clause that a category earns by: the one that names it, else the one for the rest."""
    rest = None
    for earning in convention.detailed_rules.earnings:
        if category in earning.categories:
            return earning
        if not earning.categories:
            rest = earning
    return rest


def _moves(
    convention: Convention, earning: Earning, service: Service, change: int, tallies: Tallies
) -> tuple[Move, ...]:
    caps = _caps(convention, earning)
    curves = (earning_curve(earning), *(cap_curve(cap) for cap in caps))
    moves: list[Move] = []
    for key, curve in zip(keys(convention, service), curves, strict=True):
        moves.append(moved(key, tallies.get(key, Tally()), change, curve))
        change = moves[-1].given
    return tuple(moves)


def _caps(convention: Convention, earning: Earning) -> list[Cap]:
    return [
        cap
        for cap in convention.detailed_rules.caps
        if not cap.earnings or earning.clause in cap.earnings
    ]


def _key(service: Service, clause: str, period: str, epoch: int) -> TallyKey:
    return TallyKey(service.account, clause, period_of(service.day, period), epoch)


def _weight(convention: Convention, service: Service) -> tuple[int, int]:
    if not service.coefficient:
        return 1, 1
    for each in convention.detailed_rules.coefficients:
        if each.code == service.coefficient:
            return each.weight
    raise CoefficientUnknownError(coefficient=service.coefficient)


def _weighted(convention: Convention, service: Service, weight: tuple[int, int]) -> int:
    """Thousandths of weighted minutes that count: none where too little of the plan was kept."""
    if not _is_present(convention, service):
        return 0
    numerator, denominator = weight
    return service.minutes * numerator * (WEIGHT_UNIT // denominator)


def _is_present(convention: Convention, service: Service) -> bool:
    share, whole = convention.detailed_rules.presence_min
    return service.minutes * whole >= service.planned_minutes * share


def _reason(weight: int, change: int, uncapped: int) -> Reason:
    """Why nothing came of it."""
    if not weight:
        return "no_weight"
    if uncapped:
        return "capped"
    return "below_step" if change else ""
