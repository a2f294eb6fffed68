"""The process dies at each step of each operation: no living key is lost, no destroyed one back."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.service.keystore import DAY_MS, Cut, KeyStore, fill, full_disk, opens, person
from tests.service.make import AT_MS
from volunteer_credit.shared import person_keys, person_keys_backup, person_keys_prune
from volunteer_credit.shared.person_keys import PersonKeys
from volunteer_credit.shared.person_keys_errors import (
    PersonErasedError,
    PersonKeyBackupFailedError,
    PersonKeyBackupUnlistedError,
)
from volunteer_credit.shared.person_keys_records import Erasure, hash_of

LATER_MS = AT_MS + 34 * DAY_MS
VICTIM = 3

Template = tuple[Path, dict[int, bytes]]
Operation = Callable[[PersonKeys], object]
OPERATIONS: dict[str, Operation] = {
    "back_up": lambda keys: keys.back_up(LATER_MS),
    "destroy": lambda keys: keys.destroy(person(VICTIM), LATER_MS),
    "apply_erasures": lambda keys: keys.apply_erasures(
        [Erasure(hash_of(person(VICTIM)), AT_MS)], LATER_MS
    ),
    "prune_aged": lambda keys: keys.prune(LATER_MS),
    "prune_small": lambda keys: keys.prune(AT_MS + 2 * DAY_MS),
    "rewrap": lambda keys: keys.rewrap(LATER_MS),
    "restore": lambda keys: keys.restore(LATER_MS),
    "renew": lambda keys: keys.renew_backup(LATER_MS),
}
ERASING = ("destroy", "apply_erasures")


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(person_keys_backup, "RECORDS_MAX", 3)
    monkeypatch.setattr(person_keys_prune, "RECORDS_MAX", 3)
    monkeypatch.setattr(person_keys, "REWRAP_COUNT", 4)


def store_in(folder: Path) -> KeyStore:
    return KeyStore(f"sqlite:///{folder / 'person-keys' / 'keys.db'}", folder)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A store with three days of files, one erased person, two keys not backed up yet."""
    folder = tmp_path_factory.mktemp("template")
    store = store_in(folder)
    keys = store.open("first")
    sealed: dict[int, bytes] = {}
    for day, numbers in enumerate(([0, 1], [2, VICTIM, 4], [5])):
        for number in numbers:
            sealed |= fill(keys, [number], AT_MS + day * DAY_MS)
            keys.back_up(AT_MS + day * DAY_MS)
    keys.destroy(person(0), AT_MS + DAY_MS)
    del sealed[0]
    sealed |= fill(keys, [6, 7], LATER_MS)
    store.close()
    return folder, sealed


def prepared(
    template: Template, folder: Path, name: str
) -> tuple[KeyStore, PersonKeys, dict[int, bytes]]:
    """The template as this operation needs it."""
    shutil.copytree(template[0], folder)
    store, sealed = store_in(folder), dict(template[1])
    if name == "restore":
        for number in (6, 7):
            del sealed[number]
        store.lose()
    if name == "renew":
        shutil.rmtree(store.backup)
    return store, store.open("second", "first"), sealed


def rebuilt(store: KeyStore, folder: Path) -> PersonKeys:
    """What the second store alone gives; what a cut write left there is moved away if asked."""
    try:
        return store.rebuilt(folder, "second", "first")
    except PersonKeyBackupUnlistedError:
        good = store.backup
        store.backup = folder / "moved"
        shutil.copytree(good, store.backup)
        listed = (store.backup / "list").read_text()
        for file in store.files():
            if file.name not in listed and file.name != "list":
                file.unlink()
        try:
            return store.rebuilt(folder / "again", "second", "first")
        finally:
            store.backup = good


def is_erased(keys: PersonKeys, number: int) -> bool:
    try:
        keys.create(person(number), AT_MS)
    except PersonErasedError:
        return not keys.has(person(number))
    return False


def check_after_cut(store: KeyStore, name: str, sealed: dict[int, bytes], folder: Path) -> None:
    """Nothing that was there before the operation is lost, in either store."""
    keys = store.open("second", "first")
    safe = {number: data for number, data in sealed.items() if number < 6}
    if name in ERASING:
        del safe[VICTIM]
    if name != "restore":
        assert opens(keys, {**safe, 6: sealed[6], 7: sealed[7]})
    if name != "renew":
        other = rebuilt(store, folder)
        assert opens(other, safe)
        assert is_erased(other, 0)
        for each in (keys, other):
            each._database.close()


