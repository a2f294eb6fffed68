"""The accounts told a second time, as dicts of numbers, and accounts to try both with."""

import itertools
from collections.abc import Sequence

from ledger.accounts import Moment
from ledger.canonical import INTEGER_MAX
from ledger.transfer import Pending, Plain, Post, Transfer, Void
from tests.ledger.make import ANNA, BO

Pair = tuple[int, int]
NOTHING = (0, 0, 0, 0)  # debits pending and posted, credits pending and posted
ONE = {
    *("fund>wallet", "wallet>fund", "wallet>receivable", "receivable>wallet", "wallet>expired"),
    *("expired>fund", "fund>correction", "wallet>correction", "receivable>correction", "new>new"),
}
TWO = {
    *("sponsor>fund", "fund>sponsor", "receivable>settled", "settled>receivable"),
    *("correction>fund", "correction>wallet", "correction>receivable", "wallet>wallet"),
    *("hours>organiser", "hours>hours"),
}
SCANNED = {"organiser>hours"}
LIMITED = {"fund", "wallet", "receivable", "expired", "hours"}
FUND_AT = {"fund": 1, "wallet": 2, "receivable": 2, "settled": 1, "expired": 1, "correction": 1}


def read(name: str) -> tuple[str, str, str, int]:
    """The class, family, fund and month of an account."""
    parts = name.split(":")
    fund = parts[FUND_AT[parts[0]]] if parts[0] in FUND_AT else ""
    return parts[0], ":".join(parts[:2]), fund, int(parts[3]) if parts[0] == "wallet" else 0


class Model:
    """What TigerBeetle guarantees. It tells every rule that is broken, not the first."""

    def __init__(self) -> None:
        self.units: dict[str, str] = {}
        self.closed: set[str] = set()
        self.sums: dict[str, tuple[int, ...]] = {}
        self.pending: dict[Pair, tuple[str, str, int, int]] = {}
        self.ended: dict[Pair, str] = {}

    def free(self, name: str) -> int:
        debits_pending, debits_posted, _, credits_posted = self.sums.get(name, NOTHING)
        return credits_posted - debits_posted - debits_pending

    def add(self, debit: str, credit: str, reserved: int, moved: int) -> None:
        for name, more in ((debit, (reserved, moved, 0, 0)), (credit, (0, 0, reserved, moved))):
            self.sums[name] = tuple(map(sum, zip(self.sums.get(name, NOTHING), more, strict=True)))

    def wrong(self, move: Transfer, now: Moment) -> set[str]:
        if isinstance(move, Post | Void):
            if move.pending not in self.pending or move.pending[0] == now.seq:
                return {self.ended.get(move.pending, "pending_transfer_not_found")}
            if isinstance(move, Void):
                return set()
            debit, credit, reserved, ends_ms = self.pending[move.pending]
            broken = {"exceeds_pending_transfer_amount": move.amount > reserved}
            broken["pending_transfer_expired"] = 0 < ends_ms <= now.at_ms
        else:
            debit, credit, broken = move.debit, move.credit, misled(self, move, now)
        expires = (read(debit)[0], read(credit)[0]) == ("wallet", "expired")
        broken["debit_account_already_closed"] = read(debit)[1] in self.closed and not expires
        broken["credit_account_already_closed"] = read(credit)[1] in self.closed and not expires
        for side, name, column in (("debits", debit, 0), ("credits", credit, 2)):
            full = self.sums.get(name, NOTHING)[column + (not isinstance(move, Pending))]
            broken[f"overflows_{side}"] = full + move.amount > INTEGER_MAX
        return {code for code, is_so in broken.items() if is_so}

    def take(self, move: Transfer, pair: Pair, now: Moment) -> tuple[str, str]:
        if isinstance(move, Post | Void):
            debit, credit, reserved, _ = self.pending.pop(move.pending)
            how, moved = ("posted", move.amount) if isinstance(move, Post) else ("voided", 0)
            self.ended[move.pending] = f"pending_transfer_already_{how}"
            self.add(debit, credit, -reserved, moved)
            return debit, credit
        held = isinstance(move, Pending)
        self.add(move.debit, move.credit, move.amount * held, move.amount * (not held))
        if isinstance(move, Pending):
            ends_ms = move.timeout_seconds and now.at_ms + move.timeout_seconds * 1000
            self.pending[pair] = (move.debit, move.credit, move.amount, ends_ms)
        return move.debit, move.credit

    def enter(self, moves: Sequence[Transfer], now: Moment) -> tuple[int, set[str]]:
        """Take an entry; or say at which move and why not, and change nothing."""
        before = dict(self.sums), dict(self.pending), dict(self.ended)
        index, wrong, touched = 0, set[str](), set[str]()
        for index, move in enumerate(moves):
            wrong = self.wrong(move, now)
            if wrong:
                break
            touched.update(self.take(move, (now.seq, index), now))
        if not wrong and any(self.free(name) for name in touched if 0 < read(name)[3] < now.month):
            wrong = {"past_month_not_empty"}
        if wrong:
            self.sums, self.pending, self.ended = before
        return index, wrong


