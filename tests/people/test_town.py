"""The builders themselves: what they write is what the book and the tables say."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, Town
from tests.service.books import replayed
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.shared.db import db


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


def test_a_grant_of_the_builders_stands_in_the_book_and_in_its_row(town: Town) -> None:
    chen = town.add("陈")
    town.grant(chen, "grid_worker", scope="grid:1")
    book = replayed()
    assert book.parties.grants[chen.account, "grid_worker", "grid:1"] == 99991231
    assert db.session.get(GrantRow, (COMMUNITY, chen.account, "grid_worker", "grid:1")) is not None
