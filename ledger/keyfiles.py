"""Private keys in a folder, for a book or witness kept from the shell.

One text per file, readable by its owner only: `<role>-<key id>.key`. Ed25519 keys are in Go's
form, `PRIVATE+KEY+name+id+base64(0x01 ‖ seed)`; ML-DSA-44 keys in the same with the type 0x06.
Beside each stands `<role>-<key id>.vkey`, which may be shown to anybody.
"""

import base64
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeAlias

from ledger.cli_errors import (
    KeyFileError,
    KeyFileExistsError,
    KeysExistError,
    ReadInputError,
    SignerMissingError,
)
from ledger.cosignature import Ed25519Cosigner, MldsaCosigner
from ledger.errors import MalformedError, SignatureError
from ledger.keys import ALGORITHM, COSIGN, NAME_ENDING
from ledger.note import Ed25519Signer, VerifierKey
from ledger.store_errors import disk_errors
from ledger.vkey import (
    MLDSA44_COSIGNATURE,
    SEED_BYTES,
    VKEY_CHARS_MAX,
    decode_base64,
    encode_skey,
    parse_skey,
)

Signer: TypeAlias = Ed25519Signer | MldsaCosigner
Random: TypeAlias = Callable[[int], bytes]

WITNESS = "witness"
OWNER_ONLY = 0o600
_MLDSA_START = "PRIVATE+KEY+"


class KeyFile(NamedTuple):
    """A key that was written, and the name of its files without `.key` and `.vkey`."""

    key: VerifierKey
    stem: str


class KeyFolder:
    """The private keys of a folder, by file name.

    Raises: ReadInputError (incomplete), KeyFileError (malformed).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.signers = [_read(each) for each in key_paths(path)]

    def held(self, keys: Collection[VerifierKey]) -> list[Signer]:
        """Those of the keys that are in this folder."""
        return [signer for signer in self.signers if signer.verifier_key in keys]

    def signer(self, allowed: Sequence[VerifierKey]) -> Ed25519Signer:
        """The newest of the allowed keys that is here. Raises: SignerMissingError (incomplete)."""
        for key in reversed(allowed):
            for signer in self.held([key]):
                if isinstance(signer, Ed25519Signer):
                    return signer
        names = (f"{key.name}+{key.key_id.hex()}" for key in allowed)
        raise SignerMissingError(folder=self.path, wanted=" or ".join(names))

    def first(self, origin: str, role: str) -> VerifierKey:
        """The first key of a role of a book. Raises: SignerMissingError (incomplete)."""
        name = origin + NAME_ENDING[role]
        for signer in self.signers:
            key = signer.verifier_key
            if key.name == name and key.algorithm == ALGORITHM[role]:
                return key
        raise SignerMissingError(folder=self.path, wanted=name)


def key_paths(folder: Path, role: str = "") -> list[Path]:
    """The private key files of a folder, or those of one role. Raises: ReadInputError."""
    with _reading(folder):
        names = os.listdir(folder)  # noqa: PTH208 - `glob` hides that the folder does not read
    start = f"{role}-" if role else ""
    return sorted(
        folder / each
        for each in names
        if each.endswith(".key") and each[0] != "." and each.startswith(start)
    )


def write_key(folder: Path, role: str, name: str, seed: bytes) -> KeyFile:
    """Write the key of a 32-byte seed. Never overwrites. Raises: as `_write`."""
    return _write(folder, [_spelled(role, name, seed)])[0]


def write_book_keys(folder: Path, origin: str, random: Random) -> list[KeyFile]:
    """Make and write the four keys of a book (N3), all or none.

    Raises: KeysExistError (store), and as `_write`.
    """
    names = {role: origin + ending for role, ending in NAME_ENDING.items()}
    if folder.is_dir():
        for signer in KeyFolder(folder).signers:
            if signer.verifier_key.name in names.values():
                raise KeysExistError(folder=folder, origin=origin)
    return _write(
        folder, [_spelled(role, name, random(SEED_BYTES)) for role, name in names.items()]
    )


def witness_cosigner(path: Path) -> Ed25519Cosigner:
    """The cosigner of a witness's key file: the same seed, as type 0x04.

    Raises: ReadInputError (incomplete), KeyFileError (malformed).
    """
    return Ed25519Cosigner(*_parse(path, _text(path)))


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise ReadInputError(path=path, reason=problem.strerror) from None


def _text(path: Path) -> str:
    """The text of a key file, as far as one can be long."""
    with _reading(path), path.open("rb") as file:
        return file.read(VKEY_CHARS_MAX + 2).decode("utf-8", "replace").removesuffix("\n")


def _read(path: Path) -> Signer:
    text = _text(path)
    return _decode_mldsa(text) or Ed25519Signer(*_parse(path, text))


def _parse(path: Path, text: str) -> tuple[str, bytes]:
    """The name and seed of an Ed25519 key."""
    try:
        return parse_skey(text)
    except (MalformedError, SignatureError):
        raise KeyFileError(path=path) from None


class _Spelled(NamedTuple):
    """A key with the text of its file."""

    role: str
    key: VerifierKey
    text: str


def _spelled(role: str, name: str, seed: bytes) -> _Spelled:
    """The key of a seed. Raises: KeyNameError (malformed)."""
    if role == COSIGN:
        key = MldsaCosigner(name, seed).verifier_key
        return _Spelled(role, key, _encode_mldsa(key, seed))
    if role == WITNESS:
        key = Ed25519Cosigner(name, seed).verifier_key
    else:
        key = Ed25519Signer(name, seed).verifier_key
    return _Spelled(role, key, encode_skey(name, seed))


def _encode_mldsa(key: VerifierKey, seed: bytes) -> str:
    material = base64.b64encode(bytes([MLDSA44_COSIGNATURE]) + seed).decode()
    return f"{_MLDSA_START}{key.name}+{key.key_id.hex()}+{material}"


def _decode_mldsa(text: str) -> MldsaCosigner | None:
    """The ML-DSA key of a text, None if it is not one."""
    parts = text.removeprefix(_MLDSA_START).split("+", 2)
    try:
        material = decode_base64(parts[-1].encode())
        if material[:1] != bytes([MLDSA44_COSIGNATURE]):
            return None
        cosigner = MldsaCosigner(parts[0], material[1:])
    except MalformedError:
        return None
    return cosigner if _encode_mldsa(cosigner.verifier_key, material[1:]) == text else None


def _write(folder: Path, keys: Sequence[_Spelled]) -> list[KeyFile]:
    """Write the files of some keys for good, all or none.

    Raises: KeyFileExistsError, as `disk_error` (store).
    """
    made = [KeyFile(each.key, f"{each.role}-{each.key.key_id.hex()}") for each in keys]
    written: list[Path] = []
    with disk_errors(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            for spelled, file in zip(keys, made, strict=True):
                for ending, text, mode in (
                    (".key", spelled.text, OWNER_ONLY),
                    (".vkey", spelled.key.encode(), 0o644),
                ):
                    _write_new(folder / (file.stem + ending), text + "\n", mode, written)
            _sync(folder)
        except BaseException:
            for path in written:
                path.unlink()
            raise
    return made


def _write_new(path: Path, text: str, mode: int, written: list[Path]) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise KeyFileExistsError(path=path) from None
    written.append(path)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
