"""The city's first two persons: two codes, each good once, for two different persons."""

import pytest
from flask import Flask
from sqlalchemy import delete

from tests.service.books import notes
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.city import city_operators
from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.people.models.credentials import SlipRow
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.models.vault import LinkRow, PersonRow
from volunteer_credit.people.operations import bootstrap
from volunteer_credit.people.operations.bootstrap import Admin, enrol_admin, found_with_admins
from volunteer_credit.people.operations.digests import digest
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.queries.grants import person_of
from volunteer_credit.people.rules.founding import FoundersError, SameAdminError
from volunteer_credit.people.rules.identity_errors import UnreachableError
from volunteer_credit.people.rules.sign_in_errors import (
    SignInRefusedError,
    SlipOverError,
    SlipUsedError,
)
from volunteer_credit.shared.db import db, end_reading, transaction
from volunteer_credit.shared.errors import ServiceError

ADDRESS = "192.0.2.1"
LI = {"name": "李一", "phone": "13800000011"}
WANG = {"name": "王二", "reach": "街道办事处"}
DAY_MS = 86_400_000


def code(admin: Admin) -> str:
    assert admin.slip is not None
    return admin.slip.code


def states() -> list[str]:
    end_reading()
    rows = db.session.query(PersonRow).order_by(PersonRow.created_at_ms).all()
    return sorted(row.state for row in rows)


def test_two_persons_enrol_with_a_code_each(app: Flask) -> None:
    new, (one, two) = found_with_admins()
    assert (new, [one.account, two.account]) == (True, city_operators())
    assert states() == ["pending", "pending"]
    assert code(one) != code(two)
    # Only digests of the codes are kept, and again only once.
    end_reading()
    kept = {row.slip_digest for row in db.session.query(SlipRow)}
    assert kept == {digest(db.session(), "slip", code(each)) for each in (one, two)}
    again = found_with_admins()
    assert again == (False, [Admin(each.account, "waiting") for each in (one, two)])
    slip = enrol_admin(code(one), LI, ADDRESS, "k1")
    assert enrol_admin(code(one), LI, ADDRESS, "k1") == slip
    with pytest.raises(SlipUsedError):
        enrol_admin(code(one), WANG, ADDRESS, "k2")
    enrol_admin(code(two), WANG, ADDRESS, "k1b")
    assert states() == ["active", "active"]
    end_reading()
    person_id = person_of(db.session(), CITY, one.account)
    found = read_person(db.session(), person_id)
    assert (found.fields.name, found.links) == ("李一", ((CITY, one.account),))
    row = db.session.get(GrantRow, (CITY, one.account, "platform_admin", "community"))
    assert row is not None
    assert [each.state for each in found_with_admins(renew_codes=True)[1]] == ["enrolled"] * 2
    assert len(notes(CITY)) == 1
    assert "李一".encode() not in notes(CITY)[0]


@pytest.mark.engines("sqlite")
def test_codes_are_renewed_only_while_nobody_used_them(app: Flask, clock: FakeClock) -> None:
    _, (one, two) = found_with_admins()
    enrol_admin(code(one), LI, ADDRESS, "k1")
    _, renewed = found_with_admins(renew_codes=True)
    assert renewed[0] == Admin(one.account, "enrolled")
    assert code(renewed[1]) != code(two)
    with pytest.raises(SlipOverError):
        enrol_admin(code(two), WANG, ADDRESS, "k2")
    clock.pass_ms(7 * DAY_MS)
    with pytest.raises(SlipOverError):
        enrol_admin(code(renewed[1]), WANG, ADDRESS, "k3")
    (late,) = (each for each in found_with_admins(renew_codes=True)[1] if each.slip)
    clock.pass_ms(7 * DAY_MS - 1000)
    enrol_admin(code(late), WANG, ADDRESS, "k4")
    assert states() == ["active", "active"]


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("problem", "given"),
    [
        (SameAdminError, {"name": "李一", "reach": "另一处"}),
        (SameAdminError, {"name": "李三", "phone": "13800000011"}),
        (FoundersError, {"name": "李小", "reach": "x", "birth_day": "20100101"}),
        (UnreachableError, {"name": "李三"}),
    ],
)
def test_one_person_does_not_become_both(
    app: Flask, problem: type[ServiceError], given: dict[str, str]
) -> None:
    _, (one, two) = found_with_admins()
    enrol_admin(code(one), LI, ADDRESS, "k1")
    with pytest.raises(problem):
        enrol_admin(code(two), given, ADDRESS, "k2")
    with pytest.raises(SignInRefusedError):
        enrol_admin("A" * 26, WANG, ADDRESS, "k3")
    enrol_admin(code(two), WANG, ADDRESS, "k4")  # a refusal does not use the code up
    assert states() == ["active", "active"]


@pytest.mark.engines("sqlite")
def test_an_init_that_was_cut_off_is_finished_by_the_next(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(account: str) -> None:
        raise SignInRefusedError

    with monkeypatch.context() as patched:
        patched.setattr(bootstrap, "_code", cut)
        with pytest.raises(SignInRefusedError):
            found_with_admins()
    accounts = city_operators()
    assert states() == ["pending"]
    new, admins = found_with_admins()
    assert not new
    assert [each.account for each in admins] == accounts
    assert all(each.slip for each in admins)
    assert states() == ["pending", "pending"]


@pytest.mark.engines("sqlite")
def test_an_index_that_is_gone_makes_no_second_pair_of_persons(app: Flask) -> None:
    _, admins = found_with_admins()
    with transaction() as session:
        session.execute(delete(LinkRow))
    assert found_with_admins()[1] == [Admin(each.account, "waiting") for each in admins]
    assert states() == ["pending", "pending"]
    enrol_admin(code(admins[0]), LI, ADDRESS, "k")
    assert states() == ["active", "pending"]
