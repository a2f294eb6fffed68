"""Raising a fund and giving back, by two persons; what the fund shows of it."""

import pytest
from flask import Flask

from ledger.account_errors import ExceedsCreditsError
from tests.conventions.adopting import adopt
from tests.fund.make import SPONSOR, change_fund, propose_change
from tests.people.make import COMMUNITY, Town
from tests.service.books import replayed
from tests.service.make import FakeClock
from volunteer_credit.fund.operations.budgets import From, propose_budget
from volunteer_credit.fund.queries.changes import changes, sponsor_named, sponsors
from volunteer_credit.fund.queries.coverage import coverage, funds_now
from volunteer_credit.fund.rules.budget import BudgetChange
from volunteer_credit.fund.rules.cover import Coverage
from volunteer_credit.fund.rules.errors import (
    BudgetShortError,
    NoFundError,
    SponsorNameError,
    SponsorUnknownError,
)
from volunteer_credit.journal.operations.proposal_seen import proposal_data
from volunteer_credit.people.operations.pair_words import lines_of
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.pair_errors import OwnProposalError
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Town:
    assert app
    found = Town()
    adopt(found, clock)
    return found


def covered() -> Coverage:
    (found,) = coverage(db.session, COMMUNITY)
    end_reading()
    return found


def test_two_persons_raise_a_fund_with_points_and_money(town: Town) -> None:
    assert covered() == Coverage("main", 0, 0, 0, 0, 0, 0, 0, 0, 50)
    seq = propose_change(town, 1000, yuan=300)
    assert covered().available == 0
    end_reading()
    with pytest.raises(OwnProposalError):
        approve(town.anna.caller(), COMMUNITY, seq, "own")
    end_reading()
    approve(town.bo.caller(), COMMUNITY, seq, "approve")
    end_reading()
    found = covered()
    assert (found.budget_centipoints, found.available, found.outstanding) == (100_000, 100_000, 0)
    assert (found.cash_fen, found.owed_fen, found.cover_fen) == (30_000, 0, 30_000)
    (change,) = changes(db.session, COMMUNITY)
    assert (change.centipoints, change.fen, change.sponsor) == (100_000, 30_000, SPONSOR.name)
    end_reading()
    assert replayed().accounts.accounts["fund:main"].posted == 100_000
    assert replayed().accounts.accounts["cash:main"].posted == 30_000


def test_a_known_name_is_the_same_sponsor(town: Town) -> None:
    change_fund(town, 10)
    change_fund(town, 10)
    (known,) = sponsors(db.session, COMMUNITY)
    change = BudgetChange("main", 0, 100, "donation")
    end_reading()
    chosen = From(known.sponsor_id)
    seq = propose_budget(town.anna.caller(), COMMUNITY, change, chosen, "by id")
    end_reading()
    assert seq == propose_budget(town.anna.caller(), COMMUNITY, change, chosen, "by id")
    end_reading()
    other = From(name=" 新 \t 单位 ")
    propose_budget(town.anna.caller(), COMMUNITY, change, other, "new")
    end_reading()
    assert {each.name for each in sponsors(db.session, COMMUNITY)} == {SPONSOR.name, "新 单位"}
    assert sponsor_named(db.session, COMMUNITY, "0" * 32) is None


def test_giving_back_is_as_much_as_is_free(town: Town) -> None:
    change_fund(town, 100, yuan=50)
    waits = propose_change(town, 100, is_back=True)
    change_fund(town, 60, yuan=20, is_back=True)
    assert covered().available == 40_00
    assert covered().cash_fen == 30_00
    for points, yuan in ((41, 0), (0, 31)):
        with pytest.raises(BudgetShortError) as refused:
            propose_change(town, points, yuan=yuan, is_back=True)
        assert "40" in refused.value.sentence("zh")
        assert "30.00" in refused.value.sentence("en")
    with pytest.raises(ExceedsCreditsError):  # what was enough when it was proposed
        approve(town.bo.caller(), COMMUNITY, waits, "late")
    assert covered().budget_centipoints == 40_00


def test_only_funds_of_the_convention_are_raised(town: Town, app: Flask, clock: FakeClock) -> None:
    with pytest.raises(NoFundError):
        propose_change(town, 10, fund="other")
    with pytest.raises(NoFundError):
        propose_change(town, 10, fund="other", is_back=True)
    assert funds_now(db.session, COMMUNITY, 20000101) == ()
    (found,) = coverage(db.session, COMMUNITY, {"main": 500, "other": 1})
    assert found.deferred == 500


@pytest.mark.parametrize("name", ["", "a" * 81, "x\u202ey"])
def test_a_sponsor_has_a_name_of_one_line(town: Town, name: str) -> None:
    change = BudgetChange("main", 100, 0, "grant")
    with pytest.raises(SponsorNameError):
        propose_budget(town.anna.caller(), COMMUNITY, change, From(name=name), "name")


def test_who_may_not_propose_does_not_and_nobody_invents_a_sponsor(town: Town) -> None:
    change, wang = BudgetChange("main", 100, 0, "grant"), town.add("王小明")
    with pytest.raises(NotAllowedError):
        propose_budget(wang.caller(), COMMUNITY, change, SPONSOR, "wang")
    end_reading()
    with pytest.raises(SponsorUnknownError):
        propose_budget(town.anna.caller(), COMMUNITY, change, From("0" * 32), "unknown")


def test_the_second_person_reads_what_it_comes_to(town: Town) -> None:
    change_fund(town, 10, yuan=5)
    for points, yuan, is_back in ((10, 5, False), (10, 5, True), (0, 5, False)):
        seq = propose_change(town, points, yuan=yuan, is_back=is_back)
        data = proposal_data(COMMUNITY, seq)
        lines = lines_of(db.session, COMMUNITY, "fund.budget", data)
        assert lines is not None
        told = " / ".join(f"{about.zh} {said.zh}" for about, said in lines)
        assert SPONSOR.name in told
        assert ("退回 10 分" in told) == is_back
        assert ("收到 5.00 元" in told) == (not is_back)
        end_reading()
