"""A street with shops in a town that has a convention and a fund; used by redemptions too."""

from dataclasses import dataclass, field, replace
from functools import partial

from tests.people.make import COMMUNITY, DAY_MS, Resident, Town
from tests.points.make import Scheme, scheme
from tests.service.make import FakeClock
from tests.service.rows import built_once
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.merchants.operations.agreements import propose_agreement
from volunteer_credit.merchants.operations.offers import add_offer
from volunteer_credit.merchants.operations.shops import Opening, add_merchant
from volunteer_credit.merchants.rules.agreements import Terms
from volunteer_credit.merchants.rules.offers import OfferForm
from volunteer_credit.merchants.rules.shops import Sign
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.shared.db import end_reading

POINT = 100
# The price list of 乳山 银滩, in points.
TOWEL, WATERING_CAN, OIL = ("毛巾", 10), ("洒水壶", 20), ("花生油", 60)


@dataclass
class Street:
    """Shops, by the name on their sign, and what they give, by its name."""

    points: Scheme
    shops: dict[str, str] = field(default_factory=dict)
    offers: dict[str, str] = field(default_factory=dict)
    people: dict[str, Resident] = field(default_factory=dict)
    count: int = 0

    @property
    def town(self) -> Town:
        return self.points.town

    @property
    def clock(self) -> FakeClock:
        return self.points.clock

    def key(self, name: str) -> str:
        """A key that nobody has used."""
        self.count += 1
        end_reading()
        return f"{name} {self.count}"

    def shop(self, name: str, *, kind: str = "merchant", agreed: bool = True) -> str:
        """A shop, agreed with for a year at half a yuan a point; its id."""
        opening = Opening(Sign(name, kind=kind))
        key = self.key("shop")
        self.shops[name] = add_merchant(self.town.anna.caller(), COMMUNITY, opening, key)
        if agreed:
            self.agree(name)
        return self.shops[name]

    def agree(self, name: str, fund: str = "main", fen: int = 50, days: int = 1) -> int:
        """An agreement from today on, `days` of it being 1 for a long time; the approval's seq."""
        day = self.points.today()
        terms = Terms(self.shops[name], fund, fen, day, day if days == 0 else 20281231)
        seq = propose_agreement(self.town.anna.caller(), COMMUNITY, terms, self.key("terms"))
        end_reading()
        made = approve(self.town.bo.caller(), COMMUNITY, seq, self.key("yes"))
        end_reading()
        return made

    def offer(self, shop: str, name: str, points: int, stock: int | None = None) -> str:
        """Something for points; its id."""
        form = OfferForm(name, points * POINT, stock)
        caller, key = self.town.anna.caller(), self.key("offer")
        self.offers[name] = add_offer(caller, COMMUNITY, self.shops[shop], form, key)
        end_reading()
        return self.offers[name]

    def cashier(self, name: str, shop: str) -> Resident:
        """Somebody who stands at a till."""
        who = self.people.get(name) or self.town.add(name)
        self.people[name] = who
        self.town.grant(who, "cashier", scope=f"merchant:{self.shops[shop]}")
        end_reading()
        return who

    def member(self, name: str, points: int) -> Resident:
        """A member with points, earned by the hour."""
        who = self.people[name] = self.points.member(name)
        if points:
            _seq, outcome = self.points.record(who, points * 6)
            assert outcome.centipoints == points * POINT
        return who


def free_convention() -> Convention:
    """Ten points an hour without end, redeemed on every day as often as one likes."""
    found = templates()["ten_an_hour"]
    limits = replace(found.detailed_rules.limits, redemptions_per_quarter=0)
    return replace(
        found,
        detailed_rules=replace(found.detailed_rules, caps=(), limits=limits),
        parameters=replace(found.parameters, market_months=(), market_days=()),
    )


def _built(clock: FakeClock) -> tuple[Street, int]:
    before = clock.at_ms
    street = Street(scheme(clock))
    street.points.adopt(free_convention())
    street.points.fund(100_000)
    street.shop("张记粮油")
    for name, points in (TOWEL, WATERING_CAN, OIL):
        street.offer("张记粮油", name, points, 5 if name == TOWEL[0] else None)
    street.shop("信用超市", kind="community_shop")
    street.offer("信用超市", "肥皂", 5, 3)
    street.offer("信用超市", "盐", 2)
    street.cashier("张收银", "张记粮油")
    street.cashier("李柜台", "信用超市")
    street.member("王小明", 100)
    street.member("陈秀英", 30)
    return street, clock.at_ms - before


def street(clock: FakeClock) -> Street:
    """Two shops: one with the price list of 乳山, and the community's own; two members."""
    made, passed_ms = built_once(("street",), partial(_built, clock))
    assert passed_ms == DAY_MS
    if made.clock is not clock:
        clock.pass_ms(passed_ms)
        made.points.clock = clock
    end_reading()
    return made
