"""Lines that a book states for its closing state, beside those that follow from it (§11, S8).

A reader of entries alone cannot compute them: what they must be is a matter of the convention. It
holds the book to what it has stated, and its successors to the same.
"""

from collections.abc import Mapping, Sequence

from ledger import canonical, chart, dates
from ledger.canonical import INTEGER_MAX, Value
from ledger.entry import Entry
from ledger.errors import RuleError
from ledger.forms import Shape, is_code, is_hash, is_origin, is_seq, whole

KIND = "closing.stated"
MINUTES_MAX = 10_080  # a week
TIERS = 4


class StatedOrderError(RuleError):
    """S8: lines out of their order, twice, or of a type that follows from the book."""

    code = "stated_order"
    en = "Entry {seq} states lines out of order, or of a type that is not stated."
    zh = "第 {seq} 条声明的结账行次序不对，或不是可声明的类型。"


class StatedPhaseError(RuleError):
    """S8: another kind after the book has begun to state what it hands on."""

    code = "stated_phase"
    en = "{kind} may not stand at entry {seq}: what is handed on is stated, so the closing follows."
    zh = "第 {seq} 条不能是 {kind}：移交内容已声明，其后只能结账。"


def _is_clause(value: Value) -> bool:
    return value == "" or is_code(value)


def _is_month(value: Value) -> bool:
    return value == 0 or dates.is_month_number(value)


_CHANGE = whole(-INTEGER_MAX, INTEGER_MAX)
# What a tally, an award and a record are: docs/conventions.md.
STATED: Mapping[str, Shape] = {
    "contract": {"account": chart.is_person, "convention": is_hash},
    "record": {
        "account": chart.is_person,
        "book": is_origin,
        "category": is_code,
        "centipoints": _CHANGE,  # less than none where corrections of a tally meet it
        "clause": _is_clause,
        "coefficient": _is_clause,
        "convention": lambda value: value == "" or is_hash(value),
        "day": dates.is_day,
        "debt": _CHANGE,
        "fund": lambda value: value == "" or chart.is_part(value),
        "minutes": whole(0, MINUTES_MAX),
        "month": _is_month,
        "planned_minutes": whole(0, MINUTES_MAX),
        "record": is_seq,
        "tier": whole(1, TIERS),
        "turn": is_seq,
        "waiting": is_seq,
    },
    "service": {"form": whole(1, 1)},
    "tally": {
        "account": chart.is_person,
        "clause": is_code,
        "counted": is_seq,
        "epoch": is_seq,
        "given": is_seq,
        "period": is_seq,
    },
}


def check_stated(entry: Entry, before: Sequence[Value]) -> None:
    """Accept the next lines that a book states. Raises: StatedOrderError."""
    last = _place(before[-1]) if before else ("", b"")
    for line in entry.data["lines"]:
        if line.get("type") not in STATED or _place(line) <= last:
            raise StatedOrderError(seq=entry.seq)
        last = _place(line)


def _place(line: Value) -> tuple[str, bytes]:
    return line["type"], canonical.spell(line)
