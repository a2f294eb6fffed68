"""What one person owns, whole; nothing of anybody else."""

import json

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, Resident, Town
from tests.people.test_erasing import furnished
from tests.people.wards import put_guardian
from volunteer_credit.people.operations.look_up import Why, look_up
from volunteer_credit.people.operations.own_export import as_text, own_export
from volunteer_credit.people.operations.privacy_hooks import hooks
from volunteer_credit.people.rules.authority_errors import NotAllowedError


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


@pytest.fixture
def chen(town: Town) -> Resident:
    return furnished(town, town.add("陈晨", phone="13912345678", area="海滨路"))


def test_everything_of_one_person_in_one_value(town: Town, chen: Resident) -> None:
    look_up(town.anna.caller(), COMMUNITY, chen.person_id, Why("other", "查卡"), "look")
    town.grant(chen, "lead", scope="organisation:" + "a" * 32)
    hooks().exports["hours"] = lambda _reader, _person, links: [list(each) for each in links]
    export = json.loads(json.dumps(own_export(chen.caller())))
    assert export["person"] == {"name": "陈晨", "phone": "13912345678", "area": "海滨路"}
    (membership,) = export["memberships"]
    assert (membership["account"], membership["state"]) == (chen.account, "active")
    assert export["hours"] == [[COMMUNITY, chen.account]]
    assert [each["role"] for each in export["roles"]] == ["lead"]
    assert [each["purpose"] for each in export["consents"]] == ["location"]
    assert sorted(each["note"] for each in export["looked_at_by"]) == ["", "查卡"]
    for section in ("households", "cards", "sessions"):
        assert len(export[section]) == 1, section
    for section in ("organisations", "devices", "passkeys", "erasures"):
        assert export[section] == [], section
    spelled = json.dumps(export, ensure_ascii=False)
    assert not any(
        each in spelled for each in (town.anna.name, town.anna.person_id, town.anna.account, "邻居")
    )
    text = as_text(export)
    assert "  phone: 13912345678\n" in text
    assert "devices: -\n" in text


@pytest.mark.engines("sqlite")
def test_a_guardian_has_the_childs_and_nobody_else_does(town: Town, chen: Resident) -> None:
    child = town.add("小雨", birth_day="20200101")
    with pytest.raises(NotAllowedError):
        own_export(chen.caller(), child.person_id)
    put_guardian(child, chen)
    assert own_export(chen.caller(), child.person_id)["person"]["name"] == "小雨"
    hooks().exports["cards"] = lambda _reader, _person, _links: []
    with pytest.raises(AssertionError, match="cards"):
        own_export(chen.caller())
