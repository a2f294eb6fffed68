"""What a trust policy says, and whether a checkpoint meets it (C2SP tlog-policy; step T4).

Names and URLs are opaque octets. `ledger.policy` reads the file and gives these names again.
"""

from dataclasses import dataclass

from ledger.checkpoint import OpenedCheckpoint, open_checkpoint
from ledger.errors import SignatureError
from ledger.vkey import VerifierKey

NONE = b"none"


class PolicyLogError(SignatureError):
    """A checkpoint that no listed log of its origin signed."""

    code = "policy_log_missing"
    en = "No log listed in the policy under the name {origin!r} signed this checkpoint."
    zh = "策略中没有名为 {origin!r} 的日志为此检查点签名。"


class PolicyQuorumError(SignatureError):
    """A checkpoint with too few witnesses."""

    code = "policy_quorum_missing"
    en = "The witnesses on the checkpoint of {origin!r} do not meet the quorum {quorum!r}."
    zh = "{origin!r} 的检查点上的见证签名没有达到法定要求 {quorum!r}。"


@dataclass(frozen=True, slots=True)
class Log:
    """A trusted log: its `key`, whose name is the origin, and a `url` or None."""

    key: VerifierKey
    url: bytes | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A trusted witness: its `name` in this policy, its `key`, and a `url` or None."""

    name: bytes
    key: VerifierKey
    url: bytes | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group that witnesses when `threshold` of its `members` (names) do."""

    name: bytes
    threshold: int
    members: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The logs, witnesses and groups in file order, and the name of the `quorum` or `none`."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: bytes

    def encode(self) -> bytes:
        """Return a policy file that reads as this policy."""
        lines = [_line(b"log", log.key.encode().encode(), log.url) for log in self.logs]
        for witness in self.witnesses:
            vkey = witness.key.encode().encode()
            lines.append(_line(b"witness", witness.name, vkey, witness.url))
        for group in self.groups:
            lines.append(_line(b"group", group.name, b"%d" % group.threshold, *group.members))
        return b"".join([*lines, _line(b"quorum", self.quorum)])

    def open(self, data: bytes) -> OpenedCheckpoint:
        """Read a signed checkpoint and accept it if a log of its name and the quorum signed.

        Raises: PolicyLogError, PolicyQuorumError (signature), and as `open_checkpoint`.
        """
        opened = open_checkpoint(
            data,
            [log.key for log in self.logs],
            witnesses=[witness.key for witness in self.witnesses],
        )
        origin = opened.checkpoint.origin
        if not any(log.key in opened.keys and log.key.name == origin for log in self.logs):
            raise PolicyLogError(origin=origin)
        if not self._witnessed(opened.keys):
            raise PolicyQuorumError(origin=origin, quorum=shown(self.quorum))
        return opened

    def _witnessed(self, keys: frozenset[VerifierKey]) -> bool:
        """Return whether these signers meet the quorum."""
        met = {NONE} | {witness.name for witness in self.witnesses if witness.key in keys}
        # A group names only what stands above it, so one pass in file order settles all.
        for group in self.groups:
            if sum(member in met for member in group.members) >= group.threshold:
                met.add(group.name)
        return self.quorum in met


def _line(*items: bytes | None) -> bytes:
    """Return one line of a policy file, without the items that are None."""
    return b" ".join(item for item in items if item is not None) + b"\n"


def shown(name: bytes) -> str:
    """Return opaque octets as an error may show them."""
    return name[:80].decode("utf-8", "replace")
