"""Conventions in force and what agreements may pay (docs/ledger-format.md §10, R1 to R3)."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger import dates
from ledger.entry import Entry
from ledger.price_errors import (
    AgreementDaysError,
    AgreementFromError,
    ConventionNotInForceError,
    EffectiveDayError,
    PriceAboveMaximumError,
)


class Convention(NamedTuple):
    """A convention's document hash and its maximum (fen per point) by fund."""

    document: str
    fen_per_point_max: Mapping[str, int]


class Agreement(NamedTuple):
    """What a merchant gets for a point of a fund, on the days from `first` to `last`."""

    merchant: str
    fund: str
    fen_per_point: int
    first: int
    last: int


@dataclass(slots=True)
class Timeline:
    """Conventions by effective day; a later one for the same day replaces the earlier."""

    days: list[int] = field(default_factory=list)
    conventions: dict[int, Convention] = field(default_factory=dict)

    def add(self, effective_day: int, convention: Convention) -> None:
        """Take in a convention."""
        if effective_day not in self.conventions:
            self.days.insert(bisect_right(self.days, effective_day), effective_day)
        self.conventions[effective_day] = convention

    def on(self, day: int) -> Convention | None:
        """The convention in force on a day."""
        index = bisect_right(self.days, day)
        return self.conventions[self.days[index - 1]] if index else None


@dataclass(slots=True)
class Prices:
    """The conventions and agreements of a book, own and inherited."""

    own: Timeline = field(default_factory=Timeline)
    inherited: list[Timeline] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)  # as approved

    def in_force(self, day: int) -> list[Convention]:
        """The conventions in force on a day: the own one, or one of each inherited timeline."""
        own = self.own.on(day)
        if own is not None:
            return [own]
        inherited = (timeline.on(day) for timeline in self.inherited)
        return [convention for convention in inherited if convention is not None]

    def maximum(self, fund: str, day: int) -> int:
        """The most fen a point of this fund may cost on a day (R1)."""
        return max((c.fen_per_point_max.get(fund, 0) for c in self.in_force(day)), default=0)

    def price(self, merchant: str, fund: str, day: int) -> int | None:
        """What the merchant gets per point on a day, in fen; None without agreement (R2)."""
        for agreement in reversed(self.agreements):
            if (agreement.merchant, agreement.fund) == (merchant, fund) and (
                agreement.first <= day <= agreement.last
            ):
                return agreement.fen_per_point
        return None

    def check(self, entry: Entry, local_day: int) -> None:
        """Refuse an entry that breaks E7, R1, R2 or R3."""
        if entry.rule and all(
            convention.document != entry.rule.convention for convention in self.in_force(entry.day)
        ):
            raise ConventionNotInForceError(convention=entry.rule.convention, day=entry.day)
        if entry.kind == "convention.approved":
            self._check_convention(entry, local_day)
        elif entry.kind == "agreement.approved":
            self._check_agreement(entry, local_day)

    def apply(self, entry: Entry) -> None:
        """Take in an entry that `check` has accepted."""
        data = entry.data
        if entry.kind == "convention.approved":
            self.own.add(
                data["effective_day"],
                Convention(data["convention"], dict(data["fen_per_point_max"])),
            )
        elif entry.kind == "agreement.approved":
            self.agreements.append(_agreement(entry))

    def timelines(self) -> list[list[tuple[int, Convention]]]:
        """All conventions as a successor inherits them (S1): own ones continue inherited ones."""
        own = [(day, self.own.conventions[day]) for day in self.own.days]
        end = self.own.days[0] if self.own.days else dates.DAY_WITHOUT_END + 1
        lists = [
            [(day, timeline.conventions[day]) for day in timeline.days if day < end] + own
            for timeline in self.inherited
        ]
        return lists or ([own] if own else [])

    def _check_convention(self, entry: Entry, local_day: int) -> None:
        effective_day = entry.data["effective_day"]
        if effective_day <= local_day:
            raise EffectiveDayError(effective_day=effective_day, day=local_day)
        after = Prices(
            Timeline(list(self.own.days), dict(self.own.conventions)),
            self.inherited,
            self.agreements,
        )
        after.apply(entry)
        for merchant, fund in {(each.merchant, each.fund) for each in self.agreements}:
            theirs = [each for each in self.agreements if each[:2] == (merchant, fund)]
            changes = {each.first for each in theirs}
            changes |= {dates.next_day(each.last) for each in theirs}
            for day in after.days_to_check(changes, effective_day, dates.DAY_WITHOUT_END):
                price = after.price(merchant, fund, day)
                if price is not None:
                    after.check_price(merchant, fund, price, day)

    def _check_agreement(self, entry: Entry, local_day: int) -> None:
        new = _agreement(entry)
        if new.first < local_day:
            raise AgreementFromError(start=new.first, day=local_day)
        if new.last < new.first:
            raise AgreementDaysError(start=new.first, end=new.last)
        for day in self.days_to_check((), new.first, new.last):
            self.check_price(new.merchant, new.fund, new.fen_per_point, day)

    def days_to_check(self, changes: Iterable[int], first: int, last: int) -> list[int]:
        """The days from `first` to `last` on which a price or maximum can begin to differ."""
        days = {first, *changes, *self.own.days}
        days.update(day for timeline in self.inherited for day in timeline.days)
        return sorted(day for day in days if first <= day <= last)

    def check_price(self, merchant: str, fund: str, price: int, day: int) -> None:
        """Refuse a price above the maximum of its fund on a day (R3)."""
        maximum = self.maximum(fund, day)
        if price > maximum:
            raise PriceAboveMaximumError(
                merchant=merchant, fund=fund, price=price, day=day, maximum=maximum
            )


def _agreement(entry: Entry) -> Agreement:
    data = entry.data
    return Agreement(
        data["merchant"], data["fund"], data["fen_per_point"], data["from"], data["to"]
    )
