"""New keys for old ones, while others go on writing."""

import threading
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from ledger.errors import LedgerError
from ledger.key_errors import KeyReasonError, LastKeyError
from ledger.keys import COSIGN, ENTRY, LOG, RECOVERY
from tests.service import rotating
from tests.service.books import (
    COMMUNITY,
    JOB,
    OPERATOR,
    award,
    balances,
    book_balances,
    found,
    funded,
    notes,
    replayed,
    request,
)
from tests.service.make import FakeClock, secret, settings_for
from tests.service.workers import FORKSERVER, finished, persistent
from volunteer_credit import create_app
from volunteer_credit.journal.operations import keys as journal_keys
from volunteer_credit.journal.operations.facts import remembered
from volunteer_credit.journal.operations.keys import keeper, rewrap
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.operations.rotation import Rotated, retire_key, rotate_key
from volunteer_credit.journal.rules.errors import (
    HeadChangedError,
    IdempotencyKeyUsedError,
    KeyMissingError,
    NotAnEntryError,
)
from volunteer_credit.journal.rules.rotation_errors import KeyNotHereError, KeyRoleNameError
from volunteer_credit.journal.rules.seal_errors import TreeChangedError
from volunteer_credit.shared.db import WRITE, db, transaction
from volunteer_credit.shared.runtime import Runtime

ORIGIN = f"weihai.example/{COMMUNITY}/1"
ROLES = (ENTRY, LOG, COSIGN, RECOVERY)


def rotate(role: str, reason: str = "planned", key: str = "rotate") -> Rotated:
    return rotate_key(COMMUNITY, role, reason, request(key, OPERATOR))


def stored(role: str) -> set[str]:
    """The ids of the private keys that are there."""
    rows = db.session.execute(
        text("SELECT key_id FROM journal_keys WHERE origin = :o AND role = :r"),
        {"o": ORIGIN, "r": role},
    )
    return set(rows.scalars())


def in_force(role: str) -> set[str]:
    """The ids of the keys that a reader of the book takes."""
    return {key.key_id.hex() for key in replayed().keys.in_force(role)}


def change(statement: str, **values: object) -> None:
    """Change a row as somebody with a database shell would."""
    with db.engines[WRITE].begin() as connection:
        connection.execute(text(statement), values)


@pytest.mark.parametrize(
    ("role", "reason"),
    [
        *((role, "planned") for role in ROLES),
        *((role, reason) for role in (ENTRY, LOG, COSIGN) for reason in ("lost", "compromised")),
    ],
)
def test_a_new_key_signs_and_the_old_one_is_gone(app: Flask, role: str, reason: str) -> None:
    funded()
    (old,) = in_force(role)
    made = rotate(role, reason)
    assert made == rotate(role, reason)
    kept = {old} if (role, reason) == (LOG, "planned") else set()
    assert stored(role) == in_force(role) == {made.key_id} | kept
    assert len(made.retired) == 1 - len(kept)
    append(COMMUNITY, request("after"), [award()])
    rotate(RECOVERY, key="the recovery key signs still")
    assert balances() == book_balances(replayed())


def test_the_old_log_key_signs_until_it_is_retired(app: Flask) -> None:
    found()
    (old,) = in_force(LOG)
    made = rotate(LOG)
    first = retire_key(COMMUNITY, LOG, old, "planned", request("retire", OPERATOR))
    assert first == retire_key(COMMUNITY, LOG, old, "planned", request("retire", OPERATOR))
    assert stored(LOG) == in_force(LOG) == {made.key_id}
    with pytest.raises(LastKeyError):
        retire_key(COMMUNITY, LOG, made.key_id, "planned", request("last", OPERATOR))
    for role, key_id in ((LOG, old), ("rows", journal_keys.ROW_KEY_ID)):
        with pytest.raises(KeyNotHereError):
            retire_key(COMMUNITY, role, key_id, "planned", request("gone", OPERATOR))
    (recovery,) = in_force(RECOVERY)
    with pytest.raises(LastKeyError):
        retire_key(COMMUNITY, RECOVERY, recovery, "lost", request("r", OPERATOR))


@pytest.mark.parametrize("reason", ["lost", "compromised"])
def test_a_lost_recovery_key_is_not_replaced_inside_a_book(app: Flask, reason: str) -> None:
    found()
    before = notes(), stored(RECOVERY)
    with pytest.raises(KeyReasonError):
        rotate(RECOVERY, reason)
    assert (notes(), stored(RECOVERY)) == before


