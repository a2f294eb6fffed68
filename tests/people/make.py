"""Builders for the tests of people: a town with a community, and persons in it.

They write rows straight, so that each operation can be tested without the others.
"""

from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any

from flask import current_app

from tests.service.make import AT_MS
from tests.service.rows import built_once
from volunteer_credit.journal.operations.books import found_book
from volunteer_credit.journal.operations.perform import append, perform
from volunteer_credit.journal.rules.requests import CITY, Actor, NewEntry, Request
from volunteer_credit.people.models.membership import CommunityRow, MemberRow
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.models.vault import ContactRow, LinkRow, PersonRow
from volunteer_credit.people.operations.digests import digest, make_people_secret
from volunteer_credit.people.rules import spelling
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import transaction
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

COMMUNITY = "huancui-01"
OTHER = "huancui-02"
OPERATOR = Actor("operator:1", "operator")
DAY_MS = 86_400_000
FAR_DAY = 99991231


def number(*names: str) -> str:
    """32 hex digits, the same in every run."""
    return sha256("/".join(("test", *names)).encode()).hexdigest()[:32]


@dataclass
class Resident:
    """A person of the town, as tests talk of them."""

    name: str
    phone: str
    person_id: str
    accounts: dict[str, str] = field(default_factory=dict)  # by community

    @property
    def account(self) -> str:
        return self.accounts[COMMUNITY]

    def actor(self, role: str, community: str = COMMUNITY) -> Actor:
        return Actor(self.accounts[community], role)

    def caller(
        self, *, method: str = "passkey", community: str = COMMUNITY, shared: bool = False
    ) -> Caller:
        """A live session of this person on a device of their own."""
        now_ms = current().clock.now_ms()
        later = (str((now_ms - AT_MS) // DAY_MS),) if now_ms - AT_MS >= DAY_MS else ()
        session_id = number("session", self.name, method, *later)
        device_id = number("device", self.name)
        with transaction() as session:
            if session.get(SessionRow, session_id) is None:
                session.add(
                    SessionRow(
                        session_id=session_id,
                        token_digest=digest(session, "session", session_id * 2),
                        person_id=self.person_id,
                        device_id=device_id,
                        method=method,
                        is_shared_phone=int(shared),
                        community_id=community,
                        began_at_ms=now_ms,
                        seen_at_ms=now_ms,
                        idle_ms=DAY_MS,
                        ends_at_ms=now_ms + DAY_MS,
                        stepped_up_until_ms=now_ms + DAY_MS,
                    )
                )
        return Caller(
            self.person_id, session_id, device_id, method, shared, now_ms + DAY_MS, community
        )


class Town:
    """A founded city with communities; `anna` (staff) and `bo` (supervisor) founded each of them.

    `add` makes a person, by default a member of the first community; `grant` gives a role.
    """

    def __init__(self, *communities: str) -> None:
        vars(self).update(built_once(("town", *communities), partial(self._build, communities)))

    def _build(self, communities: tuple[str, ...]) -> dict[str, Any]:
        make_people_secret()
        self.city = [self.add(f"admin {n}", communities=[]) for n in (1, 2)]
        self._found(CITY, [(each, "platform_admin") for each in self.city])
        self.anna, self.bo = (
            self.add(name, phone=phone, communities=[])
            for name, phone in (("安娜", "13800000001"), ("薄明", "13800000002"))
        )
        for community in communities or (COMMUNITY,):
            with perform(CITY, Request(OPERATOR, f"community {community}", "test")) as operation:
                operation.session.add(
                    CommunityRow(
                        community_id=community,
                        name=f"社区 {community}",
                        state="open",
                        founded_at_ms=AT_MS,
                    )
                )
                operation.answer({})
            self._found(community, [(self.anna, "staff"), (self.bo, "supervisor")])
        return vars(self)

    def _found(self, community: str, founders: list[tuple[Resident, str]]) -> None:
        for each, _role in founders:
            each.accounts[community] = number("account", community, each.name)
        pairs = [(each.accounts[community], role) for each, role in founders]
        made = found_book(community, Request(OPERATOR, "found", "found"), pairs)
        for each, role in founders:
            self._member(each, community)
            self._grant_row(each.accounts[community], community, role, "community", made.seq)
        for each, _role in founders:
            self._seal(each)

    def add(
        self, name: str, *, phone: str = "", communities: list[str] | None = None, **fields: str
    ) -> Resident:
        """A person with vault row and index; a member of each community named."""
        joined = [COMMUNITY] if communities is None else communities
        phone = phone or f"139{int(number('phone', name)[:8], 16) % 10**8:08}"
        each = Resident(name, phone, number("person", name))
        each.accounts = {CITY: number("account", CITY, name)}
        each.accounts |= {code: number("account", code, name) for code in joined}
        person_keys(current()).create(each.person_id, AT_MS)
        self._fields = getattr(self, "_fields", {})
        self._fields[each.person_id] = {"name": name, "phone": phone, **fields}
        self._seal(each)
        for code in joined:
            self._member(each, code)
        return each

    def _seal(self, each: Resident) -> None:
        links = sorted([code, account] for code, account in each.accounts.items())
        plain = spelling.spell({"fields": self._fields[each.person_id], "links": links})
        sealed = person_keys(current()).seal(each.person_id, "vault", plain.encode())
        with transaction() as session:
            session.merge(
                PersonRow(
                    person_id=each.person_id,
                    state="active",
                    sealed=sealed,
                    created_at_ms=AT_MS,
                    changed_at_ms=AT_MS,
                )
            )
            for code, account in each.accounts.items():
                session.merge(LinkRow(community_id=code, account=account, person_id=each.person_id))
            session.merge(
                ContactRow(
                    kind="phone",
                    digest=digest(session, "phone", each.phone),
                    person_id=each.person_id,
                )
            )

    def _member(self, each: Resident, community: str) -> None:
        if community == CITY:
            return
        request = Request(OPERATOR, f"member {each.accounts[community]}", "test")
        with perform(community, request) as operation:
            operation.session.add(
                MemberRow(
                    community_id=community,
                    account=each.accounts[community],
                    state="active",
                    joined_at_ms=AT_MS,
                )
            )
            operation.answer({})

    def _grant_row(
        self,
        account: str,
        community: str,
        role: str,
        scope: str,
        seq: int,
        until_day: int = FAR_DAY,
    ) -> None:
        request = Request(OPERATOR, f"grant {account} {role} {scope}", "test")
        with perform(community, request) as operation:
            operation.session.merge(
                GrantRow(
                    community_id=community,
                    account=account,
                    role=role,
                    scope=scope,
                    until_day=until_day,
                    seq=seq,
                )
            )
            operation.answer({})

    def grant(
        self,
        each: Resident,
        role: str,
        *,
        scope: str = "community",
        community: str = COMMUNITY,
        until_day: int = FAR_DAY,
    ) -> None:
        """Give a role as two persons do: a pair in the book, and its row."""
        account = each.accounts[community]
        data = {
            "account": account,
            "beneficiaries": [account],
            "role": role,
            "scope": scope,
            "until_day": until_day,
        }
        one, two = self.city if community == CITY else (self.anna, self.bo)
        roles = ("platform_admin",) * 2 if community == CITY else ("staff", "supervisor")
        key = f"{account} {role} {scope}"
        (proposed,) = append(
            community,
            Request(one.actor(roles[0], community), key, "test"),
            [NewEntry("role.proposed", data)],
        )
        (approved,) = append(
            community,
            Request(two.actor(roles[1], community), key, "test"),
            [NewEntry("role.approved", data, refs=[proposed.seq])],
        )
        self._grant_row(account, community, role, scope, approved.seq, until_day)


def town(*communities: str) -> Town:
    """The usual town: one community, two founders, two admins of the city."""
    assert current_app is not None
    return Town(*(communities or (COMMUNITY,)))
