"""What is kept of somebody: exported, kept from erasure while it is open, and forgotten."""

import pytest
from flask import Flask
from sqlalchemy import inspect

from tests.people.make import COMMUNITY, OPERATOR
from tests.redemptions.make import Market, market
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.privacy_hooks import hooks
from volunteer_credit.people.rules import retention_merchants, retention_redemptions
from volunteer_credit.people.rules.retention_words import Kept
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
GRAIN = "张记粮油"


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Market:
    assert app
    return market(clock)


def test_what_one_redeemed_is_in_the_export(town: Market) -> None:
    wang = town.who("王小明")
    town.hold("王小明", town.ask(GRAIN, 毛巾=2))
    found = hooks().exports["redemptions"](db.session, wang.person_id, [(COMMUNITY, wang.account)])
    end_reading()
    assert [(each["state"], each["centipoints"]) for each in found] == [("held", 20_00)]
    assert found[0]["pieces"] == [{"name": "毛巾", "pieces": 2}]


def test_an_open_hold_comes_first(town: Market) -> None:
    wang = town.who("王小明")
    link = [(COMMUNITY, wang.account)]
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=2))
    duties = hooks().duties["redemptions"]
    assert [each.code for each in duties(db.session, wang.person_id, link, 0)] == [
        "redemption_open"
    ]
    end_reading()
    town.cancel("王小明", name)
    assert duties(db.session, wang.person_id, link, 0) == []


def test_forgotten_the_shop_still_adds_up(town: Market) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=2))
    town.take("张收银", name)
    with perform(COMMUNITY, Request(OPERATOR, "forget", "test")) as operation:
        hooks().forgetting["redemptions"](operation, town.who("王小明").account)
        operation.answer({})
    end_reading()
    sale = town.sale(name)
    assert (sale.account, sale.asked_by, sale.centipoints) == ("", "", 20_00)


@pytest.mark.parametrize(
    ("room", "rows"),
    [
        ("merchants", retention_merchants.ROOM),
        ("redemptions", retention_redemptions.ROOM),
    ],
)
def test_every_column_is_listed(town: Market, room: str, rows: tuple[Kept, ...]) -> None:
    assert town
    found = {
        (table, column["name"])
        for table in inspect(db.engine).get_table_names()
        if table.startswith(f"{room}_")
        for column in inspect(db.engine).get_columns(table)
    }
    listed = {(each.table, name) for each in rows for name in each.names}
    assert listed == found
