"""What a person gets of it, what ends when they leave, and what goes when they are erased."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, OPERATOR
from tests.projects.make import Stage, published, stage
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.own_export import own_export
from volunteer_credit.people.operations.privacy_hooks import hooks
from volunteer_credit.projects.operations.names import DoorName, door_name
from volunteer_credit.projects.operations.signing_up import sign_up
from volunteer_credit.projects.queries.shifts import door_shift, signed_up
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def on(app: Flask) -> Stage:
    return stage()


def test_the_export_tells_what_one_signed_up_for_and_led(on: Stage) -> None:
    (shift,) = published(on).shift_ids
    sign_up(on.wang.caller(), COMMUNITY, shift, "1")
    found = own_export(on.wang.caller())["projects"]
    assert [(each["title"], each["state"]) for each in found["sign_ups"]] == [
        ("清洁家园", "signed")
    ]
    assert found["led_shifts"] == []
    led = own_export(on.anna.caller())["projects"]["led_shifts"]
    assert led == [{"community": COMMUNITY, "shift": shift}]


def test_an_erased_account_stands_on_no_list(on: Stage) -> None:
    (shift,) = published(on).shift_ids
    sign_up(on.wang.caller(), COMMUNITY, shift, "1")
    sign_up(on.li.caller(), COMMUNITY, shift, "2")
    end_reading()
    with perform(COMMUNITY, Request(OPERATOR, "forget", "test")) as operation:
        for account in (on.wang.account, on.anna.account):
            hooks().forgetting["projects"](operation, account)
        operation.answer({})
    rows = signed_up(db.session, COMMUNITY, shift)
    assert [each.account for each in rows] == [on.li.account]
    found = door_shift(db.session, COMMUNITY, shift)
    assert found is not None
    assert found.leads == ()


def test_a_list_names_nobody_whole_and_nobody_who_is_gone(on: Stage) -> None:
    assert door_name(db.session, COMMUNITY, on.wang.account) == DoorName(
        on.wang.account, "王○○", "02"
    )
    assert door_name(db.session, COMMUNITY, "0" * 32) == DoorName("0" * 32)
