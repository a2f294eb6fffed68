"""One key for each person: what it seals, who is refused, and what erasing leaves."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, text, update
from sqlalchemy.exc import ProgrammingError

from tests.service.keystore import KeyStore, Stream, fill, opens, person
from tests.service.make import AT_MS, FakeClock, settings_for
from volunteer_credit.shared import person_keys_tables
from volunteer_credit.shared.db_errors import DatabaseBusyError, DatabaseFailedError
from volunteer_credit.shared.person_keys import PersonKeys, person_keys
from volunteer_credit.shared.person_keys_cipher import KeyWrap, seal, unseal
from volunteer_credit.shared.person_keys_errors import (
    NoPersonKeyError,
    PersonErasedError,
    PersonKeyDamagedError,
    PersonKeyNotBackedUpError,
    PersonKeySecretError,
    SealedDataError,
)
from volunteer_credit.shared.person_keys_records import Erasure, hash_of
from volunteer_credit.shared.person_keys_tables import PERSON_KEYS
from volunteer_credit.shared.runtime import Runtime

ALICE, BOB = person(1), person(2)
KEY = bytes(range(32))


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[KeyStore]:
    store = KeyStore(database_url, tmp_path)
    yield store
    store.close()


def test_data_is_read_again_with_the_key_of_its_person(store: KeyStore) -> None:
    keys = store.open()
    keys.create(ALICE, AT_MS)
    sealed = keys.seal(ALICE, "phone", "王小明".encode())
    assert "王小明".encode() not in sealed
    assert store.open().open(ALICE, "phone", sealed) == "王小明".encode()
    assert keys.seal(ALICE, "phone", b"") != keys.seal(ALICE, "phone", b"")


def test_data_of_another_person_or_purpose_does_not_open(store: KeyStore) -> None:
    keys = store.open()
    fill(keys, [1, 2])
    sealed = keys.seal(ALICE, "phone", b"1")
    for who, purpose in ((BOB, "phone"), (ALICE, "name"), (ALICE, "phon"), (ALICE, "")):
        with pytest.raises(SealedDataError):
            keys.open(who, purpose, sealed)


def test_a_person_without_a_key_is_refused(store: KeyStore) -> None:
    keys = store.open()
    assert not keys.has(ALICE)
    with pytest.raises(NoPersonKeyError):
        keys.seal(ALICE, "name", b"1")
    with pytest.raises(NoPersonKeyError):
        keys.open(ALICE, "name", b"1")
    keys.create(ALICE, AT_MS)
    assert keys.has(ALICE)


def test_a_second_creation_keeps_the_key(store: KeyStore) -> None:
    keys = store.open()
    sealed = fill(keys, [1])
    keys.create(ALICE, AT_MS + 1)
    assert opens(keys, sealed)


def test_a_destroyed_person_is_gone_for_ever(store: KeyStore) -> None:
    keys = store.open()
    sealed = fill(keys, [1, 2])
    for _ in range(2):
        keys.destroy(ALICE, AT_MS)
        assert not keys.has(ALICE)
        with pytest.raises(PersonErasedError):
            keys.open(ALICE, "name", sealed[1])
        with pytest.raises(PersonErasedError):
            keys.seal(ALICE, "name", b"1")
        with pytest.raises(PersonErasedError):
            keys.create(ALICE, AT_MS)
    assert keys.erasures() == [Erasure(hash_of(ALICE), AT_MS)]
    assert opens(keys, {2: sealed[2]})


def test_a_person_may_be_erased_before_there_is_a_key(store: KeyStore) -> None:
    keys = store.open()
    keys.destroy(ALICE, AT_MS)
    with pytest.raises(PersonErasedError):
        keys.create(ALICE, AT_MS)


def test_erasures_of_an_archive_are_applied_again(store: KeyStore) -> None:
    keys = store.open()
    sealed = fill(keys, [1, 2])
    theirs = [Erasure(hash_of(person(3)), AT_MS + 5), Erasure(hash_of(ALICE), AT_MS + 4)]
    assert keys.apply_erasures(theirs, AT_MS + 9) == 1
    assert not keys.has(ALICE)
    assert keys.erasures() == theirs[::-1]
    assert keys.apply_erasures(theirs, AT_MS + 9) == 0
    assert opens(keys, {2: sealed[2]})


def test_an_erasure_names_nobody(store: KeyStore) -> None:
    keys = store.open()
    keys.create(ALICE, AT_MS)
    keys.destroy(ALICE, AT_MS)
    assert ALICE not in str(store.copy())
    assert all(ALICE.encode() not in file.read_bytes() for file in store.files())


def test_a_first_entry_waits_for_the_second_store(store: KeyStore) -> None:
    keys = store.open()
    fill(keys, [1, 2])
    keys.back_up(AT_MS)
    keys.create(person(3), AT_MS)
    assert keys.is_backed_up(ALICE)
    assert not keys.is_backed_up(person(3))
    assert not keys.is_backed_up(person(4))
    keys.require_backed_up([ALICE, BOB])
    with pytest.raises(PersonKeyNotBackedUpError) as caught:
        keys.require_backed_up([ALICE, person(3), person(4)])
    assert caught.value.where == {"count": 2}
    keys.destroy(BOB, AT_MS)
    keys.require_backed_up([BOB])
    assert not keys.is_backed_up(BOB)


def test_every_changed_byte_of_sealed_data_is_refused() -> None:
    sealed = seal(KEY, ALICE, "name", b"Alice", Stream())
    assert unseal(KEY, ALICE, "name", sealed) == b"Alice"
    for place in range(len(sealed)):
        for bit in range(8):
            changed = bytearray(sealed)
            changed[place] ^= 1 << bit
            with pytest.raises(SealedDataError):
                unseal(KEY, ALICE, "name", bytes(changed))
    for end in range(len(sealed)):
        with pytest.raises(SealedDataError):
            unseal(KEY, ALICE, "name", sealed[:end])
    with pytest.raises(SealedDataError):
        unseal(KEY, ALICE, "name", sealed + b"\0")


def test_parts_of_what_is_bound_do_not_run_together() -> None:
    sealed = seal(KEY, "ab", "c", b"1", Stream())
    with pytest.raises(SealedDataError):
        unseal(KEY, "a", "bc", sealed)


def test_every_changed_byte_of_a_wrapped_key_is_refused() -> None:
    wrap = KeyWrap(b"1" * 32, None)
    wrapped = wrap.wrap(ALICE, KEY, Stream())
    assert wrap.unwrap(ALICE, wrap.under, wrapped) == KEY
    for place in range(len(wrapped)):
        for bit in range(8):
            changed = bytearray(wrapped)
            changed[place] ^= 1 << bit
            with pytest.raises(PersonKeyDamagedError):
                wrap.unwrap(ALICE, wrap.under, bytes(changed))
    with pytest.raises(PersonKeyDamagedError):
        wrap.unwrap(BOB, wrap.under, wrapped)


def test_a_key_opens_under_the_two_secrets_that_are_given() -> None:
    first, both = KeyWrap(b"1" * 32, None), KeyWrap(b"2" * 32, b"1" * 32)
    wrapped = first.wrap(ALICE, KEY, Stream())
    assert both.unwrap(ALICE, first.under, wrapped) == KEY
    with pytest.raises(PersonKeySecretError):
        first.unwrap(ALICE, both.under, both.wrap(ALICE, KEY, Stream()))
    with pytest.raises(PersonKeyDamagedError):
        both.unwrap(ALICE, both.under, wrapped)


def test_keys_that_change_places_in_the_database_do_not_open(store: KeyStore) -> None:
    keys = store.open()
    sealed = fill(keys, [1, 2])
    engine = create_engine(store.url)
    with engine.begin() as connection:
        row = update(PERSON_KEYS).where(PERSON_KEYS.c.person_id == ALICE)
        connection.execute(row.values(wrapped=store.wrapped(2)))
    engine.dispose()
    with pytest.raises(PersonKeyDamagedError):
        keys.open(ALICE, "name", sealed[1])
    assert opens(keys, {2: sealed[2]})


@pytest.mark.engines("sqlite")
def test_a_destroyed_key_is_overwritten_in_the_file(store: KeyStore) -> None:
    keys = store.open()
    fill(keys, list(range(1, 40)))
    wrapped = store.wrapped(7)
    folder = store.folder / "data"

    def stands() -> bool:
        return any(wrapped in file.read_bytes() for file in folder.iterdir())

    assert stands()
    keys.destroy(person(7), AT_MS)
    assert not stands()


def test_nobody_else_reads_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "person-keys"
    store = KeyStore(f"sqlite:///{folder / 'keys.db'}", tmp_path)
    keys = store.open()
    fill(keys, [1])
    keys.back_up(AT_MS)
    store.close()
    made = [folder, *folder.iterdir(), store.backup, *store.files()]
    assert len(made) >= 6
    for path in made:
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.engines("sqlite")
def test_a_writer_that_waits_too_long_is_told(store: KeyStore) -> None:
    class Hurried(FakeClock):
        def monotonic_ms(self) -> int:
            self.steady_ms += 100
            return self.steady_ms

    keys = store.open()
    settings = settings_for("sqlite:////nowhere/a.db", store.folder, VC_PERSON_KEYS_URL=store.url)
    late = PersonKeys(settings, Hurried(), Stream())
    late.create(ALICE, AT_MS)
    with keys._database.writing(), pytest.raises(DatabaseBusyError):
        late.create(BOB, AT_MS)
    late.create(BOB, AT_MS)
    late._database.close()


@pytest.mark.engines("sqlite")
def test_a_file_that_is_no_database_is_said(store: KeyStore) -> None:
    (store.folder / "data" / "service.db").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(DatabaseFailedError):
        store.open().has(ALICE)


def test_a_fault_of_our_own_is_not_called_one_of_the_database(store: KeyStore) -> None:
    keys = store.open()
    with pytest.raises(Exception, match="no_such_table"), keys._database.reading() as connection:
        connection.execute(text("SELECT * FROM no_such_table"))


def test_what_raises_inside_is_not_saved(store: KeyStore) -> None:
    keys = store.open()
    keys.create(BOB, AT_MS)
    database = keys._database

    def stop(_connection: object) -> None:
        raise ArithmeticError

    assert database._engine is not None
    event.listen(database._engine, "commit", stop)
    with pytest.raises(ArithmeticError):
        keys.create(ALICE, AT_MS)
    event.remove(database._engine, "commit", stop)
    assert not keys.has(ALICE)
    keys.create(ALICE, AT_MS)
    assert keys.has(ALICE)


def test_many_make_and_erase_at_once(store: KeyStore) -> None:
    together = threading.Barrier(4)
    problems: list[Exception] = []

    def work(number: int) -> None:
        keys = store.open()  # each as a process of its own: the tables are made by all at once
        together.wait()
        try:
            for each in range(5):
                keys.create(person(10 * number + each), AT_MS)
                keys.back_up(AT_MS)
            keys.destroy(person(10 * number), AT_MS)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    keys = store.open()
    assert len(keys.erasures()) == 4
    assert keys.check_backup() == 16


def test_tables_that_another_process_makes_meanwhile_are_taken(
    store: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = person_keys_tables._create_missing
    calls = []

    def first_too_late(engine: Engine) -> None:
        calls.append(engine)
        if len(calls) == 1:
            raise ProgrammingError("CREATE", None, Exception())
        make(engine)

    monkeypatch.setattr(person_keys_tables, "_create_missing", first_too_late)
    assert not store.open().has(ALICE)
    assert len(calls) == 2


def test_a_child_shares_nothing_with_its_parent(store: KeyStore) -> None:
    keys = store.open()
    keys.create(ALICE, AT_MS)
    with keys._database.writing():  # the child must not believe that it holds this
        child = os.fork()
        if child == 0:
            try:
                with keys._database.reading():
                    pass
                os._exit(0 if keys.has(ALICE) else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    child = os.fork()
    if child == 0:
        try:
            keys.create(BOB, AT_MS)
            os._exit(0)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert keys.has(BOB)


def test_what_a_child_does_first_leaves_a_store_that_works(store: KeyStore) -> None:
    keys = store.open()
    keys._database.after_fork()
    keys.create(ALICE, AT_MS)
    held = keys._database._engine
    assert held is not None
    held.dispose()  # a child would leave these connections to its parent
    keys._database.after_fork()
    assert keys.has(ALICE)


@pytest.mark.engines("postgresql")
def test_keys_may_stand_in_a_schema(store: KeyStore) -> None:
    engine = create_engine(store.url)
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA keys_apart"))
    url = store.url
    store.url += ("&" if "?" in url else "?") + "options=-csearch_path%3Dkeys_apart"
    store.open().create(ALICE, AT_MS)
    with engine.connect() as connection:
        count = connection.execute(text("SELECT count(*) FROM keys_apart.person_keys"))
        assert count.scalar_one() == 1
        timeout = connection.execute(text("SHOW search_path")).scalar_one()
        assert "keys_apart" not in timeout
    engine.dispose()


def test_an_application_has_one_store(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'data' / 'a.db'}", tmp_path)
    runtime = Runtime(settings, FakeClock(), Stream())
    assert person_keys(runtime) is person_keys(runtime)
    person_keys(runtime).create(ALICE, AT_MS)
    person_keys(runtime).back_up(AT_MS)
    assert person_keys(runtime).is_backed_up(ALICE)
    person_keys(runtime)._database.close()
    assert (tmp_path / "person-keys" / "keys.db").is_file()
