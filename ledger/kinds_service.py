"""The kinds of service, points and redemption, and the exact shape of their `data` (§7).

Joined to the others in `ledger.kinds`. Exact times, names and words lie outside the book; what a
replay of awards needs stands here as integers, codes and account numbers.
"""

from ledger import chart, dates
from ledger.canonical import INTEGER_MAX, Value
from ledger.entry import TRANSFERS_MAX
from ledger.forms import (
    Question,
    Shape,
    is_code,
    is_hash,
    is_object,
    is_seq,
    is_token,
    listed,
    one_of,
    record,
    sorted_set,
    whole,
)

LINES_MAX = 64
FLAGS_MAX = 16
MOVES_MAX = 17  # of one clause and of at most sixteen caps
MINUTES_MAX = 10_080  # a week
HEADS_MAX = 100_000
PIECES_MAX = 10_000
OUTCOMES = ("upheld", "dismissed", "withdrawn")

_flags = sorted_set(is_code, 0, FLAGS_MAX)
_minutes = whole(0, MINUTES_MAX)
_centipoints = whole(1, INTEGER_MAX)
_change = whole(-INTEGER_MAX, INTEGER_MAX)
_transfers = listed(is_object, 0, TRANSFERS_MAX)


def _or_none(good: Question) -> Question:
    """Such a value, or "" where there is none."""
    return lambda value: value == "" or good(value)


def is_move(value: Value) -> bool:
    """`[clause, period, epoch, counted before, given before]` of one tally."""
    return (
        type(value) is list
        and len(value) == len(("clause", "period", "epoch", "counted", "given"))
        and is_code(value[0])
        and all(map(is_seq, value[1:]))
    )


# What a service is, wherever an entry says it: the law's fields as codes and numbers (67号令, 7).
_SERVICE: Shape = {
    "account": chart.is_person,
    "activity": chart.is_part,
    "category": is_code,
    "coefficient": _or_none(is_code),
    "flags": _flags,
    "lead": _or_none(chart.is_person),
    "minutes": _minutes,
    "organiser": chart.is_part,
    "planned_minutes": _minutes,
    "shift": chart.is_part,
}
_LINE: Shape = {
    key: _SERVICE[key] for key in ("account", "coefficient", "flags", "minutes", "planned_minutes")
}
_AWARD: Shape = {
    "account": chart.is_person,
    "category": is_code,
    "centipoints": _change,
    "coefficient": _or_none(is_code),
    "fund": chart.is_part,
    "minutes": _minutes,
    "moves": listed(is_move, 0, MOVES_MAX),
    "planned_minutes": _minutes,
    "reason": _or_none(is_code),
    "weight": listed(is_seq, 2, 2),
    "weighted": listed(is_seq, 2, 2),
}
_REDEMPTION: Shape = {
    "account": chart.is_person,
    "centipoints": _centipoints,
    "fund": chart.is_part,
    "merchant": chart.is_part,
}
_PIECE: Shape = {"offer": chart.is_part, "pieces": whole(1, PIECES_MAX)}

# In `data` of a kind, by its name; the second set may carry transfers.
PLAIN: dict[str, Shape] = {
    "contract.signed": {"account": chart.is_person, "convention": is_hash},
    "contract.ended": {"account": chart.is_person, "reason": is_code},
    "presence.started": {
        "account": chart.is_person,
        "activity": chart.is_part,
        "flags": _flags,
        "how": is_code,
        "shift": chart.is_part,
        "site": _or_none(is_token),
    },
    "presence.seen": {
        "account": chart.is_person,
        "how": is_code,
        "shift": chart.is_part,
        "site": _or_none(is_token),
    },
    "presence.ended": {
        "account": chart.is_person,
        "flags": _flags,
        "how": is_code,
        "minutes": _minutes,
        "shift": chart.is_part,
    },
    "presence.annulled": {
        "account": chart.is_person,
        "reason": is_code,
        "shift": chart.is_part,
    },
    "shift.counted": {
        "heads": whole(0, HEADS_MAX),
        "present": whole(0, HEADS_MAX),
        "shift": chart.is_part,
    },
    "hours.refused": {"account": chart.is_person, "reason": is_code, "shift": chart.is_part},
    "hours.objected": {"account": chart.is_person, "reason": is_code, "record": is_seq},
    "hours.answered": {"outcome": one_of(*OUTCOMES), "reason": is_code, "record": is_seq},
    "points.deferred": _AWARD,
    "points.none": {"account": chart.is_person, "reason": is_code},
}
MOVING: dict[str, Shape] = {
    "hours.noticed": {**_SERVICE, "until_day": dates.is_day},
    "hours.voided": {"account": chart.is_person, "reason": is_code},
    "hours.recorded": _SERVICE,
    "points.awarded": {**_AWARD, "month": dates.is_month_number},
    "points.paid": {
        "account": chart.is_person,
        "centipoints": _centipoints,
        "fund": chart.is_part,
        "month": dates.is_month_number,
    },
    "points.corrected": {**_AWARD, "rest_centipoints": is_seq},
    "points.expired": {"fund": chart.is_part, "month": dates.is_month_number},
    "redemption.held": {
        **_REDEMPTION,
        "how": is_code,
        "pieces": listed(record(_PIECE), 1, LINES_MAX),
    },
    "redemption.confirmed": _REDEMPTION,
    "redemption.voided": {**_REDEMPTION, "reason": is_code},
    "redemption.refunded": {**_REDEMPTION, "reason": is_code},
}
# Pairs, by their name; `beneficiaries` is added where they are joined to the others.
PAIRS: dict[str, Shape] = {
    "hours.sheet": {
        "activity": chart.is_part,
        "category": is_code,
        "lead": _or_none(chart.is_person),
        "lines": listed(record(_LINE), 1, LINES_MAX),
        "organiser": chart.is_part,
        "sheet": chart.is_part,
        "shift": chart.is_part,
        "transfers": _transfers,
    },
    "hours.correction": {
        "account": chart.is_person,
        "minutes": _minutes,
        "minutes_before": _minutes,
        "reason": is_code,
        "record": is_seq,
        "transfers": _transfers,
    },
    "fund.budget": {
        "fund": chart.is_part,
        "reason": is_code,
        "sponsor": chart.is_part,
        "transfers": _transfers,
    },
}
