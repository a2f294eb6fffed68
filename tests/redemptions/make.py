"""Somebody redeems at a street's shops."""

from dataclasses import dataclass

from tests.merchants.make import POINT, Street, street
from tests.people.make import COMMUNITY, Resident
from tests.service.make import FakeClock
from volunteer_credit.merchants.queries.shops import offers
from volunteer_credit.people.operations.cards import own_pass, pass_shown
from volunteer_credit.redemptions.operations.deciding import (
    confirm_at_till,
    confirm_own,
    void_at_till,
    void_own,
)
from volunteer_credit.redemptions.operations.holding import hold_at_till, hold_own
from volunteer_credit.redemptions.operations.refunding import refund
from volunteer_credit.redemptions.queries.redemptions import Sale, sale
from volunteer_credit.redemptions.rules.refunds import Refund
from volunteer_credit.redemptions.rules.selling import Ask
from volunteer_credit.shared.db import db, end_reading


@dataclass
class Market:
    """A street on a redemption day: what each side does, by short words."""

    street: Street

    @property
    def clock(self) -> FakeClock:
        return self.street.clock

    def who(self, name: str) -> Resident:
        return self.street.people[name]

    def ask(self, shop: str, points: int = 0, **pieces: int) -> Ask:
        """A basket by the names of its things, or an amount; `points` as they were seen."""
        prices = {"毛巾": 10, "洒水壶": 20, "花生油": 60, "肥皂": 5, "盐": 2}
        named = {self.street.offers[name]: count for name, count in pieces.items()}
        total = points or sum(prices[name] * count for name, count in pieces.items())
        return Ask(self.street.shops[shop], total * POINT, named)

    def pass_of(self, name: str) -> str:
        """What a scanner reads off a member's pass now."""
        caller = self.who(name).caller()
        own_pass(caller, self.street.key("pass"))
        shown = pass_shown(caller)
        end_reading()
        return f"HTTPS://POINTS.EXAMPLE/P/{shown}"

    def hold(self, name: str, ask: Ask, key: str = "") -> str:
        """A member picks on their own phone."""
        key = key or self.street.key("hold")
        found = hold_own(self.who(name).caller(), COMMUNITY, ask, key)
        end_reading()
        return found

    def asked(self, cashier: str, ask: Ask, card: str, key: str = "") -> str:
        """A cashier asks whoever showed a card."""
        key = key or self.street.key("ask")
        found = hold_at_till(self.who(cashier).caller(), COMMUNITY, ask, card, key)
        end_reading()
        return found

    def take(self, cashier: str, name: str, centipoints: int = 0, key: str = "") -> str:
        """The cashier confirms."""
        seen = self.sale(name)
        key = key or self.street.key("take")
        state = confirm_at_till(
            self.who(cashier).caller(),
            COMMUNITY,
            seen.merchant_id,
            name,
            centipoints or seen.centipoints,
            key,
        )
        end_reading()
        return state

    def agree(self, member: str, name: str, centipoints: int = 0) -> str:
        """The member confirms."""
        seen, key = self.sale(name), self.street.key("agree")
        amount = centipoints or seen.centipoints
        state = confirm_own(self.who(member).caller(), COMMUNITY, name, amount, key)
        end_reading()
        return state

    def cancel(self, member: str, name: str) -> str:
        state = void_own(self.who(member).caller(), COMMUNITY, name, self.street.key("cancel"))
        end_reading()
        return state

    def stop(self, cashier: str, name: str) -> str:
        caller, key = self.who(cashier).caller(), self.street.key("stop")
        state = void_at_till(caller, COMMUNITY, self.sale(name).merchant_id, name, key)
        end_reading()
        return state

    def refund(self, cashier: str, name: str, asked: Refund, key: str = "") -> int:
        """What came back, in centipoints."""
        caller, key = self.who(cashier).caller(), key or self.street.key("refund")
        merchant = self.sale(name).merchant_id
        found = refund(caller, COMMUNITY, merchant, name, asked, key)
        end_reading()
        return found

    def sale(self, name: str) -> Sale:
        """The redemption as it stands."""
        end_reading()
        found = sale(db.session, COMMUNITY, name)
        assert found is not None
        end_reading()
        return found

    def points(self, name: str) -> int:
        """What a member has, in whole points, holds not taken off."""
        return self.street.points.points(self.who(name))

    def stock(self, shop: str, name: str) -> int | None:
        """How many are left on the shelf."""
        found = offers(db.session, COMMUNITY, self.street.shops[shop])
        end_reading()
        return next(each.stock for each in found if each.name == name)


def market(clock: FakeClock) -> Market:
    """The usual street."""
    return Market(street(clock))
