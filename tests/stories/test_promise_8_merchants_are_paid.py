"""Promise 8, merchants are paid: no price above the maximum, and the verifier prints the cover."""

import re

import pytest
from flask import Flask

from ledger.price_errors import PriceAboveMaximumError
from tests.merchants.make import Street, street
from tests.people.make import COMMUNITY
from tests.points.make import HOUR, entries
from tests.service.make import FakeClock
from tests.stories.afternoon import afternoon, published
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.merchants.operations.agreements import propose_agreement
from volunteer_credit.merchants.rules.agreements import AgreementPriceError, Terms
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
MAXIMUM = 50  # fen a point, by the convention


def terms(here: Street, fen_per_point: int) -> Terms:
    shop = here.shops["张记粮油"]
    return Terms(shop, "main", fen_per_point, here.points.today(), 20281231)


def past_the_service(here: Street, asked: Terms) -> None:
    """Both entries of a pair, written as if the service had asked nothing."""
    data = asked.data(())
    request = Request(here.town.anna.actor("staff"), here.key("pair"), "test")
    with perform(COMMUNITY, request) as operation:
        proposed = operation.append(NewEntry("agreement.proposed", data))
        second = here.town.bo.actor("supervisor")
        operation.append(NewEntry("agreement.approved", data, actor=second, refs=[proposed.seq]))


def test_a_price_above_the_maximum_is_refused_by_service_and_book(
    app: Flask, clock: FakeClock
) -> None:
    here = street(clock)
    before = len(entries())
    with pytest.raises(AgreementPriceError):
        propose_agreement(
            here.town.anna.caller(), COMMUNITY, terms(here, MAXIMUM + 1), here.key("terms")
        )
    end_reading()
    assert len(entries()) == before
    with pytest.raises(PriceAboveMaximumError):
        past_the_service(here, terms(here, MAXIMUM + 1))
    end_reading()
    assert len(entries()) == before
    assert here.agree("张记粮油", fen=MAXIMUM)


def test_the_verifier_prints_cash_less_what_points_may_cost(app: Flask, clock: FakeClock) -> None:
    here = afternoon(clock, points=1000)  # and as many yuan
    here.scheme.record(here.scheme.member("王小明"), 3 * HOUR)
    _, verified, _ = published()
    assert verified.code == 0
    found = re.search(r"fund main: cash (\d+) fen - (\d+) centipoints .*", verified.text)
    assert found, verified.text
    assert (int(found[1]), int(found[2])) == (1000_00, 30_00)
    assert str(1000_00 - 30 * MAXIMUM) in found[0]
