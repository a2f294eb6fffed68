"""Who acts with whom: proposals, roles and merged persons (docs/ledger-format.md §8, P1 to P11)."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ledger import chart
from ledger.canonical import Value
from ledger.entry import Actor, Entry
from ledger.kinds import is_beneficiaries
from ledger.party_errors import (
    ApproverNotPersonError,
    BeneficiariesError,
    BeneficiaryNotNamedError,
    MergeError,
    ProposalChangedError,
    ProposalNotOpenError,
    ProposerNotPersonError,
    RoleNotAllowedError,
    RoleNotHeldError,
    SamePersonError,
    TransfersNotProposedError,
)

EVERYWHERE = "community"  # the scope that covers all others
REPEATED = ("data", "day", "rule", "tier", "document")

ROLES_FOR: dict[str, frozenset[str]] = {
    "role": frozenset({"staff", "supervisor", "platform_admin"}),
    "account.merge": frozenset({"staff", "supervisor"}),
    "convention": frozenset({"staff", "supervisor"}),
    "agreement": frozenset({"staff", "supervisor", "fund_manager"}),
}
MONEY_ROLES = frozenset({"staff", "supervisor", "fund_manager"})


class Moved(NamedTuple):
    """What the transfers of an approval touch: whose accounts, any **two** route, any money one."""

    persons: frozenset[str] = frozenset()
    two: bool = False
    money: bool = False


@dataclass(frozen=True, slots=True)
class _Proposal:
    name: str
    actor: Actor
    repeated: dict[str, Value]


@dataclass(slots=True)
class Parties:
    """Open proposals, role grants and merges of a book."""

    proposals: dict[int, _Proposal] = field(default_factory=dict)
    grants: dict[tuple[str, str, str], int] = field(default_factory=dict)  # → until_day
    merges: dict[str, str] = field(default_factory=dict)  # from → into

    def root(self, account: str) -> str:
        """The number that is left of a person after all merges."""
        while account in self.merges:
            account = self.merges[account]
        return account

    def check(self, entry: Entry, local_day: int, moved: Moved) -> None:
        """Refuse an entry of a pair kind that breaks P1 to P9."""
        name, _, ending = entry.kind.rpartition(".")
        if ending == "proposed":
            named = entry.data.get("beneficiaries")
            if not is_beneficiaries(named) or (name == "role" and named != [entry.data["account"]]):
                raise BeneficiariesError(seq=entry.seq)
            self._check_proposer(name, entry.actor, two=False)
            self._check_role(name, entry.actor, entry.data, local_day)
        elif ending == "withdrawn":
            self._proposal(name, entry)
        else:
            self._check_approval(name, entry, local_day, moved)

    def apply(self, entry: Entry) -> None:
        """Take in an entry that `check` has accepted."""
        name, _, ending = entry.kind.rpartition(".")
        if ending == "proposed":
            repeated = {key: entry.value[key] for key in REPEATED if key in entry.value}
            # A writer's caller may change its objects later; what was proposed stays.
            self.proposals[entry.seq] = _Proposal(name, entry.actor, deepcopy(repeated))
        else:
            seq, _found = self._proposal(name, entry)
            del self.proposals[seq]
        if entry.kind == "role.approved":
            self.grant(entry.data)
        elif entry.kind == "account.merge.approved":
            self.merge(entry.data["from"], entry.data["into"])

    def grant(self, data: dict[str, Any]) -> None:
        """Set what a grant says (P8)."""
        self.grants[self.root(data["account"]), data["role"], data["scope"]] = data["until_day"]

    def grant_longer(self, data: dict[str, Any]) -> None:
        """Restore a grant of a predecessor; of two the longer stays (S5)."""
        key = (self.root(data["account"]), data["role"], data["scope"])
        self.grants[key] = max(data["until_day"], self.grants.get(key, 0))

    def merge(self, source: str, into: str) -> None:
        """Make two numbers one person, if they are not yet; the longer grants stay (P9)."""
        source, into = self.root(source), self.root(into)
        if source == into:
            return
        self.merges[source] = into
        for holder, role, scope in [key for key in self.grants if key[0] == source]:
            until_day = self.grants.pop((holder, role, scope))
            self.grants[into, role, scope] = max(
                until_day, self.grants.get((into, role, scope), until_day)
            )

    def holds(self, account: str, role: str, scope: str, local_day: int) -> bool:
        """Whether a person holds a role for a scope, or for all, on a day (P6)."""
        root = self.root(account)
        return any(
            self.grants.get((root, role, where), 0) >= local_day for where in (EVERYWHERE, scope)
        )

    def _check_proposer(self, name: str, actor: Actor, *, two: bool) -> None:
        if chart.is_person(actor.account):
            return
        operator_grants = name == "role" and actor.role == "operator"
        if two or (name in ROLES_FOR and not operator_grants):
            raise ProposerNotPersonError(account=actor.account, name=name)

    def _check_role(
        self, name: str, actor: Actor, data: dict[str, Any], local_day: int, *, money: bool = False
    ) -> None:
        """P6, P7. `money`: the approval moves points or money on a **two** route."""
        if not chart.is_person(actor.account):
            return
        roles = ROLES_FOR.get(name) or (MONEY_ROLES if money else None)
        if roles is not None and actor.role not in roles:
            raise RoleNotAllowedError(role=actor.role, name=name)
        scope = EVERYWHERE if roles is not None else actor.acts_for or EVERYWHERE
        if name == "role":
            scope = data["scope"]
        if not self.holds(actor.account, actor.role, scope, local_day):
            raise RoleNotHeldError(
                account=actor.account, role=actor.role, scope=scope, day=local_day
            )

    def _proposal(self, name: str, entry: Entry) -> tuple[int, _Proposal]:
        first = entry.refs[0] if entry.refs else None
        found = self.proposals.get(first) if isinstance(first, int) else None
        if not isinstance(first, int) or found is None or found.name != name:
            raise ProposalNotOpenError(seq=entry.seq, name=name)
        return first, found

    def _check_approval(self, name: str, entry: Entry, local_day: int, moved: Moved) -> None:
        seq, proposal = self._proposal(name, entry)
        for key in REPEATED:
            if entry.value.get(key) != proposal.repeated.get(key):
                raise ProposalChangedError(seq=entry.seq, key=key, proposal=seq)
        if entry.value.get("transfers", []) != entry.data.get("transfers", []):
            raise TransfersNotProposedError(seq=entry.seq)
        if not chart.is_person(entry.actor.account):
            raise ApproverNotPersonError(account=entry.actor.account)
        self._check_proposer(name, proposal.actor, two=moved.two)
        self._check_different(entry, proposal)
        # Who proposed held the role then; where money moves, also of the right kind and now.
        for actor in (entry.actor, proposal.actor) if moved.money else (entry.actor,):
            self._check_role(name, actor, entry.data, local_day, money=moved.money)
        if entry.kind == "account.merge.approved":
            self._check_merge(entry)
        self._check_named(entry, moved.persons)

    def _check_named(self, entry: Entry, persons: Iterable[str]) -> None:
        named = {self.root(account) for account in entry.data["beneficiaries"]}
        for account in sorted(persons):
            if self.root(account) not in named:
                raise BeneficiaryNotNamedError(seq=entry.seq, account=account)

    def _check_different(self, entry: Entry, proposal: _Proposal) -> None:
        sides = {
            "approver": _persons(entry.actor),
            "proposer": _persons(proposal.actor),
            "beneficiary": entry.data["beneficiaries"],
        }
        seen: dict[str, str] = {}
        for side, accounts in sides.items():
            for account in accounts:
                other = seen.setdefault(self.root(account), side)
                if other != side:
                    raise SamePersonError(account=account, seq=entry.seq, first=other, second=side)

    def _check_merge(self, entry: Entry) -> None:
        source, into = entry.data["from"], entry.data["into"]
        names = {"seq": entry.seq, "source": source, "into": into}
        if self.root(source) == self.root(into):
            raise MergeError(**names)
        if entry.data["beneficiaries"] != sorted([source, into]):
            raise MergeError(**names)


def _persons(actor: Actor) -> list[str]:
    """The persons an actor stands for: itself, and whom it acts for."""
    return [account for account in (actor.account, actor.acts_for) if chart.is_person(account)]
