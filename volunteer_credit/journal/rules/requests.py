"""Who asks for what: the request of an operation, and the entries it appends."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from ledger import canonical
from volunteer_credit.journal.rules.errors import CommunityCodeError, IdempotencyKeyFormError

CITY = "city"  # the code under which the city keeps its own book
KEY_LENGTH_MAX = 128

_COMMUNITY = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account number in this book, `system:<job>` or `operator:<n>`, in a role."""

    account: str
    role: str
    acts_for: str = ""
    # The prepared statement and its values by which it was found: read again with the lock.
    known_by: tuple[Any, Mapping[str, Any]] | None = field(default=None, compare=False, repr=False)

    def value(self) -> dict[str, str]:
        """As an entry writes it."""
        spelled = {"account": self.account, "role": self.role}
        return {**spelled, "for": self.acts_for} if self.acts_for else spelled


@dataclass(frozen=True, slots=True)
class Request:
    """One operation asked for once: `key` is 128 random bits, or a job's name and period.

    `body` is the parsed request as numbers and texts; another body under the key is refused.
    """

    actor: Actor
    key: str
    name: str
    body: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a key that no id can be made of. Raises: IdempotencyKeyFormError."""
        good = self.key.isascii() and self.key.isprintable()
        if not (good and 0 < len(self.key) <= KEY_LENGTH_MAX):
            raise IdempotencyKeyFormError

    def digest(self) -> bytes:
        """What tells this request from another under the same key."""
        return sha256(canonical.spell([self.name, dict(self.body)])).digest()


def about(request: Request, **body: Any) -> Request:
    """The request with what an operation was told, so that a retry can't ask for another thing."""
    return replace(request, body={**request.body, **body})


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry as an operation asks for it; transfers as docs/ledger-format.md §9 spells them."""

    kind: str
    data: Mapping[str, Any]
    actor: Actor | None = None  # who asked, unless it is a job's own
    day: int = 0
    rule: Mapping[str, str] | None = None
    tier: int = 0
    refs: Sequence[Any] = ()
    commitments: Mapping[str, str] = field(default_factory=dict)
    transfers: Sequence[Mapping[str, Any]] = ()
    document: str = ""

    def fields(self) -> dict[str, Any]:
        """The optional fields that are there, as an entry writes them."""
        optional = {
            "day": self.day,
            "rule": dict(self.rule) if self.rule else None,
            "tier": self.tier,
            "refs": list(self.refs),
            "commitments": dict(self.commitments),
            "transfers": [dict(each) for each in self.transfers],
            "document": self.document,
        }
        return {name: value for name, value in optional.items() if value}


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an entry stands; its receipt comes when it is sealed."""

    seq: int
    id: str
    at_ms: int


def check_community(code: str) -> None:
    """Accept a code that can stand in an origin. Raises: CommunityCodeError."""
    if not _COMMUNITY.fullmatch(code):
        raise CommunityCodeError(community=code)
