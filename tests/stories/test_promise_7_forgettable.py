"""Promise 7, forgettable: a person is erased, and the book still verifies and recomputes."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.people.make import COMMUNITY
from tests.points.make import entries
from tests.service.make import FakeClock
from tests.stories.afternoon import afternoon, own, published
from volunteer_credit.hours.operations.objecting import object_to
from volunteer_credit.people.models.vault import LinkRow
from volunteer_credit.people.operations.erasing import ask_erasure, run_erasures, was_erased
from volunteer_credit.people.rules.erasing import ErasureRefusedError
from volunteer_credit.points.operations.recompute import GOOD
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


def test_after_an_erasure_the_book_verifies_and_recomputes(app: Flask, clock: FakeClock) -> None:
    here = afternoon(clock)
    wang, chen = here.scheme.member("王小明"), here.scheme.member("陈晨")
    here.open()
    here.approve(here.serve(wang, chen))
    before = published()[2]
    ask_erasure(wang.caller(), "erase me")
    assert run_erasures().done == 1
    end_reading()
    assert was_erased(wang.person_id)
    query = select(LinkRow).where(LinkRow.person_id == wang.person_id)
    assert not db.session.execute(query).all()
    end_reading()
    _, verified, again = published()
    assert verified.code == 0
    assert (again.verdict, again.wrong) == (GOOD, [])
    assert again.centipoints == before.centipoints
    # What stays is a number with a day and minutes, and no word of whose it was.
    kept = [each for each in entries("hours.recorded") if each.data["account"] == wang.account]
    assert [each.data["minutes"] for each in kept] == [125]
    assert "王小明" not in str([each.data for each in entries()])
    assert here.scheme.points(chen) == 20


def test_while_an_objection_is_open_nobody_is_erased(app: Flask, clock: FakeClock) -> None:
    here = afternoon(clock)
    wang = here.scheme.member("王小明")
    here.open()
    here.approve(here.serve(wang))
    line = own(wang).line
    where = (line.sheet_id, line.position)
    object_to(wang.caller(), COMMUNITY, where, "too_short", "", here.key())
    end_reading()
    with pytest.raises(ErasureRefusedError):
        ask_erasure(wang.caller(), "erase me")
    end_reading()
    assert not was_erased(wang.person_id)
