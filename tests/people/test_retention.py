"""Retention: what is due, what a duty keeps, and what goes by itself at night."""

import logging

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, Resident, Town, number
from tests.people.wards import put_city
from tests.service.make import AT_MS, FakeClock
from volunteer_credit.people.models.credentials import CardRow, SlipRow
from volunteer_credit.people.models.privacy import AccessRow, ConsentRow
from volunteer_credit.people.operations import retention as retaining
from volunteer_credit.people.operations.erasing import ask_erasure, run_erasures
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.people.operations.privacy_hooks import hooks
from volunteer_credit.people.operations.retention import (
    TABLES,
    forget_expired,
    overdue,
    retention_job,
)
from volunteer_credit.people.operations.sign_in_purge import (
    CODES_KEPT_MS,
    SESSIONS_KEPT_MS,
)
from volunteer_credit.people.queries.founding import let_in_by
from volunteer_credit.people.rules.erasing import Duty
from volunteer_credit.people.rules.retention import (
    DAY_MS,
    EXPIRIES,
    due,
    records_kept_before_ms,
)
from volunteer_credit.people.rules.retention_words import DAY, MONTH
from volunteer_credit.shared.db import Model, db, end_reading

YEARS_3 = 3 * 365 * DAY_MS


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


@pytest.fixture
def chen(town: Town) -> Resident:
    return town.add("陈晨")


def count(table: type[Model]) -> int:
    end_reading()
    return db.session.query(table).count()


def rows_of(chen: Resident) -> list[Model]:
    """One row of each kind, of which some are old at AT_MS."""
    whose = {"person_id": chen.person_id}
    access = {**whose, "by_person": chen.person_id, "by_role": "staff", "community_id": COMMUNITY}
    consent = {**whose, "text_version": 1, "given_by": chen.person_id, "given_how": "own"}
    return [
        AccessRow(**access, access_id=number("a"), action="x", reason="y", at_ms=AT_MS - YEARS_3),
        AccessRow(
            **access, access_id=number("b"), action="x", reason="y", at_ms=AT_MS - YEARS_3 - 1
        ),
        ConsentRow(**consent, purpose="location", subject="-", given_at_ms=1),
        ConsentRow(**consent, purpose="location", subject="-", given_at_ms=2, withdrawn_at_ms=3),
    ]


def test_the_law_is_ten_years_and_leap_days_count() -> None:
    assert AT_MS - records_kept_before_ms(AT_MS) == (3650 + 3) * DAY_MS
    assert {each.table for each, _ in due(AT_MS)} == TABLES.keys()
    assert all(before_ms == AT_MS - each.days * DAY_MS for each, before_ms in due(AT_MS))


def test_signing_in_is_purged_as_the_page_says() -> None:
    assert SESSIONS_KEPT_MS == 30 * DAY_MS
    assert "30" in MONTH.zh
    assert CODES_KEPT_MS == DAY_MS
    assert "1" in DAY.zh
    assert "people_sessions" not in {each.table for each in EXPIRIES}


def test_rows_that_are_over_go_and_the_others_stay(
    chen: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_city(*rows_of(chen), key="rows")
    assert {name: n for name, n in overdue(AT_MS).rows.items() if n} == {
        "people_accesses": 1,
        "people_consents": 1,
    }
    assert forget_expired(AT_MS) == 2
    assert (count(AccessRow), count(ConsentRow)) == (1, 1)
    assert forget_expired(AT_MS) == 0
    monkeypatch.setattr(retaining, "BATCH", 1)
    assert forget_expired(AT_MS + 1) == 1
    assert (count(SlipRow), count(CardRow)) == (0, 0)


@pytest.mark.engines("sqlite")
def test_who_let_somebody_in_is_known_as_long_as_they_are(chen: Resident) -> None:
    """Or one who lets two people in waits five weeks, and founds a community with them alone."""
    common = {"kind": "invitation", "person_id": chen.person_id, "community_id": "city"}
    times = {"issued_at_ms": AT_MS, "expires_at_ms": AT_MS}
    by = number("platform admin")
    used, unused = (number("slip", each) * 2 for each in ("used", "unused"))
    put_city(
        SlipRow(slip_digest=used, issued_by=by, used_at_ms=AT_MS, **common, **times),
        SlipRow(slip_digest=unused, issued_by=number("another"), **common, **times),
        key="slips",
    )
    later_ms = AT_MS + 36 * DAY_MS
    assert overdue(later_ms).rows["people_slips"] == 1
    assert forget_expired(later_ms) == 1
    assert count(SlipRow) == 1
    assert let_in_by(db.session(), chen.person_id) == {by}
    ask_erasure(None, "erase", chen.person_id)
    assert run_erasures().done == 1
    assert count(SlipRow) == 0


@pytest.mark.engines("sqlite")
def test_who_left_ten_years_ago_is_listed_unless_a_duty_holds(
    town: Town, chen: Resident, clock: FakeClock
) -> None:
    later_ms = AT_MS + 3654 * DAY_MS
    assert overdue(later_ms).persons == []  # a member is never due
    leave(None, COMMUNITY, "leave", chen.person_id)
    assert overdue(AT_MS + 3650 * DAY_MS).persons == []
    assert overdue(later_ms).persons == [chen.person_id]
    duty = Duty("records", "记录须保存", "records are kept", later_ms + 1)
    hooks().duties["hours"] = lambda _reader, _person, _links, _at_ms: [duty]
    found = overdue(later_ms)
    assert (found.persons, found.kept) == ([], {chen.person_id: [duty]})


@pytest.mark.engines("sqlite")
def test_the_job_says_once_a_month_how_many(
    chen: Resident, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    put_city(*rows_of(chen), key="rows")
    leave(None, COMMUNITY, "leave", chen.person_id)
    caplog.set_level(logging.WARNING)
    clock.pass_ms(1)
    retention_job("20261122")
    assert caplog.records == []
    assert count(AccessRow) == 0
    retention_job("20261201")
    assert [each.message for each in caplog.records] == ["retention: 0 people may be erased now"]
