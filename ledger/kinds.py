"""The kinds known to version 1 and the exact shape of their `data` (docs/ledger-format.md §7).

A shape maps each key to the question whether a value may stand there. No key may be missing, none
added; a changed shape is a new kind.
"""

from dataclasses import dataclass

from ledger import chart, dates, kinds_service, stated
from ledger.canonical import Value
from ledger.entry import TRANSFERS_MAX, Entry
from ledger.errors import MalformedError, RuleError
from ledger.forms import (
    Shape,
    is_code,
    is_fen,
    is_flags,
    is_hash,
    is_maxima,
    is_object,
    is_origin,
    is_seq,
    is_text,
    is_token,
    is_unit,
    listed,
    one_of,
    record,
    sorted_set,
    whole,
)

PREDECESSORS_MAX = 16
BENEFICIARIES_MAX = 512
LIST_MAX = 64
FOUNDERS = 2
FOUNDER_ROLES = ("staff", "supervisor", "platform_admin")
OFFSET_MINUTES_MAX = 840

KEY_ROLES = ("entry", "log", "cosign", "recovery")  # the order of signature lines
PAIR_ENDINGS = (".proposed", ".approved", ".withdrawn")
READ_FIRST_FAMILIES = frozenset(
    {"book", "key", "clock", "role", "account", "convention", "agreement"}
)


class DataKeysError(MalformedError):
    """E8: `data` with a key too many or too few."""

    code = "data_keys"
    en = "data of {kind} has the keys {keys}; it must have exactly {wanted}."
    zh = "{kind} 的 data 含有键 {keys}，应当恰好是 {wanted}。"


class DataFieldError(MalformedError):
    """E8: a key of `data` whose value is not of its form."""

    code = "data_field"
    en = "{key} in data of {kind} is {value!r}, which is not allowed there."
    zh = "{kind} 的 data 中 {key} 是 {value!r}，不合规定。"


class KindUnknownError(MalformedError):
    """U3: an unknown kind that would change how later entries are read."""

    code = "unknown_kind"
    en = "{kind} is newer than this reader and changes how the book is read; use a newer reader."
    zh = "{kind} 是更新的条目类型，会影响其后内容的读法；请使用新版程序。"


class KindActorError(RuleError):
    """§7: a kind that only an operator may enter."""

    code = "kind_actor"
    en = "{kind} is entered by an operator, not by {account}."
    zh = "{kind} 只能由管理员登记，不能由 {account} 登记。"


class KindTransfersError(RuleError):
    """§7, P1, P3: a kind that carries no transfers carries some."""

    code = "kind_transfers"
    en = "{kind} carries no transfers."
    zh = "{kind} 不能带转账。"


@dataclass(frozen=True, slots=True)
class Kind:
    """What version 1 knows of a kind."""

    shape: Shape
    transfers: bool = False
    operator: bool = False


def _is_founders(value: Value) -> bool:
    return _founder_list(value) and value[0]["account"] != value[1]["account"]


_founder_list = listed(
    record({"account": chart.is_person, "role": one_of(*FOUNDER_ROLES)}), FOUNDERS, FOUNDERS
)
is_beneficiaries = sorted_set(chart.is_person, 0, BENEFICIARIES_MAX)
_keys = record(dict.fromkeys(KEY_ROLES, is_text))
_predecessor = record(
    {"origin": is_origin, "root": is_hash, "size": lambda v: is_seq(v) and v > 0, "state": is_hash}
)
_family = record(
    {
        "account": is_text,
        "flags": is_flags,
        "unit": is_unit,
    }
)
_key_reason = one_of("planned", "lost", "compromised")

_ROLE: Shape = {
    "account": chart.is_person,
    "beneficiaries": is_beneficiaries,
    "role": is_code,
    "scope": is_token,
    "until_day": dates.is_day,
}
_MERGE: Shape = {
    "beneficiaries": is_beneficiaries,
    "from": chart.is_person,
    "into": chart.is_person,
    "transfers": listed(is_object, 0, TRANSFERS_MAX),
}
_CONVENTION: Shape = {
    "beneficiaries": is_beneficiaries,
    "convention": is_hash,
    "effective_day": dates.is_day,
    "fen_per_point_max": is_maxima,
}
_AGREEMENT: Shape = {
    "beneficiaries": is_beneficiaries,
    "fen_per_point": is_fen,
    "from": dates.is_day,
    "fund": chart.is_part,
    "merchant": chart.is_part,
    "to": dates.is_day,
}
_CLOSE: Shape = {"accounts": sorted_set(is_text, 1, LIST_MAX), "reason": is_code}
_WITHDRAWN = Kind({"reason": is_code})


