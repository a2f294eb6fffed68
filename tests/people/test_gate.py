"""What the edge is told of people: who calls, what they may do, how they read."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, DAY_MS, OTHER, Town, town
from tests.people.sign_in_make import browser, give_card, with_cheap_pins
from tests.people.wards import put_city
from tests.service.make import AT_MS, FakeClock
from volunteer_credit.people.gate import PeopleGate
from volunteer_credit.people.models.organisations import OrganisationMemberRow, OrganisationRow
from volunteer_credit.people.operations.faces import choose_first_face, own_faces, own_grid
from volunteer_credit.people.operations.settings import change_settings
from volunteer_credit.people.operations.sign_in import sign_in_by_card
from volunteer_credit.people.rules.roles import CITY
from volunteer_credit.people.rules.settings import LanguageUnknownError
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
GATE = PeopleGate()
PIN = "728391"


def test_a_session_is_known_on_its_browser_until_it_is_over(app: Flask, clock: FakeClock) -> None:
    with_cheap_pins()
    wang = Town().add("王小明")
    signed = sign_in_by_card(give_card(wang), PIN, browser())
    end_reading()
    device = signed.caller.device_id
    assert GATE.caller(signed.token, device) == signed.caller
    assert GATE.caller(signed.token, "0" * 32) is None
    assert GATE.caller("0" * 64, device) is None
    clock.pass_ms(400 * DAY_MS)
    end_reading()
    assert GATE.caller(signed.token, device) is None


def test_a_role_reaches_its_community_and_no_other(app: Flask) -> None:
    made = town(COMMUNITY, OTHER)
    wang = made.add("王小明")
    staff, resident = made.anna.caller(), wang.caller()
    end_reading()
    assert GATE.may(staff, "person.search", COMMUNITY)
    assert GATE.may(staff, "role.approve", COMMUNITY)
    assert not GATE.may(resident, "person.search", COMMUNITY)
    assert GATE.may(resident, "self.household", COMMUNITY)
    assert not GATE.may(resident, "self.household", OTHER)
    assert not GATE.may(None, "person.search", COMMUNITY)
    assert not GATE.may(staff, "no.such", COMMUNITY)


def test_a_card_opens_no_desk(app: Flask) -> None:
    staff = town().anna.caller(method="card")
    end_reading()
    assert not GATE.may(staff, "person.search", COMMUNITY)


def test_what_must_be_proved_once_more_is_not_hidden(app: Flask, clock: FakeClock) -> None:
    staff = town().anna.caller()
    clock.pass_ms(DAY_MS // 2)
    end_reading()
    assert GATE.may(staff, "role.approve", COMMUNITY)


def test_a_grid_worker_searches_within_the_grid(app: Flask) -> None:
    made = town()
    zhou = made.add("周")
    made.grant(zhou, "grid_worker", scope="grid:" + "7" * 32)
    caller = zhou.caller()
    end_reading()
    assert GATE.may(caller, "person.search", COMMUNITY)
    assert not GATE.may(caller, "card.issue", COMMUNITY)
    assert own_grid(caller, COMMUNITY) == "7" * 32
    assert own_grid(made.anna.caller(), COMMUNITY) == ""


def test_faces_are_those_of_the_roles(app: Flask) -> None:
    made = town(COMMUNITY, OTHER)
    wang = made.add("王小明")
    end_reading()
    assert [(each.community_id, each.face) for each in own_faces(wang.caller())] == [
        (COMMUNITY, "volunteer")
    ]
    assert {(each.community_id, each.face) for each in own_faces(made.anna.caller())} == {
        (code, face) for code in (COMMUNITY, OTHER) for face in ("volunteer", "staff")
    }
    assert [each.community_id for each in own_faces(made.city[0].caller(community=""))] == [CITY]


@pytest.mark.parametrize(("method", "face"), [("passkey", "staff"), ("card", "volunteer")])
def test_one_place_is_chosen_for_whoever_has_one(app: Flask, method: str, face: str) -> None:
    caller = town().anna.caller(method=method, community="")
    end_reading()
    chosen = choose_first_face(caller)
    assert (chosen.community_id, chosen.face) == (COMMUNITY, face)


def test_two_places_are_left_to_choose(app: Flask) -> None:
    caller = town(COMMUNITY, OTHER).anna.caller(community="")
    end_reading()
    assert choose_first_face(caller) == caller


def test_how_somebody_reads_is_kept(app: Flask) -> None:
    caller = town().add("王小明").caller()
    end_reading()
    assert (GATE.language(caller), GATE.is_large_print(caller)) == (None, False)
    change_settings(caller, "en", "key 1", large_print=True)
    change_settings(caller, "en", "key 1", large_print=True)
    end_reading()
    assert (GATE.language(caller), GATE.is_large_print(caller)) == ("en", True)
    with pytest.raises(LanguageUnknownError):
        change_settings(caller, "xx", "key 2", large_print=True)


def test_a_place_in_a_body_opens_what_it_is_for(app: Flask) -> None:
    made = town()
    zhou = made.add("周")
    body = {"organisation_id": "8" * 32}
    put_city(
        OrganisationRow(
            **body, kind="social_organisation", name="志愿队", state="active", created_at_ms=AT_MS
        ),
        OrganisationMemberRow(
            **body,
            person_id=zhou.person_id,
            since_ms=AT_MS,
            position="coordinator",
            confirmed_by=zhou.person_id,
        ),
        key="body",
    )
    caller = zhou.caller()
    end_reading()
    assert GATE.may(caller, "project.change", COMMUNITY)
    assert not GATE.may(caller, "organisation.member.change", COMMUNITY)
    faces = [each.face for each in own_faces(caller)]
    assert faces == ["volunteer", "coordinator"]
