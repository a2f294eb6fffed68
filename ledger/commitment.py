"""Commitments to what may have to be erased (docs/ledger-format.md §4, M1 and M2).

The payload's bytes and the opening stay outside the book, under the person's key. Destroy them and
the commitment in the entry tells nothing; show them and anybody can check them.
"""

import hmac
import json
import unicodedata
from hashlib import sha256
from typing import Any

from ledger.canonical import INTEGER_MAX, Value
from ledger.errors import MalformedError, ProofError

OPENING_BYTES = 32
PAYLOAD_BYTES_MAX = 65_536
DEPTH_MAX = 32


class PayloadError(MalformedError):
    """M1: a payload that has no bytes."""

    code = "payload"
    en = "The payload cannot be committed to: {reason}."
    zh = "这份内容无法作承诺：{reason}。"


class OpeningLengthError(MalformedError):
    """M2: an opening that is not 32 bytes."""

    code = "opening_length"
    en = "An opening has 32 bytes; this one has {count}."
    zh = "承诺的开启值应为 32 字节，这里是 {count} 字节。"


class CommitmentMismatchError(ProofError):
    """M2: payload and opening are not what the entry committed to."""

    code = "commitment_mismatch"
    en = "This payload and opening do not give the commitment {name} of entry {id}."
    zh = "这份内容和开启值与条目 {id} 的承诺 {name} 不符。"


def encode_payload(value: Value) -> bytes:
    """The bytes of a payload: RFC 8785 over NFC text and integers (M1)."""
    # Python's own spelling of strings and integers is RFC 8785's; only the order is ours.
    payload = json.dumps(_ordered(value, 0), ensure_ascii=False, separators=(",", ":")).encode()
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise PayloadError(reason=f"{len(payload)} bytes, at most {PAYLOAD_BYTES_MAX}")
    return payload


def commit(opening: bytes, origin: str, entry_id: str, name: str, payload: bytes) -> str:
    """The commitment in hex (M2). `opening` is 32 fresh random bytes, used once."""
    if len(opening) != OPENING_BYTES:
        raise OpeningLengthError(count=len(opening))
    head = "\n".join(("vc/commitment/v1", origin, entry_id, name, ""))
    return hmac.new(opening, head.encode() + payload, sha256).hexdigest()


def check(
    commitment: str, opening: bytes, origin: str, entry_id: str, name: str, payload: bytes
) -> None:
    """Refuse a payload and opening that do not give this commitment."""
    ours = commit(opening, origin, entry_id, name, payload)
    if not hmac.compare_digest(ours.encode(), commitment.encode()):
        raise CommitmentMismatchError(name=name, id=entry_id)


def _ordered(value: Value, depth: int) -> Value:
    """The value with every object's keys by UTF-16 code units, everything checked (M1)."""
    kind = type(value)
    if kind is str:
        _check_text(value)
    elif kind is int:
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise PayloadError(reason="a number outside ±(2^53 - 1)")
    elif kind is list:
        below = _deeper(depth)
        return [_ordered(item, below) for item in value]
    elif kind is dict:
        return _ordered_object(value, _deeper(depth))
    else:
        raise PayloadError(reason=f"{kind.__name__} has no form here")
    return value


def _deeper(depth: int) -> int:
    if depth >= DEPTH_MAX:
        raise PayloadError(reason=f"nested more than {DEPTH_MAX} deep")
    return depth + 1


def _ordered_object(value: dict[Any, Value], depth: int) -> dict[str, Value]:
    for key in value:
        if type(key) is not str:
            raise PayloadError(reason="a key that is no text")
        _check_text(key)
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return {key: _ordered(value[key], depth) for key in keys}


def _check_text(text: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise PayloadError(reason="half of a character pair")
    if not unicodedata.is_normalized("NFC", text):
        raise PayloadError(reason=f"{text!r} is not in the Unicode form NFC")
