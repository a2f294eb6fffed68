"""A small community with something of every kind that a successor inherits."""

from hashlib import sha256
from typing import Any

from tests.ledger.make import ENDLESS, family, pending, person, plain
from tests.service.books import OPERATOR, request
from volunteer_credit.journal.operations.books import found_book
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.rules.requests import Actor, Appended, NewEntry


def terms(name: str) -> bytes:
    """The document of a village's convention."""
    return f"Convention of {name}.\n".encode()


def documents(*names: str) -> dict[str, bytes]:
    """The same by path."""
    return {f"document/{sha256(terms(name)).hexdigest()}": terms(name) for name in names}


class Village:
    """One community and the two who begin it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.staff = Actor(person(f"{name} staff"), "staff")
        self.supervisor = Actor(person(f"{name} supervisor"), "supervisor")
        self.founders = ((self.staff.account, "staff"), (self.supervisor.account, "supervisor"))
        self.elder = person(f"{name} elder")
        self.twin = person(f"{name} elder again")
        self.wallet = f"wallet:{self.elder}:{name}:202712"
        self.shop = f"receivable:baker:{name}"

    def add(self, key: str, *entries: NewEntry, actor: Actor | None = None) -> list[Appended]:
        """Append entries of one operation."""
        asked = request(key) if actor is None else request(key, actor)
        return append(self.name, asked, entries)

    def pair(self, kind: str, data: dict[str, Any], **extra: Any) -> Appended:
        """Append a proposal and its approval."""
        moves = data.get("transfers", ())
        proposed = NewEntry(f"{kind}.proposed", data, **extra)
        (first,) = self.add(f"{kind} {data}"[:100], proposed, actor=self.staff)
        second = NewEntry(f"{kind}.approved", data, refs=[first.seq], transfers=moves, **extra)
        return self.add(f"{kind} {data}"[:100], second, actor=self.supervisor)[0]

    def build(self, members: int = 0) -> None:
        """Found the book and fill it."""
        found_book(self.name, request("found", OPERATOR, "found"), self.founders)
        fund = f"fund:{self.name}"
        self.open_accounts(fund, members)
        moves = [plain("sponsor:city", fund, 1_000_000, code="granted")]
        self.pair("fund.example", {"beneficiaries": [], "transfers": moves})
        self.agree()
        award = plain(fund, self.wallet, 700, code="award")
        held = pending(self.wallet, self.shop, 40, timeout_seconds=86_400, code="hold")
        lapses = pending(self.wallet, self.shop, 5, timeout_seconds=1, code="hold")
        self.add("award", NewEntry("points.example", {}, transfers=[award]))
        self.add("hold", NewEntry("redemption.example_held", {}, transfers=[held, lapses]))
        hours = f"hours:{self.elder}"
        notice = [pending(f"organiser:{self.name}", hours, 75, unit="minutes", code="notice")]
        self.pair("hours.example", {"beneficiaries": [self.elder], "transfers": notice})
        closed = {"accounts": [f"pool:{self.name}"], "reason": "never_used"}
        self.add("closed", NewEntry("account.closed", closed))
        for number in range(members):
            some = [plain(fund, f"wallet:{self.member(number)}:{self.name}:202712", 1 + number)]
            self.add(f"some {number}", NewEntry("points.example", {}, transfers=some))

    def open_accounts(self, fund: str, members: int) -> None:
        """Open every account that the village needs."""
        wallets = [f"wallet:{self.member(number)}" for number in range(members)]
        opened = [
            family("sponsor:city", "centipoints"),
            family(fund, "centipoints", limited=True),
            family(f"wallet:{self.elder}", "centipoints", limited=True),
            family("receivable:baker", "centipoints", limited=True),
            family(f"organiser:{self.name}", "minutes"),
            family(f"pool:{self.name}", "aid_minutes"),
            family(f"hours:{self.elder}", "minutes", limited=True),
            *(family(wallet, "centipoints", limited=True) for wallet in wallets),
        ]
        for start in range(0, len(opened), 64):
            data = {"accounts": opened[start : start + 64]}
            self.add(f"open {start}", NewEntry("account.opened", data))

    def member(self, number: int) -> str:
        """One of many members."""
        return person(f"{self.name} member {number}")

    def agree(self) -> None:
        """A convention, an agreement, a role and a merge."""
        self.pair(
            "convention",
            {
                "beneficiaries": [],
                "convention": sha256(terms(self.name)).hexdigest(),
                "effective_day": 20261123,
                "fen_per_point_max": {self.name: 10},
            },
        )
        self.pair(
            "agreement",
            {
                "beneficiaries": [],
                "fen_per_point": 7,
                "from": 20261123,
                "fund": self.name,
                "merchant": "baker",
                "to": 20281231,
            },
        )
        self.pair(
            "role",
            {
                "account": self.elder,
                "beneficiaries": [self.elder],
                "role": "coordinator",
                "scope": "organisation:choir",
                "until_day": ENDLESS,
            },
        )
        both = sorted([self.elder, self.twin])
        merge = {"beneficiaries": both, "from": self.twin, "into": self.elder, "transfers": []}
        self.pair("account.merge", merge)
