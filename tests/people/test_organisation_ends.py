"""A group ends for a reason, its members read it, and for thirty days it comes back as it was."""

import re

import pytest
from flask import Flask

from tests.people.counter import Desk, enrolled
from tests.people.make import COMMUNITY, DAY_MS, OTHER, Town
from tests.people.sign_in_make import with_cheap_pins
from tests.people.visitor import Guest, forms_of, text_of
from tests.service.make import FakeClock
from volunteer_credit.people.operations.erasing import ask_erasure, run_erasures
from volunteer_credit.people.operations.organisation_ends import (
    Ending,
    end_organisation,
    reopen_organisation,
)
from volunteer_credit.people.operations.organisations import (
    NewOrganisation,
    change_organisation,
    register_organisation,
    set_position,
)
from volunteer_credit.people.queries.organisations import (
    ended_in,
    ended_of,
    organisation,
    organisations_of,
    positions,
)
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.organisations import (
    END_WORDS_MAX,
    OrganisationEndError,
    OrganisationUnknownError,
    RegistrationTakenError,
    ReopenOverError,
    check_end,
    is_reopenable,
)
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
BODIES = f"/c/{COMMUNITY}/organisations"
WHY = Ending("inactive", "  一年没有  活动 ")
CODE = "91350100M000100Y43"


@pytest.fixture
def desk(app: Flask) -> Desk:
    with_cheap_pins()
    town = Town(COMMUNITY, OTHER)
    wang = town.add("王小明", birth_day="19800101")
    return Desk(app, town, wang, enrolled(app, town.anna), enrolled(app, town.bo))


def group(desk: Desk, name: str = "楼道清洁组") -> str:
    """A group of the community; wang looks after it, chen belongs to it."""
    end_reading()
    new = NewOrganisation("group", name, "", COMMUNITY)
    anna = desk.town.anna.caller()
    made = register_organisation(anna, COMMUNITY, new, desk.wang.person_id, f"{len(name)} new")
    chen = desk.town.add("陈秀英")
    end_reading()
    set_position(desk.wang.caller(), made, chen.person_id, "member", f"{len(name)} in")
    end_reading()
    return made


def test_an_end_has_a_reason_of_the_list_and_few_words() -> None:
    assert WHY.words == "一年没有 活动"
    assert check_end("mistaken", "") == ""
    for reason, words in (("", ""), ("by_itself", ""), ("mistaken", "长" * (END_WORDS_MAX + 1))):
        with pytest.raises(OrganisationEndError):
            check_end(reason, words)
    assert is_reopenable(0, 30 * DAY_MS - 1)
    assert not is_reopenable(0, 30 * DAY_MS)
    assert not is_reopenable(None, 0)


def test_staff_end_a_group_of_theirs_and_bring_it_back_with_everybody(desk: Desk) -> None:
    made, anna = group(desk), desk.town.anna
    end_organisation(anna.caller(), COMMUNITY, made, WHY, "end")
    end_organisation(anna.caller(), COMMUNITY, made, WHY, "end")
    end_reading()
    assert positions(db.session, made) == {}
    assert organisations_of(db.session, desk.wang.person_id) == []
    (told,) = ended_of(db.session, desk.wang.person_id, 0)
    assert (told.name, told.reason, told.words) == ("楼道清洁组", "inactive", "一年没有 活动")
    with pytest.raises(OrganisationUnknownError):
        end_organisation(anna.caller(), COMMUNITY, made, WHY, "again")
    reopen_organisation(anna.caller(), COMMUNITY, made, "back")
    end_reading()
    assert sorted(positions(db.session, made).values()) == ["member", "organisation_admin"]
    assert ended_of(db.session, desk.wang.person_id, 0) == []
    found = organisation(db.session, made)
    assert found is not None
    assert found.state == "active"
    end_reading()
    with pytest.raises(OrganisationUnknownError):
        reopen_organisation(anna.caller(), COMMUNITY, made, "back again")


