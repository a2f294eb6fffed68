"""The floors of a check-in and of a confirmed sale: the same rows as ours, written by hand."""

from typing import Any

from benchmarks.floor import Execute, Floor

DIGEST, ACCOUNT = "d" * 64, "a" * 32


class CheckInFloor(Floor):
    """Beside its entry: the ticket that is used, who is where, and that somebody is somewhere."""

    def __init__(self, execute: Execute, begin: str, ending: str, mark: str) -> None:
        super().__init__(execute, begin, ending, mark)
        self._rows: dict[str, dict[str, Any]] = {
            "checkins_tickets": {"nonce": "", "account": ACCOUNT, "used_at_ms": 1},
            "checkins_presence_city": {"person_id": "", "started_at_ms": 1, "ended_at_ms": None},
            "checkins_presences": {
                "book": 1,
                "started_seq": 0,
                "shift_id": ACCOUNT,
                "account": "",
                "day": 20261123,
                "tier": 1,
                "how": "door",
                "site": "abcdef01",
                "sites": "abcdef01",
                "started_at_ms": 1_795_392_000_000,
                "admitted_by": "",
                "device": DIGEST,
                "flags": "",
                "seen_book": 0,
                "seen_seq": 0,
                "seen_at_ms": None,
                "ended_book": 0,
                "ended_seq": 0,
                "ended_at_ms": None,
                "ended_how": "",
                "ended_by": "",
                "minutes": 0,
                "annulled_book": 0,
                "annulled_seq": 0,
            },
        }
        self._inserts = {
            table: self.insert(table, "community_id", *row) for table, row in self._rows.items()
        }

    def beside(self, community: str, size: int, drawn: str) -> None:
        """Three rows."""
        own = {"nonce": drawn, "person_id": drawn, "account": drawn, "started_seq": size}
        for table, row in self._rows.items():
            changed = {name: value for name, value in own.items() if name in row}
            self.execute(self._inserts[table], {"community_id": community, **row, **changed})


class ConfirmFloor(Floor):
    """Beside its entry: two accounts, the pending transfer, the sale, and the part it took."""

    def __init__(self, execute: Execute, begin: str, ending: str, mark: str) -> None:
        super().__init__(execute, begin, ending, mark)
        here, named = ("community_id",), ("redemption_id",)
        self._pending = self.update(
            "journal_pendings", (*here, "book", "seq", "position"), "state", "mac"
        )
        self._sale = self.update(
            "redemptions_redemptions",
            (*here, *named),
            "state",
            "proof",
            "closed_at_ms",
            "closed_day",
        )
        self._part = self.update("redemptions_parts", (*here, *named, "position"), "confirmed_seq")
        self._held = execute(
            "SELECT redemption_id, position, held_seq, held_index FROM redemptions_parts", {}
        ).fetchall()

    def beside(self, community: str, size: int, drawn: str) -> None:
        """Five rows."""
        super().beside(community, size, drawn)
        name, position, seq, index = self._held[size % len(self._held)]
        here, one = {"community_id": community}, {"redemption_id": name}
        pending = {"book": 1, "seq": seq, "position": index, "state": "posted", "mac": bytes(16)}
        closed = {"state": "confirmed", "proof": "cashier"}
        self.execute(self._pending, {**here, **pending})
        self.execute(
            self._sale, {**here, **one, **closed, "closed_at_ms": size, "closed_day": 20261123}
        )
        self.execute(self._part, {**here, **one, "position": position, "confirmed_seq": size})
