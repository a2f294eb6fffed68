"""Builders for the tests of the book: fixed keys, fixed people, small steps with plain names."""

from hashlib import sha256
from typing import Any

from ledger.book import Book
from ledger.cosignature import MldsaCosigner, TreeHead
from ledger.entry import encode, entry_id
from ledger.log import Log
from ledger.merkle import Edge, leaf_hash
from ledger.note import Ed25519Signer, SignatureLine
from ledger.opening import families_of, transfers_of
from ledger.transfer import spell

ORIGIN = "weihai.example/huancui-01/1"
AT_MS = 1_795_305_600_000  # 2026-11-22T00:00:00Z, 08:00 in Weihai
ENDLESS = 99991231


def seed(name: str) -> bytes:
    """32 bytes that are the same in every run."""
    return sha256(f"test seed {name}".encode()).digest()


def person(name: str) -> str:
    """A person's account number, the same in every run."""
    return sha256(f"test person {name}".encode()).hexdigest()[:32]


def digest(name: str) -> str:
    """The hash of some document."""
    return sha256(name.encode()).hexdigest()


ANNA, BO, CHEN, DING, ERNA = map(person, ("anna", "bo", "chen", "ding", "erna"))
SYSTEM = {"account": "system:jobs", "role": "system"}
OPERATOR = {"account": "operator:1", "role": "operator"}


def actor(account: str, role: str = "staff", **extra: str) -> dict[str, str]:
    """An actor as an entry writes it."""
    return {"account": account, "role": role, **extra}


def plain(
    debit: str, credit: str, amount: int, code: str = "moved", unit: str = "centipoints"
) -> dict[str, Any]:
    """A plain transfer as an entry writes it."""
    return {"amount": amount, "code": code, "credit": credit, "debit": debit, "unit": unit}


def pending(
    debit: str, credit: str, amount: int, timeout_seconds: int = 0, **extra: Any
) -> dict[str, Any]:
    """A pending transfer as an entry writes it."""
    return {**plain(debit, credit, amount, **extra), "pending": timeout_seconds}


def family(name: str, unit: str, *, limited: bool = False) -> dict[str, Any]:
    """One line of `account.opened`."""
    flags = ["debits_must_not_exceed_credits"] if limited else []
    return {"account": name, "flags": flags, "unit": unit}


class Keys:
    """The keys of one book, by role; `number` tells later ones from the first."""

    def __init__(self, origin: str, number: int = 0) -> None:
        def name(role: str) -> bytes:
            return seed(f"{origin} {role} {number}")

        self.entry = Ed25519Signer(f"{origin}/entry", name("entry"))
        self.log = Ed25519Signer(origin, name("log"))
        self.cosign = MldsaCosigner(f"{origin}/mldsa", name("cosign"))
        self.recovery = Ed25519Signer(f"{origin}/recovery", name("recovery"))

    def vkeys(self) -> dict[str, str]:
        """What `book.opened` lists."""
        return {
            role: getattr(self, role).verifier_key.encode()
            for role in ("cosign", "entry", "log", "recovery")
        }


class SteadyCosigner(MldsaCosigner):
    """Signs a tree twice and gives the two lines in turn, for tests that seal it often.

    So what is sealed again after a crash differs, as a randomised signature does.
    """

    def __init__(self, name: str, seed: bytes) -> None:
        super().__init__(name, seed)
        self._signed: dict[tuple[TreeHead, int], list[SignatureLine]] = {}

    def cosign(self, checkpoint: TreeHead, timestamp_seconds: int) -> SignatureLine:
        lines = self._signed.setdefault((checkpoint, timestamp_seconds), [])
        new = len(lines) < 2
        line = super().cosign(checkpoint, timestamp_seconds) if new else lines.pop(0)
        lines.append(line)
        return line


