"""A fund that is short: everybody waits in order, and is paid whole when it rises."""

import pytest
from flask import Flask

from tests.conventions.make import Value, changed
from tests.people.make import COMMUNITY, DAY_MS, Town
from tests.points.make import HOUR, Scheme, entries
from tests.service.books import replayed
from tests.service.make import FakeClock
from volunteer_credit.fund.queries.coverage import coverage
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.points import jobs
from volunteer_credit.points.operations import paying
from volunteer_credit.points.operations.paying import pay_all
from volunteer_credit.points.queries.awards import awards, deferred
from volunteer_credit.points.queries.wallets import wallet
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def here(app: Flask, clock: FakeClock) -> Scheme:
    assert app
    found = Scheme(Town(), clock)
    found.adopt()
    return found


def waits(here: Scheme) -> int:
    found = deferred(db.session, COMMUNITY).get("main", 0)
    (shown,) = coverage(db.session, COMMUNITY)
    assert shown.deferred == found
    end_reading()
    return found


def test_deferred_points_are_paid_in_order_when_the_fund_rises(here: Scheme) -> None:
    one, two, three = (here.member(name) for name in ("一", "二", "三"))
    first, outcome = here.record(one, 3 * HOUR)
    assert (outcome.kind, outcome.centipoints) == ("deferred", 3000)
    here.fund(10)
    assert here.record(two, 2 * HOUR)[1].kind == "deferred"
    assert here.record(three, HOUR)[1].kind == "deferred"  # ten are there, but others wait
    assert waits(here) == 6000
    here.clock.pass_ms(DAY_MS)
    here.fund(25)  # 35 now: the first is paid whole, the second not in part
    assert [here.points(each) for each in (one, two, three)] == [30, 0, 0]
    assert here.record(one, HOUR)[1].kind == "deferred"
    here.fund(35)
    assert [here.points(each) for each in (one, two, three)] == [40, 20, 10]
    assert waits(here) == 0
    assert here.record(three, HOUR, day=here.today())[1].kind == "deferred"
    paid = [each.data["account"] for each in entries("points.paid")]
    assert paid == [each.account for each in (one, two, three, one)]
    assert entries("points.paid")[0].refs == (entries("points.deferred")[0].seq,)
    (found,) = awards(db.session, COMMUNITY, one.account, [(1, first)]).values()
    assert (found.state, found.waiting) == ("paid", 0)
    assert replayed().size == len(entries())


def test_validity_counts_from_payment(here: Scheme) -> None:
    who = here.member("王")
    here.record(who, HOUR)
    here.go_to(here.clock.at_ms + 40 * DAY_MS)
    here.fund(10)
    (month,) = wallet(db.session, COMMUNITY, who.account)
    assert month.month == here.today() // 100 + 200


def test_deferred_points_are_corrected_before_they_are_paid(here: Scheme) -> None:
    who, next_one = here.member("王"), here.member("李")
    seq, _ = here.record(who, 3 * HOUR)
    other, _ = here.record(next_one, HOUR)
    assert here.correct(seq, 2 * HOUR).centipoints == -1000
    assert here.correct(seq, 4 * HOUR).centipoints == 2000
    assert waits(here) == 5000
    assert all(not each.transfers for each in entries("points.corrected"))
    here.fund(39)
    assert here.points(who) == here.points(next_one) == 0
    here.correct(seq, 0)
    assert waits(here) == 1000
    assert here.points(next_one) == 0
    assert [job.name for job in jobs.jobs()] == ["points_pay", "points_expire"]
    jobs.jobs()[0].run("20261123")
    assert (here.points(who), here.points(next_one)) == (0, 10)
    assert pay_all() == 0
    assert here.correct(other, 0).centipoints == -1000
    assert here.points(next_one) == 0


def test_a_correction_upwards_waits_too_and_keeps_what_is_paid(here: Scheme) -> None:
    here.fund(20)
    who = here.member("王")
    seq, _ = here.record(who, 2 * HOUR)
    assert here.correct(seq, 3 * HOUR).centipoints == 1000
    assert (here.points(who), waits(here)) == (20, 1000)
    here.correct(seq, HOUR)  # first what waits, then what was paid
    assert (here.points(who), waits(here)) == (10, 0)
    here.correct(seq, 4 * HOUR)
    assert (here.points(who), waits(here)) == (10, 3000)
    here.fund(100)
    assert (here.points(who), waits(here)) == (40, 0)
    here.correct(seq, 0)
    assert here.points(who) == 0
    assert here.balance("fund:main") == 120_00


def test_the_job_pays_in_parts_until_nobody_waits(
    here: Scheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [here.member(name) for name in ("一", "二", "三")]
    for who in people:
        here.record(who, HOUR)
    monkeypatch.setattr(paying, "BATCH_MAX", 1)
    here.fund(100)  # its own act pays one part
    assert [here.points(each) for each in people] == [10, 0, 0]
    assert pay_all() == 2
    end_reading()
    assert [here.points(each) for each in people] == [10, 10, 10]


def test_a_full_fund_defers_by_its_cap(here: Scheme) -> None:
    def capped(document: Value) -> None:
        document["principles"]["funds"][0]["cap_centipoints"] = 50_00

    here.adopt(changed(capped))
    here.fund(1000)
    who = here.member("王")
    assert here.record(who, 4 * HOUR)[1].kind == "awarded"
    seq, outcome = here.record(who, 2 * HOUR)
    assert outcome.kind == "deferred"
    here.correct(seq, HOUR)
    assert pay_all() == 1
    assert here.points(who) == 50


def test_who_waits_and_leaves_holds_up_nobody(here: Scheme) -> None:
    who, next_one = here.member("王"), here.member("李")
    here.record(who, 3 * HOUR)
    here.record(next_one, HOUR)
    leave(who.caller(), COMMUNITY, "leave")
    end_reading()
    (gone,) = entries("points.none")
    assert (gone.data["reason"], gone.refs) == ("left", (entries("points.deferred")[0].seq,))
    here.fund(10)
    assert here.points(next_one) == 10
    assert not entries("account.closed")  # there never was a wallet
