"""Signed notes: a text and the lines of those who signed it (C2SP signed-note; steps N1 and N2).

    text, ending in LF
    (empty line)
    — <key name> <base64(key id, 4 bytes || signature)>

Everything read here is canonical: encoded again it gives the same bytes.
"""

import binascii
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.errors import MalformedError, SignatureError
from ledger.vkey import (
    ED25519,
    KEY_ID_BYTES,
    KeyAlgorithmError,
    VerifierKey,
    check_name,
    decode_base64,
    ed25519_from_seed,
    encode_skey,
    keys_by_id,
    parse_skey,
    parse_vkey,
)

__all__ = [
    "Ed25519Signer",
    "Note",
    "SignatureLine",
    "VerifierKey",
    "check_text",
    "encode_skey",
    "known_lines",
    "open_note",
    "parse_note",
    "parse_skey",
    "parse_vkey",
    "verify_ed25519",
]

LINES_MAX = 64

_LINE_START = "— ".encode()
_TEXT_REFUSED = bytes(byte for byte in range(0x20) if byte != ord("\n"))


class NoteTooLargeError(MalformedError):
    """A note over the size that the caller allows."""

    code = "note_too_large"
    en = "The note has {count} bytes; at most {bytes_max} are read here."
    zh = "签名文书共 {count} 字节，此处最多读取 {bytes_max} 字节。"


class NoteTextError(MalformedError):
    """A text that no note can carry."""

    code = "note_text_malformed"
    en = "The note text is not UTF-8, holds a control character, or does not end in a newline."
    zh = "签名文书的正文不是 UTF-8、含有控制字符，或没有以换行结尾。"


class NoteLineError(MalformedError):
    """A signature line that is missing or of another form."""

    code = "note_line_malformed"
    en = "Signature line {line} of the note is missing or does not read: dash, name, base64."
    zh = "签名文书的第 {line} 条签名行缺失，或不是“破折号、名称、Base64”的形式。"


class NoteLinesError(MalformedError):
    """More signature lines than the caller allows."""

    code = "note_lines_too_many"
    en = "The note has {count} signature lines; at most {lines_max} are read here."
    zh = "签名文书有 {count} 条签名行，此处最多读取 {lines_max} 条。"


class SignatureInvalidError(SignatureError):
    """A signature of a known key that does not verify."""

    code = "signature_invalid"
    en = "The signature of {name!r} does not match the text and the key."
    zh = "{name!r} 的签名与正文和公钥不符。"


class SignatureUnknownError(SignatureError):
    """No line of the note is by a known key."""

    code = "signature_none_known"
    en = "None of the {count} signature lines is by a key that is trusted here."
    zh = "{count} 条签名行中，没有一条出自此处信任的密钥。"


class SignatureRepeatedError(SignatureError):
    """Two lines of one known key."""

    code = "signature_repeated"
    en = "The note carries more than one signature line of {name!r}."
    zh = "签名文书中有多条 {name!r} 的签名行。"


def check_text(text: bytes) -> bytes:
    """Return `text` if a note can carry it: UTF-8, no control character but LF, LF at the end.

    Raises: NoteTextError (malformed).
    """
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteTextError from None
    # Deleting is the fastest way to ask whether any of these bytes is there.
    if not text.endswith(b"\n") or len(text.translate(None, _TEXT_REFUSED)) < len(text):
        raise NoteTextError
    return text


class SignatureLine(NamedTuple):
    """One signature: the key's `name`, its `key_id` (4 bytes), the raw `signature`."""

    name: str
    key_id: bytes
    signature: bytes

    def encode(self) -> bytes:
        """Return the line with its LF."""
        coded = binascii.b2a_base64(self.key_id + self.signature)
        return _LINE_START + self.name.encode() + b" " + coded


class Note(NamedTuple):
    """A text and its signature lines, in order."""

    text: bytes
    lines: tuple[SignatureLine, ...]

    def encode(self) -> bytes:
        """Return the bytes of the whole note."""
        return self.text + b"\n" + b"".join(line.encode() for line in self.lines)


@lru_cache(maxsize=256)
def _name(name: bytes) -> str:
    """A key name; the same few stand under all entries of a book."""
    return check_name(name.decode())


