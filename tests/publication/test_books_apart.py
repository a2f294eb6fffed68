"""A book and its successor, and what witnesses add: what of it is public, checked, exported."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask

from ledger.checkpoint import read_checkpoint
from ledger.cosignature import Ed25519Cosigner
from ledger.entry import Actor, Entry
from ledger.note import Note
from ledger.policy import Witness, parse_policy
from ledger.proof import parse_proof
from ledger.quorum import Policy
from ledger.transfer import Pending, Plain, Void
from tests.ledger.make import person, seed
from tests.people.make import Town
from tests.publication.make import Reader
from tests.service.succeeding import EAST, WEST, close, follow_sealed
from tests.service.villages import Village, documents
from volunteer_credit.journal.operations.check_receipt import check_receipt
from volunteer_credit.journal.operations.published import accounts_in, published_size
from volunteer_credit.journal.operations.receipts import receipt
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.operations.witnesses import witnesses
from volunteer_credit.journal.rules.publication_errors import ReceiptSignatureError
from volunteer_credit.journal.rules.receipt_check import Amounts, accounts_named, amounts_of
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.publication.models import ExportRow
from volunteer_credit.publication.operations.export_making import file_of, make_exports
from volunteer_credit.shared.db import transaction
from volunteer_credit.web.languages import day

ROOT = Path(__file__).resolve().parents[2]
ANNA = person("anna")


@pytest.fixture
def east(app: Flask) -> Village:
    """A community in its second book; both are published."""
    village = Village(EAST)
    village.build()
    village.add("day", NewEntry("hours.example", {"minutes": 30}, day=20_261_122))
    sealing().persons_backed_up = lambda *_: True
    sealing().named_file = lambda _session, _name, path: documents(EAST, WEST).get(path)
    seal(EAST)
    follow_sealed(village, close())
    seal(EAST)
    return village


@pytest.mark.engines("sqlite")
def test_both_books_are_public_and_their_receipts_hold(app: Flask, east: Village) -> None:
    site = Reader(app)
    texts = [site.get(f"/log/{EAST}{each}/checkpoint").get_data() for each in ("", "/1", "/2")]
    assert texts[0] == texts[2] != texts[1]
    assert site.get(f"/log/{EAST}/3/checkpoint").status_code == 404
    for book in (1, 2):
        found = check_receipt(receipt(EAST, 1, book))
        assert (found.book, found.seq, found.community_id) == (book, 1, EAST)
        page = site.get(f"/book/{EAST}/checkpoints?book={book}").get_data(as_text=True)
        assert f"/log/{EAST}/{book}/checkpoints/" in page
    assert east.staff.account in accounts_in(EAST, 1, 0)
    assert accounts_in(EAST, 1, 0) != accounts_in(EAST, 2, 1)


@pytest.mark.engines("sqlite")
def test_an_export_has_both_books_and_they_verify(east: Village, tmp_path: Path) -> None:
    with transaction() as session:
        values: dict[str, Any] = {"state": "waiting", "percent": 0, "count_bytes": 0}
        times = {"asked_at_ms": 0, "ends_at_ms": 2**52}
        row = ExportRow(community_id=EAST, export_id="0" * 32, asked_by="", **values, **times)
        session.add(row)
    make_exports()
    with ZipFile(file_of("0" * 32)) as archive:
        archive.extractall(tmp_path / "out")
    said = (tmp_path / "out" / "README.txt").read_text()
    commands = [line.split()[2:] for line in said.splitlines() if "ledger verify" in line]
    assert len(commands) == 2
    for words in commands:
        command = [sys.executable, "-m", *words]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path / "out",
            env={"PYTHONPATH": str(ROOT)},
        )
        assert done.returncode in (0, 10), done.stdout + done.stderr


@pytest.mark.engines("sqlite")
def test_a_receipt_waits_for_its_witnesses(town: Town, site: Reader) -> None:
    data = receipt("huancui-01", 1)
    cosigner = Ed25519Cosigner("witness.example/w1", seed("w"))
    named = Witness(b"<w1>", cosigner.verifier_key)
    witnesses().policy = Policy((), (named,), (), b"<w1>")
    found = check_receipt(data)
    assert (found.is_witnessed, found.witnesses) == (False, ())
    assert "Witnesses are missing" in site.send("/verify", receipt=data.decode()).text
    proof = parse_proof(data)
    tree, note = read_checkpoint(proof.checkpoint)
    line = cosigner.cosign(tree, 1_795_305_700)
    signed = data.replace(proof.checkpoint, Note(note.text, (*note.lines, line)).encode())
    found = check_receipt(signed)
    assert (found.is_witnessed, found.witnesses) == (True, ("<w1>",))
    shown = site.send("/verify", receipt=signed.decode()).text
    assert "It holds" in shown
    assert "&lt;w1&gt;" in shown
    false = cosigner.cosign(read_checkpoint(parse_proof(receipt("huancui-02", 1)).checkpoint)[0], 9)
    wrong = data.replace(proof.checkpoint, Note(note.text, (*note.lines, false)).encode())
    with pytest.raises(ReceiptSignatureError):
        check_receipt(wrong)
    assert parse_policy((witnesses().policy or Policy((), (), (), b"none")).encode())


def entry(**more: Any) -> Entry:
    actor = Actor(ANNA, "staff")
    data = {"data": {}, **more}
    value = {"actor": {"account": ANNA, "role": "staff"}, "data": data["data"]}
    return Entry("b", 1, "0" * 32, 0, "points.example", actor, value=value, **data)


def test_what_an_entry_moves_in_minutes_and_points() -> None:
    wallet, other = f"wallet:{ANNA}:f1:202712", f"wallet:{person('bo')}:f1:202712"
    award = Plain(700, "award", wallet, "fund:f1", "centipoints")
    held = Pending(40, "hold", "receivable:baker:f1", other, 60, "centipoints")
    hours = Plain(90, "service", f"hours:{ANNA}", "organiser:o", "minutes")
    assert amounts_of(entry()) == Amounts(None, None)
    assert amounts_of(entry(transfers=(award, held, hours))) == Amounts(90, 660)
    assert amounts_of(entry(transfers=(Void("void", (1, 0)),))) == Amounts(None, None)
    assert amounts_of(entry(data={"minutes": 60}, transfers=(hours,))) == Amounts(60, None)


def test_who_is_named_in_an_entry() -> None:
    bo = person("bo")
    said = {"list": [{"to": f"wallet:{bo}:f1:202712"}], "hash": "0" * 64, "count": 7}
    assert accounts_named(entry(data=said)) == {ANNA, bo}


@pytest.mark.engines("sqlite")
def test_days_and_points_are_shown(app: Flask, east: Village) -> None:
    site = Reader(app)
    with app.test_request_context("/?lang=en"):
        assert day(20_261_122) == "November 22, 2026"
    size = published_size(f"weihai.example/{EAST}/1")
    texts = [
        site.send("/verify", receipt=receipt(EAST, seq, 1).decode()).text for seq in range(size)
    ]
    assert any("<dt>Points</dt><dd>7</dd>" in each for each in texts)
    assert any("<dt>Day of service</dt>" in each for each in texts)
