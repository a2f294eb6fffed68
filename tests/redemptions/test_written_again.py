"""What the archive knows of sales is what the database holds, whichever way a row was written."""

from flask import Flask

from tests.people.sign_in_make import PIN, give_card, with_cheap_pins
from tests.redemptions.make import market
from tests.redemptions.test_card_pin import pay
from tests.redemptions.test_refunds import towels
from tests.service.make import FakeClock
from tests.service.written_again import rows_differ
from volunteer_credit.redemptions.operations.due import release_due

GRAIN = "张记粮油"


def test_the_archive_has_every_row_of_a_sale(app: Flask, clock: FakeClock) -> None:
    assert app
    with_cheap_pins()
    town = market(clock)
    town.street.member("老王", 200)
    sold = town.hold("王小明", town.ask(GRAIN, 毛巾=3, 洒水壶=1))
    for _ in range(2):
        town.take("张收银", sold, key="take")
    for _ in range(2):
        town.refund("张收银", sold, towels(town, 2), "refund")
    town.refund("张收银", sold, towels(town, 1))
    town.cancel("王小明", town.hold("王小明", town.ask(GRAIN, 毛巾=1)))
    town.stop("张收银", town.hold("王小明", town.ask(GRAIN, 10)))
    asked = town.asked("张收银", town.ask(GRAIN, 10), town.pass_of("王小明"))
    town.agree("王小明", asked)
    card = give_card(town.who("老王"), PIN)
    assert pay(town, town.asked("张收银", town.ask(GRAIN, 50), card)) == "confirmed"
    town.hold("王小明", town.ask(GRAIN, 1))
    clock.pass_ms(200_000)
    release_due("over")
    assert rows_differ("redemptions_", "merchants_", "points_") == []
