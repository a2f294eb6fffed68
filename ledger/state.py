"""The lines of a closing state and of its parts (docs/ledger-format.md §11, S1 and S2)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from ledger import canonical, chart, dates
from ledger.canonical import INTEGER_MAX, Value
from ledger.errors import RuleError
from ledger.forms import (
    Shape,
    is_code,
    is_fen,
    is_flags,
    is_hash,
    is_maxima,
    is_pair,
    is_seq,
    is_text,
    is_token,
    is_unit,
    record,
    whole,
)
from ledger.stated import STATED

HELD_MORE_THAN_ONCE = frozenset({"account", "agreement", "convention", "merge", "role", "service"})

LINES: Mapping[str, Shape] = {
    "account": {"account": is_text, "closed": whole(0, 1), "flags": is_flags, "unit": is_unit},
    "agreement": {
        "fen_per_point": is_fen,
        "from": dates.is_day,
        "fund": chart.is_part,
        "merchant": chart.is_part,
        "order": is_seq,
        "to": dates.is_day,
    },
    "balance": {
        "account": is_text,
        "amount": lambda value: type(value) is int and value != 0,
    },
    "convention": {
        "convention": is_hash,
        "effective_day": dates.is_day,
        "fen_per_point_max": is_maxima,
        "timeline": is_seq,
    },
    "merge": {"from": chart.is_person, "into": chart.is_person},
    "pending": {
        "amount": whole(1, INTEGER_MAX),
        "code": is_code,
        "credit": is_text,
        "debit": is_text,
        "expires_at": is_seq,
        "pending": is_pair,
        "unit": is_unit,
    },
    "role": {
        "account": chart.is_person,
        "role": is_code,
        "scope": is_token,
        "until_day": dates.is_day,
    },
}
KNOWN: Mapping[str, Shape] = {**LINES, **STATED}
_QUESTIONS = {name: record({**shape, "type": is_text}) for name, shape in KNOWN.items()}


class StateLineError(RuleError):
    """S1: a line that is not of the shape of its type."""

    code = "state_line"
    en = "The line {line} is not a line of a closing state."
    zh = "{line} 不是合格的结账状态行。"


class ClosingPartsError(RuleError):
    """S2: parts that do not make up the closing state."""

    code = "closing_parts"
    en = "The line {line} stands in {count} parts of the closing state."
    zh = "结账状态的这一行 {line} 出现在 {count} 个分部中。"


def check_line(line: Mapping[str, Any]) -> str:
    """The type of a line, after checking its shape; an unknown type keeps any shape (S1)."""
    name = line.get("type")
    if not is_code(name) or (name in KNOWN and not _QUESTIONS[str(name)](line)):
        raise StateLineError(line=line)
    return str(name)


def order(lines: Iterable[Value]) -> list[Value]:
    """Lines in the order of S1: by type, then by their bytes."""
    return sorted(lines, key=lambda line: (line["type"], canonical.spell(line)))


def encode(lines: Iterable[Value]) -> bytes:
    """The bytes of a state: each line canonical, then LF."""
    return b"".join(canonical.encode(line) + b"\n" for line in lines)


def state_hash(lines: Iterable[Value]) -> str:
    """The hash of a state in hex."""
    return sha256(encode(lines)).hexdigest()


def check_parts(lines: Sequence[Value], parts: Sequence[Sequence[Value]]) -> None:
    """Refuse parts that leave out, double or invent a line of the closing state (S2)."""
    whole_state = {canonical.spell(line): line for line in lines}
    spelled_parts = [[canonical.spell(line) for line in part] for part in parts]
    for spelled_part in spelled_parts:
        for spelled, count in Counter(spelled_part).items():
            if count > 1:
                raise ClosingPartsError(line=spelled.decode("ascii"), count=count)
    counts = Counter(spelled for spelled_part in spelled_parts for spelled in spelled_part)
    for spelled in sorted(whole_state.keys() | counts.keys()):
        count = counts[spelled]
        line = whole_state.get(spelled)
        repeatable = line is not None and line["type"] in HELD_MORE_THAN_ONCE
        if line is None or count < 1 or (count > 1 and not repeatable):
            raise ClosingPartsError(line=spelled.decode("ascii"), count=count)
