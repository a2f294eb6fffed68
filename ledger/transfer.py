"""The four forms of a transfer as an entry spells them (docs/ledger-format.md §9, A3, A4)."""

from typing import NamedTuple, TypeAlias

from ledger import chart
from ledger.canonical import INTEGER_MAX, Value
from ledger.errors import MalformedError
from ledger.forms import is_code, is_unit

TIMEOUT_SECONDS_MAX = 315_360_000  # ten years


class TransferShapeError(MalformedError):
    """A3: not one of the four forms."""

    code = "transfer_shape"
    en = "Transfer {index} has the keys {keys}; no form of a transfer has just these."
    zh = "第 {index} 笔转账的键是 {keys}，不属于任何一种转账形式。"


class AmountMustNotBeZeroError(MalformedError):
    """A4: an amount of 0."""

    code = "amount_must_not_be_zero"
    en = "Transfer {index} moves 0."
    zh = "第 {index} 笔转账的数额是 0。"


class AmountRangeError(MalformedError):
    """A4: an amount that is negative, above 2^53 − 1 or not an integer."""

    code = "amount_range"
    en = "Transfer {index} moves {amount!r}; it must be a whole number from 1 to 2^53 - 1."
    zh = "第 {index} 笔转账的数额是 {amount!r}，必须是 1 到 2^53 - 1 的整数。"


class TransferFieldError(MalformedError):
    """A3: a field of a transfer that is not of its form."""

    code = "transfer_field"
    en = "The field {field} of transfer {index} is {value!r}, which is not allowed."
    zh = "第 {index} 笔转账的 {field} 是 {value!r}，不合规定。"


class Plain(NamedTuple):
    """Moves `amount` of `unit` at once."""

    amount: int
    code: str
    credit: str
    debit: str
    unit: str


class Pending(NamedTuple):
    """Reserves `amount`; `timeout_seconds` 0 means without end."""

    amount: int
    code: str
    credit: str
    debit: str
    timeout_seconds: int
    unit: str


class Post(NamedTuple):
    """Ends the pending transfer (seq, index) by moving `amount`, all of it or a part."""

    amount: int
    code: str
    pending: tuple[int, int]


class Void(NamedTuple):
    """Ends the pending transfer (seq, index) by moving nothing."""

    code: str
    pending: tuple[int, int]


Transfer: TypeAlias = Plain | Pending | Post | Void
FORMS = (Plain, Pending, Post, Void)
MOVES = (Plain, Pending)  # a tuple is asked faster than a union

_PLAIN_KEYS = frozenset({"amount", "code", "credit", "debit", "unit"})
_PENDING_KEYS = _PLAIN_KEYS | {"pending"}
_POST_KEYS = frozenset({"amount", "code", "post"})
_VOID_KEYS = frozenset({"code", "void"})


def parse(value: Value, index: int) -> Transfer:
    """The transfer at `index` of an entry."""
    keys = value.keys() if type(value) is dict else ()
    if "amount" in keys:
        _check_amount(value["amount"], index)
    if keys == _PLAIN_KEYS:
        _check_fields(value, index)
        return Plain(value["amount"], value["code"], value["credit"], value["debit"], value["unit"])
    if keys == _PENDING_KEYS:
        _check_fields(value, index)
        timeout = value["pending"]
        if type(timeout) is not int or not 0 <= timeout <= TIMEOUT_SECONDS_MAX:
            raise TransferFieldError(field="pending", index=index, value=timeout)
        return Pending(
            value["amount"], value["code"], value["credit"], value["debit"], timeout, value["unit"]
        )
    if keys == _POST_KEYS:
        _check_code(value["code"], index)
        return Post(value["amount"], value["code"], _pair(value["post"], "post", index))
    if keys == _VOID_KEYS:
        _check_code(value["code"], index)
        return Void(value["code"], _pair(value["void"], "void", index))
    raise TransferShapeError(index=index, keys=sorted(keys, key=str))


def spell(transfer: Transfer) -> Value:
    """The object an entry writes for a transfer."""
    if isinstance(transfer, Plain):
        return transfer._asdict()
    if isinstance(transfer, Pending):
        value = transfer._asdict()
        value["pending"] = value.pop("timeout_seconds")
        return value
    if isinstance(transfer, Post):
        return {
            "amount": transfer.amount,
            "code": transfer.code,
            "post": list(transfer.pending),
        }
    return {"code": transfer.code, "void": list(transfer.pending)}


def _check_amount(amount: Value, index: int) -> None:
    if type(amount) is not int or not 0 <= amount <= INTEGER_MAX:
        raise AmountRangeError(index=index, amount=amount)
    if amount == 0:
        raise AmountMustNotBeZeroError(index=index)


def _check_fields(value: dict[str, Value], index: int) -> None:
    if (
        is_code(value["code"])
        and _is_name(value["credit"])
        and _is_name(value["debit"])
        and is_unit(value["unit"])
    ):
        return
    field = next(field for field, good in _FIELDS if not good(value[field]))
    raise TransferFieldError(field=field, index=index, value=value[field])


def _is_name(value: Value) -> bool:
    """Whether the accounts may try to parse this as a name; mostly they know it already."""
    return (
        type(value) is str
        and len(value) <= chart.NAME_LENGTH_MAX
        and value.isascii()
        and value.isprintable()
    )


_FIELDS = (("code", is_code), ("credit", _is_name), ("debit", _is_name), ("unit", is_unit))


def _check_code(code: Value, index: int) -> None:
    if not is_code(code):
        raise TransferFieldError(field="code", index=index, value=code)


def _pair(value: Value, field: str, index: int) -> tuple[int, int]:
    if (
        type(value) is not list
        or len(value) != len(("seq", "index"))
        or not all(type(number) is int and 0 <= number <= INTEGER_MAX for number in value)
    ):
        raise TransferFieldError(field=field, index=index, value=value)
    return value[0], value[1]
