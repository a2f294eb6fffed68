"""Looking at another's record: never without a reason, never unseen, never without an end."""

import logging

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, OTHER, Resident, Town, number
from tests.people.wards import put_guardian
from tests.service.make import AT_MS, FakeClock
from volunteer_credit.people.operations import look_up as looking
from volunteer_credit.people.operations.accesses import access_log, who_looked
from volunteer_credit.people.operations.erasing import ask_erasure, run_erasures
from volunteer_credit.people.operations.look_up import Why, look_up
from volunteer_credit.people.queries.accesses import ALERT, accesses_of
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.identity import NAMES
from volunteer_credit.people.rules.reasons import (
    FIELDS_BY_ROLE,
    MASKED,
    NOTE_LENGTH_MAX,
    REASONS,
    ROLES_FOR_MINORS,
    MinorNotForRoleError,
    ReasonMissingError,
    ReasonNoteError,
    TooManyLooksError,
    check_minor,
    check_reason,
    masked_name,
    shown_fields,
)
from volunteer_credit.people.rules.roles import ROLES
from volunteer_credit.shared.db import db, end_reading

DESK = Why("desk_service", "来办志愿卡")


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


@pytest.fixture
def chen(town: Town) -> Resident:
    return town.add("陈晨晨", id_number="11010119900307451X", birth_day="19900307")


def test_every_reason_speaks_both_languages() -> None:
    for each in REASONS.values():
        assert each.zh
        assert each.en
    assert check_reason("desk_service", "").code == "desk_service"
    assert check_reason("other", "为什么").asks_note


@pytest.mark.parametrize(
    ("code", "note", "problem"),
    [
        ("", "", ReasonMissingError),
        ("curiosity", "", ReasonMissingError),
        ("other", " ", ReasonNoteError),
        ("desk_service", "长" * (NOTE_LENGTH_MAX + 1), ReasonNoteError),
    ],
)
def test_no_look_without_a_good_reason(code: str, note: str, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        check_reason(code, note)


def test_fields_are_shown_to_the_roles_that_may_read_and_to_no_other() -> None:
    readers = {code for code, role in ROLES.items() if "person.read" in role.actions}
    assert FIELDS_BY_ROLE.keys() == readers
    assert set().union(*FIELDS_BY_ROLE.values()) <= set(NAMES)
    assert readers >= ROLES_FOR_MINORS
    fields = {"name": "陈", "phone": "13800000000", "id_number": "11010119900307451X", "sex": ""}
    assert shown_fields("staff", fields)["id_number"] == "…451X"
    assert shown_fields("grid_worker", fields) == {"name": "陈", "phone": "13800000000"}
    assert shown_fields("inspector", fields) == {}
    assert {"id_number"} <= MASKED


def test_minors_and_masks() -> None:
    check_minor("staff", 10)
    check_minor("grid_worker", 18)
    check_minor("grid_worker", None)
    with pytest.raises(MinorNotForRoleError):
        check_minor("grid_worker", 17)
    assert [masked_name(each) for each in ("", "陈", "陈晨", "欧阳若兰")] == [
        "",
        "陈○",
        "陈○",
        "欧○○○",
    ]


def test_a_look_is_written_down_and_the_person_reads_it(town: Town, chen: Resident) -> None:
    staff = town.anna.caller()
    found = look_up(staff, COMMUNITY, chen.person_id, DESK, "one")
    assert (found.role, found.account) == ("staff", chen.account)
    assert found.fields["name"] == "陈晨晨"
    assert found.fields["id_number"] == "…451X"
    assert look_up(staff, COMMUNITY, chen.person_id, DESK, "one") == found  # one look
    (seen,) = who_looked(chen.caller())
    assert (seen.by_role, seen.by_name, seen.reason, seen.note) == (
        "staff",
        "安○",
        "desk_service",
        "来办志愿卡",
    )
    town.grant(chen, "inspector")
    (logged,) = access_log(chen.caller(), COMMUNITY, AT_MS - 1, seen.at_ms + 1)
    assert logged.person_id == chen.person_id
    assert logged.sealed_note is None
    with pytest.raises(NotAllowedError):
        access_log(town.add("旁人").caller(), COMMUNITY, 0, AT_MS * 2)


@pytest.mark.engines("sqlite")
def test_who_may_not_look_leaves_no_trace_and_sees_nothing(town: Town, chen: Resident) -> None:
    elsewhere = town.add("外人", communities=[OTHER])
    refused = [
        (town.anna.caller(), COMMUNITY, elsewhere.person_id),  # not a member here
        (town.anna.caller(), COMMUNITY, number("nobody")),
        (town.bo.caller(), COMMUNITY, chen.person_id),  # a supervisor
        (chen.caller(), COMMUNITY, town.anna.person_id),
    ]
    for count, (caller, community, person_id) in enumerate(refused):
        with pytest.raises(NotAllowedError):
            look_up(caller, community, person_id, DESK, f"look {count}")
    with pytest.raises(ReasonMissingError):
        look_up(town.anna.caller(), COMMUNITY, chen.person_id, Why(""), "none")
    end_reading()
    assert accesses_of(db.session, chen.person_id) == []


@pytest.mark.engines("sqlite")
def test_a_guardian_reads_who_looked_at_the_child(town: Town, chen: Resident) -> None:
    child = town.add("小雨", birth_day="20200101")
    put_guardian(child, chen)
    look_up(town.anna.caller(), COMMUNITY, child.person_id, Why("minor_protection"), "one")
    (seen,) = who_looked(chen.caller(), child.person_id)
    assert (seen.reason, seen.note) == ("minor_protection", "")
    with pytest.raises(NotAllowedError):
        who_looked(town.bo.caller(), child.person_id)


@pytest.mark.engines("sqlite")
def test_many_looks_alert_and_more_are_refused(
    town: Town,
    chen: Resident,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(looking, "LOOKS_ALERT", 2)
    monkeypatch.setattr(looking, "LOOKS_MAX", 4)
    staff = town.anna.caller()
    for count in range(4):
        look_up(staff, COMMUNITY, chen.person_id, DESK, f"look {count}")
    with pytest.raises(TooManyLooksError):
        look_up(staff, COMMUNITY, chen.person_id, DESK, "look 5")
    town.grant(chen, "inspector")
    logged = access_log(chen.caller(), COMMUNITY, 0, AT_MS * 2)
    (alert,) = [each for each in logged if each.action == ALERT]
    assert alert.person_id == town.anna.person_id
    assert [each.message for each in caplog.records if each.levelno == logging.WARNING] == [
        "alert: many records opened within an hour"
    ]
    assert who_looked(town.anna.caller()) == []  # an alert is not a look at her record
    clock.pass_ms(3_600_001)
    look_up(staff, COMMUNITY, chen.person_id, DESK, "an hour later")


@pytest.mark.engines("sqlite")
def test_who_looked_and_was_erased_since_has_no_name(town: Town, chen: Resident) -> None:
    fay = town.add("费伊")
    town.grant(fay, "staff")
    look_up(fay.caller(), COMMUNITY, chen.person_id, DESK, "one")
    ask_erasure(None, "erase", fay.person_id)
    assert run_erasures().done == 1
    (seen,) = who_looked(chen.caller())
    assert (seen.by_name, seen.by_role, seen.note) == ("", "staff", "来办志愿卡")
