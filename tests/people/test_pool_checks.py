"""What `doctor` says of proposals that wait: nothing, a word for the operator, or a fault."""

import pytest
from flask import Flask

from tests.people.desks import Desk, desk, put, sheet
from tests.people.make import COMMUNITY
from tests.service.make import FakeClock
from volunteer_credit.people.models.roles import ApprovalRow
from volunteer_credit.people.operations.pool import ask_next
from volunteer_credit.people.operations.pool_checks import LATE_MS, pool_checks
from volunteer_credit.people.rules.pool import ASKED_MS
from volunteer_credit.shared import migrations
from volunteer_credit.shared.checks import State
from volunteer_credit.shared.db_errors import DatabaseGoneError

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def office(app: Flask) -> Desk:
    return desk()


def state() -> State | None:
    return next((each.state for each in pool_checks()), None)


def test_what_nobody_passed_on_is_a_fault(office: Desk, clock: FakeClock) -> None:
    sheet(*office.staff)
    clock.pass_ms(ASKED_MS + LATE_MS - 1)
    assert state() is State.OK  # the job of the next hour comes to it
    clock.pass_ms(1)
    assert state() is State.FAILED
    ask_next()
    assert state() is State.OK


def test_what_nobody_is_left_to_approve_is_told(office: Desk, clock: FakeClock) -> None:
    row = ApprovalRow(
        community_id=COMMUNITY,
        book=1,
        seq=99,
        name="role",
        subject="-",
        proposer=office.staff[0].account,
        proposer_device="",
        proposed_at_ms=clock.at_ms,
        asked=None,
        due_at_ms=clock.at_ms + ASKED_MS,
        state="open",
    )
    put("alone", row)
    assert state() is State.WARNING


def test_a_database_that_is_away_or_older_is_left_to_other_checks(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "current", lambda: "0001")
    assert state() is None

    def gone() -> str:
        raise DatabaseGoneError

    monkeypatch.setattr(migrations, "current", gone)
    assert state() is State.FAILED
