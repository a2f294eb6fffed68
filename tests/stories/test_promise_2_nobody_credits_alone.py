"""Promise 2, nobody credits alone: no single login makes hours, rules, money or prices."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conventions.adopting import proposed
from tests.fund.make import propose_change
from tests.hours.make import square
from tests.merchants.make import street
from tests.people.make import COMMUNITY, Town
from tests.points.make import entries
from tests.service.make import FakeClock
from tests.stories.afternoon import afternoon
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.hours.rules.errors import LedItError
from volunteer_credit.merchants.operations.agreements import propose_agreement
from volunteer_credit.merchants.rules.agreements import Terms
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.people.rules.pair_errors import OwnProposalError
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
Proposal = tuple[Town, int]


def hours_without_a_scan(clock: FakeClock) -> Proposal:
    here = square(clock)
    return here.town, here.paper(here.town.anna, here.vera)


def a_rule(clock: FakeClock) -> Proposal:
    town = Town()
    return town, proposed(town, templates()["haibei"], clock.at_ms).seq


def money(clock: FakeClock) -> Proposal:
    here = afternoon(clock, points=0)
    return here.town, propose_change(here.town, 100, yuan=50)


def a_price(clock: FakeClock) -> Proposal:
    here = street(clock)
    terms = Terms(here.shop("新店", agreed=False), "main", 40, here.points.today(), 20281231)
    caller = here.town.anna.caller()
    return here.town, propose_agreement(caller, COMMUNITY, terms, here.key("terms"))


@pytest.mark.parametrize("what", [hours_without_a_scan, a_rule, money, a_price])
def test_who_proposes_it_cannot_approve_it(
    app: Flask, clock: FakeClock, what: Callable[[FakeClock], Proposal]
) -> None:
    town, seq = what(clock)
    end_reading()
    before = len(entries())
    with pytest.raises(OwnProposalError):
        approve(town.anna.caller(), COMMUNITY, seq, "alone")
    end_reading()
    assert len(entries()) == before, "nothing was written"
    approve(town.bo.caller(), COMMUNITY, seq, "by two")
    end_reading()
    last = entries()[before]
    assert last.kind.endswith(".approved")
    assert last.refs == (seq,)


def test_who_led_a_shift_cannot_approve_it_either(app: Flask, clock: FakeClock) -> None:
    here = afternoon(clock)
    wang = here.scheme.member("王小明")
    here.open()
    sheet = here.serve(wang)
    with pytest.raises(LedItError):
        here.approve(sheet, here.town.anna)
    end_reading()
    assert not entries("hours.recorded")
    assert here.approve(sheet).recorded == 1
