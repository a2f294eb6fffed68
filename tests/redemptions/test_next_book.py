"""Sales over the end of a book: held in one and taken in the next, run out between, given back."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY
from tests.redemptions.make import market
from tests.redemptions.test_refunds import towels
from tests.service.books import notes
from tests.service.make import FakeClock
from tests.service.next_book import next_book
from tests.service.written_again import rows_differ
from volunteer_credit.journal.operations.examine import entry_of
from volunteer_credit.redemptions.operations.due import release_due
from volunteer_credit.redemptions.rules.errors import HoldExpiredError
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
GRAIN = "张记粮油"


def test_sales_go_on(app: Flask, clock: FakeClock) -> None:
    assert app
    town = market(clock)
    sold = town.hold("王小明", town.ask(GRAIN, 毛巾=2))
    town.take("张收银", sold)
    late = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    clock.pass_ms(170_000)
    held = town.hold("王小明", town.ask(GRAIN, 洒水壶=1))
    clock.pass_ms(20_000)
    people = town.street.town
    next_book(COMMUNITY, [(people.anna.account, "staff"), (people.bo.account, "supervisor")])
    with pytest.raises(HoldExpiredError):
        town.take("张收银", late)
    assert town.take("张收银", held) == "confirmed"
    assert town.refund("张收银", sold, towels(town, 1)) == 1000
    assert release_due("next") == 1
    assert (town.sale(late).state, town.stock(GRAIN, "毛巾")) == ("voided", 4)
    assert town.points("王小明") == 100 - 20 - 20 + 10
    end_reading()
    found = {entry.kind: entry for entry in map(entry_of, notes(COMMUNITY, 2))}
    opening = found["redemption.confirmed"].refs[0]
    assert [each.data["lines"] for each in found.values() if each.seq == opening]
    assert found["redemption.voided"].transfers == ()
    for kind in ("redemption.voided", "redemption.refunded"):
        (ref,) = found[kind].refs
        assert isinstance(ref, tuple), "of the book before"
    assert rows_differ("redemptions_", "merchants_", "points_") == []
