"""Secrets of higher rooms, kept as the journal's own keys are: wrapped, archived, wrapped again.

A room has one, made when the city is founded; the keys that it uses are derived from it by purpose.
"""

from volunteer_credit.journal.models import KeyRow
from volunteer_credit.journal.operations.keys import ROW_KEY_ID, SEED_BYTES, keeper, store_key
from volunteer_credit.journal.operations.sidecar import archive_name
from volunteer_credit.journal.rules.head import derived_key
from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.shared.db import Reader, transaction
from volunteer_credit.shared.runtime import Runtime, current


class Secrets:
    """The derived keys of this process, by room and purpose."""

    def __init__(self, _runtime: Runtime) -> None:
        self._keys: dict[tuple[str, str], bytes] = {}

    def key(self, reader: Reader, room: str, purpose: str) -> bytes:
        """32 bytes for a purpose of a room. Raises: KeyMissingError before `make_secret`."""
        found = self._keys.get((room, purpose))
        if found is None:
            name = archive_name(CITY)
            seed = keeper().seed(reader, name, room, ROW_KEY_ID)
            found = self._keys[room, purpose] = derived_key(seed, f"{room}/{purpose}", name)
        return found


def secrets() -> Secrets:
    """The secrets of the current application."""
    return current().part(Secrets, Secrets)


def make_secret(room: str) -> None:
    """Make the secret of a room, unless it is there."""
    with transaction() as session:
        name = archive_name(CITY)
        if session.get(KeyRow, (name, room, ROW_KEY_ID)) is None:
            store_key(session, name, room, None, current().random(SEED_BYTES))
