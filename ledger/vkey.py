"""Key names, keys as text, and the base64 they are written in (C2SP signed-note; step N2).

A key is written as a vkey: `name+<8 hex digits of the key id>+base64(type byte || public key)`.
Everything read here is canonical: encoded again it gives the same text.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import MalformedError, SignatureError

ED25519 = 0x01
ED25519_COSIGNATURE = 0x04
MLDSA44_COSIGNATURE = 0x06
PUBLIC_BYTES = {ED25519: 32, ED25519_COSIGNATURE: 32, MLDSA44_COSIGNATURE: 1312}
KEY_ID_BYTES = 4
SEED_BYTES = 32
# A cosigned message gives names one length byte (tlog-cosignature), so none may be longer.
NAME_BYTES_MAX = 255
KEY_PARTS = 3  # name, key id, base64
VKEY_CHARS_MAX = 2_100  # name 255, two plus signs, 8 hex digits, 1,752 of base64, some room
SHOWN_CHARS = 80  # how much of a strange input an error repeats

_SKEY_START = "PRIVATE+KEY+"
_HEX_ID = re.compile(r"[0-9a-f]{8}")
_NAME_REFUSED = re.compile(r"[+\s\x00-\x1f\x7f-\x9f]")


class Base64Error(MalformedError):
    """Base64 that is not standard, padded and canonical."""

    code = "base64_malformed"
    en = "This is not standard, padded, canonical base64: {text!r}."
    zh = "这不是标准、带填充的规范 Base64：{text!r}。"


class KeyNameError(MalformedError):
    """A key name that signed-note does not allow."""

    code = "key_name_malformed"
    en = (
        "The key name {name!r} is empty, longer than 255 bytes, "
        "or holds a space, a plus sign or a control character."
    )
    zh = "密钥名称 {name!r} 为空、超过 255 字节，或含有空白、加号、控制字符。"


class VkeyMalformedError(MalformedError):
    """A verifier key that does not read name+hex+base64."""

    code = "vkey_malformed"
    en = "The verifier key {text!r} does not have the form name+hex+base64."
    zh = "验证公钥 {text!r} 不是“名称+十六进制+Base64”的形式。"


class SkeyMalformedError(MalformedError):
    """A private key text of another form; the text itself is never repeated."""

    code = "skey_malformed"
    en = "The private key does not have the form PRIVATE+KEY+name+hex+base64 of an Ed25519 seed."
    zh = "私钥不是 Ed25519 种子的“PRIVATE+KEY+名称+十六进制+Base64”形式。"


class KeyLengthError(MalformedError):
    """A key or seed with the wrong number of bytes."""

    code = "key_length"
    en = "The key {name!r} has {count} bytes where its type needs {expected}."
    zh = "密钥 {name!r} 为 {count} 字节，而该类型须为 {expected} 字节。"


class KeyAlgorithmError(SignatureError):
    """A key type that is unknown, or known but not used in this place."""

    code = "key_algorithm"
    en = "The key {name!r} has signature type {algorithm:#04x}, which is not accepted here."
    zh = "密钥 {name!r} 的签名类型 {algorithm:#04x} 在此处不被接受。"


class KeyIdError(SignatureError):
    """A key id that is not the hash of the key it stands beside."""

    code = "key_id_mismatch"
    en = "The key id written for {name!r} is not the one computed from the key."
    zh = "密钥 {name!r} 所写的编号与由密钥算出的编号不符。"


class KeyAmbiguousError(SignatureError):
    """Two different trusted keys with one name and key id."""

    code = "key_ambiguous"
    en = "Two different trusted keys share the name and key id of {name!r}."
    zh = "有两把不同的受信任密钥使用相同的名称和编号：{name!r}。"


def decode_base64(text: bytes) -> bytes:
    """Bytes of standard, padded, canonical base64 (RFC 4648 section 4).

    Raises: Base64Error (malformed).
    """
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        data = b""
    # Stray bits in the last character decode to the same bytes, so only comparing finds them.
    if binascii.b2a_base64(data, newline=False) != text:
        raise Base64Error(text=text[:SHOWN_CHARS].decode("ascii", "replace"))
    return data


def check_name(name: str) -> str:
    """Return `name` if it can name a key or an origin (signed-note, "Format").

    Raises: KeyNameError (malformed).
    """
    # The surrogates of a broken str have no UTF-8; "replace" only measures the length here.
    too_long = len(name.encode("utf-8", "replace")) > NAME_BYTES_MAX
    broken = any("\ud800" <= character <= "\udfff" for character in name)
    if not name or too_long or broken or _NAME_REFUSED.search(name):
        raise KeyNameError(name=name[:SHOWN_CHARS])
    return name


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key: `name`, `algorithm` (type byte), `public` (raw bytes), `key_id` (4 bytes).

    Raises: KeyNameError, KeyLengthError (malformed), KeyAlgorithmError (signature).
    """

    name: str
    algorithm: int
    public: bytes = field(repr=False)
    key_id: bytes = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Check the parts and compute the key id once, SHA-256(name LF type key)[:4]."""
        check_name(self.name)
        expected = PUBLIC_BYTES.get(self.algorithm)
        if expected is None:
            raise KeyAlgorithmError(name=self.name, algorithm=self.algorithm)
        if len(self.public) != expected:
            raise KeyLengthError(name=self.name, count=len(self.public), expected=expected)
        hashed = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public
        object.__setattr__(self, "key_id", hashlib.sha256(hashed).digest()[:KEY_ID_BYTES])

    def encode(self) -> str:
        """Return the vkey text."""
        material = base64.b64encode(bytes([self.algorithm]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"


def parse_vkey(text: str) -> VerifierKey:
    """Read a vkey; types 0x01, 0x04 and 0x06 only.

    Raises: VkeyMalformedError, Base64Error, KeyNameError, KeyLengthError (malformed),
    KeyAlgorithmError, KeyIdError (signature).
    """
    parts = text.split("+", 2) if len(text) <= VKEY_CHARS_MAX else []
    if len(parts) != KEY_PARTS or not _HEX_ID.fullmatch(parts[1]):
        raise VkeyMalformedError(text=text[:SHOWN_CHARS])
    material = decode_base64(parts[2].encode("utf-8", "replace"))
    if not material:
        raise VkeyMalformedError(text=text[:SHOWN_CHARS])
    key = VerifierKey(parts[0], material[0], material[1:])
    if key.key_id.hex() != parts[1]:
        raise KeyIdError(name=key.name)
    return key


def keys_by_id(keys: Iterable[VerifierKey]) -> dict[tuple[str, bytes], VerifierKey]:
    """Return `keys` under (name, key id), which is all that a signature line says.

    Raises: KeyAmbiguousError (signature).
    """
    found: dict[tuple[str, bytes], VerifierKey] = {}
    for key in keys:
        if found.setdefault((key.name, key.key_id), key) != key:
            raise KeyAmbiguousError(name=key.name)
    return found


def ed25519_from_seed(name: str, seed: bytes) -> Ed25519PrivateKey:
    """Return the private key of a 32-byte `seed`; `name` is for the error only.

    Raises: KeyLengthError (malformed).
    """
    if len(seed) != SEED_BYTES:
        raise KeyLengthError(name=name, count=len(seed), expected=SEED_BYTES)
    return Ed25519PrivateKey.from_private_bytes(seed)


def encode_skey(name: str, seed: bytes) -> str:
    """Go's private form of an Ed25519 key: PRIVATE+KEY+name+key id+base64(0x01 || seed).

    Raises: KeyNameError, KeyLengthError (malformed).
    """
    public = ed25519_from_seed(name, seed).public_key().public_bytes_raw()
    key_id = VerifierKey(name, ED25519, public).key_id.hex()
    return f"{_SKEY_START}{name}+{key_id}+{base64.b64encode(bytes([ED25519]) + seed).decode()}"


def parse_skey(text: str) -> tuple[str, bytes]:
    """Read Go's private form into (name, seed), the inverse of `encode_skey`.

    Raises: SkeyMalformedError, KeyNameError (malformed), KeyIdError (signature). None of them
    repeats the text.
    """
    start, _, rest = text.partition(_SKEY_START)
    parts = rest.split("+", 2)
    if start or len(parts) != KEY_PARTS or len(text) > VKEY_CHARS_MAX:
        raise SkeyMalformedError
    try:
        material = decode_base64(parts[2].encode("utf-8", "replace"))
    except Base64Error:
        raise SkeyMalformedError from None
    if len(material) != 1 + SEED_BYTES or material[0] != ED25519:
        raise SkeyMalformedError
    if encode_skey(parts[0], material[1:]) != text:
        raise KeyIdError(name=parts[0])
    return parts[0], material[1:]
