"""The keys of a book: which role each has, which lines an entry must bear (§3, N3 to N8)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ledger.entry import Entry
from ledger.key_errors import (
    KeyNotCanonicalError,
    KeyNotInForceError,
    KeyReasonError,
    KeyRetiredError,
    KeyRoleError,
    KeySuspectError,
    KeyUnknownError,
    KeyUsedBeforeError,
    LastKeyError,
    LineExtraError,
    LineMisplacedError,
    LineMissingError,
)
from ledger.note import SignatureLine, VerifierKey, parse_vkey, verify_ed25519
from ledger.vkey import ED25519, MLDSA44_COSIGNATURE

ENTRY, LOG, COSIGN, RECOVERY = "entry", "log", "cosign", "recovery"
NAME_ENDING = {ENTRY: "/entry", LOG: "", COSIGN: "/mldsa", RECOVERY: "/recovery"}
ALGORITHM = {
    ENTRY: ED25519,
    LOG: ED25519,
    COSIGN: MLDSA44_COSIGNATURE,
    RECOVERY: ED25519,
}

_SPECIAL = frozenset({"book.opened", "key.added", "key.retired", "clock.reset", "book.closed"})
FIELD_PRIME = 2**255 - 19


class KeyName(Protocol):
    """What names a key: a signature line, or the key itself."""

    @property
    def name(self) -> str:
        """The key's name."""

    @property
    def key_id(self) -> bytes:
        """The key's id, 4 bytes."""


@dataclass(slots=True)
class _Held:
    key: VerifierKey
    role: str
    added: int
    retired: int | None = None


@dataclass(slots=True)
class KeyRing:
    """All keys a book ever had, by (name, key id)."""

    origin: str
    held: dict[tuple[str, bytes], _Held] = field(default_factory=dict)
    _in_force: dict[str, list[VerifierKey]] = field(
        default_factory=lambda: {role: [] for role in NAME_ENDING}
    )

    def in_force(self, role: str, size: int | None = None) -> list[VerifierKey]:
        """The keys of a role in force now, or after the first `size` entries (T3)."""
        if size is None:
            return list(self._in_force[role])
        return [
            held.key
            for held in self.held.values()
            if held.role == role
            and held.added < size
            and not (held.retired is not None and held.retired < size)
        ]

    def entry_keys(self) -> list[VerifierKey]:
        """Every entry key the book has had so far."""
        return [held.key for held in self.held.values() if held.role == ENTRY]

    def check(self, entry: Entry) -> list[list[VerifierKey]]:
        """The keys that may sign each line of this entry, line by line (N6).

        Raises: SignatureError when the entry adds or retires a key that it may not.
        """
        if entry.kind not in _SPECIAL:
            return [self._in_force[ENTRY]]
        if entry.kind == "book.opened":
            keys = self._opened(entry)
            return [[keys[ENTRY]], [keys[RECOVERY]]]
        if entry.kind == "key.added":
            return self._added_lines(entry)
        if entry.kind == "key.retired":
            return self._retired_lines(entry)
        return [self._in_force[ENTRY], self._in_force[RECOVERY]]

    def apply(self, entry: Entry) -> None:
        """Take in the keys of an entry that `check` has accepted."""
        if entry.kind == "book.opened":
            for role, key in self._opened(entry).items():
                self._add(key, role, 0)
        elif entry.kind == "key.added":
            role = entry.data["role"]
            self._add(self._parse(entry.data["key"], role), role, entry.seq)
        elif entry.kind == "key.retired":
            held = self._find(entry.data["key"])
            held.retired = entry.seq
            self._in_force[held.role].remove(held.key)

    def assign(
        self, entry: Entry, wanted: list[list[VerifierKey]], lines: Sequence[KeyName]
    ) -> list[VerifierKey]:
        """Which key signed each line; nothing is verified yet (N4)."""
        if len(lines) != len(wanted):
            raise (LineMissingError if len(lines) < len(wanted) else LineExtraError)(
                seq=entry.seq, kind=entry.kind, count=len(lines), wanted=len(wanted)
            )
        return [
            self._signer(entry.seq, number, line, allowed)
            for number, (line, allowed) in enumerate(zip(lines, wanted, strict=True), 1)
        ]

    def _signer(
        self, seq: int, number: int, line: KeyName, allowed: list[VerifierKey]
    ) -> VerifierKey:
        for key in allowed:
            if key.name == line.name and key.key_id == line.key_id:
                return key
        held = self.held.get((line.name, line.key_id))
        if held is None:
            raise KeyUnknownError(seq=seq, name=line.name)
        if held.retired is not None:
            raise KeyRetiredError(seq=seq, name=line.name, retired=held.retired)
        raise LineMisplacedError(seq=seq, name=line.name, line=number)

    def _add(self, key: VerifierKey, role: str, seq: int) -> None:
        self.held[key.name, key.key_id] = _Held(key, role, seq)
        self._in_force[role].append(key)

    def _opened(self, entry: Entry) -> dict[str, VerifierKey]:
        keys = {role: self._parse(entry.data["keys"][role], role) for role in NAME_ENDING}
        if len({key.public for key in keys.values()}) < len(keys):
            raise KeyUsedBeforeError(name=keys[ENTRY].name)
        return keys

    def _parse(self, text: str, role: str) -> VerifierKey:
        key = parse_vkey(text)
        if key.name != self.origin + NAME_ENDING[role] or key.algorithm != ALGORITHM[role]:
            raise KeyRoleError(name=key.name, role=role, origin=self.origin)
        if key.algorithm == ED25519 and _y(key.public) >= FIELD_PRIME:
            raise KeyNotCanonicalError(name=key.name)
        return key

    def _added_lines(self, entry: Entry) -> list[list[VerifierKey]]:
        role, reason = entry.data["role"], entry.data["reason"]
        key = self._parse(entry.data["key"], role)
        if any(held.key.public == key.public for held in self.held.values()):
            raise KeyUsedBeforeError(name=key.name)
        signing, recovery = self._in_force[ENTRY], self._in_force[RECOVERY]
        if role == ENTRY:
            return [signing, [key], recovery] if reason == "planned" else [[key], recovery]
        if role == RECOVERY:
            if reason != "planned":
                raise KeyReasonError
            return [signing, recovery, [key]]
        return [signing, recovery]

    def _retired_lines(self, entry: Entry) -> list[list[VerifierKey]]:
        held = self._find(entry.data["key"])
        if entry.data["suspect_from"] > entry.seq:
            raise KeySuspectError(seq=entry.seq, suspect_from=entry.data["suspect_from"])
        left = [key for key in self._in_force[held.role] if key != held.key]
        if not left:
            raise LastKeyError(name=held.key.name, role=held.role)
        by_role = {**self._in_force, held.role: left}
        return [by_role[ENTRY], by_role[RECOVERY]]

    def _find(self, text: str) -> _Held:
        key = parse_vkey(text)
        held = self.held.get((key.name, key.key_id))
        if held is None or held.key != key or held.retired is not None:
            raise KeyNotInForceError(name=key.name)
        return held


def _y(public: bytes) -> int:
    """The y coordinate that an Ed25519 public key encodes (RFC 8032 §5.1.2)."""
    return int.from_bytes(public, "little") & (2**255 - 1)


def verify_lines(keys: Sequence[VerifierKey], lines: Sequence[SignatureLine], text: bytes) -> None:
    """Verify each line of an entry against the key that `assign` found for it."""
    for key, line in zip(keys, lines, strict=True):
        verify_ed25519(key, line, text)