def misled(model: Model, move: Plain | Pending, now: Moment) -> dict[str, bool]:
    """Which rules of A1, A4 to A6 and W1 to W3 a plain or pending transfer breaks."""
    giver, its_family, fund, month = read(move.debit)
    taker, other_family, other_fund, other_month = read(move.credit)
    way, past = f"{giver}>{taker}", 0 < month < now.month
    new = "new" in way and way not in ONE
    two = way in TWO or new or (way in SCANNED and not now.scanned)
    forfeits = move.code == "forfeited" and not now.closing
    code = "expired" if past else "forfeited"
    units = [model.units.get(its_family), model.units.get(other_family)]
    return {
        "accounts_must_be_different": move.debit == move.credit,
        "debit_account_not_found": units[0] is None,
        "credit_account_not_found": units[1] is None,
        "transfer_must_have_the_same_unit_as_accounts": units != [move.unit] * 2,
        "route_refused": not new and way not in ONE | TWO | SCANNED,
        "route_needs_two": (two or forfeits) and not now.approved,
        "funds_differ": "" != fund != other_fund != "" or 0 != month != other_month != 0,
        "month_past": 0 < other_month < now.month or (past and taker != "expired"),
        "expiry_code": way == "wallet>expired" and move.code != code,
        "late_refund_month": move.code == "refund_late" and other_month != now.month,
        "exceeds_credits": giver in LIMITED and model.free(move.debit) < move.amount,
    }


# What the entries are about: three months, two of everything else.
WALLETS = [
    f"wallet:{person}:f{fund}:{month}"
    for person, fund, month in itertools.product((ANNA, BO), (1, 2), (202611, 202612, 999912))
]
HOURS = [f"hours:{person}" for person in (ANNA, BO)]
NAMES = [
    *("sponsor:city", "fund:f1", "fund:f2", "receivable:m1:f1", "receivable:m1:f2", "settled:f1"),
    *("expired:f1", "expired:f2", "correction:f1", "organiser:o1", "new:a", "new:b"),
    *HOURS,
    *WALLETS,
]
FAMILIES = sorted({read(name)[1] for name in NAMES})
CODES = {"wallet>expired": ["expired", "forfeited"], "receivable>wallet": ["moved", "refund_late"]}
Way = tuple[str, str, str, str]  # debit, credit, code, unit


def ways() -> tuple[list[Way], list[Way]]:
    """The ways that some entry may take, and all others."""
    good: list[Way] = []
    odd: list[Way] = [("fund:f1", WALLETS[0], "moved", "fen")]
    for debit, credit in itertools.product([*NAMES, "new:never-opened"], repeat=2):
        way = f"{read(debit)[0]}>{read(credit)[0]}"
        unit = "minutes" if way.startswith(("hours", "organiser")) else "centipoints"
        ends = zip(read(debit)[2:], read(credit)[2:], strict=True)
        alike = all(one == other or not (one and other) for one, other in ends)
        right = way in ONE | TWO | SCANNED and alike and debit != credit
        for code in CODES.get(way, ["moved"]):
            (good if right else odd).append((debit, credit, code, unit))
    return good, odd
