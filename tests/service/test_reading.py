"""Reads asked ahead: the same answers, until something is written."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, select, update

from tests.people.make import COMMUNITY, Town
from volunteer_credit.people.models.membership import CommunityRow
from volunteer_credit.shared.db import db, transaction
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import ahead, all_rows

_communities = CommunityRow.__table__.c
NAME = Prepared(
    select(_communities.name).where(_communities.community_id == bindparam("community"))
)
OURS = {"community": COMMUNITY}


@pytest.fixture(autouse=True)
def _town(app: Flask) -> None:
    assert app
    Town()


def named(session: Any) -> str:
    ((name,),) = all_rows(session, NAME, **OURS)
    return str(name)


def test_what_was_asked_ahead_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    whole = Prepared.all

    def counted(statement: Prepared, *args: Any) -> Any:
        asked.append(statement)
        return whole(statement, *args)

    monkeypatch.setattr(Prepared, "all", counted)
    with transaction() as session:
        ahead(session, [(NAME, OURS)])
        first, again = named(session), named(session)
        assert first == again == f"社区 {COMMUNITY}"
    on_postgresql = db.engine.dialect.name == "postgresql"
    assert len(asked) == (0 if on_postgresql else 2)


def test_what_is_written_is_read_again() -> None:
    with transaction() as session:
        ahead(session, [(NAME, OURS)])
        row = session.get(CommunityRow, COMMUNITY)
        assert row is not None
        row.name = "东区"
        assert named(session) == "东区"
        ahead(session, [(NAME, OURS)])
        session.execute(update(CommunityRow).values(name="西区"))
        assert named(session) == "西区"


def test_only_what_was_asked_is_known() -> None:
    with transaction() as session:
        ahead(session, [(NAME, OURS)])
        assert all_rows(session, NAME, community="nobody") == []
