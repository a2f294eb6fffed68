"""Recovery: what was changed by hand is mended, what never was an entry goes, no more."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.ledger.make import CHEN
from tests.service.books import (
    COMMUNITY,
    STAFF,
    found,
    notes,
    request,
)
from tests.service.make import AT_MS, FakeClock
from tests.service.recovering import (
    Mark,
    Neighbour,
    Open,
    archive,
    awards,
    backed_up,
    befriend,
    busy,
    check_whole,
    differences,
    elsewhere,
    empty,
    everything,
    export,
    flip,
    harm,
    newest_bundle,
    sealed,
)
from volunteer_credit.journal.operations.keys import keeper
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.operations.rebuild import rebuild_rows
from volunteer_credit.journal.operations.recover import recover
from volunteer_credit.journal.operations.restore import restore
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.rules.errors import (
    BehindPublicationError,
    KeyMissingError,
    NotAnEntryError,
)
from volunteer_credit.journal.rules.recovery_errors import (
    OperationsLostError,
    RestoredError,
)
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current

pytestmark = pytest.mark.untraced

__all__ = ["elsewhere", "sealed"]


def test_a_whole_book_stays_as_it_is(sealed: Flask) -> None:
    awards(0, 2)
    before = everything()
    for _ in range(2):
        done = recover(COMMUNITY)
        assert (done.entries_put_back, done.operations_put_back, done.rows_put_back) == (0, 0, 0)
        assert (done.quarantined, done.lost, done.set_aside) == (0, 0, ())
    assert not differences(before, everything())
    check_whole()


def test_all_comes_back_from_nothing_but_the_archive(sealed: Flask) -> None:
    before = everything()
    empty()
    done = recover(COMMUNITY)
    assert (done.entries_put_back, done.quarantined) == (len(before["journal_entries"]), 0)
    assert not differences(before, everything())
    assert everything()[Mark.__tablename__] == [(COMMUNITY, 1), (COMMUNITY, 2), (COMMUNITY, 3)]
    names = [(number, name) for _, number, name, _ in everything()[Neighbour.__tablename__]]
    assert names == [(1, "Wang Fang"), (3, None)]
    befriend(3, None)  # a retry
    assert not differences(before, everything())
    check_whole()


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_an_old_backup_catches_up_with_the_publication(
    app: Flask, elsewhere: Open, target: str
) -> None:
    busy()
    befriend(1, "Wang")
    seal(COMMUNITY)
    folder = backed_up()
    befriend(1, "Wang Fang")
    befriend(2, "Li")
    awards(10, 14, each=3)
    seal(COMMUNITY)
    before = everything()
    with elsewhere(target):
        restore(folder)
        with pytest.raises(RestoredError):
            awards(20, 21)
        unmarked = everything()["journal_heads"][0][-1].removeprefix(b"restored:")
        harm("UPDATE journal_heads SET mac = :mac", mac=unmarked)
        with pytest.raises(BehindPublicationError):
            awards(20, 21)
        done = recover(COMMUNITY)
        assert done.entries_put_back == 14
        assert done.operations_put_back == 6
        assert done.rows_put_back == 3
        assert not differences(before, everything())
        size = len(notes())
        befriend(2, "Li")
        awards(10, 14, each=3)
        assert len(notes()) == size, "retries answer what they answered at first"
        check_whole()


MENDED: dict[str, tuple[str, ...]] = {
    "head's size": ("UPDATE journal_heads SET size = 3",),
    "head's edge and time": ("UPDATE journal_heads SET edge = :bad, last_at_ms = 1",),
    "head's code": ("UPDATE journal_heads SET mac = :bad",),
    "whole head": (
        "UPDATE journal_heads SET size = 1, edge = :bad, entry_key_id = 'beef', facts_count = 9,"
        " facts_digest = :bad, families_count = 0, operations_count = 0, last_at_ms = 0,"
        " clock_offset_ms = 77, clock_confirmed_ms = 88",
    ),
    "no head": ("DELETE FROM journal_heads",),
    "account": ("UPDATE journal_accounts SET credits_posted = credits_posted + 1",),
    "accounts gone": ("DELETE FROM journal_accounts", "DELETE FROM journal_families"),
    "pendings": ("UPDATE journal_pendings SET state = 'posted'",),
    "proposals": ("DELETE FROM journal_proposals",),
    "entry gone": ("DELETE FROM journal_entries WHERE seq = 4",),
    "first entry gone": ("DELETE FROM journal_entries WHERE seq = 0",),
    "entry changed": ("UPDATE journal_entries SET note = :bad WHERE seq = 4",),
    "entry's columns": ("UPDATE journal_entries SET kind = 'x', fact = 1 WHERE seq = 4",),
    "entry's place": (
        "UPDATE journal_entries SET seq = 1000 WHERE seq = 4",
        "UPDATE journal_entries SET seq = -5 WHERE seq = 6",
    ),
    "all entries": ("DELETE FROM journal_entries",),
    "checkpoint": ("UPDATE journal_checkpoints SET note = :bad",),
    "checkpoints and tiles": ("DELETE FROM journal_checkpoints", "DELETE FROM journal_tiles"),
    "tiles": ("UPDATE journal_tiles SET data = :bad",),
    "keys": ("DELETE FROM journal_keys",),
    "keys changed": ("UPDATE journal_keys SET wrapped = :bad",),
    "operation gone": ("DELETE FROM journal_operations WHERE position = 4",),
    "operation changed": ("UPDATE journal_operations SET result = '[]' WHERE position = 4",),
    "operation's place": ("UPDATE journal_operations SET position = 1000 WHERE position = 4",),
    "last operation": ("DELETE FROM journal_operations WHERE position > 7",),
    "all operations": ("DELETE FROM journal_operations",),
}


@pytest.mark.parametrize("name", MENDED)
def test_what_was_changed_by_hand_is_mended(sealed: Flask, name: str) -> None:
    before = everything()
    for statement in MENDED[name]:
        harm(statement, **({"bad": b"nothing of ours" + bytes(17)} if ":bad" in statement else {}))
    assert differences(before, everything())
    recover(COMMUNITY)
    after = everything()
    assert set(differences(before, after)) <= {"journal_quarantine"}
    assert recover(COMMUNITY).quarantined == 0
    assert not differences(after, everything())
    check_whole()


def test_a_row_that_was_no_entry_goes_to_quarantine(sealed: Flask) -> None:
    awards(0, 2)
    before = everything()
    size = len(before["journal_entries"])
    harm(
        "INSERT INTO journal_entries (community_id, book, seq, id, kind, fact, note)"
        " SELECT community_id, book, seq + 1, 'by hand', kind, fact, note FROM journal_entries"
        " WHERE seq = :last",
        last=size - 1,
    )
    done = recover(COMMUNITY)
    after = everything()
    assert done.quarantined == 1
    assert differences(before, after) == ["journal_quarantine"]
    ((_, number, book, seq, at_ms, reason, note),) = after["journal_quarantine"]
    assert (number, book, seq, at_ms) == (1, 1, size, AT_MS)
    assert reason == "seq"
    assert note == before["journal_entries"][-1][-1]
    check_whole()


def test_an_operation_whose_entries_failed_goes_as_a_whole(sealed: Flask) -> None:
    size, operations = len(notes()), len(everything()["journal_operations"])
    awards(0, 1)
    awards(1, 2, each=3)
    awards(2, 3)
    harm("UPDATE journal_entries SET note = :bad WHERE seq = :seq", bad=b"x", seq=size + 2)
    done = recover(COMMUNITY)
    assert len(notes()) == size + 1
    assert len(everything()["journal_operations"]) == operations + 1
    assert done.quarantined == 6, "four entries, two operations"
    reasons = [row[5] for row in everything()["journal_quarantine"]]
    assert reasons.count("operation_without_entries") == 2
    assert len(reasons) == 6
    awards(1, 2, each=3)
    check_whole()


def test_a_bad_entry_before_published_ones_is_put_back(sealed: Flask) -> None:
    awards(0, 2)
    before = everything()
    harm("UPDATE journal_entries SET note = :bad WHERE seq = 3", bad=b"x")
    assert recover(COMMUNITY).entries_put_back == 1
    assert differences(before, everything()) == ["journal_quarantine"]
    check_whole()


@pytest.mark.engines("sqlite")
def test_the_publication_has_what_the_archive_lost(sealed: Flask) -> None:
    before = everything()
    flip(newest_bundle(archive()))
    empty()
    recover(COMMUNITY)
    assert not differences(before, everything())


@pytest.mark.engines("sqlite")
def test_a_damaged_bundle_does_not_matter_while_the_database_is_whole(sealed: Flask) -> None:
    before = everything()
    flip(newest_bundle(archive()))
    flip(newest_bundle(export()), 0)
    recover(COMMUNITY)
    assert not differences(before, everything())


def test_rows_are_rebuilt_from_the_entries_here(sealed: Flask) -> None:
    awards(0, 2)
    before = everything()
    harm(
        "DELETE FROM journal_accounts",
        "UPDATE journal_pendings SET state = 'open'",
        "UPDATE journal_heads SET size = 3",
    )
    head = rebuild_rows(COMMUNITY)
    assert head.size == len(before["journal_entries"])
    assert not differences(before, everything())
    harm("DELETE FROM journal_entries WHERE seq = 4")
    with pytest.raises(NotAnEntryError):
        rebuild_rows(COMMUNITY)


@pytest.mark.engines("sqlite")
def test_a_withdrawn_and_an_open_proposal_come_back(app: Flask) -> None:
    found()
    data = {
        "account": CHEN,
        "beneficiaries": [CHEN],
        "role": "cashier",
        "scope": "community",
        "until_day": 99991231,
    }
    (first,) = append(COMMUNITY, request("p", STAFF), [NewEntry("role.proposed", data)])
    append(COMMUNITY, request("q", STAFF), [NewEntry("role.proposed", data)])
    withdrawn = NewEntry("role.withdrawn", {"reason": "mistake"}, refs=[first.seq])
    append(COMMUNITY, request("w", STAFF), [withdrawn])
    before = everything()
    rebuild_rows(COMMUNITY)
    assert not differences(before, everything())


@pytest.mark.engines("sqlite")
def test_nothing_decrypted_stays_of_a_recovery_that_failed(sealed: Flask) -> None:
    next((archive() / "sidecar").iterdir()).unlink()
    empty()
    with pytest.raises(OperationsLostError):
        recover(COMMUNITY)
    with pytest.raises(KeyMissingError):
        keeper().seed(db.session(), f"weihai.example/{COMMUNITY}/1", "rows", "00000000")
    assert list((archive() / "sidecar").iterdir()) == []


@pytest.mark.engines("sqlite")
def test_without_its_entry_key_a_book_does_not_go_on(sealed: Flask) -> None:
    harm("DELETE FROM journal_keys WHERE role = 'entry'")
    (archive() / "keys.json").unlink()
    before = everything()
    with pytest.raises(KeyMissingError):
        recover(COMMUNITY)
    assert not differences(before, everything())


@pytest.mark.engines("sqlite")
def test_the_time_of_a_demo_never_goes_back(app: Flask, clock: FakeClock) -> None:
    runtime = current()
    runtime.settings = replace(runtime.settings, clock="demo")
    busy(1)
    harm("DELETE FROM journal_heads")
    clock.at_ms -= 60_000
    assert recover(COMMUNITY).head.clock_offset_ms == 60_000
    awards(1, 2)
