"""The sidecar chain in the archive: it comes back as it was, or what is broken is named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.service.books import COMMUNITY
from tests.service.sealed import awards, grown, rows, run
from volunteer_credit.journal.operations import sidecar_files
from volunteer_credit.journal.operations.examine import read_head
from volunteer_credit.journal.operations.keys import ROW_KEY_ID, keeper
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sidecar import ARCHIVE, archive_name
from volunteer_credit.journal.operations.sidecar_files import (
    archive_folder,
    read_keys,
    read_sidecars,
)
from volunteer_credit.journal.rules.errors import BehindPublicationError
from volunteer_credit.journal.rules.seal_errors import SidecarChangedError


def archive_key() -> bytes:
    session, _, _ = read_head(COMMUNITY)
    return keeper().seed(session, archive_name(COMMUNITY), ARCHIVE, ROW_KEY_ID)


def folder() -> Path:
    return archive_folder(COMMUNITY) / "sidecar"


@pytest.fixture
def chain(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three files; their names in order."""
    monkeypatch.setattr(sidecar_files, "OPERATIONS_MAX", 4)
    grown(4)
    seal(COMMUNITY)
    awards(3, 20)
    seal(COMMUNITY)
    return sorted(
        (each.name for each in folder().iterdir()), key=lambda name: int(name.split("-")[0])
    )


def test_they_come_back_as_they_were(app: Flask, chain: list[str]) -> None:
    assert chain == ["0-4", "4-8", "8-11"]
    assert list(read_sidecars(COMMUNITY, archive_key())) == rows("journal_operations")
    assert read_keys(COMMUNITY) == sorted(
        rows("journal_keys"), key=lambda row: (row["origin"], row["role"], row["key_id"])
    )


def test_nothing_in_them_can_be_read_without_the_key(app: Flask, chain: list[str]) -> None:
    for name in chain:
        assert b"award" not in (folder() / name).read_bytes()
    with pytest.raises(SidecarChangedError):
        list(read_sidecars(COMMUNITY, bytes(32)))


def cut(names: list[str]) -> None:
    path = folder() / names[1]
    path.write_bytes(path.read_bytes()[:-1])


def emptied(names: list[str]) -> None:
    (folder() / names[1]).write_bytes(b"")


def flipped(names: list[str]) -> None:
    path = folder() / names[1]
    data = bytearray(path.read_bytes())
    data[60] ^= 1
    path.write_bytes(data)


def flipped_link(names: list[str]) -> None:
    path = folder() / names[1]
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)


def removed(names: list[str]) -> None:
    (folder() / names[1]).unlink()


def removed_first(names: list[str]) -> None:
    (folder() / names[0]).unlink()


def swapped(names: list[str]) -> None:
    one, two = (folder() / name for name in names[:2])
    data = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(data)


def renamed(names: list[str]) -> None:
    (folder() / names[1]).rename(folder() / f"{names[1].split('-')[0]}-{10**6}")


@pytest.mark.parametrize(
    "damage", [cut, emptied, flipped, flipped_link, removed, removed_first, swapped, renamed]
)
def test_what_is_broken_is_found(
    app: Flask, chain: list[str], damage: Callable[[list[str]], None]
) -> None:
    damage(chain)
    with pytest.raises(SidecarChangedError):
        list(read_sidecars(COMMUNITY, archive_key()))


def test_a_chain_with_a_gap_is_not_gone_on_with(app: Flask, chain: list[str]) -> None:
    removed(chain)
    awards(1, 40)
    with pytest.raises(SidecarChangedError):
        seal(COMMUNITY)


def test_a_chain_longer_than_the_database_stops_sealing(app: Flask, chain: list[str]) -> None:
    start = chain[-1].split("-")[1]
    (folder() / f"{start}-{int(start) + 5}").write_bytes(b"of a later time")
    with pytest.raises(BehindPublicationError):
        seal(COMMUNITY)


def test_operations_that_are_missing_are_not_left_out(app: Flask, chain: list[str]) -> None:
    awards(2, 40)
    position = len(rows("journal_operations")) - 2
    run("DELETE FROM journal_operations WHERE position = :position", position=position)
    with pytest.raises(SidecarChangedError):
        seal(COMMUNITY)


def test_no_keys_of_a_stranger(app: Flask, chain: list[str]) -> None:
    run(
        "INSERT INTO journal_keys (origin, role, key_id, wrapped)"
        " VALUES ('weihai.example/huancui-012/1', 'log', '00', :w)",
        w=b"x",
    )
    awards(1, 40)
    seal(COMMUNITY)
    assert len(read_keys(COMMUNITY)) == len(rows("journal_keys")) - 1
