"""The opening of a successor book: predecessors restated line by line (§11, S4 to S7)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ledger import canonical, chart, state
from ledger.accounts import Accounts, Family
from ledger.entry import Entry
from ledger.opening_errors import (
    OpeningOrderError,
    OpeningStateError,
    OpeningTransfersError,
)
from ledger.parties import Parties
from ledger.prices import Agreement, Convention, Prices, Timeline
from ledger.transfer import TIMEOUT_SECONDS_MAX, Pending, Plain, Transfer

CODE = "opening"


@dataclass(slots=True)
class Opening:
    """The lines restated so far, and what waits for the end."""

    wanted: list[str]  # the state of each predecessor
    current: int = 0  # the predecessor whose turn it is
    hashes: list[Any] = field(default_factory=list)  # SHA-256 of each one's lines so far
    last_line: tuple[str, bytes] = ("", b"")
    timelines: dict[tuple[int, int], Timeline] = field(default_factory=dict)
    agreements: dict[tuple[int, int], Agreement] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    unknown_types: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.hashes = [sha256() for _ in self.wanted]

    def check(self, entry: Entry, accounts: Accounts) -> list[Family]:
        """The families an entry restates; lines or transfers out of order are refused (S4, S6)."""
        previous = entry.data["previous"]
        if not self.current <= previous < len(self.wanted):
            raise OpeningOrderError(seq=entry.seq, previous=previous)
        last = self.last_line if previous == self.current else ("", b"")
        for line in entry.data["lines"]:
            here = (state.check_line(line), canonical.spell(line))
            if here <= last:
                raise OpeningOrderError(seq=entry.seq, previous=previous)
            last = here
        orders = [line["order"] for line in entry.data["lines"] if line["type"] == "agreement"]
        known = {order for k, order in self.agreements if k == previous}
        if len(known.union(orders)) < len(known) + len(orders):
            raise OpeningOrderError(seq=entry.seq, previous=previous)
        families = families_of(entry.data["lines"])
        accounts.check_open(families, again=True)
        if list(entry.transfers) != transfers_of(entry, accounts, families):
            raise OpeningTransfersError(seq=entry.seq)
        return families

    def apply(self, entry: Entry, parties: Parties) -> None:
        """Take in the lines of an entry that `check` has accepted (S5)."""
        previous, lines = entry.data["previous"], entry.data["lines"]
        self.current = previous
        for line in lines:
            name, spelled = line["type"], canonical.spell(line)
            self.hashes[previous].update(spelled + b"\n")
            self.last_line = (name, spelled)
            if name == "account" and line["closed"]:
                self.closed.append(line["account"])
            elif name == "agreement":
                self.agreements[previous, line["order"]] = Agreement(
                    line["merchant"], line["fund"], line["fen_per_point"], line["from"], line["to"]
                )
            elif name == "convention":
                self._restate_convention((previous, line["timeline"]), line)
            elif name == "merge":
                parties.merge(line["from"], line["into"])
            elif name == "role":
                parties.grant_longer(line)
            elif name not in state.KNOWN:
                self.unknown_types.add(name)

    def check_complete(self) -> None:
        """Refuse `book.opened.complete` while a predecessor is not restated whole (S4)."""
        for previous, (digest, wanted) in enumerate(zip(self.hashes, self.wanted, strict=True)):
            if digest.hexdigest() != wanted:
                raise OpeningStateError(previous=previous, got=digest.hexdigest(), wanted=wanted)

    def complete(self, accounts: Accounts, prices: Prices) -> None:
        """End the opening: agreements in their order, closed accounts closed (S5)."""
        prices.agreements.extend(self.agreements[key] for key in sorted(self.agreements))
        prices.inherited.extend(self.timelines[key] for key in sorted(self.timelines))
        accounts.close(self.closed, closed=True)

    def _restate_convention(self, key: tuple[int, int], line: dict[str, Any]) -> None:
        if key not in self.timelines:
            self.timelines[key] = Timeline()
        self.timelines[key].add(
            line["effective_day"], Convention(line["convention"], line["fen_per_point_max"])
        )


def families_of(lines: Sequence[dict[str, Any]]) -> list[Family]:
    """The families that `account` lines open (closed ones are closed at the end)."""
    return [
        Family(line["account"], line["unit"], limited=bool(line["flags"]))
        for line in lines
        if line["type"] == "account"
    ]


def transfers_of(entry: Entry, accounts: Accounts, families: Sequence[Family]) -> list[Transfer]:
    """The transfers that the lines of a `book.opening` make, in order (S6)."""
    units = {family.name: family.unit for family in families}
    transfers: list[Transfer] = []
    for line in entry.data["lines"]:
        if line["type"] == "balance":
            account, amount = line["account"], line["amount"]
            family = chart.parse_name(account).family
            known = accounts.families.get(family)
            unit = known.unit if known else units.get(family, "")
            opening = f"{chart.OPENING}:{unit}"
            debit, credit = (opening, account) if amount > 0 else (account, opening)
            transfers.append(Plain(abs(amount), CODE, credit, debit, unit))
        elif line["type"] == "pending":
            transfers.append(
                Pending(
                    line["amount"],
                    line["code"],
                    line["credit"],
                    line["debit"],
                    timeout_left_seconds(line["expires_at"], entry.at_ms),
                    line["unit"],
                )
            )
    return transfers


def timeout_left_seconds(expires_at_ms: int, at_ms: int) -> int:
    """The timeout of a restated pending transfer, at least a second; 0 if it never ends (S6)."""
    if not expires_at_ms:
        return 0
    return min(max(1, -(-(expires_at_ms - at_ms) // 1000)), TIMEOUT_SECONDS_MAX)
