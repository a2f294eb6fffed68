"""New keys for old: `key.added` and `key.retired` (docs/ledger-format.md §3, N5 to N8)."""

from dataclasses import dataclass
from typing import Any

from ledger.cosignature import MldsaCosigner
from ledger.keys import COSIGN, ENTRY, LOG, NAME_ENDING, RECOVERY
from ledger.note import Ed25519Signer, VerifierKey
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.keys import (
    SEED_BYTES,
    drop_key,
    keeper,
    signers,
    store_key,
)
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.operations.whole import WholeBook
from volunteer_credit.journal.rules.errors import KeyMissingError
from volunteer_credit.journal.rules.requests import Appended, NewEntry, Request, about
from volunteer_credit.journal.rules.rotation_errors import KeyNotHereError, KeyRoleNameError
from volunteer_credit.shared.db import retried
from volunteer_credit.shared.runtime import current

PLANNED, LOST, COMPROMISED = "planned", "lost", "compromised"


@dataclass(frozen=True, slots=True)
class Rotated:
    """The new key's id, the entry that added it, and those that retired older ones."""

    key_id: str
    added: Appended
    retired: tuple[Appended, ...]


@retried
def rotate_key(
    community_id: str, role: str, reason: str, request: Request, *, suspect_from: int | None = None
) -> Rotated:
    """Give a book a new key for a role and destroy the old one.

    Only after a planned change of the log key the old one goes on signing beside the new one, so
    that readers and witnesses can take in the new policy first; `retire_key` ends that. A lost
    recovery key cannot be replaced, a successor book does it (N7). `suspect_from`: the first
    entry that somebody else may have signed.
    Raises: KeyRoleNameError, KeyMissingError, NotAnEntryError, TreeChangedError, LedgerError.
    """
    if role not in NAME_ENDING:
        raise KeyRoleNameError(role=role)
    asked = about(
        request, role=role, reason=reason, suspect_from=-1 if suspect_from is None else suspect_from
    )
    with perform(community_id, asked) as operation:
        if not operation.replayed:
            rotation = _Rotation(operation, role, reason, suspect_from)
            operation.answer(rotation.run())
    key_id, added, retired = operation.result
    return Rotated(key_id, Appended(*added), tuple(Appended(*each) for each in retired))


@retried
def retire_key(
    community_id: str, role: str, key_id: str, reason: str, request: Request
) -> Appended:
    """End a key that has a successor already, and destroy it.

    Raises: KeyNotHereError, KeyMissingError, LedgerError (`last_key` where it is the only one).
    """
    asked = about(request, role=role, key_id=key_id, reason=reason)
    with perform(community_id, asked) as operation:
        if not operation.replayed:
            held = operation.writing.log.book.keys.in_force(role) if role in NAME_ENDING else []
            key = next((each for each in held if each.key_id.hex() == key_id), None)
            if key is None:
                origin = operation.head.origin
                raise KeyNotHereError(origin=origin, role=role, key_id=key_id)
            operation.answer(_Rotation(operation, role, reason, None).retire(key))
    return Appended(*operation.result)


class _Rotation:
    """One rotation inside its operation."""

    def __init__(
        self, operation: Operation, role: str, reason: str, suspect_from: int | None
    ) -> None:
        self._operation = operation
        self._connection = operation.session.connection()
        self._role = role
        self._reason = reason
        self._suspect_from = suspect_from
        self._origin = operation.head.origin

    def run(self) -> list[Any]:
        """Add the new key, retire what it replaces."""
        new, signer = self._made()
        try:
            writing = self._operation.writing
        except KeyMissingError:
            if (self._role, self._reason) != (ENTRY, LOST):
                raise
            self._vouch(new)
            writing = self._operation.writing
        old = writing.log.book.keys.in_force(self._role)
        data = {"key": new.encode(), "reason": self._reason, "role": self._role}
        lines = self._lines(signer)
        added = self._operation.append(NewEntry("key.added", data), signers=lines)
        if self._role == ENTRY:
            head = writing.head._replace(entry_key_id=new.key_id.hex())
            writing.keys = keeper().keys(self._connection, head)
        kept = self._role == LOG and self._reason == PLANNED
        retired = [] if kept else [self.retire(key) for key in old]
        return [new.key_id.hex(), [added.seq, added.id, added.at_ms], retired]

    def retire(self, key: VerifierKey) -> list[Any]:
        """Append `key.retired` and destroy the private key."""
        writing = self._operation.writing
        suspect_from = writing.log.book.size if self._suspect_from is None else self._suspect_from
        data = {"key": key.encode(), "reason": self._reason, "suspect_from": suspect_from}
        lines = [writing.keys.signer, self._recovery(but=key)]
        made = self._operation.append(NewEntry("key.retired", data), signers=lines)
        drop_key(self._connection, self._origin, self._role, key.key_id.hex())
        return [made.seq, made.id, made.at_ms]

    def _made(self) -> tuple[VerifierKey, Ed25519Signer | None]:
        """A new key, stored; its signer if it can sign entries."""
        seed, name = current().random(SEED_BYTES), self._origin + NAME_ENDING[self._role]
        if self._role == COSIGN:
            signer, key = None, MldsaCosigner(name, seed).verifier_key
        else:
            signer = Ed25519Signer(name, seed)
            key = signer.verifier_key
        store_key(self._connection, self._origin, self._role, key, seed)
        return key, signer

    def _lines(self, new: Ed25519Signer | None) -> list[Ed25519Signer]:
        """Who signs `key.added`, in the order of N6."""
        entry, recovery = self._operation.writing.keys.signer, self._recovery()
        if self._role == ENTRY and new is not None:
            return [entry, new, recovery] if self._reason == PLANNED else [new, recovery]
        if self._role == RECOVERY and new is not None:
            return [entry, recovery, new]
        return [entry, recovery]

    def _recovery(self, but: VerifierKey | None = None) -> Ed25519Signer:
        """The newest recovery key, but not the one that is retired."""
        held = self._operation.writing.log.book.keys.in_force(RECOVERY)
        # The only key is the last to be taken: the book then says that it cannot be retired.
        left = [key for key in held if key != but] or held
        return signers(self._connection, self._origin, left[-1:])[0]

    def _vouch(self, new: VerifierKey) -> None:
        """Believe a head whose key is lost, if its entries make it, and sign with the new key.

        What no entry says is not believed: a confirmed clock, the counts of rows.
        """
        head = self._operation.head
        guard().check(self._connection, head)
        whole = WholeBook(head.origin)
        whole.read_on(self._operation.session, head)
        whole.check(head)
        vouched = head._replace(
            entry_key_id=new.key_id.hex(),
            families_count=len(whole.book.accounts.families),
            operations_count=queries.operations_count(self._operation.session, head.community_id),
            clock_confirmed_ms=0,
            clock_offset_ms=head.clock_offset_ms if whole.book.clock == "demo" else 0,
        )
        self._operation.vouch(vouched, keeper().keys(self._connection, vouched))
