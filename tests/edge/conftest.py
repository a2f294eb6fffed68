"""One settled town for all tests of the edge; each module works on a copy, SQLite only."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edge.place import Place, placed
from tests.edge.settled import Settled, settle
from tests.service.conftest import sqlite_template

__all__ = ["sqlite_template"]


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Settled:
    return settle(tmp_path_factory.mktemp("settled"), sqlite_template)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, settled: Settled) -> Iterator[Place]:
    """A town that the tests of a module share: none of them may change what another needs."""
    with placed(tmp_path_factory.mktemp("town"), settled) as found:
        yield found


@pytest.fixture
def place(tmp_path: Path, settled: Settled) -> Iterator[Place]:
    """A town of one's own."""
    with placed(tmp_path, settled) as found:
        yield found