def test_what_is_no_rotation_is_refused(app: Flask) -> None:
    found()
    with pytest.raises(KeyRoleNameError):
        rotate("rows")
    with pytest.raises(LedgerError):
        rotate(ENTRY, "boredom")
    with pytest.raises(LedgerError):
        rotate_key(COMMUNITY, ENTRY, "planned", request("a", JOB))
    late = request("a", OPERATOR)
    with pytest.raises(LedgerError):
        rotate_key(COMMUNITY, ENTRY, "compromised", late, suspect_from=99)
    rotate(ENTRY)
    with pytest.raises(IdempotencyKeyUsedError):
        rotate(LOG)
    assert len(stored(ENTRY)) == 1


def test_suspicion_is_written_down(app: Flask) -> None:
    funded()
    asked = request("a", OPERATOR)
    rotate_key(COMMUNITY, ENTRY, "compromised", asked, suspect_from=2)
    assert b'"suspect_from":2' in notes()[-1]


def test_a_failed_rotation_leaves_the_old_key(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    funded()
    before = stored(ENTRY)
    with monkeypatch.context() as patched:
        patched.setattr(
            "volunteer_credit.journal.operations.writing.Writing._write_head", lambda *_: 1 / 0
        )
        with pytest.raises(ZeroDivisionError):
            rotate(ENTRY)
    assert stored(ENTRY) == before
    append(COMMUNITY, request("after"), [award()])


def forget() -> None:
    """As a process that has just begun."""
    keeper().forget()
    remembered().facts.clear()


def test_an_entry_key_that_cannot_be_read_is_replaced(app: Flask) -> None:
    funded()
    (old,) = stored(ENTRY)
    change("DELETE FROM journal_keys WHERE role = 'entry'")
    forget()
    for reason in ("planned", "compromised"):
        with pytest.raises(KeyMissingError):
            rotate(ENTRY, reason)
    made = rotate(ENTRY, "lost")
    assert in_force(ENTRY) == {made.key_id} != {old}
    append(COMMUNITY, request("after"), [award()])
    forget()
    append(COMMUNITY, request("once more"), [award()])
    assert balances() == book_balances(replayed())


def test_a_head_that_the_entries_do_not_make_is_not_vouched_for(app: Flask) -> None:
    funded()
    change("DELETE FROM journal_keys WHERE role = 'entry'")
    for column, value, refusal in (
        ("size", "size + 1", NotAnEntryError),
        ("last_at_ms", "last_at_ms + 1", TreeChangedError),
    ):
        forget()
        change(f"UPDATE journal_heads SET {column} = {value}")  # noqa: S608 - written above
        with pytest.raises(refusal):
            rotate(ENTRY, "lost")
        change(f"UPDATE journal_heads SET {column} = {column} - 1")  # noqa: S608 - as above
    change(
        "UPDATE journal_heads SET families_count = 0, operations_count = 99, clock_offset_ms = 5"
    )
    rotate(ENTRY, "lost")
    append(COMMUNITY, request("after"), [award()])


def test_a_head_with_a_foreign_code_is_refused(app: Flask) -> None:
    found()
    change("UPDATE journal_heads SET operations_count = 7")
    with pytest.raises(HeadChangedError):
        rotate(ENTRY, "lost")


def test_threads_go_on_while_every_key_changes_ten_times(app: Flask) -> None:
    funded(amount=1_000_000)
    stop, failures = threading.Event(), []
    started = threading.Barrier(4)

    def run(worker: int) -> None:
        number = 0
        try:
            with app.app_context():
                while number == 0 or not stop.is_set():
                    asked = request(f"{worker}-{number}")
                    persistent(partial(append, COMMUNITY, asked, [award(amount=1)]))
                    number += 1
                    if number == 1:
                        started.wait(60)
        except BaseException as problem:
            failures.append(problem)
            started.abort()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(3)]
    for each in threads:
        each.start()
    started.wait(60)
    rotate_all_ten_times()
    stop.set()
    for each in threads:
        each.join()
    assert failures == []
    check_rotated()


def rotate_all_ten_times() -> None:
    for number in range(10):
        for role in ROLES:
            reason = "planned" if role in (ENTRY, RECOVERY) else "compromised"
            key = f"{role} {number}"
            persistent(partial(rotate, role, reason, key))


def check_rotated() -> None:
    """Everything is there, signed by the key of its time, and one private key for each role."""
    book = replayed()
    assert balances() == book_balances(book)
    for role in ROLES:
        assert stored(role) == in_force(role)
        assert len(stored(role)) == 1
        assert sum(held.role == role for held in book.keys.held.values()) == 11