def test_nobody_else_ends_it_and_staff_end_nothing_but_groups_of_theirs(desk: Desk) -> None:
    made, town = group(desk), desk.town
    tax = NewOrganisation("unit", "税务局", CODE)
    unit = register_organisation(town.anna.caller(), COMMUNITY, tax, desk.wang.person_id, "u")
    end_reading()
    for who in (desk.wang, town.bo):
        with pytest.raises(NotAllowedError):
            end_organisation(who.caller(), COMMUNITY, made, WHY, f"no {who.account}")
    for body, community in ((unit, COMMUNITY), (made, OTHER), ("0" * 32, COMMUNITY)):
        end_reading()
        caller = town.anna.caller(community=community)
        with pytest.raises(OrganisationUnknownError):
            end_organisation(caller, community, body, WHY, f"no {body} {community}")
    with pytest.raises(NotAllowedError):
        end_organisation(town.anna.caller(), "", unit, WHY, "as the city")
    end_reading()
    admin = town.city[0].caller(community="city")
    end_organisation(admin, "", unit, WHY, "city end")
    end_reading()
    again = NewOrganisation("unit", "税务分局", CODE)
    register_organisation(town.anna.caller(), COMMUNITY, again, desk.wang.person_id, "u2")
    end_reading()
    with pytest.raises(RegistrationTakenError):
        reopen_organisation(admin, "", unit, "city back")


def test_after_thirty_days_or_without_its_administrator_it_is_registered_anew(
    desk: Desk, clock: FakeClock
) -> None:
    made, anna = group(desk), desk.town.anna
    change_organisation(desk.wang.caller(), made, "own end", end=True)
    end_reading()
    (told,) = ended_in(db.session, COMMUNITY, 0)
    assert told.reason == "by_itself"
    ask_erasure(None, "erase", desk.wang.person_id)
    assert run_erasures().done == 1
    end_reading()
    with pytest.raises(ReopenOverError):
        reopen_organisation(anna.caller(), COMMUNITY, made, "nobody left")
    clock.pass_ms(30 * DAY_MS)
    with pytest.raises(ReopenOverError):
        reopen_organisation(anna.caller(), COMMUNITY, made, "too late")


def test_the_desk_ends_it_on_a_page_and_its_members_read_why(desk: Desk) -> None:
    made = group(desk)
    page = f"{BODIES}/{made}/end"
    assert f'href="{page}"' in desk.staff.get(BODIES).text
    assert desk.staff.send(page).status_code == 422
    (form,) = [each for each in forms_of(desk.staff.get(page)) if each.action == page]
    sent = {**form.fields, "reason": "inactive", "words": "一年没有活动"}
    ended = desk.staff.follow(desk.staff.post(page, data=sent))
    end_reading()
    assert desk.staff.post(page, data=sent).status_code == 303, "the same once more"
    other = forms_of(desk.staff.get("/"))[0].fields
    end_reading()
    assert desk.staff.post(page, data={**sent, "_key": other["_key"]}).status_code == 404
    end_reading()
    assert "its members read why" in text_of(ended)
    assert "Nothing happens in it any more · 一年没有活动" in text_of(ended)
    assert desk.staff.get(page).status_code == 404
    wang = Guest(desk.app)
    wang.be(desk.wang)
    mine = text_of(wang.get("/me/organisations"))
    assert "Ended lately" in mine
    assert "一年没有活动" in mine
    assert wang.get(page).status_code == 403
    assert desk.supervisor.get(page).status_code in (403, 404)
    back = f"{BODIES}/{made}/reopen"
    assert "It goes on" in text_of(desk.staff.follow(desk.staff.send(BODIES, back)))
    assert re.search(rf'href="/me/organisations/{made}"', wang.get("/me/organisations").text)
    api = f"/api/v1/communities/{COMMUNITY}/organisations/{made}"
    anna = Guest(desk.app)
    anna.be(desk.town.anna)
    assert anna.call("POST", f"{api}/end", {"reason": "by_itself"}).status_code == 422
    assert anna.call("POST", f"{api}/end", {"reason": "merged"}).status_code == 204
    assert anna.call("POST", f"{api}/end", {"reason": "merged"}).status_code == 404
    assert anna.call("POST", f"{api}/reopen").status_code == 204
    refused = anna.post(back, data={"_csrf": "", "_key": ""})
    assert refused.status_code in (400, 403, 422)
    gone = anna.call("POST", f"{api}/reopen")
    late = desk.staff.send(page, reason="merged")
    assert late.status_code == 303
    shown = desk.staff.get(BODIES)
    assert anna.call("POST", f"{api}/reopen").status_code == 204
    too_late = desk.staff.send(shown, back)
    assert too_late.status_code == 404
    assert "楼道清洁组" in text_of(too_late)
    assert gone.status_code == 404