def check_when_done(store: KeyStore, name: str, sealed: dict[int, bytes], folder: Path) -> None:
    """The operation, run again, did all of its work."""
    keys = store.open("second", "first")
    keys.back_up(LATER_MS)
    living = {**sealed}
    if name in ERASING:
        del living[VICTIM]
        assert is_erased(keys, VICTIM)
    keys.require_current()
    assert opens(keys, living)
    assert keys.check_backup() == len(living)
    other = store.rebuilt(folder, "second", "first")
    assert opens(other, living)
    assert is_erased(other, 0)
    assert {each.person_hash for each in other.erasures()} == {
        each.person_hash for each in keys.erasures()
    }
    listed = (store.backup / "list").read_text()
    assert all(file.name in listed or file.name == "list" for file in store.files())
    store.close()


@pytest.mark.untraced
@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - {"restore"}))  # it writes no file
def test_a_cut_at_each_step(name: str, template: Template, tmp_path: Path) -> None:
    """In the middle of a step; after it is before the next, or before the commit (below)."""
    cuts = 0
    while True:
        store, keys, sealed = prepared(template, tmp_path / f"{cuts}", name)
        store.disk.fail(cuts + 1, is_done=False)
        try:
            OPERATIONS[name](keys)
        except Cut:
            cuts += 1
        else:
            break
        store.close()
        store.disk.fail(0, is_done=False)
        check_after_cut(store, name, sealed, tmp_path / f"after-{cuts}")
        if name == "renew" and not store.open("second", "first")._backup.is_empty():
            shutil.rmtree(store.backup)  # as the refusal asks
        OPERATIONS[name](store.open("second", "first"))
        check_when_done(store, name, sealed, tmp_path / f"done-{cuts}")
    check_when_done(store, name, sealed, tmp_path / "whole")
    assert cuts >= 5


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_cut_before_the_database_commits(name: str, template: Template, tmp_path: Path) -> None:
    store, keys, sealed = prepared(template, tmp_path / "store", name)
    assert keys.has(person(1)) == (name != "restore")
    database = keys._database._engine
    assert database is not None

    def cut(_connection: object) -> None:
        raise Cut

    event.listen(database, "commit", cut)
    with pytest.raises(Cut):
        OPERATIONS[name](keys)
    event.remove(database, "commit", cut)
    store.close()
    check_after_cut(store, name, sealed, tmp_path / "after")
    if name == "renew":
        shutil.rmtree(store.backup)
    if name in ERASING:  # it was in the second store: the next writer takes it in
        store.open("second", "first").back_up(LATER_MS)
        assert is_erased(store.open("second", "first"), VICTIM)
    OPERATIONS[name](store.open("second", "first"))
    check_when_done(store, name, sealed, tmp_path / "done")


def test_two_cuts_in_a_row(template: Template, tmp_path: Path) -> None:
    """A list ahead of the database, and a file ahead of the list."""
    store, keys, sealed = prepared(template, tmp_path / "store", "destroy")
    keys.has(person(1))
    engine = keys._database._engine
    assert engine is not None

    def cut(_connection: object) -> None:
        raise Cut

    event.listen(engine, "commit", cut)
    with pytest.raises(Cut):
        OPERATIONS["destroy"](keys)
    event.remove(engine, "commit", cut)
    store.disk.fail(2, is_done=True)
    fill(keys, [8], LATER_MS)
    with pytest.raises(Cut):
        keys.back_up(LATER_MS)
    sealed |= {8: keys.seal(person(8), "name", b"name 8")}
    store.close()
    check_when_done(store, "destroy", sealed, tmp_path / "done")


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_full_disk_at_each_step_is_refused_and_survived(
    name: str, template: Template, tmp_path: Path
) -> None:
    store, keys, sealed = prepared(template, tmp_path / "store", name)
    for step in range(1, 100):
        store.disk.fail(step, is_done=False, problem=full_disk())
        try:
            OPERATIONS[name](keys)
        except PersonKeyBackupFailedError:
            if name == "renew":
                shutil.rmtree(store.backup, ignore_errors=True)
            continue
        break
    store.disk.fail(0, is_done=False)
    check_when_done(store, name, sealed, tmp_path / "done")
