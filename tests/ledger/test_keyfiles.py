"""Keys in a folder: written once, for their owner only, all or none; read back or refused."""

import os
from pathlib import Path

import pytest

from ledger import keyfiles
from ledger.cli_errors import (
    KeyFileError,
    KeyFileExistsError,
    KeysExistError,
    ReadInputError,
    SignerMissingError,
)
from ledger.cosignature import MldsaCosigner
from ledger.errors import LedgerError
from ledger.keyfiles import (
    KeyFolder,
    key_paths,
    witness_cosigner,
    write_book_keys,
    write_key,
)
from ledger.note import Ed25519Signer
from ledger.store_errors import DiskFullError
from ledger.vkey import ED25519, ED25519_COSIGNATURE, MLDSA44_COSIGNATURE, parse_vkey
from tests.ledger.make import ORIGIN, Keys, seed

ROLES = ["entry", "log", "cosign", "recovery"]


def made(folder: Path) -> list[keyfiles.KeyFile]:
    seeds = iter([seed(role) for role in ROLES])
    return write_book_keys(folder, ORIGIN, lambda _count: next(seeds))


def test_the_four_keys_of_a_book_read_back(tmp_path: Path) -> None:
    files = made(tmp_path / "deep" / "keys")
    folder = tmp_path / "deep" / "keys"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stem.split("-")[0] for file in files} == set(ROLES)
    for file in files:
        private, shown = folder / f"{file.stem}.key", folder / f"{file.stem}.vkey"
        assert private.stat().st_mode & 0o777 == 0o600
        assert parse_vkey(shown.read_text().removesuffix("\n")) == file.key
    keys = KeyFolder(folder)
    assert {each.verifier_key for each in keys.signers} == {file.key for file in files}
    for role in ROLES:
        key = keys.first(ORIGIN, role)
        (signer,) = keys.held([key])
        assert isinstance(signer, MldsaCosigner if role == "cosign" else Ed25519Signer)
    types = [keys.first(ORIGIN, role).algorithm for role in ROLES]
    assert types == [ED25519, ED25519, MLDSA44_COSIGNATURE, ED25519]


def test_the_newest_allowed_key_signs(tmp_path: Path) -> None:
    old = write_key(tmp_path, "entry", f"{ORIGIN}/entry", seed("old")).key
    new = write_key(tmp_path, "entry", f"{ORIGIN}/entry", seed("new")).key
    cosign = write_key(tmp_path, "cosign", f"{ORIGIN}/mldsa", seed("cosign")).key
    strange = Keys(ORIGIN).entry.verifier_key
    keys = KeyFolder(tmp_path)
    assert keys.signer([old, new, strange]).verifier_key == new
    assert keys.signer([new, old]).verifier_key == old
    with pytest.raises(SignerMissingError, match=f"No key in {tmp_path} can sign as {ORIGIN}/e"):
        keys.signer([strange])
    with pytest.raises(SignerMissingError):
        keys.signer([cosign])
    with pytest.raises(SignerMissingError):
        keys.first(ORIGIN, "recovery")
    with pytest.raises(SignerMissingError):
        keys.first("weihai.example/other/1", "entry")


def test_a_witness_key_cosigns_and_shows_the_key_for_a_policy(tmp_path: Path) -> None:
    made_key = write_key(tmp_path, "witness", "见证.example/w1", seed("witness"))
    write_key(tmp_path, "entry", f"{ORIGIN}/entry", seed("entry"))
    (path,) = key_paths(tmp_path, "witness")
    cosigner = witness_cosigner(path)
    assert cosigner.verifier_key == made_key.key
    assert made_key.key.algorithm == ED25519_COSIGNATURE
    assert (tmp_path / f"{made_key.stem}.vkey").read_text() == made_key.key.encode() + "\n"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    file = write_key(tmp_path, "entry", f"{ORIGIN}/entry", seed("one"))
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(KeyFileExistsError):
        write_key(tmp_path, "entry", f"{ORIGIN}/entry", seed("one"))
    with pytest.raises(KeysExistError):
        made(tmp_path)
    (tmp_path / f"{file.stem}.key").unlink()
    with pytest.raises(KeyFileExistsError):  # beside a vkey nobody else's key is put
        write_key(tmp_path, "entry", f"{ORIGIN}/entry", seed("one"))
    del before[tmp_path / f"{file.stem}.key"]
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_keys_of_two_books_may_share_a_folder(tmp_path: Path) -> None:
    made(tmp_path)
    seeds = iter([seed(f"other {role}") for role in ROLES])
    write_book_keys(tmp_path, "weihai.example/other/1", lambda _count: next(seeds))
    assert len(KeyFolder(tmp_path).signers) == 8


def test_a_full_disk_leaves_no_key_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.fsync, iter(range(100))

    def full(number: int) -> None:
        if next(calls) == 3:
            raise OSError(28, "No space left on device")
        real(number)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFullError):
        made(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "a b", "a+b", "x" * 300, "\udcff"])
@pytest.mark.parametrize("role", ["witness", "entry", "cosign"])
def test_a_name_that_cannot_name_a_key_writes_nothing(tmp_path: Path, role: str, name: str) -> None:
    with pytest.raises(LedgerError) as caught:
        write_key(tmp_path / "keys", role, name, seed("one"))
    assert caught.value.code == "key_name_malformed"
    assert not (tmp_path / "keys").exists()


def test_every_change_of_a_character_is_refused(tmp_path: Path) -> None:
    for role in ("entry", "cosign"):
        file = write_key(tmp_path, role, f"{ORIGIN}/x", seed(role))
        path = tmp_path / f"{file.stem}.key"
        good = path.read_bytes()
        for at in range(len(good)):
            for other in (b"", b"A", b"+", b"\xff", b"\n\n"):
                changed = good[:at] + other + good[at + 1 :]
                if changed.removesuffix(b"\n") != good.removesuffix(b"\n"):
                    path.write_bytes(changed)
                    with pytest.raises(KeyFileError, match="is not a private key file"):
                        KeyFolder(tmp_path)
        path.write_bytes(good)


def test_a_folder_or_file_that_does_not_read(tmp_path: Path) -> None:
    with pytest.raises(ReadInputError, match="No such file"):
        KeyFolder(tmp_path / "none")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ReadInputError, match="Not a directory"):
        KeyFolder(tmp_path / "file")
    (tmp_path / "entry-0.key").mkdir()
    with pytest.raises(ReadInputError, match="Is a directory"):
        KeyFolder(tmp_path)
    with pytest.raises(ReadInputError):
        witness_cosigner(tmp_path / "entry-0.key")


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".hidden.key").write_bytes(b"x")
    (tmp_path / "notes.txt").write_bytes(b"x")
    assert KeyFolder(tmp_path).signers == []