class Maker:
    """A book being made. Every call appends entries, a minute apart, and returns the last seq."""

    def __init__(self, origin: str = ORIGIN, *, at_ms: int = AT_MS) -> None:
        self.origin = origin
        self.at_ms = at_ms
        self.keys = Keys(origin)
        self.entry_signer = self.keys.entry
        self.recovery_signer = self.keys.recovery
        self.log = Log(Book(origin))
        self.notes: list[bytes] = []

    @property
    def book(self) -> Book:
        """The state so far."""
        return self.log.book

    def fields(self, kind: str, data: dict[str, Any] | None = None, **extra: Any) -> dict[str, Any]:
        """The fields of the next entry; `actor` is a job unless given."""
        account = extra.get("actor", SYSTEM)["account"]
        return {
            "actor": SYSTEM,
            "at": self.at_ms,
            "data": {} if data is None else data,
            "id": entry_id(self.origin, account, f"test {self.book.size}", 0),
            "kind": kind,
            **extra,
        }

    def add(
        self,
        kind: str,
        data: dict[str, Any] | None = None,
        *,
        signers: list[Ed25519Signer] | None = None,
        **extra: Any,
    ) -> int:
        """Append one entry; its seq."""
        fields = self.fields(kind, data, **extra)
        self.notes.append(self.log.append(fields, signers or [self.entry_signer]))
        self.at_ms += 60_000
        return self.book.size - 1

    def log_at(self, size: int) -> Log:
        """A log with the tree of the first `size` entries, to sign an older checkpoint with."""
        edge = Edge()
        for note in self.notes[:size]:
            edge.append(leaf_hash(note))
        return Log(self.book, edge)

    def restate(self, previous: int, lines: list[dict[str, Any]], **extra: Any) -> int:
        """Append a `book.opening` with the transfers that its lines make."""
        data = {"lines": lines, "previous": previous}
        fields = self.fields("book.opening", data, actor=OPERATOR)
        entry, _ = encode({**fields, "v": 1, "book": self.origin, "seq": self.book.size})
        moves = transfers_of(entry, self.book.accounts, families_of(lines))
        carried = {"transfers": [spell(move) for move in moves]} if moves else {}
        return self.add("book.opening", data, actor=OPERATOR, **{**carried, **extra})

    def pending_seq(self, code: str) -> tuple[int, int]:
        """Where the first open pending transfer with this code stands."""
        return next(pair for pair, each in self.book.accounts.pendings.items() if each.code == code)

    def both(self) -> list[Ed25519Signer]:
        """The signers of the kinds that need the recovery key."""
        return [self.entry_signer, self.recovery_signer]

    def open(self, **changes: Any) -> int:
        """Append `book.opened` with two founders of the staff."""
        data = {
            "clock": "utc",
            "founders": [
                {"account": ANNA, "role": "staff"},
                {"account": BO, "role": "supervisor"},
            ],
            "keys": self.keys.vkeys(),
            "previous": [],
            "type": "community",
            "utc_offset_minutes": 480,
            **changes,
        }
        return self.add("book.opened", data, actor=OPERATOR, signers=self.both())

    def pair(
        self,
        name: str,
        data: dict[str, Any],
        *,
        proposer: dict[str, str] | None = None,
        approver: dict[str, str] | None = None,
        **extra: Any,
    ) -> int:
        """Append a proposal and its approval; the transfers are those of `data`."""
        first = self.add(f"{name}.proposed", data, actor=proposer or actor(ANNA), **extra)
        carried = {"transfers": data["transfers"]} if data.get("transfers") else {}
        return self.add(
            f"{name}.approved",
            data,
            actor=approver or actor(BO, "supervisor"),
            refs=[first],
            **carried,
            **extra,
        )

    def role(self, account: str, role: str, scope: str = "community", until: int = ENDLESS) -> int:
        """Grant a role by two."""
        data = {
            "account": account,
            "beneficiaries": [account],
            "role": role,
            "scope": scope,
            "until_day": until,
        }
        return self.pair("role", data)

    def fund(self, name: str = "f1", amount: int = 100_000) -> int:
        """Open a fund with all its accounts and put points into it, by two."""
        self.add(
            "account.opened",
            {
                "accounts": [
                    family("sponsor:city", "centipoints"),
                    family(f"fund:{name}", "centipoints", limited=True),
                    family(f"settled:{name}", "centipoints"),
                    family(f"expired:{name}", "centipoints", limited=True),
                    family(f"correction:{name}", "centipoints"),
                ]
            },
        )
        moves = [plain("sponsor:city", f"fund:{name}", amount, code="granted")]
        return self.pair("fund.example", {"beneficiaries": [], "transfers": moves})

    def wallets(self, *accounts: str) -> int:
        """Open the wallets of some persons."""
        return self.add(
            "account.opened",
            {
                "accounts": [
                    family(f"wallet:{each}", "centipoints", limited=True) for each in accounts
                ]
            },
        )
