"""The second store: what it keeps, what it forgets, and how damage is found."""

import random as seeded  # noqa: TID251 - a test's dice are thrown alike in every run
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.keystore import DAY_MS, KeyStore, fill, full_disk, opens, person
from tests.service.make import AT_MS
from volunteer_credit.shared import person_keys, person_keys_backup, person_keys_prune
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.person_keys_errors import (
    PersonErasedError,
    PersonKeyBackupBehindError,
    PersonKeyBackupDamagedError,
    PersonKeyBackupFailedError,
    PersonKeyBackupMissingError,
    PersonKeyBackupNotEmptyError,
    PersonKeyBackupUnlistedError,
    PersonKeyDamagedError,
    PersonKeysBehindError,
    PersonKeySecretError,
)
from volunteer_credit.shared.person_keys_prune import KEEP_DAYS_MAX

ALICE, BOB = person(1), person(2)


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[KeyStore]:
    store = KeyStore(database_url, tmp_path)
    yield store
    store.close()


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files and steps of few records, as a city has them with many."""
    monkeypatch.setattr(person_keys_backup, "RECORDS_MAX", 4)
    monkeypatch.setattr(person_keys_prune, "RECORDS_MAX", 4)
    monkeypatch.setattr(person_keys, "REWRAP_COUNT", 3)


def test_a_key_store_is_rebuilt_from_its_second_store(store: KeyStore) -> None:
    keys = store.open()
    sealed = fill(keys, [1, 2, 3])
    keys.destroy(BOB, AT_MS + 7)
    erasures = keys.erasures()
    store.close()
    store.lose()
    keys = store.open()
    assert keys.restore(AT_MS) == 2
    assert opens(keys, {1: sealed[1], 3: sealed[3]})
    assert keys.erasures() == erasures
    assert keys.restore(AT_MS) == 0
    keys.require_current()
    assert keys.check_backup() == 2
    with pytest.raises(PersonErasedError):
        keys.create(BOB, AT_MS)


def test_only_what_is_new_is_written(store: KeyStore) -> None:
    keys = store.open()
    assert keys.back_up(AT_MS) == 0
    assert not store.backup.exists()
    fill(keys, [1, 2])
    assert keys.back_up(AT_MS) == 2
    before = {file.name: file.read_bytes() for file in store.files()}
    assert keys.back_up(AT_MS) == 0
    fill(keys, [3])
    assert keys.back_up(AT_MS) == 1
    after = {file.name: file.read_bytes() for file in store.files()}
    assert before.keys() < after.keys()
    assert all(after[name] == data for name, data in before.items() if name != "list")


def test_names_of_files_are_day_and_ordinal(store: KeyStore) -> None:
    keys = store.open()
    fill(keys, [1])
    keys.back_up(AT_MS)
    keys.destroy(ALICE, AT_MS + DAY_MS)
    names = [file.name for file in store.files()]
    assert names == ["erased-20261123-00000002", "keys-20261122-00000001", "list"]


@pytest.mark.untraced
@pytest.mark.usefixtures("small_files")
@pytest.mark.engines("sqlite")
def test_a_destroyed_key_is_gone_within_35_days_and_no_living_key_ever_is(
    store: KeyStore, tmp_path: Path
) -> None:
    dice = seeded.Random(20261122)  # noqa: S311 - nothing here is a secret
    keys = store.open()
    living: dict[int, bytes] = {}
    destroyed: dict[bytes, int] = {}  # the wrapped key, and when
    forgotten_late = 0
    for day in range(80):
        at_ms = AT_MS + day * DAY_MS
        for number in range(3 * day, 3 * day + dice.randrange(4)):
            living |= fill(keys, [number], at_ms)
            keys.back_up(at_ms)
        for number in dice.sample(sorted(living), min(len(living), dice.randrange(3))):
            destroyed[store.wrapped(number)] = at_ms + DAY_MS // 2
            del living[number]
            keys.destroy(person(number), at_ms + DAY_MS // 2)
        run_ms = at_ms + DAY_MS - 1  # the job at the end of the day
        keys.prune(run_ms)
        for wrapped, destroyed_ms in destroyed.items():
            if store.held_by_backup(wrapped):
                forgotten_late = max(forgotten_late, run_ms - destroyed_ms)
        assert keys.check_backup() == len(living)
        if day % 20 == 19:
            assert opens(store.rebuilt(tmp_path / "rebuilt"), living)
    assert destroyed
    assert 20 * DAY_MS < forgotten_late < KEEP_DAYS_MAX * DAY_MS  # it is kept for a while
    assert opens(keys, living)
    assert len(store.files()) < 200


def test_without_pruning_a_destroyed_key_would_stay(store: KeyStore) -> None:
    keys = store.open()
    fill(keys, [1])
    wrapped = store.wrapped(1)
    keys.back_up(AT_MS)
    keys.destroy(ALICE, AT_MS)
    keys.prune(AT_MS + 33 * DAY_MS)
    assert store.held_by_backup(wrapped)
    assert keys.prune(AT_MS + 34 * DAY_MS) == 2
    assert not store.held_by_backup(wrapped)
    assert len(store.files()) == 2  # the list and the erasure


def test_a_file_from_a_clock_that_ran_ahead_is_pruned_too(store: KeyStore) -> None:
    keys = store.open()
    fill(keys, [1, 2])
    wrapped = store.wrapped(1)
    keys.back_up(AT_MS + 9000 * DAY_MS)
    keys.destroy(ALICE, AT_MS)
    keys.prune(AT_MS)
    assert not store.held_by_backup(wrapped)
    assert keys.check_backup() == 1


@pytest.mark.usefixtures("small_files")
def test_small_files_of_a_day_become_one(store: KeyStore) -> None:
    keys = store.open()
    for number in range(7):
        fill(keys, [number])
        keys.back_up(AT_MS + number)
    assert keys.prune(AT_MS + 100) == 0
    assert keys.prune(AT_MS + DAY_MS) == 7
    names = [file.name for file in store.files()]
    assert names == ["keys-20261122-00000008", "keys-20261122-00000009", "list"]
    assert keys.prune(AT_MS + DAY_MS) == 0
    assert keys.check_backup() == 7


def test_pruning_keeps_keys_of_the_second_store_that_the_database_lost(store: KeyStore) -> None:
    keys = store.open()
    assert not keys.has(ALICE)
    before = store.copy()
    sealed = fill(keys, [1])
    keys.back_up(AT_MS)
    store.put_back(before)
    keys.prune(AT_MS + 40 * DAY_MS)
    assert opens(keys, sealed)


def test_an_old_copy_of_the_database_brings_nobody_back(store: KeyStore) -> None:
    keys = store.open()
    sealed = fill(keys, [1, 2])
    keys.back_up(AT_MS)
    old = store.copy()
    keys.destroy(ALICE, AT_MS)
    sealed |= fill(keys, [3])
    keys.back_up(AT_MS)
    keys.prune(AT_MS + 40 * DAY_MS)
    store.put_back(old)
    assert keys.has(ALICE)
    with pytest.raises(PersonKeysBehindError):
        keys.require_current()
    assert keys.restore(AT_MS) == 1
    keys.require_current()
    with pytest.raises(PersonErasedError):
        keys.open(ALICE, "name", sealed[1])
    assert opens(keys, {2: sealed[2], 3: sealed[3]})


def test_an_old_copy_of_both_needs_the_erasures_of_the_archive(
    store: KeyStore, tmp_path: Path
) -> None:
    keys = store.open()
    sealed = fill(keys, [1, 2])
    keys.back_up(AT_MS)
    old = store.copy()
    shutil.copytree(store.backup, tmp_path / "old")
    keys.destroy(ALICE, AT_MS)
    archived = keys.erasures()
    store.put_back(old)
    shutil.rmtree(store.backup)
    shutil.move(tmp_path / "old", store.backup)
    keys.restore(AT_MS)
    assert opens(keys, sealed)
    assert keys.apply_erasures(archived, AT_MS) == 1
    assert not keys.has(ALICE)
    store.lose()
    store.close()
    keys = store.open()
    assert keys.restore(AT_MS) == 1
    assert not keys.has(ALICE)


def test_an_old_copy_of_the_second_store_is_refused(store: KeyStore, tmp_path: Path) -> None:
    keys = store.open()
    sealed = fill(keys, [1, 2])
    keys.back_up(AT_MS)
    shutil.copytree(store.backup, tmp_path / "old")
    keys.destroy(ALICE, AT_MS)
    shutil.rmtree(store.backup)
    shutil.copytree(tmp_path / "old", store.backup)
    for refused in (
        keys.require_current,
        keys.check_backup,
        lambda: keys.restore(AT_MS),
        lambda: keys.prune(AT_MS),
        lambda: keys.destroy(BOB, AT_MS),
        lambda: keys.renew_backup(AT_MS),
    ):
        with pytest.raises((PersonKeyBackupBehindError, PersonKeyBackupNotEmptyError)):
            refused()
    assert opens(keys, {2: sealed[2]})
    shutil.rmtree(store.backup)
    assert keys.renew_backup(AT_MS) == 2
    keys.require_current()
    assert keys.check_backup() == 1
    with pytest.raises(PersonKeyBackupNotEmptyError):
        keys.renew_backup(AT_MS)


def test_another_list_of_the_same_number_is_refused(store: KeyStore, tmp_path: Path) -> None:
    keys = store.open()
    fill(keys, [1])
    keys.back_up(AT_MS)
    rows = store.copy()
    shutil.copytree(store.backup, tmp_path / "fork")
    fill(keys, [2])
    keys.back_up(AT_MS)
    fork = store.copy()
    shutil.rmtree(store.backup)
    shutil.move(tmp_path / "fork", store.backup)
    store.put_back(rows)
    fill(keys, [3])
    keys.back_up(AT_MS)
    store.put_back(fork)
    with pytest.raises(PersonKeyBackupBehindError):
        keys.require_current()


def test_a_second_store_that_is_not_mounted_is_missed(store: KeyStore) -> None:
    keys = store.open()
    keys.require_current()  # nothing was ever written: nothing is missed
    with pytest.raises(PersonKeyBackupMissingError):
        keys.restore(AT_MS)
    fill(keys, [1, 2])
    keys.back_up(AT_MS)
    shutil.rmtree(store.backup)
    for refused in (
        keys.require_current,
        keys.check_backup,
        lambda: keys.restore(AT_MS),
        lambda: keys.prune(AT_MS),
        lambda: keys.destroy(BOB, AT_MS),
    ):
        with pytest.raises(PersonKeyBackupMissingError):
            refused()
    assert keys.has(BOB)
    assert not store.backup.exists()


@pytest.mark.untraced
def test_every_changed_byte_of_every_file_is_found(store: KeyStore) -> None:
    keys = store.open()
    fill(keys, [1, 2])
    keys.back_up(AT_MS)
    keys.destroy(BOB, AT_MS)
    assert len(store.files()) == 3
    for file in store.files():
        good = file.read_bytes()
        for place in range(len(good)):
            changed = bytearray(good)
            changed[place] ^= 1 << (place % 8)
            file.write_bytes(changed)
            with pytest.raises((PersonKeyBackupDamagedError, PersonKeySecretError)):
                keys.restore(AT_MS)
        file.write_bytes(good)
    assert keys.check_backup() == 1


def test_a_missing_cut_or_swapped_file_is_found_and_named(store: KeyStore) -> None:
    keys = store.open()
    sealed = fill(keys, [1, 2])
    for at_ms in (AT_MS, AT_MS + DAY_MS):
        keys.back_up(at_ms)
        sealed |= fill(keys, [at_ms])
    one, two, listed = store.files()
    good_one, good_two = one.read_bytes(), two.read_bytes()
    store.close()
    store.lose()
    keys = store.open()
    for harm in (
        one.unlink,
        lambda: one.write_bytes(b""),
        lambda: one.write_bytes(good_one[:-1]),
        lambda: one.write_bytes(good_two),
        lambda: one.write_bytes(good_one * 2),
    ):
        harm()
        with pytest.raises(PersonKeyBackupDamagedError) as caught:
            keys.restore(AT_MS)
        assert caught.value.where == {"file": one.name}
        assert not keys.has(ALICE)
        one.write_bytes(good_one)
    good_list = listed.read_bytes()
    for cut in (b"", b"{}", b"[]\n", good_list[:-1], good_list.replace(b"}]}", b"}]"), b"\n"):
        listed.write_bytes(cut)
        with pytest.raises(PersonKeyBackupDamagedError) as caught:
            keys.restore(AT_MS)
        assert caught.value.where == {"file": "list"}
    listed.unlink()
    with pytest.raises(PersonKeyBackupMissingError):
        keys.restore(AT_MS)
    listed.write_bytes(good_list)
    assert keys.restore(AT_MS) == 3


def test_a_key_that_no_file_holds_is_missed(store: KeyStore) -> None:
    keys = store.open()
    fill(keys, [1])
    keys.back_up(AT_MS)
    rows = store.copy()
    rows["person_keys"][0]["backed_up"] = 7
    store.put_back(rows)
    with pytest.raises(PersonKeyBackupDamagedError, match="00000007"):
        keys.check_backup()


def test_an_old_list_is_not_taken_for_an_empty_database(store: KeyStore) -> None:
    keys = store.open()
    fill(keys, [1])
    keys.back_up(AT_MS)
    old = (store.backup / "list").read_bytes()
    sealed = fill(keys, [2])
    keys.back_up(AT_MS)
    new = (store.backup / "list").read_bytes()
    (store.backup / "list").write_bytes(old)
    store.close()
    store.lose()
    keys = store.open()
    with pytest.raises(PersonKeyBackupUnlistedError) as caught:
        keys.restore(AT_MS)
    assert caught.value.where == {"count": 1}
    (store.backup / "list").write_bytes(new)
    assert keys.restore(AT_MS) == 2
    assert opens(keys, sealed)


def test_files_of_others_are_left_alone(store: KeyStore) -> None:
    keys = store.open()
    fill(keys, [1])
    keys.back_up(AT_MS)
    for name in ("README", "keys-old", "keys-20261122-00000009.txt"):
        (store.backup / name).write_text("not ours")
    (store.backup / "keys-20261122-00000009.new").write_text("cut")
    (store.backup / "keys-20261121-00000009").write_text("cut")
    keys.prune(AT_MS)
    names = {file.name for file in store.files()} - {"list"}
    assert names == {"README", "keys-old", "keys-20261122-00000009.txt", "keys-20261122-00000001"}


@pytest.mark.usefixtures("small_files")
def test_keys_are_wrapped_anew_under_a_new_secret(store: KeyStore, tmp_path: Path) -> None:
    keys = store.open("first")
    sealed = fill(keys, list(range(10)))
    keys.back_up(AT_MS)
    with pytest.raises(PersonKeySecretError):
        store.open("second").restore(AT_MS)
    with pytest.raises(PersonKeySecretError):
        store.open("second").open(ALICE, "name", sealed[1])
    keys = store.open("second", "first")
    assert opens(keys, sealed)
    assert keys.rewrap(AT_MS) == 10
    assert keys.rewrap(AT_MS) == 0
    keys.require_backed_up([person(number) for number in sealed])
    keys = store.open("second")
    assert opens(keys, sealed)
    assert keys.check_backup() == 10
    assert opens(store.rebuilt(tmp_path / "rebuilt", "second"), sealed)
    with pytest.raises(PersonKeySecretError):
        store.open("first").open(ALICE, "name", sealed[1])
    keys.prune(AT_MS + 35 * DAY_MS)
    assert len(store.files()) == 1 + 3
    assert opens(store.rebuilt(tmp_path / "rebuilt", "second"), sealed)


def test_a_list_without_living_keys_is_signed_anew_too(store: KeyStore) -> None:
    keys = store.open("first")
    keys.destroy(ALICE, AT_MS)
    assert store.open("second", "first").rewrap(AT_MS) == 0
    store.open("second").require_current()
    with pytest.raises(PersonKeySecretError):
        store.open("first").require_current()


@pytest.mark.usefixtures("small_files")
def test_a_damaged_key_stops_the_wrapping_and_loses_no_other(store: KeyStore) -> None:
    keys = store.open("first")
    sealed = fill(keys, list(range(8)))
    keys.back_up(AT_MS)
    rows = store.copy()
    good = rows["person_keys"][5]["wrapped"]
    rows["person_keys"][5]["wrapped"] = bytes(61)
    store.put_back(rows)
    keys = store.open("second", "first")
    with pytest.raises(PersonKeyDamagedError):
        keys.rewrap(AT_MS)
    rows = store.copy()
    for row in rows["person_keys"]:
        if row["wrapped"] == bytes(61):
            row["wrapped"] = good
    store.put_back(rows)
    assert 0 < keys.rewrap(AT_MS) <= 8
    assert opens(store.open("second"), sealed)


def test_an_old_copy_from_before_the_wrapping_is_brought_up(store: KeyStore) -> None:
    keys = store.open("first")
    sealed = fill(keys, [1, 2])
    keys.back_up(AT_MS)
    old = store.copy()
    store.open("second", "first").rewrap(AT_MS)
    store.put_back(old)
    keys = store.open("second")
    with pytest.raises(PersonKeySecretError):
        keys.open(ALICE, "name", sealed[1])
    keys.restore(AT_MS)
    assert opens(keys, sealed)


def test_a_disk_that_fails_is_said_and_nothing_changes(store: KeyStore) -> None:
    keys = store.open()
    sealed = fill(keys, [1])
    store.disk.fail(1, is_done=False, problem=full_disk())
    with pytest.raises(PersonKeyBackupFailedError, match="No space left"):
        keys.destroy(ALICE, AT_MS)
    assert opens(keys, sealed)
    assert not keys.is_backed_up(ALICE)
    assert keys.back_up(AT_MS) == 1
    (store.backup / "list").unlink()
    (store.backup / "list").mkdir()
    with pytest.raises(PersonKeyBackupFailedError):
        keys.require_current()


def test_every_refusal_speaks_two_languages() -> None:
    for refusal in (
        PersonKeysBehindError(number=1, listed=2),
        PersonKeyBackupUnlistedError(count=1),
        PersonKeyBackupDamagedError(file="list"),
        PersonKeyBackupNotEmptyError(),
        PersonErasedError(),
    ):
        assert isinstance(refusal, ServiceError)
        assert "密钥" in refusal.sentence("zh") or "抹除" in refusal.sentence("zh")
        assert "{" not in refusal.sentence("zh") + refusal.sentence("en")
