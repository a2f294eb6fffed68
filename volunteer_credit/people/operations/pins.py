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

from volunteer_credit.people.operations.counters import (
    counter_seen,
    forget_counter,
    forget_counters,
)
from volunteer_credit.people.operations.digests import digest, key_for
from volunteer_credit.people.operations.tries import count
from volunteer_credit.people.rules.pins import (
    DESK_SECONDS,
    STRANGER_SECONDS,
    TRIES_MAX,
    WAITS_SECONDS,
    wait_seconds,
)
from volunteer_credit.people.rules.sign_in_errors import TooManyTriesError
from volunteer_credit.people.rules.tries import CARD_PLACES, DAY
from volunteer_credit.shared.db import Reader, opened, retried
from volunteer_credit.shared.runtime import Runtime, current

PIN = "pin"
SALT_BYTES = 16
HASH_BYTES = 32

OWNER_LETTERS = 32  # of a card, then as many of the place where its PIN is typed

# Within a round, or after the wait that follows it; what is refused is not counted.
_TRY = text(f"""
    INSERT INTO people_counters (kind, owner, value, changed_at_ms)
    VALUES ('pin', :owner, 1, :at_ms)
    ON CONFLICT (kind, owner) DO UPDATE SET
        value = people_counters.value + 1, changed_at_ms = excluded.changed_at_ms
    WHERE people_counters.value % {TRIES_MAX} <> 0
        OR people_counters.changed_at_ms <= :at_ms - CASE people_counters.value
            WHEN {TRIES_MAX} THEN :first_ms WHEN {2 * TRIES_MAX} THEN :second_ms ELSE :last_ms END
    RETURNING value
""")  # noqa: S608 - a number of ours


@dataclass(frozen=True)
class PinCost:
    """What one hash costs; tests set a cheap one. A hash keeps the cost that it was made with."""

    memory_kib: int = 19_456
    iterations: int = 2
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose tries are counted together: the digest of a card or device, known or not.

    `places`: of a card and all places of one kind, whose tries have a limit together.
    """

    digest: str
    is_stranger: bool = False
    places: str = ""


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
def count_try(owner: Owner, at_ms: int) -> None:
    """Count a try before it is looked at, so that tries at the same moment can't outrun it.

    Raises: TooManyTriesError.
    """
    first, second = WAITS_SECONDS
    last = STRANGER_SECONDS if owner.is_stranger else DESK_SECONDS
    waits = {"first_ms": first * 1000, "second_ms": second * 1000, "last_ms": last * 1000}
    with opened() as now:
        values = {"owner": owner.digest, "at_ms": at_ms, **waits}
        is_counted = now.connection.execute(_TRY, values).scalar_one_or_none() is not None
        seen = None if is_counted else counter_seen(now.connection, PIN, owner.digest)
    if is_counted:
        if owner.places:  # only now: where one waits already, nothing is taken from the others
            count(CARD_PLACES, owner.places, at_ms)
        return
    tries, tried_at_ms = seen or (0, at_ms)
    left = wait_seconds(tries, is_stranger=owner.is_stranger) - (at_ms - tried_at_ms) // 1000
    raise TooManyTriesError(seconds=max(1, min(left, DAY)))


def forget_tries(session: Session, owner: Owner) -> None:
    """Begin to count again here: the PIN was right."""
    forget_counter(session, PIN, owner.digest)


def forget_card_tries(session: Session, number: str) -> None:
    """Begin to count again wherever the PIN of a card was typed: it is a new one."""
    forget_counters(session, PIN, card_prefix(session, number))


def card_owner(reader: Reader, number: str, place: str = "") -> Owner:
    """Under what the tries of a card are counted, in use or not.

    `place`: its kind, a line end, and which: a till, a visitor, or a device on which its owner was
    signed in; a stranger spends none of their tries. Empty: anywhere else.
    """
    here = digest(reader, "pin_owner", f"card\n{number}\n{place}")[:OWNER_LETTERS]
    prefix, kind = card_prefix(reader, number), place.partition("\n")[0]
    return Owner(prefix + here, is_stranger=not place, places=prefix + kind if kind else "")


def own_device(device_id: str) -> str:
    """A device on which a card's owner was signed in, as the place of a try."""
    return f"own\n{device_id}"


def card_prefix(reader: Reader, number: str) -> str:
    """How all of a card's counters begin."""
    return digest(reader, "pin_owner", f"card\n{number}")[:OWNER_LETTERS]


def device_owner(reader: Reader, secret_digest: str) -> Owner:
    """Under what the tries of an enrolled device are counted, ours or not."""
    return Owner(digest(reader, "pin_owner", f"device\n{secret_digest}"))


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
