"""The envelope of an entry (docs/ledger-format.md §4, E1 to E5).

    {"actor":…,"at":…,"book":…,"data":…,"id":…,"kind":…,"seq":…,"v":1}  LF      the text
    LF
    — <origin>/entry <base64>                                            LF      its signature

`decode` reads a text, `encode` writes one; both refuse whatever the other would not give back.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn, TypeAlias

from ledger import canonical, chart, dates, transfer
from ledger.canonical import Value
from ledger.entry_errors import (
    EntryFieldError,
    EntryKeyMissingError,
    EntryKeyUnknownError,
    EntryTextError,
    EntryTooLargeError,
    EntryVersionError,
    IdempotencyKeyError,
)
from ledger.errors import MalformedError
from ledger.forms import Question, is_code, is_hash, is_kind, is_object, is_origin, is_seq, is_token

VERSION = 1
NOTE_BYTES_MAX = 32_768
KEY_LENGTH_MAX = 128
REFS_MAX = 64
TRANSFERS_MAX = 64
COMMITMENTS_MAX = 16
TIER_MAX = 4

Ref: TypeAlias = int | tuple[int, int]  # seq here, or (k, seq) in the book previous[k]

_NOBODY = re.compile(r"(system):[a-z][a-z0-9_]{0,63}|(operator):[1-9][0-9]{0,8}")
_COMMITMENT_NAME = re.compile(r"[a-z][a-z0-9_.]{0,31}")

_REQUIRED = frozenset({"v", "book", "seq", "id", "at", "kind", "actor", "data"})
_KEYS = _REQUIRED | {"day", "rule", "tier", "refs", "commitments", "transfers", "document"}


class Actor(NamedTuple):
    """Who acts: a person's account number, `system:<code>` or `operator:<n>`; "" for nobody."""

    account: str
    role: str
    acts_for: str = ""


class Rule(NamedTuple):
    """The clause an entry was made under, in the convention with this document hash."""

    clause: str
    convention: str


class Entry(NamedTuple):
    """A well-formed entry. Absent: `day` 0, `rule` None, `tier` 0, `document` "", the rest empty.

    `at_ms` is UTC milliseconds, `day` YYYYMMDD; `value` is the object as it stood in the text.
    """

    book: str
    seq: int
    id: str
    at_ms: int
    kind: str
    actor: Actor
    data: dict[str, Any]
    value: dict[str, Any]
    day: int = 0
    rule: Rule | None = None
    tier: int = 0
    refs: tuple[Ref, ...] = ()
    commitments: Mapping[str, str] = MappingProxyType({})
    transfers: tuple[transfer.Transfer, ...] = ()
    document: str = ""


def decode(text: bytes) -> Entry:
    """The entry of a text (E1, E3); `kinds.check` looks into `data`."""
    if not text.endswith(b"}\n") or not text.startswith(b"{"):
        raise EntryTextError
    value = canonical.load(text[:-1])
    try:
        entry = parse(value)
    except MalformedError:
        # They may say more precisely what is wrong.
        canonical.check(value)
        canonical.check_spelling(text[:-1], value)
        raise
    # `parse` has looked at every value outside `data`, closer than `canonical.check` would.
    canonical.check(entry.data, depth=2)
    canonical.check_spelling(text[:-1], value)
    return entry


def encode(value: dict[str, Value]) -> tuple[Entry, bytes]:
    """The entry of an object and its text."""
    entry = parse(value)
    canonical.check(entry.data, depth=2)
    return entry, canonical.spell(value) + b"\n"


def check_size(note: bytes) -> None:
    """Refuse a note of more than 32,768 bytes (E2)."""
    if len(note) > NOTE_BYTES_MAX:
        raise EntryTooLargeError(count=len(note), max=NOTE_BYTES_MAX)


def entry_id(origin: str, account: str, idempotency_key: str, number: int) -> str:
    """The id of the entry `number` (from 0) of one operation (E5)."""
    key = idempotency_key
    if not (0 < len(key) <= KEY_LENGTH_MAX and key.isascii() and key.isprintable()):
        raise IdempotencyKeyError(max=KEY_LENGTH_MAX)
    digest = sha256()
    for text in ("vc/entry-id/v1", origin, account, key, str(number)):
        part = text.encode("ascii")
        digest.update(len(part).to_bytes(2, "big") + part)
    return digest.hexdigest()[:32]


