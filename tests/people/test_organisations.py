"""Organisations: registered once, always with somebody who looks after them."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, Town
from volunteer_credit.people.operations.organisations import (
    NewOrganisation,
    change_organisation,
    leave_organisation,
    register_organisation,
    set_position,
)
from volunteer_credit.people.queries.organisations import (
    organisation,
    organisations,
    organisations_of,
    positions,
)
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.organisations import (
    LastAdminError,
    OrganisationKindError,
    OrganisationNameError,
    OrganisationUnknownError,
    PositionError,
    RegistrationError,
    RegistrationTakenError,
    parse_registration,
)
from volunteer_credit.shared.db import db

# The first seventeen characters of the code of no body that we know.
REGISTRATION = "51371000MJE000001"


def registration() -> str:
    """A code with its check character, made from the first seventeen."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    good = []
    for last in letters:
        try:
            good.append(parse_registration(REGISTRATION + last))
        except RegistrationError:
            continue
    assert len(good) == 1, "one check character fits"
    return good[0]


def test_the_check_character_of_a_known_code() -> None:
    # The code that is commonly shown as an example of GB 32100-2015.
    assert parse_registration(" 91350100m000100y43 ") == "91350100M000100Y43"
    for place in range(18):
        wrong = list("91350100M000100Y43")
        wrong[place] = "2" if wrong[place] != "2" else "5"
        with pytest.raises(RegistrationError):
            parse_registration("".join(wrong))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (("club", "海棠志愿服务队"), OrganisationKindError),
        (("group", "海棠志愿服务队"), OrganisationKindError),
        (("school", "二中", "", COMMUNITY), OrganisationKindError),
        (("unit", "x"), OrganisationNameError),
        (("unit", "x" * 121), OrganisationNameError),
        (("unit", "税务局", "123"), RegistrationError),
    ],
)
def test_what_is_no_organisation_is_refused(
    fields: tuple[str, ...], problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        NewOrganisation(*fields)


def test_an_organisation_and_its_people(app: Flask) -> None:
    town = Town()
    chen, ding, wu = (town.add(name) for name in ("陈", "丁", "吴"))
    staff = town.anna.caller()
    new = NewOrganisation("social_organisation", " 海棠  助老社 ", registration())
    body = register_organisation(staff, COMMUNITY, new, chen.person_id, "k1")
    assert register_organisation(staff, COMMUNITY, new, chen.person_id, "k1") == body
    found = organisation(db.session, body)
    assert found is not None
    assert found.name == "海棠 助老社"
    with pytest.raises(RegistrationTakenError):
        register_organisation(staff, COMMUNITY, new, ding.person_id, "k2")
    with pytest.raises(NotAllowedError):
        register_organisation(ding.caller(), COMMUNITY, new, ding.person_id, "k3")
    admin = chen.caller()
    set_position(admin, body, ding.person_id, "coordinator", "k4")
    set_position(admin, body, wu.person_id, "member", "k5")
    with pytest.raises(PositionError):
        set_position(admin, body, wu.person_id, "king", "k6")
    with pytest.raises(NotAllowedError):
        set_position(ding.caller(), body, wu.person_id, "lead", "k7")
    with pytest.raises(LastAdminError):
        leave_organisation(admin, body, "k8")
    with pytest.raises(LastAdminError):
        set_position(admin, body, chen.person_id, "member", "k9")
    set_position(admin, body, ding.person_id, "organisation_admin", "k10")
    leave_organisation(admin, body, "k11")
    assert positions(db.session, body) == {
        ding.person_id: "organisation_admin",
        wu.person_id: "member",
    }
    with pytest.raises(NotAllowedError):
        set_position(admin, body, wu.person_id, "lead", "k12")
    leave_organisation(ding.caller(), body, "k13", person_id=wu.person_id)
    assert organisations_of(db.session, wu.person_id) == []
    change_organisation(ding.caller(), body, "k14", name="海棠互助社")
    change_organisation(ding.caller(), body, "k15", end=True)
    db.session.rollback()
    assert organisations(db.session) == []
    with pytest.raises((OrganisationUnknownError, NotAllowedError)):
        change_organisation(ding.caller(), body, "k16", name="海棠")


def test_a_group_belongs_to_its_community(app: Flask) -> None:
    town = Town()
    chen = town.add("陈")
    group = NewOrganisation("group", "楼道清洁组", community_id=COMMUNITY)
    body = register_organisation(town.anna.caller(), COMMUNITY, group, chen.person_id, "k1")
    assert [each.organisation_id for each in organisations(db.session, COMMUNITY)] == [body]
    elsewhere = NewOrganisation("group", "楼道清洁组", community_id="huancui-09")
    with pytest.raises(OrganisationUnknownError):
        register_organisation(town.anna.caller(), COMMUNITY, elsewhere, chen.person_id, "k2")
