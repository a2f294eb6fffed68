"""Commitments of entries to what may have to be erased (docs/ledger-format.md §4, M1 and M2)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ledger.commitment import OPENING_BYTES, encode_payload
from ledger.commitment import commit as commitment_to
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.shared.runtime import current


def committed(
    operation: Operation, new: NewEntry, payloads: Mapping[str, Any], ahead: int = 0
) -> tuple[NewEntry, dict[str, tuple[bytes, bytes]]]:
    """The entry with a commitment to each payload, and by name its bytes and its opening.

    Whoever appends keeps both, sealed under the key of the person concerned. `ahead`: how many
    entries of this operation come before it. Raises: PayloadError (ledger.commitment).
    """
    entry_id = operation.entry_id(new, ahead)
    origin = operation.head.origin
    kept: dict[str, tuple[bytes, bytes]] = {}
    made: dict[str, str] = {}
    for name, value in payloads.items():
        payload, opening = encode_payload(value), current().random(OPENING_BYTES)
        made[name] = commitment_to(opening, origin, entry_id, name, payload)
        kept[name] = (payload, opening)
    return replace(new, commitments={**new.commitments, **made}), kept


def is_committed(
    value: str, opening: bytes, origin: str, entry_id: str, name: str, payload: bytes
) -> bool:
    """Whether an entry's commitment is to this payload."""
    return commitment_to(opening, origin, entry_id, name, payload) == value
