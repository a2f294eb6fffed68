"""What the door keeps of somebody: exported, kept while they are in, gone when they are."""

import pytest
from flask import Flask
from sqlalchemy import text

from tests.checkins.make import MINUTE_MS, code, open_door, put_shift, tap
from tests.people.make import COMMUNITY, OPERATOR, Town
from tests.people.sign_in_make import give_card
from tests.service.make import FakeClock
from volunteer_credit.checkins.jobs import jobs
from volunteer_credit.checkins.operations.offers import offered_visit
from volunteer_credit.checkins.operations.own_scans import scan
from volunteer_credit.checkins.operations.people_shown import shown_name
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.own_export import own_export
from volunteer_credit.people.operations.privacy_hooks import hooks
from volunteer_credit.shared.db import db, end_reading, transaction
from volunteer_credit.shared.runtime import current

pytestmark = pytest.mark.engines("sqlite")


def test_exported_kept_while_in_and_forgotten(app: Flask, clock: FakeClock) -> None:
    town = Town()
    wang, chen = town.add("王小明"), town.add("陈秀英")
    shift, visit = put_shift(town.anna), put_shift(town.anna, "visit", kind="visit")
    open_door(town.anna, shift)
    tap(wang, code(town.anna, shift))
    card = give_card(chen)
    end_reading()
    scan(wang.caller(), offered_visit(wang.caller(), card).offers[0].ticket)
    scan(wang.caller(), "x")
    end_reading()
    assert visit
    links, now_ms = [(COMMUNITY, wang.account)], current().clock.now_ms()
    export = own_export(wang.caller())
    assert "door" in str(export)
    assert len(hooks().exports["checkins"](db.session, wang.person_id, links)[COMMUNITY]) == 2
    (duty,) = hooks().duties["checkins"](db.session, wang.person_id, links, now_ms)
    assert duty.code == "presence_open"
    clock.pass_ms(31 * 24 * 60 * MINUTE_MS)
    later_ms = clock.now_ms()
    assert not hooks().duties["checkins"](db.session, wang.person_id, links, later_ms)
    with perform(COMMUNITY, Request(OPERATOR, "forget", "test")) as operation:
        hooks().forgetting["checkins"](operation, chen.account)
        hooks().forgetting["checkins"](operation, wang.account)
        operation.answer({})
    with transaction() as session:
        hooks().forgetting_person["checkins"](session, wang.person_id)
    end_reading()
    for each in ("presences", "visits", "tickets", "presence_city"):
        query = text(f"SELECT count(*) FROM checkins_{each}")  # noqa: S608 - names from here
        assert db.session.execute(query).scalar_one() == 0, each


def test_names_are_a_character_and_two_digits(app: Flask) -> None:
    town = Town()
    wang = town.add("王小明", phone="13900000055")
    card = give_card(wang)
    end_reading()
    assert shown_name(db.session, COMMUNITY, wang.account) == f"王* ·{card[-2:]}"
    assert shown_name(db.session, COMMUNITY, "0" * 32) == "*"
    zhao = town.add("赵", phone="13900000066")
    end_reading()
    assert shown_name(db.session, COMMUNITY, zhao.account) == "赵* ·66"


def test_the_jobs_run_on_an_empty_town(app: Flask) -> None:
    Town()
    for each in jobs():
        each.run("20261122")
    assert {each.name for each in jobs()} == {"guests", "open_shifts", "forget_scans"}
