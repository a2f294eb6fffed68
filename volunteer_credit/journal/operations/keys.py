"""The private keys of the books: encrypted in the database, decrypted once in each process.

They are wrapped with AES-256-GCM under a key derived from VC_KEY_SECRET; book, role and key id are
bound to it. Each book also has a row key, which signs nothing that leaves the database.
"""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, insert, select, update

from ledger.cosignature import MldsaCosigner
from ledger.keys import COSIGN, ENTRY, LOG, NAME_ENDING, RECOVERY
from ledger.note import Ed25519Signer, VerifierKey
from volunteer_credit.journal.models import KeyRow
from volunteer_credit.journal.rules.errors import KeyMissingError
from volunteer_credit.journal.rules.head import Head, derived_key
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.ids import Random
from volunteer_credit.shared.runtime import Runtime, current

ROWS = "rows"
ROW_KEY_ID = "00000000"
SEED_BYTES = 32
NONCE_BYTES = 12
_keys = KeyRow.__table__.c


@dataclass(frozen=True, slots=True)
class BookKeys:
    """What a process needs to append to one book."""

    signer: Ed25519Signer
    head_key: bytes = field(repr=False)
    row_key: bytes = field(repr=False)


class Keeper:
    """The decrypted keys of this process, by origin and key id."""

    def __init__(self, runtime: Runtime) -> None:
        settings = runtime.settings
        secrets = (settings.key_secret, settings.key_secret_old)
        self._wraps = [AESGCM(derived_key(each, "wrap", "")) for each in secrets if each]
        # One for each book: who loads a new key drops the retired one.
        self._held: dict[str, tuple[str, BookKeys]] = {}
        self._operations: dict[str, bytes] = {}
        self._archives: dict[str, AESGCM] = {}

    def keys(self, session: Reader, head: Head) -> BookKeys:
        """The keys in force of a locked head. Raises: KeyMissingError."""
        key_id, found = self._held.get(head.origin, ("", None))
        if found is None or key_id != head.entry_key_id:
            seed = self.seed(session, head.origin, ENTRY, head.entry_key_id)
            found = BookKeys(
                Ed25519Signer(head.origin + NAME_ENDING[ENTRY], seed),
                derived_key(seed, "head", head.origin),
                self.seed(session, head.origin, ROWS, ROW_KEY_ID),
            )
            self._held[head.origin] = (head.entry_key_id, found)
        return found

    def operations_key(self, session: Reader, name: str, role: str) -> bytes:
        """The key of the codes of a community's operations. Raises: KeyMissingError."""
        found = self._operations.get(name)
        if found is None:
            found = derived_key(self.seed(session, name, role, ROW_KEY_ID), "operations", name)
            self._operations[name] = found
        return found

    def archive_key(self, session: Reader, name: str, role: str) -> AESGCM:
        """What seals the rows of a community's operations. Raises: KeyMissingError."""
        found = self._archives.get(name)
        if found is None:
            found = self._archives[name] = AESGCM(self.seed(session, name, role, ROW_KEY_ID))
        return found

    def seed(self, session: Reader, origin: str, role: str, key_id: str) -> bytes:
        """The secret of a key. Raises: KeyMissingError."""
        chosen = (_keys.origin == origin, _keys.role == role, _keys.key_id == key_id)
        wrapped = session.execute(select(_keys.wrapped).where(*chosen)).scalar_one_or_none()
        if wrapped is None:
            raise KeyMissingError(origin=origin, key_id=key_id)
        return self.unwrap(origin, role, key_id, wrapped)

    def unwrap(self, origin: str, role: str, key_id: str, wrapped: bytes) -> bytes:
        """A secret out of what is stored. Raises: KeyMissingError."""
        for wrap in self._wraps:
            try:
                return wrap.decrypt(
                    wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _bound(origin, role, key_id)
                )
            except InvalidTag:
                continue
        raise KeyMissingError(origin=origin, key_id=key_id)

    def wrap(self, origin: str, role: str, key_id: str, seed: bytes, random: Random) -> bytes:
        """A secret as it is stored, under the newest key secret."""
        nonce = random(NONCE_BYTES)
        return nonce + self._wraps[0].encrypt(nonce, seed, _bound(origin, role, key_id))

    def forget(self) -> None:
        """Drop what was decrypted; it is read again when needed."""
        self._held.clear()
        self._operations.clear()
        self._archives.clear()


def keeper() -> Keeper:
    """The keeper of the current application."""
    return current().part(Keeper, Keeper)


def store_key(
    session: Reader, origin: str, role: str, key: VerifierKey | None, seed: bytes
) -> None:
    """Keep a new key of a book (`key` None: the row key)."""
    key_id = ROW_KEY_ID if key is None else key.key_id.hex()
    wrapped = keeper().wrap(origin, role, key_id, seed, current().random)
    session.execute(insert(KeyRow).values(origin=origin, role=role, key_id=key_id, wrapped=wrapped))


def drop_key(session: Reader, origin: str, role: str, key_id: str) -> None:
    """Destroy a key that was retired."""
    session.execute(
        delete(KeyRow).where(_keys.origin == origin, _keys.role == role, _keys.key_id == key_id)
    )


def rewrap(session: Reader) -> int:
    """Wrap every key again under the newest key secret; how many there are.

    Books go on meanwhile; a rotation waits. Raises: KeyMissingError, and nothing has changed.
    """
    columns = (_keys.origin, _keys.role, _keys.key_id, _keys.wrapped)
    ordered = select(*columns).order_by(*columns[:3]).with_for_update()
    rows = session.execute(ordered).all()
    for origin, role, key_id, wrapped in rows:
        seed = keeper().unwrap(origin, role, key_id, wrapped)
        session.execute(
            update(KeyRow)
            .where(_keys.origin == origin, _keys.role == role, _keys.key_id == key_id)
            .values(wrapped=keeper().wrap(origin, role, key_id, seed, current().random))
        )
    return len(rows)


def signers(session: Reader, origin: str, keys: list[VerifierKey]) -> list[Ed25519Signer]:
    """The signers of these Ed25519 keys, in their order. Raises: KeyMissingError."""
    roles = {origin + ending: role for role, ending in NAME_ENDING.items()}
    return [
        Ed25519Signer(key.name, keeper().seed(session, origin, roles[key.name], key.key_id.hex()))
        for key in keys
    ]


def cosigners(session: Reader, origin: str, keys: list[VerifierKey]) -> list[MldsaCosigner]:
    """The same of the ML-DSA-44 keys of a book's checkpoints."""
    return [
        MldsaCosigner(key.name, keeper().seed(session, origin, COSIGN, key.key_id.hex()))
        for key in keys
    ]


def _bound(origin: str, role: str, key_id: str) -> bytes:
    return f"{origin}\n{role}\n{key_id}".encode()


__all__ = ["COSIGN", "ENTRY", "LOG", "RECOVERY", "ROWS", "BookKeys", "Keeper", "keeper"]
