"""Pages that were shown before a community's next book began: they sign nothing of that one."""

import pytest
from flask import Flask

from tests.hours.make import square
from tests.people.make import COMMUNITY
from tests.people.visitor import Guest, text_of
from tests.publication.make import write
from tests.service.make import FakeClock
from tests.service.next_book import next_book
from volunteer_credit.people.queries.approvals import open_in
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


def test_what_has_the_same_number_now_is_not_signed(app: Flask, clock: FakeClock) -> None:
    here = square(clock)
    town, second = here.town, Guest(app)
    seq = here.paper(town.anna, here.vera)
    page = f"/c/{COMMUNITY}/hours/{here.sheets('proposed')[0]}"
    second.be(town.bo)
    shown = second.get(page)
    founders = [(town.anna.account, "staff"), (town.bo.account, "supervisor")]
    size = next_book(COMMUNITY, founders).size
    told = second.get(f"/c/{COMMUNITY}/approvals/{seq}")
    assert "This is decided." in text_of(told), "it is of the book before"
    end_reading()
    for number in range(size, seq):
        write(here.vera, f"filler {number}")
    assert here.paper(town.anna, here.vera) == seq
    assert second.send(shown, f"{page}/sign", name="approve").status_code == 404
    end_reading()
    assert [(each.book, each.seq) for each in open_in(db.session, COMMUNITY)] == [(2, seq)]
    assert here.states(here.sheets("proposed")[0]) == ["proposed"]
