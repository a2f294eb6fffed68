"""A state that is lost, damaged or of another key: refused, and never taken for an empty one."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.witness_files import seal, write_new
from ledger.witness_state import WitnessState, create_state, open_state, origin_hash
from ledger.witness_state_errors import (
    WitnessStateCorruptError,
    WitnessStateExistsError,
    WitnessStateForeignError,
    WitnessStateIoError,
    WitnessStateLostError,
)
from tests.ledger.make import seed
from tests.ledger.witnessing import HONEST, KEYS, ORIGIN, create, folders, opened

NAME = origin_hash(ORIGIN)
OTHER = "other.example/1"


def keep(state: WitnessState, data: bytes) -> None:
    """Keep one checkpoint in a turn of its own."""
    with state.turn(ORIGIN) as turn:
        turn.keep(data)


@pytest.fixture
def state(tmp_path: Path) -> WitnessState:
    """A state that has size 3 of the honest tree."""
    create(tmp_path)
    made = opened(tmp_path)
    keep(made, HONEST.signed(3))
    return made


def lose_all(folder: Path) -> None:
    shutil.rmtree(folder)


def lose_content(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def lose_marker(folder: Path) -> None:
    (folder / "state").unlink()


def lose_origin(folder: Path) -> None:
    (folder / NAME).unlink()


def lose_to_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.touch()


@pytest.mark.parametrize("lose", [lose_all, lose_content, lose_marker, lose_origin, lose_to_a_file])
def test_a_lost_state_retires_the_key(
    tmp_path: Path, state: WitnessState, lose: Callable[[Path], None]
) -> None:
    lose(folders(tmp_path)[0])
    with pytest.raises(WitnessStateLostError, match="make a new key"):
        opened(tmp_path)
    with pytest.raises(WitnessStateLostError):
        keep(state, HONEST.signed(7))
    with pytest.raises((WitnessStateExistsError, WitnessStateIoError)):
        create(tmp_path)
    assert WitnessStateLostError.code == "witness_state_lost"


def test_a_crash_of_create_behind_the_key_retires_it(tmp_path: Path) -> None:
    _, key_folder = folders(tmp_path)
    write_new(key_folder / "state", seed("state id").hex().encode() + b"\n")
    with pytest.raises(WitnessStateLostError):
        opened(tmp_path)
    with pytest.raises(WitnessStateExistsError):
        create(tmp_path)


def test_the_state_of_another_key_is_refused(tmp_path: Path, state: WitnessState) -> None:
    folder, key_folder = folders(tmp_path)
    for keys in (KEYS[:1], KEYS[1:], ()):
        with pytest.raises(WitnessStateForeignError):
            open_state(folder, key_folder, keys)
    (tmp_path / "b").mkdir()
    create_state(*folders(tmp_path / "b"), KEYS, seed("another id"))
    with pytest.raises(WitnessStateForeignError):
        open_state(folder, tmp_path / "b" / "key", KEYS)
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "b" / "state", folder)
    with pytest.raises(WitnessStateForeignError):
        keep(state, HONEST.signed(7))


@pytest.mark.parametrize("name", ["state", NAME])
def test_every_damaged_byte_is_seen(tmp_path: Path, state: WitnessState, name: str) -> None:
    path = folders(tmp_path)[0] / name
    good = path.read_bytes()
    bad = [good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :] for at in range(len(good))]
    for data in [*bad, b"", good[:-1], good + b"\n", good[:64], good[65:]]:
        path.write_bytes(data)
        with pytest.raises(WitnessStateCorruptError, match=name):
            keep(state, HONEST.signed(7))
    with pytest.raises(WitnessStateCorruptError, match="do not delete it"):
        opened(tmp_path)
    path.write_bytes(good)
    keep(opened(tmp_path), HONEST.signed(7))


def test_the_damaged_id_beside_the_key_is_seen(tmp_path: Path, state: WitnessState) -> None:
    path = folders(tmp_path)[1] / "state"
    good = path.read_bytes()
    for at in range(len(good)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises((WitnessStateCorruptError, WitnessStateForeignError)):
            opened(tmp_path)
    path.write_bytes(b"")
    with pytest.raises(WitnessStateCorruptError):
        opened(tmp_path)


@pytest.mark.parametrize("data", [b"", b"no checkpoint\n", HONEST.signed(9, OTHER)])
def test_a_sealed_file_that_is_not_the_origin_s_is_refused(
    tmp_path: Path, state: WitnessState, data: bytes
) -> None:
    (folders(tmp_path)[0] / NAME).write_bytes(seal(data))
    with pytest.raises(WitnessStateCorruptError):
        keep(state, HONEST.signed(7))
