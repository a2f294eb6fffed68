"""Trust policies: which logs and how many witnesses a checkpoint needs (C2SP tlog-policy; T4).

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>...
    quorum <name>|none

One line each, items apart by spaces or tabs; empty lines and lines that start with `#` say
nothing. Names and URLs are opaque octets. What the lines mean is in `ledger.quorum`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from ledger.errors import LedgerError
from ledger.policy_errors import (
    PolicyDuplicateError,
    PolicyFileError,
    PolicyKeyError,
    PolicyLimitError,
    PolicyLineError,
    PolicyNameError,
    PolicyNoQuorumError,
    PolicyOctetError,
    PolicyThresholdError,
)
from ledger.quorum import NONE, Group, Log, Policy, Witness, shown
from ledger.vkey import (
    ED25519,
    ED25519_COSIGNATURE,
    MLDSA44_COSIGNATURE,
    VerifierKey,
    parse_vkey,
)

__all__ = ["Group", "Log", "Policy", "Witness", "parse_policy"]

POLICY_BYTES_MAX = 1_048_576
LINES_MAX = 64  # of each kind
LOG_TYPES = frozenset({ED25519, MLDSA44_COSIGNATURE})
WITNESS_TYPES = frozenset({ED25519_COSIGNATURE, MLDSA44_COSIGNATURE})

_REFUSED = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_GAP = re.compile(rb"[ \t]+")
_COUNT = re.compile(rb"[1-9][0-9]{0,2}")
_Line = TypeVar("_Line")


def parse_policy(data: bytes) -> Policy:
    """Read a policy file of at most 1 MiB and 64 logs, witnesses and groups each.

    Raises: the Policy*Error classes of this module (malformed).
    """
    reader = _Reader()
    for number, items in _lines(data):
        reader.line(number, items)
    if reader.quorum is None:
        raise PolicyNoQuorumError
    logs = tuple(reader.logs.values())
    witnesses = tuple(reader.witnesses.values())
    return Policy(logs, witnesses, tuple(reader.groups), reader.quorum)


@dataclass(slots=True)
class _Reader:
    """What the lines so far have defined; logs and witnesses stand under their public keys."""

    logs: dict[bytes, Log] = field(default_factory=dict)
    witnesses: dict[bytes, Witness] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    quorum: bytes | None = None
    names: set[bytes] = field(default_factory=set)
    members: set[bytes] = field(default_factory=set)

    def line(self, number: int, items: list[bytes]) -> None:
        """Take one line that is neither empty nor a comment."""
        match items:
            case [b"log", vkey, *url] if len(url) <= 1:
                key = _key(number, vkey, LOG_TYPES)
                _add(number, self.logs, key, Log(key, *url))
            case [b"witness", name, vkey, *url] if len(url) <= 1:
                key = _key(number, vkey, WITNESS_TYPES)
                self._define(number, name)
                _add(number, self.witnesses, key, Witness(name, key, *url))
            case [b"group", name, count, *members] if members:
                self._group(number, name, count, members)
            case [b"quorum", name] if self.quorum is None:
                if name != NONE and name not in self.names:
                    raise PolicyNameError(line=number, name=shown(name))
                self.quorum = name
            case _:
                raise PolicyLineError(line=number)

    def _define(self, number: int, name: bytes) -> None:
        """Take a new name of a witness or group."""
        if name == NONE or name in self.names:
            raise PolicyDuplicateError(line=number, name=shown(name))
        self.names.add(name)

    def _group(self, number: int, name: bytes, count: bytes, members: list[bytes]) -> None:
        """Take a group line. Its own name is not defined yet, so it cannot be a member."""
        for member in members:
            if member not in self.names or member in self.members:
                raise PolicyNameError(line=number, name=shown(member))
            self.members.add(member)
        threshold = {b"any": 1, b"all": len(members)}.get(count, 0)
        if not threshold and _COUNT.fullmatch(count):
            threshold = int(count)
        if not 1 <= threshold <= len(members):
            raise PolicyThresholdError(line=number, count=len(members))
        if len(self.groups) == LINES_MAX:
            raise PolicyLimitError(line=number)
        self._define(number, name)
        self.groups.append(Group(name, threshold, tuple(members)))


def _lines(data: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Give the number (from 1) and the items of each line that says something."""
    if len(data) > POLICY_BYTES_MAX or not data.endswith(b"\n"):
        raise PolicyFileError(count=len(data))
    for number, line in enumerate(data[:-1].split(b"\n"), 1):
        if _REFUSED.search(line):
            raise PolicyOctetError(line=number)
        items = [item for item in _GAP.split(line) if item]
        if items and not items[0].startswith(b"#"):
            yield number, items


def _key(number: int, vkey: bytes, types: frozenset[int]) -> VerifierKey:
    """Read a key of one of these types."""
    try:
        key = parse_vkey(vkey.decode())
    except (UnicodeDecodeError, LedgerError) as error:
        raise PolicyKeyError(line=number, key=shown(vkey)) from error
    if key.algorithm not in types:
        raise PolicyKeyError(line=number, key=shown(vkey))
    return key


def _add(number: int, found: dict[bytes, _Line], key: VerifierKey, line: _Line) -> None:
    """Put `line` under its public key, which may stand there only once, whatever its name."""
    if key.public in found:
        raise PolicyDuplicateError(line=number, name=key.name)
    if len(found) == LINES_MAX:
        raise PolicyLimitError(line=number)
    found[key.public] = line
