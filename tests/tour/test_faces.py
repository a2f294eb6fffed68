"""The tour's faces: signed in by everybody's acts, with nothing that anyone could keep."""

from unittest.mock import patch

import pytest
from sqlalchemy import select

from tests.tour.make import Stage, Stages, Visitor, check_in, publish
from volunteer_credit.conventions.operations.contracts import NoConventionError
from volunteer_credit.conventions.queries.contracts import has_signed
from volunteer_credit.people.models.credentials import DeviceRow
from volunteer_credit.people.operations.sessions import Browser
from volunteer_credit.people.rules.pins import check_new_pin
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.tour.operations import cast
from volunteer_credit.tour.operations.cast import account_of, enter, person_of, pin_of
from volunteer_credit.tour.rules.cast import COMMUNITY, COORDINATOR, FACES, VOLUNTEER, Face
from volunteer_credit.tour.rules.errors import TourClosedError
from volunteer_credit.tour.rules.ticket import Ticket

BROWSER = Browser("0" * 32, "127.0.0.1")


def test_everybody_gets_in_as_usual(stage: Stage) -> None:
    with stage.app.app_context():
        for each in FACES:
            found = enter(each, BROWSER, f"key {each.phone}")
            again = enter(each, BROWSER, f"key {each.phone}")
            assert found.caller.person_id == again.caller.person_id == person_of(each)
            assert found.caller.method == ("device" if each.is_desk else "slip")
            assert found.token != again.token
        end_reading()
        assert has_signed(db.session, COMMUNITY, account_of(VOLUNTEER))


def test_without_a_convention_the_volunteer_gets_in_all_the_same(stage: Stage) -> None:
    with (
        stage.app.app_context(),
        patch.object(cast, "sign_contract", side_effect=NoConventionError),
    ):
        assert enter(VOLUNTEER, BROWSER, "key").caller.person_id == person_of(VOLUNTEER)


def test_nobody_else_is_a_face(stage: Stage) -> None:
    admin, nobody = Face("13900000001", "", ""), Face("13999999999", "", "")
    with stage.app.app_context():
        with pytest.raises(TourClosedError):
            person_of(nobody)
        with pytest.raises(TourClosedError):
            account_of(admin)  # is there, but not in the community


def test_the_door_is_opened_by_a_device_that_is_gone(stage: Stage) -> None:
    visitor = Visitor(stage)
    visitor.begin(stage)
    publish(visitor)
    check_in(visitor)
    with stage.app.app_context():
        person_id = person_of(COORDINATOR)
        query = select(DeviceRow.revoked_at_ms).where(DeviceRow.person_id == person_id)
        states = [each is None for each in db.session.execute(query).scalars()]
    assert sum(states) == 1  # that of the browser, from step 1
    assert len(states) >= 2


def test_the_pin_of_a_tour_is_its_own_and_none_that_others_try_first(stage: Stage) -> None:
    tickets = [Ticket(f"{each:032x}", 0, 1) for each in range(300)]
    with stage.app.app_context():
        pins = [pin_of(each) for each in tickets]
        assert pins == [pin_of(each.opened(6, "12345674")) for each in tickets]
    assert len(set(pins)) > 290
    assert all(check_new_pin(each) == each for each in pins)


def test_a_town_on_a_network_offers_ones_own_phone(stages: Stages, stage: Stage) -> None:
    with stages.opened(stage.folder.parent / "lan", "http://192.168.1.7:8000") as lan:
        visitor = Visitor(lan)
        visitor.begin(lan)
        publish(visitor)
        check_in(visitor)
        visitor.get("/tour/door")
        assert "先扫此码" in visitor.send("/tour/door/phone")
