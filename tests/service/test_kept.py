"""Write connections between transactions: which are kept, and when they are let go."""

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from volunteer_credit.shared.db import WRITE, db, transaction, writer
from volunteer_credit.shared.kept import Kept


def used() -> object:
    """The driver's connection of one transaction."""
    with transaction() as session:
        session.execute(text("SELECT 1"))
        return session.connection().connection.dbapi_connection


def test_a_committed_one_is_used_again_and_a_failed_one_goes_back_to_the_pool(app: Flask) -> None:
    first = used()
    assert db.engines[WRITE].pool.checkedout() == 1  # type: ignore[attr-defined] # a QueuePool
    assert used() is first
    with pytest.raises(ZeroDivisionError), transaction():
        raise ZeroDivisionError
    assert db.engines[WRITE].pool.checkedout() == 0  # type: ignore[attr-defined] # as above
    assert used() is first
    writer().kept.let_go()
    assert db.engines[WRITE].pool.checkedout() == 0  # type: ignore[attr-defined] # as above


@pytest.fixture
def engine(app: Flask) -> Engine:
    return db.engines[WRITE]


@pytest.mark.engines("sqlite")
def test_only_so_many_are_kept_and_only_sound_ones(engine: Engine) -> None:
    kept = Kept(engine, lambda _: True, 1)
    first, second = kept.take(), kept.take()
    kept.keep(first)
    kept.keep(second)
    assert (first.closed, second.closed) == (False, True)
    assert kept.take() is first
    unsound = Kept(engine, lambda _: False, 1)
    unsound.keep(first)
    with unsound.take() as other:
        assert other is not first
        assert first.closed


@pytest.mark.engines("sqlite")
def test_an_engine_that_is_disposed_of_keeps_none_and_a_child_forgets_them(engine: Engine) -> None:
    kept = Kept(engine, lambda _: True, 1)
    first = kept.take()
    kept.keep(first)
    engine.dispose()
    assert first.closed
    second = kept.take()
    kept.keep(second)
    kept.after_fork()
    with kept.take() as third:
        assert third is not second
    second.close()