def _parse_line(raw: bytes, number: int) -> SignatureLine:
    """Read one signature line without its LF; `number` counts from 1."""
    name, _, coded = raw[len(_LINE_START) :].partition(b" ")
    blob = decode_base64(coded) if raw.startswith(_LINE_START) else b""
    if len(blob) <= KEY_ID_BYTES:
        raise NoteLineError(line=number)
    return SignatureLine(_name(name), blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES:])


def parse_note(data: bytes, *, bytes_max: int, lines_max: int = LINES_MAX) -> Note:
    """Read a note of at most `bytes_max` bytes and `lines_max` (16 or more) signature lines.

    Raises: NoteTooLargeError, NoteTextError, NoteLineError, NoteLinesError, Base64Error,
    KeyNameError (all malformed). No signature is verified here.
    """
    if len(data) > bytes_max:
        raise NoteTooLargeError(count=len(data), bytes_max=bytes_max)
    check_text(data)
    # The text may hold empty lines of its own: the last one is the separator.
    middle = data.rfind(b"\n\n")
    raw_lines = data[middle + 2 :].split(b"\n")[:-1]
    if middle < 0 or not raw_lines:
        raise NoteLineError(line=1)
    if len(raw_lines) > lines_max:
        raise NoteLinesError(count=len(raw_lines), lines_max=lines_max)
    lines = (_parse_line(raw, number) for number, raw in enumerate(raw_lines, 1))
    return Note(data[: middle + 1], tuple(lines))


class Ed25519Signer:
    """Signs note texts with one Ed25519 key (type 0x01)."""

    __slots__ = ("_key_id", "_line_start", "_sign", "verifier_key")

    def __init__(self, name: str, seed: bytes) -> None:
        """Keep the key of a 32-byte `seed`. Raises: KeyNameError, KeyLengthError (malformed)."""
        private = ed25519_from_seed(name, seed)
        self.verifier_key = VerifierKey(name, ED25519, private.public_key().public_bytes_raw())
        self._key_id = self.verifier_key.key_id
        self._line_start = _LINE_START + name.encode() + b" "
        self._sign = private.sign  # keeps the key object alive

    def sign(self, text: bytes) -> SignatureLine:
        """Sign `text`, but refuse a text that no note can carry.

        Raises: NoteTextError (malformed).
        """
        check_text(text)
        return SignatureLine(self.verifier_key.name, self._key_id, self._sign(text))

    def sign_line_bytes(self, text: bytes) -> bytes:
        """Return the encoded line over `text`: the hot path, so the caller vouches for `text`."""
        return self._line_start + binascii.b2a_base64(self._key_id + self._sign(text))


def verify_ed25519(key: VerifierKey, line: SignatureLine, text: bytes) -> None:
    """Accept `line` as the signature of `key` (type 0x01) over `text`.

    Raises: KeyAlgorithmError, SignatureInvalidError (signature).
    """
    if key.algorithm != ED25519:
        raise KeyAlgorithmError(name=key.name, algorithm=key.algorithm)
    if (line.name, line.key_id) != (key.name, key.key_id):
        raise SignatureInvalidError(name=key.name)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(line.signature, text)
    except InvalidSignature:
        raise SignatureInvalidError(name=key.name) from None


def known_lines(
    lines: Sequence[SignatureLine], keys: Collection[VerifierKey]
) -> tuple[tuple[VerifierKey, SignatureLine], ...]:
    """Pair the lines with the trusted `keys` that they name; nothing is verified yet.

    Raises: KeyAmbiguousError, SignatureRepeatedError, SignatureUnknownError (signature).
    """
    trusted = keys_by_id(keys)
    found: dict[VerifierKey, SignatureLine] = {}
    for line in lines:
        named = trusted.get((line.name, line.key_id))
        if named is None:
            continue
        # Two times or two signatures of one key leave open which of them counts.
        if named in found:
            raise SignatureRepeatedError(name=line.name)
        found[named] = line
    if not found:
        raise SignatureUnknownError(count=len(lines))
    return tuple(found.items())


def open_note(note: Note, keys: Collection[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return the trusted Ed25519 `keys` that signed `note`; unknown lines are ignored.

    Raises: as `known_lines` and `verify_ed25519`; one trusted line that fails refuses all.
    """
    pairs = known_lines(note.lines, keys)
    for key, line in pairs:
        verify_ed25519(key, line, note.text)
    return tuple(key for key, _ in pairs)
