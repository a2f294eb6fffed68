"""Leaving gives points back and keeps the hours; coming back opens the wallet again; forgetting."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.people.make import COMMUNITY, DAY_MS, OPERATOR, Town
from tests.points.make import HOUR, Scheme, entries
from tests.points.spending import hold, void
from tests.service.books import replayed
from tests.service.make import FakeClock
from volunteer_credit.conventions.operations.contracts import sign_contract
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.people.operations.memberships import join_community
from volunteer_credit.people.operations.own_export import own_export
from volunteer_credit.points.models.awards import AwardRow, LineRow, TallyRow
from volunteer_credit.points.operations import closing
from volunteer_credit.points.operations.closing import forget
from volunteer_credit.points.queries.awards import lines, own_awards
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def here(app: Flask, clock: FakeClock) -> Scheme:
    assert app
    found = Scheme(Town(), clock)
    found.adopt()
    found.fund(1000)
    return found


def test_who_leaves_gives_back_what_is_free(here: Scheme) -> None:
    who = here.member("王")
    here.record(who, 3 * HOUR)
    held = hold(here, who, 1000)
    leave(who.caller(), COMMUNITY, "leave")
    end_reading()
    (entry,) = entries("account.closed")
    assert [(each.code, each.amount) for each in entry.transfers] == [
        ("forfeited", 2000),
        ("returned", 2000),
    ]
    assert here.balance("fund:main") == 1000_00 - 1000
    void(here, who, held)
    assert here.record(who, HOUR)[1].reason == "not_signed"
    join_community(here.town.anna.caller(), who.person_id, community_id=COMMUNITY, key="again")
    end_reading()
    sign_contract(who.caller(method="totp"), COMMUNITY, "sign again")  # the old session ended
    end_reading()
    assert here.record(who, HOUR)[1].kind == "awarded"
    assert len(entries("account.reopened")) == 1
    assert here.points(who) == 20
    assert replayed().size == len(entries())


def test_many_months_are_given_back_in_several_entries(
    here: Scheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "WALLETS_MAX", 1)
    who = here.member("王")
    here.record(who, HOUR)
    here.go_to(here.clock.at_ms + 40 * DAY_MS)
    here.record(who, HOUR)
    here.go_to(here.clock.at_ms + 735 * DAY_MS)  # the first month is past, and no job has run
    leave(who.caller(), COMMUNITY, "leave")
    end_reading()
    assert len(entries("account.closed")) == 2
    codes = [each.code for entry in entries("account.closed") for each in entry.transfers]
    assert codes == ["expired", "returned", "forfeited", "returned"]
    assert here.points(who) == 0
    assert here.balance("fund:main") == 1000_00
    assert replayed().size == len(entries())


def test_the_export_has_wallets_and_awards(here: Scheme) -> None:
    who = here.member("王")
    here.record(who, HOUR)
    (found,) = own_export(who.caller())["points"]
    assert found["wallet"][0]["posted"] == 1000
    assert found["awards"][0]["clause"] == "hours_points"


def test_what_is_forgotten_is_gone_from_every_table(here: Scheme) -> None:
    who, other = here.member("王"), here.member("李")
    seq, _ = here.record(who, HOUR)
    here.record(other, HOUR)
    with perform(COMMUNITY, Request(OPERATOR, "forget", "forget")) as operation:
        forget(operation, who.account)
        operation.answer({})
    end_reading()
    assert lines(db.session, COMMUNITY, who.account) == []
    assert own_awards(db.session, COMMUNITY, who.account) == []
    assert len(lines(db.session, COMMUNITY, other.account)) == 1
    for table in (AwardRow, LineRow, TallyRow):
        query = select(table.account).where(table.community_id == COMMUNITY).distinct()
        assert db.session.execute(query).scalars().all() == [other.account]
    end_reading()
    assert here.correct(seq, 0).kind == "none"
