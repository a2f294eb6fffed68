"""Timestamped signatures over a checkpoint (C2SP tlog-cosignature; step T3).

A cosignature line carries uint64 seconds (POSIX, big-endian) || signature. Type 0x04 signs a text
with Ed25519, type 0x06 a fixed structure with ML-DSA-44 (FIPS 204). The log itself signs with
0x06 beside its plain 0x01 line; witnesses sign with either.
"""

import importlib
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.errors import IncompleteError, SignatureError
from ledger.note import SignatureInvalidError, SignatureLine
from ledger.vkey import (
    ED25519_COSIGNATURE,
    MLDSA44_COSIGNATURE,
    SEED_BYTES,
    KeyAlgorithmError,
    KeyLengthError,
    VerifierKey,
    ed25519_from_seed,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mldsa import (
        MLDSA44PrivateKey,
        MLDSA44PublicKey,
    )

TIMESTAMP_MAX = 2**63 - 1
TIMESTAMP_BYTES = 8
SIGNATURE_BYTES = {ED25519_COSIGNATURE: 64, MLDSA44_COSIGNATURE: 2420}

_MLDSA_MODULE = "cryptography.hazmat.primitives.asymmetric.mldsa"
_SUBTREE_LABEL = b"subtree/v1\n\x00"


class CosignatureLengthError(SignatureError):
    """A cosignature that is not a time and a signature of its type."""

    code = "cosignature_length"
    en = "The cosignature of {name!r} has {count} bytes instead of {expected}."
    zh = "{name!r} 的联署为 {count} 字节，应为 {expected} 字节。"


class CosignatureTimestampError(SignatureError):
    """A time of signing outside what is allowed here."""

    code = "cosignature_timestamp"
    en = "The cosignature of {name!r} says {timestamp} seconds; here {timestamp_min} is the least."
    zh = "{name!r} 的联署时间为 {timestamp} 秒，此处须不小于 {timestamp_min} 且不超过 2^63-1。"


class MldsaUnavailableError(IncompleteError):
    """A `cryptography` package that cannot do ML-DSA-44."""

    code = "mldsa_unavailable"
    en = "The installed cryptography package has no ML-DSA-44; version 48 or newer is needed."
    zh = "已安装的 cryptography 不支持 ML-DSA-44，请升级到 48 或更高版本。"


class TreeHead(Protocol):
    """What a cosignature is about; `ledger.checkpoint.Checkpoint` is one."""

    @property
    def origin(self) -> str:
        """Name of the log, at most 255 bytes."""

    @property
    def size(self) -> int:
        """Number of leaves."""

    @property
    def root(self) -> bytes:
        """Root hash, 32 bytes."""

    def text(self) -> bytes:
        """Return the note text."""


def _mldsa_private(seed: bytes) -> "MLDSA44PrivateKey":
    """Load the ML-DSA-44 key of a 32-byte `seed`. Raises: MldsaUnavailableError (incomplete)."""
    try:
        # Imported late: older packages lack the module, and Ed25519 alone must work with them.
        key_class: type[MLDSA44PrivateKey] = importlib.import_module(
            _MLDSA_MODULE
        ).MLDSA44PrivateKey
        return key_class.from_seed_bytes(seed)
    except (ImportError, AttributeError, UnsupportedAlgorithm) as error:
        raise MldsaUnavailableError from error


def _mldsa_public(public: bytes) -> "MLDSA44PublicKey":
    """Load a 1,312-byte ML-DSA-44 key. Raises: MldsaUnavailableError (incomplete)."""
    try:
        key_class: type[MLDSA44PublicKey] = importlib.import_module(_MLDSA_MODULE).MLDSA44PublicKey
        return key_class.from_public_bytes(public)
    except (ImportError, AttributeError, UnsupportedAlgorithm) as error:
        raise MldsaUnavailableError from error


def text_message(text: bytes, timestamp_seconds: int) -> bytes:
    """Return what a 0x04 cosignature signs: two header lines and the checkpoint `text`."""
    return b"cosignature/v1\ntime %d\n%b" % (timestamp_seconds, text)


def subtree_message(
    cosigner: str, timestamp_seconds: int, origin: str, leaves: tuple[int, int], root: bytes
) -> bytes:
    """Return what a 0x06 cosignature signs: the `cosigned_message` structure.

    `cosigner` and `origin` have at most 255 bytes; `leaves` are the first and the end of
    the signed subtree, (0, size) for a checkpoint.
    """
    name_bytes, origin_bytes = cosigner.encode(), origin.encode()
    return b"".join(
        (
            _SUBTREE_LABEL,
            len(name_bytes).to_bytes(1, "big") + name_bytes,
            timestamp_seconds.to_bytes(8, "big"),
            len(origin_bytes).to_bytes(1, "big") + origin_bytes,
            leaves[0].to_bytes(8, "big"),
            leaves[1].to_bytes(8, "big"),
            root,
        )
    )


def _check_timestamp(name: str, timestamp_seconds: int, timestamp_min: int) -> None:
    """Accept seconds in [timestamp_min, 2^63-1]."""
    if not timestamp_min <= timestamp_seconds <= TIMESTAMP_MAX:
        raise CosignatureTimestampError(
            name=name, timestamp=timestamp_seconds, timestamp_min=timestamp_min
        )


def _message(key: VerifierKey, checkpoint: TreeHead, timestamp_seconds: int) -> bytes:
    """Return what `key` signs about `checkpoint` at that time."""
    if key.algorithm == ED25519_COSIGNATURE:
        return text_message(checkpoint.text(), timestamp_seconds)
    return subtree_message(
        key.name, timestamp_seconds, checkpoint.origin, (0, checkpoint.size), checkpoint.root
    )


class Ed25519Cosigner:
    """Cosigns checkpoints with one Ed25519 key (type 0x04), used under this one name only.

    The signed text does not hold the name, so a second name needs a second key.
    """

    __slots__ = ("_private", "verifier_key")

    def __init__(self, name: str, seed: bytes) -> None:
        """Keep the key of a 32-byte `seed`. Raises: KeyNameError, KeyLengthError (malformed)."""
        self._private = ed25519_from_seed(name, seed)
        public = self._private.public_key().public_bytes_raw()
        self.verifier_key = VerifierKey(name, ED25519_COSIGNATURE, public)

    def cosign(self, checkpoint: TreeHead, timestamp_seconds: int) -> SignatureLine:
        """Return the line over `checkpoint`. Raises: CosignatureTimestampError (signature)."""
        return _cosign(self.verifier_key, self._private.sign, checkpoint, timestamp_seconds)


class MldsaCosigner:
    """Cosigns checkpoints with one ML-DSA-44 key (type 0x06).

    The signature is randomised, as FIPS 204 recommends: two of the same tree differ.
    """

    __slots__ = ("_private", "verifier_key")

    def __init__(self, name: str, seed: bytes) -> None:
        """Keep the key of a 32-byte `seed`.

        Raises: KeyNameError, KeyLengthError (malformed), MldsaUnavailableError (incomplete).
        """
        if len(seed) != SEED_BYTES:
            raise KeyLengthError(name=name, count=len(seed), expected=SEED_BYTES)
        self._private = _mldsa_private(seed)
        public = self._private.public_key().public_bytes_raw()
        self.verifier_key = VerifierKey(name, MLDSA44_COSIGNATURE, public)

    def cosign(self, checkpoint: TreeHead, timestamp_seconds: int) -> SignatureLine:
        """Return the line over `checkpoint`. Raises: CosignatureTimestampError (signature)."""
        return _cosign(self.verifier_key, self._private.sign, checkpoint, timestamp_seconds)


class _Sign(Protocol):
    """The sign method of a private key."""

    def __call__(self, data: bytes, /) -> bytes:
        """Return the raw signature over `data`."""


def _cosign(
    key: VerifierKey, sign: _Sign, checkpoint: TreeHead, timestamp_seconds: int
) -> SignatureLine:
    """Return the line of `key` over `checkpoint`."""
    _check_timestamp(key.name, timestamp_seconds, 0)
    signature = sign(_message(key, checkpoint, timestamp_seconds))
    stamped = timestamp_seconds.to_bytes(TIMESTAMP_BYTES, "big") + signature
    return SignatureLine(key.name, key.key_id, stamped)


def verify_cosignature(
    key: VerifierKey, line: SignatureLine, checkpoint: TreeHead, *, timestamp_min: int = 0
) -> int:
    """Accept `line` as the cosignature of `key` over `checkpoint`; return its POSIX seconds.

    `timestamp_min` is 1 for witnesses, who must say when they saw the tree (tlog-witness).
    Raises: KeyAlgorithmError, CosignatureLengthError, CosignatureTimestampError,
    SignatureInvalidError (signature), MldsaUnavailableError (incomplete).
    """
    if key.algorithm not in SIGNATURE_BYTES:
        raise KeyAlgorithmError(name=key.name, algorithm=key.algorithm)
    expected = TIMESTAMP_BYTES + SIGNATURE_BYTES[key.algorithm]
    if len(line.signature) != expected:
        raise CosignatureLengthError(name=key.name, count=len(line.signature), expected=expected)
    timestamp_seconds = int.from_bytes(line.signature[:TIMESTAMP_BYTES], "big")
    _check_timestamp(key.name, timestamp_seconds, timestamp_min)
    if (line.name, line.key_id) != (key.name, key.key_id):
        raise SignatureInvalidError(name=key.name)
    signature = line.signature[TIMESTAMP_BYTES:]
    message = _message(key, checkpoint, timestamp_seconds)
    try:
        if key.algorithm == ED25519_COSIGNATURE:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
        else:
            _mldsa_public(key.public).verify(signature, message)
    except InvalidSignature:
        raise SignatureInvalidError(name=key.name) from None
    return timestamp_seconds
