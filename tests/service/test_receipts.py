"""Receipts: checked before they are handed out, accepted by a stranger's command."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

import ledger
from ledger.policy import parse_policy
from ledger.proof import check_proof, parse_proof
from tests.service.books import COMMUNITY, notes
from tests.service.sealed import (
    archive_folder,
    awards,
    export_folder,
    grown,
    many,
    restart,
    run,
)
from volunteer_credit.journal.operations import receipts
from volunteer_credit.journal.operations.receipts import receipt
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.rules.seal_errors import (
    ArchiveMissingError,
    CheckpointChangedError,
    EntryMissingError,
    PersonKeysWaitingError,
    ReceiptFailedError,
)
from volunteer_credit.shared.db import NoBookError

ROOT = Path(ledger.__file__).parent.parent


def check(data: bytes, seq: int) -> int:
    """The size of the tree in which a receipt proves an entry."""
    proof = parse_proof(data)
    assert (proof.index, proof.extra) == (seq, notes()[seq])
    policy = parse_policy((export_folder() / "policy").read_bytes())
    return check_proof(proof, notes()[seq], policy).checkpoint.size


def test_every_entry_has_one(app: Flask) -> None:
    grown(3)
    many(300, "many")
    seal(COMMUNITY)
    for seq in (0, 1, 5, 255, 256, len(notes()) - 1):
        assert check(receipt(COMMUNITY, seq), seq) == len(notes())


def test_a_new_entry_is_sealed_first(app: Flask) -> None:
    grown(1)
    assert check(receipt(COMMUNITY, 0), 0) == len(notes())
    awards(1, 50)
    seq = len(notes()) - 1
    assert check(receipt(COMMUNITY, 0), 0) == seq  # nothing is sealed for an old one
    assert check(receipt(COMMUNITY, seq), seq) == seq + 1
    assert (export_folder() / "checkpoint").read_bytes() == parse_proof(
        receipt(COMMUNITY, seq)
    ).checkpoint


def test_there_is_none_before_publication(app: Flask) -> None:
    grown(1)
    sealing().persons_backed_up = lambda _session, _community, _seqs: False
    with pytest.raises(PersonKeysWaitingError):
        receipt(COMMUNITY, 0)


@pytest.mark.parametrize("seq", [-1, 10**6])
def test_there_is_none_of_an_entry_that_is_not(app: Flask, seq: int) -> None:
    grown(1)
    with pytest.raises(EntryMissingError):
        receipt(COMMUNITY, seq)
    with pytest.raises(NoBookError):
        receipt("nowhere", 0)


@pytest.mark.engines("sqlite")
def test_the_command_of_a_stranger_accepts_it(app: Flask, tmp_path: Path) -> None:
    grown(2)
    path = tmp_path / "entry.tlog-proof"
    policy = str(export_folder() / "policy")
    command = [sys.executable, "-m", "ledger", "check", str(path), "--policy"]
    path.write_bytes(receipt(COMMUNITY, 3))
    done = subprocess.run([*command, policy], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"GOOD: entry 3 of weihai.example/huancui-01/1")
    path.write_bytes(receipt(COMMUNITY, 3).replace(b"index 3", b"index 2"))
    done = subprocess.run([*command, policy], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 5


def test_a_changed_cache_makes_no_wrong_receipt(app: Flask) -> None:
    grown(2)
    seal(COMMUNITY)
    for change in (
        "UPDATE journal_tiles SET data = zeroblob",
        "UPDATE journal_tiles SET data = short",
        "DELETE FROM journal_tiles",
    ):
        size = len(notes())
        values = {"zeroblob": bytes(32 * size), "short": b"x"}
        for name, data in values.items():
            if change.endswith(name):
                run(change.replace(name, ":data"), data=data)
                break
        else:
            run(change)
        assert check(receipt(COMMUNITY, 1), 1) == size


def test_a_changed_cache_and_export_make_none(app: Flask) -> None:
    grown(2)
    seal(COMMUNITY)
    run("DELETE FROM journal_tiles")
    (tile,) = (export_folder() / "tile" / "0").rglob("*/*")
    tile.write_bytes(bytes(len(tile.read_bytes())))
    with pytest.raises(ReceiptFailedError):
        receipt(COMMUNITY, 1)


def test_a_changed_entry_gets_none(app: Flask) -> None:
    grown(2)
    seal(COMMUNITY)
    note = notes()[2].replace(b'"seq":2', b'"seq":3')
    run("UPDATE journal_entries SET note = :note WHERE seq = 2", note=note)
    restart(app)
    with pytest.raises(ReceiptFailedError):
        receipt(COMMUNITY, 2)
    run("DELETE FROM journal_entries WHERE seq = 2")
    with pytest.raises(ReceiptFailedError):
        receipt(COMMUNITY, 2)


def test_a_checkpoint_of_somebody_else_gives_none(app: Flask) -> None:
    grown(2)
    seal(COMMUNITY)
    path = export_folder() / "checkpoint"
    text, _, lines = path.read_bytes().partition(b"\n\n")
    path.write_bytes(text + b"\n\n" + lines[:-9] + b"AAAAAAA=\n")
    with pytest.raises(CheckpointChangedError):
        receipt(COMMUNITY, 2)


def test_none_leaves_while_the_archive_is_away(app: Flask) -> None:
    grown(2)
    seal(COMMUNITY)
    awards(1, 50)
    away = archive_folder().with_name("away")
    archive_folder().rename(away)
    assert check(receipt(COMMUNITY, 1), 1) == len(notes()) - 1  # published before
    with pytest.raises(ArchiveMissingError):
        receipt(COMMUNITY, len(notes()) - 1)
    away.rename(archive_folder())
    seq = len(notes()) - 1
    assert check(receipt(COMMUNITY, seq), seq) == seq + 1


def test_a_seal_that_publishes_nothing_gives_none(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown(1)
    monkeypatch.setattr(receipts, "seal", lambda _community: b"")
    with pytest.raises(ReceiptFailedError):
        receipt(COMMUNITY, 0)
