"""Builders for the tests of two persons: a desk of two staff and three supervisors."""

from dataclasses import dataclass, replace
from typing import Any

from tests.people.make import COMMUNITY, Resident, Town
from tests.service.rows import built_once
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Actor, Request
from volunteer_credit.people.models.membership import HouseholdMemberRow, HouseholdRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.operations.pairs import propose
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Model, transaction

OPERATOR = Actor("operator:1", "operator")


@dataclass
class Desk:
    """`staff` and `supervisors` of the first community, by the order in which they came."""

    town: Town
    staff: list[Resident]
    supervisors: list[Resident]

    @property
    def everybody(self) -> list[Resident]:
        return [*self.staff, *self.supervisors]


def desk() -> Desk:
    return built_once(("desk",), _desk)


def _desk() -> Desk:
    town = Town()
    staff, two, three = (town.add(name) for name in ("石", "苏", "孙"))
    town.grant(staff, "staff")
    for each in (two, three):
        town.grant(each, "supervisor")
    return Desk(town, [town.anna, staff], [town.bo, two, three])


def put(key: str, *rows: Model, community: str = COMMUNITY) -> None:
    """Write rows straight."""
    with perform(community, Request(OPERATOR, key, "test")) as operation:
        for row in rows:
            operation.session.merge(row)
        operation.answer({})


def household(name: str, *members: Resident, state: str = "confirmed", until_ms: int = 0) -> None:
    """Members who live together, in the state in which they are."""
    house = {"community_id": COMMUNITY, "household_id": name * 32}
    rows: list[Model] = [
        HouseholdRow(**house, state="declared", declared_by=members[0].account, declared_at_ms=0)
    ]
    rows += [
        HouseholdMemberRow(
            **house, account=each.account, since_ms=0, until_ms=until_ms or None, state=state
        )
        for each in members
    ]
    put(f"household {name} {state} {until_ms}", *rows)


def sheet(
    by: Resident, *beneficiaries: Resident, key: str = "sheet", name: str = "hours.example"
) -> int:
    """A proposal of a kind without rows of its own; its seq."""
    accounts = sorted(each.account for each in beneficiaries)
    data: dict[str, Any] = {"beneficiaries": accounts, "sheet": 1}
    return propose(by.caller(), COMMUNITY, name, data, "sheet", key)


def on_device_of(one: Resident, other: Resident) -> Caller:
    """A session of one person on the device of another."""
    caller = one.caller(method="totp")
    device_id = other.caller().device_id
    with transaction() as session:
        row = session.get(SessionRow, caller.session_id)
        assert row is not None
        row.device_id = device_id
    return replace(caller, device_id=device_id)