def test_processes_go_on_while_every_key_changes_ten_times(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    funded(amount=1_000_000)
    stop = FORKSERVER.Event()
    started = [FORKSERVER.Event() for _ in range(2)]
    processes = [
        FORKSERVER.Process(
            target=rotating.append_until,
            args=(database_url, str(tmp_path), COMMUNITY, number, event, stop),
            daemon=True,
        )
        for number, event in enumerate(started)
    ]
    for each in processes:
        each.start()
    assert all(each.wait(60) for each in started)
    rotate_all_ten_times()
    stop.set()
    assert [finished(each) for each in processes] == [0, 0]
    check_rotated()


def other_app(url: str, folder: Path, **changes: str) -> Flask:
    return create_app(Runtime(settings_for(url, folder, **changes), FakeClock()))


def close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        for engine in (db.engine, db.engines[WRITE]):
            engine.dispose()


def test_a_worker_with_another_secret_says_so(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    funded()
    size = len(notes())
    stranger = other_app(database_url, tmp_path, VC_KEY_SECRET=secret("another"))
    with stranger.app_context():
        for act in (
            lambda: append(COMMUNITY, request("a"), [award()]),
            lambda: rotate(ENTRY),
            lambda: rotate(ENTRY, "lost"),
        ):
            with pytest.raises(KeyMissingError) as caught:
                act()
            assert caught.value.status == 503
        with pytest.raises(KeyMissingError), transaction() as session:
            rewrap(session)
    close(stranger)
    assert len(notes()) == size
    append(COMMUNITY, request("a"), [award()])


def wrapped() -> dict[tuple[str, str, str], bytes]:
    rows = db.session.execute(text("SELECT origin, role, key_id, wrapped FROM journal_keys"))
    return {(row[0], row[1], row[2]): bytes(row[3]) for row in rows}


def test_a_new_secret_while_others_append(app: Flask, database_url: str, tmp_path: Path) -> None:
    funded(amount=1_000_000)
    before = wrapped()
    both = {"VC_KEY_SECRET": secret("new"), "VC_KEY_SECRET_OLD": secret("kek")}
    app.extensions["volunteer_credit"] = Runtime(
        settings_for(database_url, tmp_path, **both), FakeClock()
    )
    failures: list[BaseException] = []

    def run(worker: int) -> None:
        try:
            with app.app_context():
                for number in range(20):
                    asked = request(f"{worker}-{number}")
                    keeper().forget()
                    persistent(partial(append, COMMUNITY, asked, [award(amount=1)]))
        except BaseException as problem:
            failures.append(problem)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(3)]
    for each in threads:
        each.start()
    for number in range(5):
        assert persistent(rewrap_all) == len(before)
        persistent(partial(rotate, ENTRY, key=f"{number}"))
    assert persistent(rewrap_all) == len(before)
    for each in threads:
        each.join()
    assert failures == []
    db.session.rollback()
    after = wrapped()
    assert not set(before.values()) & set(after.values())
    only = other_app(database_url, tmp_path, VC_KEY_SECRET=secret("new"))
    with only.app_context():
        append(COMMUNITY, request("with the new secret alone"), [award()])
    close(only)
    old = other_app(database_url, tmp_path)
    with old.app_context(), pytest.raises(KeyMissingError):
        append(COMMUNITY, request("with the old one"), [award()])
    close(old)
    assert balances() == book_balances(replayed())


def rewrap_all() -> int:
    with transaction() as session:
        return rewrap(session)


def test_every_flipped_byte_of_a_wrapped_key_is_refused(app: Flask) -> None:
    found()
    for (origin, role, key_id), data in wrapped().items():
        assert len(keeper().unwrap(origin, role, key_id, data)) == 32
        for place in range(len(data)):
            flipped = bytearray(data)
            flipped[place] ^= 1
            with pytest.raises(KeyMissingError):
                keeper().unwrap(origin, role, key_id, bytes(flipped))
        with pytest.raises(KeyMissingError):
            keeper().unwrap(origin, role, key_id, data[:-1])


def test_a_wrapped_key_in_another_row_is_refused(app: Flask) -> None:
    found()
    found("huancui-02")
    rows = wrapped()
    for name, data in rows.items():
        for other in rows.keys() - {name}:
            with pytest.raises(KeyMissingError):
                keeper().unwrap(*other, data)
    change(
        "UPDATE journal_keys SET wrapped = :w WHERE origin = :o AND role = 'entry'",
        w=next(data for name, data in rows.items() if name[1] == "recovery"),
        o=ORIGIN,
    )
    forget()
    with pytest.raises(KeyMissingError):
        append(COMMUNITY, request("a"), [NOTE])


NOTE = award()
