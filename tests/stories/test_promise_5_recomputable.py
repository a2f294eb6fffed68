"""Promise 5, recomputable: replaying the book under its own conventions gives every balance."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, Resident
from tests.points.make import HOUR
from tests.redemptions.make import market
from tests.service.books import book_balances, replayed
from tests.service.make import FakeClock
from tests.stories.afternoon import afternoon, published
from volunteer_credit.journal.operations.compare import compare_rows
from volunteer_credit.points.operations.recompute import GOOD
from volunteer_credit.redemptions.rules.refunds import Refund

pytestmark = pytest.mark.engines("sqlite")


def check(who: Resident, points: int) -> None:
    """Every way of counting what somebody has comes to the same."""
    _, verified, again = published()
    assert (verified.code, again.wrong, again.missing) == (0, [], [])
    assert again.verdict == GOOD
    book = book_balances(replayed())
    wallets = [name for name in book if name.startswith(f"wallet:{who.account}:")]
    assert sum(book[name][3] - book[name][1] for name in wallets) == points * 100
    assert not compare_rows(COMMUNITY).differences


def test_a_redemption_and_a_refund_replay_to_the_same(app: Flask, clock: FakeClock) -> None:
    here = market(clock)
    wang = here.who("王小明")
    here.street.points.record(wang, 2 * HOUR)
    held = here.asked("张收银", here.ask("张记粮油", 洒水壶=2), here.pass_of("王小明"))
    here.agree("王小明", held)
    here.refund("张收银", held, Refund({here.street.offers["洒水壶"]: 1}))
    check(wang, 100 + 20 - 40 + 20)
    assert here.points("王小明") == 100


def test_corrections_replay_to_the_same(app: Flask, clock: FakeClock) -> None:
    here = afternoon(clock)
    wang = here.scheme.member("王小明")
    here.open()
    sheet = here.serve(wang)
    here.approve(sheet)
    here.correct(sheet, 90)
    check(wang, 15)
    assert here.scheme.points(wang) == 15
