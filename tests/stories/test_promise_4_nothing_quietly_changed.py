"""Promise 4, nothing is quietly changed: a flipped byte, a lost row and an old copy are found."""

import io
import secrets
from pathlib import Path
from shutil import copytree

import pytest
from flask import Flask

from ledger.cli import main
from ledger.console import Console
from tests.people.make import COMMUNITY, OPERATOR
from tests.service.make import AT_MS, FakeClock
from tests.stories.afternoon import afternoon, published
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.rules.requests import NewEntry, Request

pytestmark = pytest.mark.engines("sqlite")
PLACES = 12


def verify(book: Path, *more: str) -> int:
    """The exit code of the verifier, which trusts neither the server nor its database."""
    console = Console(io.BytesIO(), io.BytesIO(), io.StringIO(), lambda: AT_MS, secrets.token_bytes)
    return main(["verify", str(book), "--policy", str(book / "policy"), *more], console)


@pytest.fixture
def book(app: Flask, clock: FakeClock) -> Path:
    """A published book with an award in it."""
    here = afternoon(clock)
    wang = here.scheme.member("王小明")
    here.open()
    here.approve(here.serve(wang))
    folder, verified, _ = published()
    assert verified.code == 0
    return folder


def test_a_flipped_byte_anywhere_is_found(book: Path) -> None:
    (bundle,) = (each for each in (book / "tile" / "entries").rglob("*") if each.is_file())
    whole = bundle.read_bytes()
    for place in range(7, len(whole), len(whole) // PLACES):
        data = bytearray(whole)
        data[place] ^= 1
        bundle.write_bytes(data)
        assert verify(book) != 0, place
    bundle.write_bytes(whole)
    assert verify(book) == 0
    bundle.unlink()
    assert verify(book) != 0, "a removed row"


def test_a_restored_old_backup_is_found(book: Path, tmp_path: Path) -> None:
    old = copytree(book, tmp_path / "old")
    entry = NewEntry("points.example", {"note": "later"})
    append(COMMUNITY, Request(OPERATOR, "later", "test"), [entry])
    later, _, _ = published()
    assert verify(later, "--since", str(old / "checkpoint")) == 0
    assert verify(old) == 0, "an old copy is a good book by itself"
    assert verify(old, "--since", str(later / "checkpoint")) != 0