def _pair(name: str, shape: Shape, *, transfers: bool = False) -> dict[str, Kind]:
    return {
        f"{name}.proposed": Kind(shape),
        f"{name}.approved": Kind(shape, transfers=transfers),
        f"{name}.withdrawn": _WITHDRAWN,
    }


KINDS: dict[str, Kind] = {
    "book.opened": Kind(
        {
            "clock": one_of("utc", "demo"),
            "founders": _is_founders,
            "keys": _keys,
            "previous": listed(_predecessor, 0, PREDECESSORS_MAX),
            "type": one_of("community", "city"),
            "utc_offset_minutes": whole(-OFFSET_MINUTES_MAX, OFFSET_MINUTES_MAX),
        },
        operator=True,
    ),
    "book.opening": Kind(
        {
            "lines": listed(is_object, 1, LIST_MAX),
            "previous": whole(0, PREDECESSORS_MAX - 1),
        },
        transfers=True,
        operator=True,
    ),
    "book.opened.complete": Kind({}, operator=True),
    "book.closed": Kind(
        {
            "next": listed(record({"origin": is_origin, "state": is_hash}), 0, PREDECESSORS_MAX),
            "reason": is_code,
            "state": is_hash,
        },
        operator=True,
    ),
    stated.KIND: Kind({"lines": listed(is_object, 1, LIST_MAX)}, operator=True),
    "key.added": Kind(
        {"key": is_text, "reason": _key_reason, "role": one_of(*KEY_ROLES)}, operator=True
    ),
    "key.retired": Kind(
        {"key": is_text, "reason": _key_reason, "suspect_from": is_seq}, operator=True
    ),
    "clock.reset": Kind({"last_at": is_seq, "reason": is_code}, operator=True),
    "account.opened": Kind({"accounts": listed(_family, 1, LIST_MAX)}),
    "account.closed": Kind(_CLOSE, transfers=True),
    "account.reopened": Kind(_CLOSE),
    **_pair("role", _ROLE),
    **_pair("account.merge", _MERGE, transfers=True),
    **_pair("convention", _CONVENTION),
    **_pair("agreement", _AGREEMENT),
    **{name: Kind(shape) for name, shape in kinds_service.PLAIN.items()},
    **{name: Kind(shape, transfers=True) for name, shape in kinds_service.MOVING.items()},
    **{
        kind: found
        for name, shape in kinds_service.PAIRS.items()
        for kind, found in _pair(
            name, {"beneficiaries": is_beneficiaries, **shape}, transfers=True
        ).items()
    },
}


def check(entry: Entry) -> Kind | None:
    """Refuse an entry that breaks what is known of its kind; None for a kind nobody knows (U2)."""
    kind = check_data(entry)
    check_rules(entry, kind)
    return kind


def check_data(entry: Entry) -> Kind | None:
    """The same as far as the shape of `data` and the name of the kind go (E8, U3)."""
    kind = KINDS.get(entry.kind)
    if kind is not None:
        check_shape(entry.kind, entry.data, kind.shape)
    elif entry.kind.partition(".")[0] in READ_FIRST_FAMILIES:
        raise KindUnknownError(kind=entry.kind)
    return kind


def check_rules(entry: Entry, kind: Kind | None) -> None:
    """The same as far as actor and transfers go (§7, P1, P3)."""
    if kind is None:
        carries = not entry.kind.endswith((".proposed", ".withdrawn"))
    else:
        carries = kind.transfers
        if kind.operator and not entry.actor.account.startswith("operator:"):
            raise KindActorError(kind=entry.kind, account=entry.actor.account)
    if entry.transfers and not carries:
        raise KindTransfersError(kind=entry.kind)


def check_shape(kind: str, data: dict[str, Value], shape: Shape) -> None:
    """Refuse an object that is not exactly of this shape (E8)."""
    if data.keys() != shape.keys():
        raise DataKeysError(kind=kind, keys=sorted(data), wanted=sorted(shape))
    for key, good in shape.items():
        if not good(data[key]):
            raise DataFieldError(kind=kind, key=key, value=data[key])
