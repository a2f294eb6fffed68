"""PINs as they are kept: Argon2id over a MAC, so that a stolen table alone can't be guessed.

Hashing costs time and memory on purpose: do it before an operation takes its lock.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy import text
from sqlalchemy.orm import Session

from volunteer_credit.people.operations.counters import forget_counter
from volunteer_credit.people.operations.digests import digest, key_for
from volunteer_credit.people.rules.pins import TRIES_MAX
from volunteer_credit.people.rules.sign_in_errors import TooManyTriesError
from volunteer_credit.people.rules.tries import DAY
from volunteer_credit.shared.db import Reader, opened, retried
from volunteer_credit.shared.runtime import Runtime, current

PIN = "pin"
SALT_BYTES = 16
HASH_BYTES = 32

_TRY = text("""
    INSERT INTO people_counters (kind, owner, value, changed_at_ms)
    VALUES ('pin', :owner, 1, :at_ms)
    ON CONFLICT (kind, owner) DO UPDATE SET
        value = people_counters.value + 1, changed_at_ms = excluded.changed_at_ms
    RETURNING value
""")


@dataclass(frozen=True)
class PinCost:
    """What one hash costs; tests set a cheap one. A hash keeps the cost that it was made with."""

    memory_kib: int = 19_456
    iterations: int = 2
    lanes: int = 1


class _Decoy:
    """The hash that stands in where there is none, so that the work is the same."""

    def __init__(self, runtime: Runtime) -> None:
        self.hash = _hashed(runtime, runtime.random(HASH_BYTES))


def hash_pin(reader: Reader, pin: str) -> bytes:
    """The hash of a PIN that `check_new_pin` accepted. Raises: KeyMissingError before `init`."""
    return _hashed(current(), _mac(reader, pin))


def pin_matches(reader: Reader, pin: str, pin_hash: bytes | None) -> bool:
    """Whether this is the PIN; without a hash there is the same work, and the answer is no."""
    kept = current().part(_Decoy, _Decoy).hash if pin_hash is None else bytes(pin_hash)
    try:
        Argon2id.verify_phc_encoded(_mac(reader, pin), kept.decode())
    except InvalidKey:
        return False
    return pin_hash is not None


@retried
def count_try(owner: str, at_ms: int) -> None:
    """Count a try before it is looked at, so that tries at the same moment can't outrun it.

    `owner`: the digest of a card or device, known or not. Raises: TooManyTriesError.
    """
    with opened() as now:
        tries = now.connection.execute(_TRY, {"owner": owner, "at_ms": at_ms}).scalar_one()
    if tries > TRIES_MAX:
        raise TooManyTriesError(seconds=DAY)


def forget_tries(session: Session, owner: str) -> None:
    """Begin to count again: the PIN was right, or is a new one."""
    forget_counter(session, PIN, owner)


def card_owner(reader: Reader, number: str) -> str:
    """Under what the tries of a card are counted, in use or not."""
    return digest(reader, "pin_owner", f"card\n{number}")


def device_owner(reader: Reader, secret_digest: str) -> str:
    """Under what the tries of an enrolled device are counted, ours or not."""
    return digest(reader, "pin_owner", f"device\n{secret_digest}")


def _mac(reader: Reader, pin: str) -> bytes:
    return hmac.new(key_for(reader, PIN), pin.encode(), sha256).digest()


def _hashed(runtime: Runtime, mac: bytes) -> bytes:
    cost = runtime.part(PinCost, lambda _: PinCost())
    made = Argon2id(
        salt=runtime.random(SALT_BYTES),
        length=HASH_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return made.derive_phc_encoded(mac).encode()
