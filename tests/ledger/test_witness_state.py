"""The state of a witness: made once, never backwards, refused when lost, damaged or foreign."""

import fcntl
import os
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import LedgerError
from ledger.witness_state import WitnessState, create_state, open_state, origin_hash
from ledger.witness_state_errors import (
    WitnessStateBackwardsError,
    WitnessStateExistsError,
    WitnessStateIoError,
    WitnessStateMissingError,
    WitnessStateSyncError,
)
from tests.ledger.make import seed
from tests.ledger.witnessing import FORKED, HONEST, KEYS, ORIGIN, create, folders, opened

NAME = origin_hash(ORIGIN)
OTHER = "other.example/1"


def keep(state: WitnessState, data: bytes, origin: str = ORIGIN) -> None:
    """Keep one checkpoint in a turn of its own."""
    with state.turn(origin) as turn:
        turn.keep(data)


def size_of(state: WitnessState, origin: str = ORIGIN) -> int | None:
    """The size that was cosigned last."""
    with state.turn(origin) as turn:
        return turn.last[0] if turn.last else None


@pytest.fixture
def state(tmp_path: Path) -> WitnessState:
    """A state that has size 3 of the honest tree."""
    create(tmp_path)
    made = opened(tmp_path)
    keep(made, HONEST.signed(3))
    return made


def test_what_is_kept_is_there_after_opening_again(tmp_path: Path, state: WitnessState) -> None:
    keep(state, HONEST.signed(7))
    keep(state, HONEST.signed(2, OTHER), OTHER)
    for each in (state, opened(tmp_path)):
        assert (size_of(each), size_of(each, OTHER), size_of(each, "third.example")) == (7, 2, None)
        assert each.kept(NAME) == HONEST.signed(7)
        assert each.kept(origin_hash("third.example")) is None
    with state.turn(ORIGIN) as turn:
        assert turn.last == (7, HONEST.head(7).root)


def test_only_the_owner_may_read_it(tmp_path: Path, state: WitnessState) -> None:
    folder, key_folder = folders(tmp_path)
    modes = {path.stat().st_mode & 0o077 for path in [folder, *folder.iterdir()]}
    assert modes | {(key_folder / "state").stat().st_mode & 0o077} == {0}


@pytest.mark.parametrize(
    ("data", "right"),
    [
        (HONEST.signed(3), True),
        (HONEST.signed(4), True),
        (HONEST.signed(2), False),
        (HONEST.signed(0), False),
        (FORKED.signed(6), False),
        (HONEST.signed(9, OTHER), False),
    ],
)
def test_it_never_goes_backwards(state: WitnessState, data: bytes, right: bool) -> None:
    keep(state, HONEST.signed(3))
    if not right and b"\n6\n" in data:
        keep(state, HONEST.signed(6))
    before = state.kept(NAME)
    if right:
        keep(state, data)
        assert state.kept(NAME) == data
    else:
        with pytest.raises(WitnessStateBackwardsError):
            keep(state, data)
        assert state.kept(NAME) == before


def test_an_empty_tree_may_be_the_first(tmp_path: Path) -> None:
    create(tmp_path)
    state = opened(tmp_path)
    keep(state, HONEST.signed(0))
    keep(state, HONEST.signed(0))
    assert size_of(state) == 0
    with state.turn(ORIGIN) as turn:
        turn.keep(HONEST.signed(1))
        assert turn.last == (1, HONEST.head(1).root)
        with pytest.raises(WitnessStateBackwardsError):
            turn.keep(HONEST.signed(0))


def test_a_key_gets_one_state_once(tmp_path: Path, state: WitnessState) -> None:
    folder, key_folder = folders(tmp_path)
    with pytest.raises(WitnessStateExistsError):
        create(tmp_path)
    with pytest.raises(WitnessStateExistsError, match="key is in use"):
        create_state(tmp_path / "another", key_folder, KEYS, seed("another id"))
    shutil.rmtree(folder)
    with pytest.raises(WitnessStateExistsError, match="key is in use"):
        create(tmp_path)


def test_a_folder_in_use_does_not_cost_the_key(tmp_path: Path) -> None:
    """The folder is looked at first, so the key can still be given another."""
    folder, key_folder = folders(tmp_path)
    folder.mkdir()
    (folder / "something").touch()
    with pytest.raises(WitnessStateExistsError, match="state is in use"):
        create(tmp_path)
    with pytest.raises(WitnessStateMissingError):
        opened(tmp_path)
    create_state(tmp_path / "another", key_folder, KEYS, seed("state id"))
    assert size_of(open_state(tmp_path / "another", key_folder, KEYS)) is None


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    _, key_folder = folders(tmp_path)
    with pytest.raises(WitnessStateIoError, match="No such file"):
        create_state(tmp_path / "no" / "state", key_folder, KEYS, seed("state id"))
    with pytest.raises(WitnessStateIoError, match="No such file"):
        create_state(tmp_path / "state", tmp_path / "no", KEYS, seed("state id"))


def failing(*_arguments: object, **_named: object) -> Any:
    """Stand in for a call of the system."""
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize(("owner", "name"), [(Path, "read_bytes"), (os, "open"), (fcntl, "flock")])
def test_a_disk_that_does_not_read_is_refused(
    state: WitnessState, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, failing)
        with pytest.raises(WitnessStateIoError, match=r"\(Permission denied\)"):
            keep(state, HONEST.signed(7))
    keep(state, HONEST.signed(7))


def test_a_full_disk_costs_one_answer_and_a_failed_sync_all(
    tmp_path: Path, state: WitnessState, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", failing)
        with pytest.raises(WitnessStateIoError):
            keep(state, HONEST.signed(4))
    keep(state, HONEST.signed(5))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        with pytest.raises(WitnessStateSyncError):
            keep(state, HONEST.signed(6))
    with pytest.raises(WitnessStateSyncError, match=r"\(earlier\)"):
        keep(state, HONEST.signed(6))
    keep(opened(tmp_path), HONEST.signed(6))


def test_a_disk_that_writes_byte_by_byte_is_enough(
    state: WitnessState, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, data[:1]))
    keep(state, HONEST.signed(7))
    assert state.kept(NAME) == HONEST.signed(7)


def test_the_turns_of_threads_follow_each_other(tmp_path: Path, state: WitnessState) -> None:
    """Each of 16 threads takes the next size; without the lock two would take the same."""
    states = [state, opened(tmp_path)]
    errors: list[LedgerError] = []

    def grow(one: WitnessState) -> None:
        try:
            with one.turn(ORIGIN) as turn:
                assert turn.last is not None
                turn.keep(HONEST.signed(turn.last[0] + 1))
        except LedgerError as error:
            errors.append(error)

    threads = [threading.Thread(target=grow, args=(states[i % 2],)) for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (errors, size_of(state)) == ([], 19)
