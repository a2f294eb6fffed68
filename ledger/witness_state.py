"""What a witness has cosigned, kept so that it can never cosign a fork (C2SP tlog-witness).

A folder with one file per origin, named by the hex SHA-256 of the origin: the checkpoint that was
cosigned last. Beside them `state`: the id of this state, the keys it belongs to, and the origins
that have a file. The folder of the key holds the id too, so a key whose state is lost, in whole
or in part, is retired: with an empty state it could cosign a fork.
Nothing here sees that an older copy of the folder was put back: never restore one.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.checkpoint import Checkpoint, read_checkpoint
from ledger.errors import LedgerError
from ledger.vkey import VerifierKey
from ledger.witness_files import (
    disk,
    opened,
    read_file,
    replace,
    seal,
    sync,
    unseal,
    write_new,
)
from ledger.witness_state_errors import (
    WitnessStateBackwardsError,
    WitnessStateCorruptError,
    WitnessStateExistsError,
    WitnessStateForeignError,
    WitnessStateLostError,
    WitnessStateMissingError,
    WitnessStateSyncError,
)

STATE = "state"
STATE_ID_BYTES = 32

_STATE_ID = re.compile(rb"[0-9a-f]{64}\n")


def origin_hash(origin: str) -> str:
    """Return the name under which an origin is kept and asked for: hex SHA-256."""
    return hashlib.sha256(origin.encode()).hexdigest()


def create_state(
    folder: Path, key_folder: Path, keys: Collection[VerifierKey], state_id: bytes
) -> None:
    """Give the `keys` of `key_folder` an empty state in `folder`; `state_id` is 32 random bytes.

    A crash in the middle can leave a key that never signs: make another.
    Raises: WitnessStateExistsError (fork), WitnessStateIoError, WitnessStateSyncError (store).
    """
    assert keys
    assert len(state_id) == STATE_ID_BYTES
    coded = state_id.hex().encode() + b"\n"
    with disk():
        folder.mkdir(mode=0o700, exist_ok=True)
        if any(folder.iterdir()):
            raise WitnessStateExistsError(folder=folder)
        try:
            write_new(key_folder / STATE, coded)
        except FileExistsError:
            raise WitnessStateExistsError(folder=key_folder) from None
        for each in (key_folder, folder.parent):
            with opened(each) as fd:
                sync(fd)
        with opened(folder) as fd:
            replace(folder / STATE, fd, seal(_marker(coded, keys)))


def open_state(folder: Path, key_folder: Path, keys: Collection[VerifierKey]) -> "WitnessState":
    """Return the state of the `keys` of `key_folder`, after reading every file of it.

    Raises: WitnessStateMissingError, WitnessStateLostError (incomplete), WitnessStateForeignError
    (fork), WitnessStateCorruptError (malformed), WitnessStateIoError (store).
    """
    coded = read_file(key_folder / STATE)
    if coded is None:
        raise WitnessStateMissingError(folder=key_folder)
    if not _STATE_ID.fullmatch(coded):
        raise WitnessStateCorruptError(file=key_folder / STATE)
    return WitnessState(folder, _marker(coded, keys), keys)


def _marker(coded: bytes, keys: Collection[VerifierKey]) -> bytes:
    """Return how the file `state` begins: its id and its keys' hashes, up to an empty line."""
    hashes = sorted(hashlib.sha256(key.encode().encode()).hexdigest() for key in keys)
    lines = [f"key {each}\n".encode() for each in hashes]
    return b"".join([b"ledger witness state v1\nid ", coded, *lines, b"\n"])


class WitnessState:
    """The state of one witness, shared by its threads and processes; `open_state` makes it."""

    def __init__(self, folder: Path, marker: bytes, keys: Collection[VerifierKey]) -> None:
        self.keys = frozenset(keys)
        self.folder = folder
        self._marker = marker
        self._stopped = False
        with self._locked():
            for name in self._listed():
                self._head(name, needed=True)

    @contextmanager
    def turn(self, origin: str) -> Iterator["Turn"]:
        """Hold the state alone, from reading what was cosigned last to having kept the next.

        Raises: WitnessStateLostError (incomplete), WitnessStateForeignError (fork),
        WitnessStateCorruptError (malformed), WitnessStateIoError, WitnessStateSyncError (store).
        """
        name = origin_hash(origin)
        with self._locked() as fd:
            listed = self._listed()
            head = self._head(name, needed=name in listed)
            yield Turn(origin, head, lambda data: self._persist(fd, name, data, listed))

    def kept(self, name: str) -> bytes | None:
        """Return the last cosigned checkpoint under an `origin_hash`, or None.

        Raises: WitnessStateIoError (store), WitnessStateCorruptError (malformed).
        """
        path = self.folder / name
        data = read_file(path)
        return None if data is None else unseal(data, path)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Lock the folder; each hold has a descriptor of its own, so threads wait as well."""
        with disk():
            try:
                fd = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
            except (FileNotFoundError, NotADirectoryError):
                raise WitnessStateLostError(file=self.folder) from None
        try:
            with disk():
                fcntl.flock(fd, fcntl.LOCK_EX)
            # What a failed sync left on the disk is unknown, and asking again does not tell.
            if self._stopped:
                raise WitnessStateSyncError(reason="earlier")
            yield fd
        finally:
            os.close(fd)

    def _listed(self) -> list[str]:
        """Return the names of the origins that have a file, if the folder is this state's."""
        path = self.folder / STATE
        data = read_file(path)
        if data is None:
            raise WitnessStateLostError(file=path)
        listed = unseal(data, path)
        if not listed.startswith(self._marker):
            raise WitnessStateForeignError(folder=self.folder)
        return listed.removeprefix(self._marker).decode().splitlines()

    def _head(self, name: str, *, needed: bool) -> Checkpoint | None:
        """Return what was cosigned last under `name`, or None before the first time."""
        path, data = self.folder / name, self.kept(name)
        if data is None:
            if needed:
                raise WitnessStateLostError(file=path)
            return None
        try:
            head, _ = read_checkpoint(data)
        except LedgerError as error:
            raise WitnessStateCorruptError(file=path) from error
        if origin_hash(head.origin) != name:
            raise WitnessStateCorruptError(file=path)
        return head

    def _persist(self, fd: int, name: str, data: bytes, listed: list[str]) -> None:
        """Write the file of an origin and then, the first time, its name into the list."""
        try:
            with disk():
                replace(self.folder / name, fd, seal(data))
                if name not in listed:
                    rest = "".join(f"{each}\n" for each in [*listed, name])
                    replace(self.folder / STATE, fd, seal(self._marker + rest.encode()))
        except WitnessStateSyncError:
            self._stopped = True
            raise


class Turn:
    """One hold of the state: the (size, root) cosigned `last` or None, and the way forward."""

    def __init__(
        self, origin: str, head: Checkpoint | None, persist: Callable[[bytes], None]
    ) -> None:
        self._origin, self._persist = origin, persist
        self.last = None if head is None else (head.size, head.root)

    def keep(self, data: bytes) -> None:
        """Persist the cosigned checkpoint `data`; only then may its cosignature go out.

        Raises: WitnessStateBackwardsError (fork), WitnessStateIoError, WitnessStateSyncError
        (store), and as `read_checkpoint` (malformed).
        """
        head, _ = read_checkpoint(data)
        size, root = self.last or (0, head.root)
        grown = head.size > size or (head.size, head.root) == (size, root)
        if head.origin != self._origin or not grown:
            raise WitnessStateBackwardsError(origin=self._origin, old_size=size, size=head.size)
        self._persist(data)
        self.last = (head.size, head.root)
