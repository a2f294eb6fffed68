"""Promise 9, the door turns nobody away: presence is recorded first and judged after."""

import pytest
from flask import Flask

from tests.checkins.make import code, flags_of, tap
from tests.people.make import COMMUNITY
from tests.points.make import entries
from tests.service.make import FakeClock
from tests.stories.afternoon import afternoon
from volunteer_credit.checkins.operations.guests import walk_in
from volunteer_credit.checkins.operations.reading import scanned
from volunteer_credit.hours.operations.approving import approve_shift
from volunteer_credit.hours.rules.judging import APPROVE, Decision
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


def test_full_unlisted_without_contract_or_unknown_all_come_in(
    app: Flask, clock: FakeClock
) -> None:
    here = afternoon(clock)
    names = ("王小明", "陈晨", "赵")
    people = [here.scheme.member(name, signed=name != "赵") for name in names]
    here.open(capacity=1)
    found = [tap(each, code(here.town.anna, here.shift)) for each in people]
    assert {each.reason for each in found} == {"in"}
    assert flags_of(found[0].seq) == ("no_sign_up",)
    assert flags_of(found[2].seq) == ("no_sign_up", "over_capacity")
    stranger = ("路小过", "13900009999")
    caller, key = here.town.anna.caller(), here.key()
    assert walk_in(caller, COMMUNITY, here.shift, stranger, key).reason == "guest"
    end_reading()
    assert len(entries("presence.started")) == len(people)
    clock.pass_ms(90 * 60_000)
    sheet = here.close(len(people) + 1)
    assert here.approve(sheet).left == len(people), "a second person judges, one by one"
    decisions = {position: Decision(APPROVE) for position in range(1, len(people) + 1)}
    done = approve_shift(here.su.caller(), COMMUNITY, sheet, decisions, here.key())
    end_reading()
    assert done.recorded == len(people)
    assert [here.scheme.points(each) for each in people] == [15, 15, 0]


def test_only_what_is_forged_or_too_old_opens_nothing(app: Flask, clock: FakeClock) -> None:
    here = afternoon(clock)
    shown = here.open()
    assert scanned(db.session, shown).reason == ""
    assert scanned(db.session, shown[:-5] + "AAAAA").reason == "invalid"
    end_reading()
    clock.pass_ms(61_000)
    assert scanned(db.session, shown).reason == "expired"
    assert scanned(db.session, code(here.town.anna, here.shift)).reason == ""