def parse(value: Value) -> Entry:
    """The entry of an object (E3, E4); what is in `data` is not looked at."""
    _check_keys(value)
    book, seq, kind, actor, at_ms = (
        value["book"],
        value["seq"],
        value["kind"],
        value["actor"],
        value["at"],
    )
    if not (
        is_origin(book)
        and is_seq(seq)
        and chart.is_person(value["id"])  # the same 32 hex digits
        and _is_at(at_ms)
        and is_kind(kind)
        and is_actor(actor)
        and type(value["data"]) is dict
    ):
        _refuse_field(value)
    if len(value) > len(_REQUIRED):
        for key, good in _OPTIONAL_FORMS:
            if key in value and not good(value[key]):
                raise EntryFieldError(key=key, value=value[key])
        if "rule" in value and "day" not in value:
            raise EntryKeyMissingError(key="day")
    rule, moves = value.get("rule"), value.get("transfers", ())
    return Entry(
        book,
        seq,
        value["id"],
        at_ms,
        kind,
        Actor(actor["account"], actor["role"], actor.get("for", "")),
        value["data"],
        value,
        value.get("day", 0),
        Rule(**rule) if rule else None,
        value.get("tier", 0),
        _refs(value["refs"], seq) if "refs" in value else (),
        value.get("commitments", MappingProxyType({})),
        tuple([transfer.parse(item, index) for index, item in enumerate(moves)]),
        value.get("document", ""),
    )


def _refuse_field(value: Value) -> NoReturn:
    """Say which required key has a value that is not of its form."""
    key = next(key for key, good in _FORMS if not good(value[key]))
    raise EntryFieldError(key=key, value=value[key])


def _check_keys(value: Value) -> None:
    if type(value) is not dict:
        raise EntryTextError
    keys = value.keys()
    if _REQUIRED <= keys <= _KEYS and value["v"] == VERSION and type(value["v"]) is int:
        return
    for key in sorted(keys - _KEYS, key=str):  # a caller's key may be no text
        raise EntryKeyUnknownError(key=key)
    for key in sorted(_REQUIRED - keys):
        raise EntryKeyMissingError(key=key)
    raise EntryVersionError(v=value["v"])


def _is_at(value: Value) -> bool:
    return type(value) is int and 0 <= value <= dates.AT_MS_MAX and value % 1000 == 0


def is_actor(value: Value) -> bool:
    """Whether this is the actor of an entry (E3)."""
    if type(value) is not dict or not {"account", "role"} <= value.keys() <= _ACTOR_KEYS:
        return False
    account, role = value["account"], value["role"]
    if type(account) is not str or not is_code(role):
        return False
    if "for" in value and not is_token(value["for"]):
        return False
    if chart.is_person(account):
        return role not in ("system", "operator")
    return _is_nobody(account, role)


@lru_cache(maxsize=256)
def _is_nobody(account: str, role: str) -> bool:
    """Whether this is a job or an operator in its own role; there are few of them."""
    nobody = _NOBODY.fullmatch(account)
    return nobody is not None and role in nobody.groups()


_ACTOR_KEYS = {"account", "role", "for"}


def _is_rule(value: Value) -> bool:
    return (
        type(value) is dict
        and value.keys() == {"clause", "convention"}
        and is_token(value["clause"])
        and is_hash(value["convention"])
    )


def _is_list(value: Value, count_max: int) -> bool:
    return type(value) is list and 0 < len(value) <= count_max


def is_commitments(value: Value) -> bool:
    """Whether these are the commitments of an entry (E3)."""
    return (
        type(value) is dict
        and 0 < len(value) <= COMMITMENTS_MAX
        and all(type(name) is str and _COMMITMENT_NAME.fullmatch(name) for name in value)
        and all(map(is_hash, value.values()))
    )


_FORMS: tuple[tuple[str, Question], ...] = tuple(
    {
        "book": is_origin,
        "seq": is_seq,
        "id": chart.is_person,  # the same 32 hex digits
        "at": _is_at,
        "kind": is_kind,
        "actor": is_actor,
        "data": is_object,
    }.items()
)
_OPTIONAL_FORMS: tuple[tuple[str, Question], ...] = tuple(
    {
        "day": dates.is_day,
        "rule": _is_rule,
        "tier": lambda value: type(value) is int and 1 <= value <= TIER_MAX,
        "refs": lambda value: _is_list(value, REFS_MAX),
        "commitments": is_commitments,
        "transfers": lambda value: _is_list(value, TRANSFERS_MAX),
        "document": is_hash,
    }.items()
)


def _refs(values: list[Value], seq: int) -> tuple[Ref, ...]:
    own = [value for value in values if type(value) is int and 0 <= value < seq]
    if len(set(own)) == len(values):
        return tuple(own)
    refs: list[Ref] = []
    for value in values:
        ref = _ref(value, seq)
        if ref is None or ref in refs:
            raise EntryFieldError(key="refs", value=value)
        refs.append(ref)
    return tuple(refs)


def _ref(value: Value, seq: int) -> Ref | None:
    if is_seq(value):
        return value if value < seq else None
    if type(value) is list and len(value) == len(("k", "seq")) and all(map(is_seq, value)):
        return value[0], value[1]
    return None
