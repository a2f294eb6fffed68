"""A shift that has begun is not taken back: the door tells projects."""

import pytest
from flask import Flask

from tests.checkins.make import open_door, put_shift, residents
from tests.people.make import COMMUNITY, Town
from tests.people.sign_in_make import give_card
from volunteer_credit.checkins.operations.admitting import admit
from volunteer_credit.projects.queries.used import is_used
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


def test_a_door_or_somebody_there_is_a_beginning(app: Flask) -> None:
    assert app
    town = Town()
    (wang,) = residents(town, "王小明")
    opened, walked_in, untouched = (
        put_shift(town.anna, name) for name in ("opened", "walked in", "untouched")
    )
    end_reading()
    assert not is_used(db.session, COMMUNITY, [opened, walked_in, untouched])
    open_door(town.anna, opened)
    admit(town.anna.caller(), COMMUNITY, walked_in, give_card(wang), "in")
    end_reading()
    assert is_used(db.session, COMMUNITY, [untouched, opened])
    assert is_used(db.session, COMMUNITY, [walked_in])
    assert not is_used(db.session, COMMUNITY, [untouched])
