"""Who may propose and approve: roles held, until when, for which scope, for which X (P6 to P8)."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.ledger.expect import (
    BOSS,
    DAY_MS,
    HOUR_MS,
    STAFF,
    agreement,
    approve,
    convention,
    opened,
    propose,
    refused,
)
from tests.ledger.make import (
    ANNA,
    AT_MS,
    BO,
    CHEN,
    DING,
    ENDLESS,
    ERNA,
    OPERATOR,
    Maker,
    actor,
    family,
    person,
    plain,
)

X = "sheet.example"
EMPTY: dict[str, Any] = {"beneficiaries": []}
CHOIR, BAND = "organisation:choir", "organisation:band"
TWIN = person("chen again")
NEW = person("new")
KNOWN: dict[str, dict[str, Any]] = {
    "role": {
        "account": NEW,
        "beneficiaries": [NEW],
        "role": "coordinator",
        "scope": "community",
        "until_day": ENDLESS,
    },
    "account.merge": {
        "beneficiaries": sorted([NEW, TWIN]),
        "from": TWIN,
        "into": NEW,
        "transfers": [],
    },
    "convention": convention(20261123, f1=10),
    "agreement": agreement(0, 20261122, 20261231),
}
ALLOWED = {
    "role": {"staff", "supervisor", "platform_admin"},
    "account.merge": {"staff", "supervisor"},
    "convention": {"staff", "supervisor"},
    "agreement": {"staff", "supervisor", "fund_manager"},
    "money": {"staff", "supervisor", "fund_manager"},
    X: {"staff", "supervisor", "fund_manager", "platform_admin", "coordinator", "member"},
}
ROLES = sorted(ALLOWED[X])


@pytest.fixture
def maker() -> Iterator[Maker]:
    yield from opened()


@pytest.fixture
def money(maker: Maker) -> Maker:
    """A book with a fund, money and an account of an unknown class."""
    maker.fund()
    accounts = [family("donor:city", "fen"), family("cash:f1", "fen", limited=True)]
    accounts += [family("lottery:a", "centipoints"), family("organiser:choir", "minutes")]
    accounts += [family(f"hours:{NEW}", "minutes", limited=True)]
    maker.add("account.opened", {"accounts": accounts})
    maker.wallets(NEW)
    return maker


def sheet(*transfers: dict[str, Any]) -> dict[str, Any]:
    """The data of an unknown X that moves something."""
    return {"beneficiaries": [NEW], "transfers": list(transfers)}


MONEY = {
    "sponsor": plain("sponsor:city", "fund:f1", 5),
    "donor": plain("donor:city", "cash:f1", 5, unit="fen"),
    "unknown class": plain("lottery:a", "fund:f1", 5),
    "correction": {**plain("correction:f1", f"wallet:{NEW}:f1:202712", 5), "pending": 0},
}
NO_MONEY = {
    "award": plain("fund:f1", f"wallet:{NEW}:f1:202712", 5),
    "hours": plain("organiser:choir", f"hours:{NEW}", 5, unit="minutes"),
}


@pytest.mark.parametrize("name", [X, *KNOWN])
@pytest.mark.parametrize("role", ROLES)
def test_roles_of_each_x(maker: Maker, name: str, role: str) -> None:
    """Each X is proposed and approved under its own roles and no others (P7)."""
    data = KNOWN.get(name, EMPTY)
    maker.role(CHEN, role)
    by = actor(CHEN, role)
    ours = propose(maker, name, data)
    if role in ALLOWED[name]:
        propose(maker, name, data, by=by)
        approve(maker, name, data, ours, by=by)
    else:
        with refused(maker, "role_not_allowed", role=role, name=name):
            propose(maker, name, data, by=by)
        with refused(maker, "role_not_allowed", role=role, name=name):
            approve(maker, name, data, ours, by=by)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", MONEY)
def test_roles_of_money(money: Maker, name: str, role: str) -> None:
    """Points and money on a route for two need a role of money on both sides (P7)."""
    money.role(CHEN, role)
    by, data = actor(CHEN, role), sheet(MONEY[name])
    theirs, ours = propose(money, X, data, by=by), propose(money, X, data)
    if role in ALLOWED["money"]:
        approve(money, X, data, theirs)
        approve(money, X, data, ours, by=by)
    else:
        with refused(money, "role_not_allowed", role=role):
            approve(money, X, data, theirs)
        with refused(money, "role_not_allowed", role=role):
            approve(money, X, data, ours, by=by)


@pytest.mark.parametrize("name", NO_MONEY)
def test_no_money(money: Maker, name: str) -> None:
    """Other approvals take any role, for the organisation that the actor acts for (P7)."""
    for each in (CHEN, DING):
        money.role(each, "coordinator", scope=CHOIR)
    chen, ding = ({**actor(each, "coordinator"), "for": CHOIR} for each in (CHEN, DING))
    data = sheet(NO_MONEY[name])
    approve(money, X, data, propose(money, X, data, by=chen), by=ding)


def test_money_needs_the_community(money: Maker) -> None:
    """A role of money for an organisation is none for the fund, on either side (P7)."""
    data = sheet(MONEY["sponsor"])
    money.role(CHEN, "fund_manager", scope=CHOIR)
    by = {**actor(CHEN, "fund_manager"), "for": CHOIR}
    theirs, ours = propose(money, X, data, by=by), propose(money, X, data)
    with refused(money, "role_not_held", account=CHEN, scope="community"):
        approve(money, X, data, theirs)
    with refused(money, "role_not_held", account=CHEN, scope="community"):
        approve(money, X, data, ours, by=by)
    money.role(CHEN, "fund_manager")
    approve(money, X, data, theirs)
    approve(money, X, data, ours, by=by)


def test_role_not_held(maker: Maker) -> None:
    """A person acts under a role that it holds, not under another and not under none (P6)."""
    seq = propose(maker, X, EMPTY)
    for account, role in ((ANNA, "supervisor"), (BO, "staff"), (CHEN, "staff"), (CHEN, "member")):
        by = actor(account, role)
        with refused(maker, "role_not_held", account=account, role=role, scope="community"):
            propose(maker, X, EMPTY, by=by)
        if account != ANNA:
            with refused(maker, "role_not_held", account=account, role=role):
                approve(maker, X, EMPTY, seq, by=by)
    approve(maker, X, EMPTY, seq)


def test_until_day(maker: Maker) -> None:
    """A grant holds on the whole of its last local day and not a second longer (P6)."""
    maker.role(CHEN, "staff", until=20261123)
    chen, end = actor(CHEN), AT_MS + 40 * HOUR_MS  # 00:00 of 2026-11-24 in Weihai
    early, late = propose(maker, X, EMPTY), propose(maker, X, EMPTY)
    propose(maker, X, EMPTY, by=chen, at=end - 1000)
    approve(maker, X, EMPTY, early, by={**chen, "for": BAND}, at=end - 1000)
    with refused(maker, "role_not_held", day=20261124):
        propose(maker, X, EMPTY, by=chen, at=end)
    with refused(maker, "role_not_held", day=20261124):
        approve(maker, X, EMPTY, late, by=chen, at=end)
    maker.at_ms = end
    maker.role(CHEN, "staff", until=20261124)
    approve(maker, X, EMPTY, late, by=chen)


def test_lapsed_proposer(money: Maker) -> None:
    """Who proposed held the role then; where money moves it holds it still (P6, P7)."""
    money.role(CHEN, "staff", until=20261122)
    paid = sheet(MONEY["donor"])
    free, seq = propose(money, X, EMPTY, by=actor(CHEN)), propose(money, X, paid, by=actor(CHEN))
    money.at_ms += DAY_MS
    approve(money, X, EMPTY, free)
    with refused(money, "role_not_held", account=CHEN):
        approve(money, X, paid, seq)


def test_revoked(maker: Maker) -> None:
    """The last grant stands: a day already past takes a role back, a founder's too (P8)."""
    maker.role(CHEN, "staff")
    propose(maker, X, EMPTY, by=actor(CHEN))
    maker.role(CHEN, "staff", until=20261121)
    with refused(maker, "role_not_held"):
        propose(maker, X, EMPTY, by=actor(CHEN))
    maker.role(CHEN, "staff")
    maker.role(DING, "supervisor")
    data = {**KNOWN["role"], "account": ANNA, "beneficiaries": [ANNA], "role": "staff"}
    two = {"proposer": BOSS, "approver": actor(DING, "supervisor")}
    maker.pair("role", {**data, "until_day": 20261121}, **two)
    with refused(maker, "role_not_held", account=ANNA):
        propose(maker, X, EMPTY)
    propose(maker, X, EMPTY, by=actor(CHEN))


def test_scopes(maker: Maker) -> None:
    """A role for one scope is held by whom acts for just that; the community covers all (P6)."""
    maker.role(CHEN, "coordinator", scope=CHOIR)
    chen, seq = actor(CHEN, "coordinator"), propose(maker, X, EMPTY)
    for by in (chen, {**chen, "for": BAND}, {**chen, "for": "choir"}, {**chen, "for": DING}):
        scope = by.get("for", "community")
        with refused(maker, "role_not_held", scope=scope):
            propose(maker, X, EMPTY, by=by)
        with refused(maker, "role_not_held", scope=scope):
            approve(maker, X, EMPTY, seq, by=by)
    propose(maker, X, EMPTY, by={**chen, "for": CHOIR})
    propose(maker, X, EMPTY, by={**STAFF, "for": BAND})
    approve(maker, X, EMPTY, seq, by={**chen, "for": CHOIR})


def test_scope_of_known(maker: Maker) -> None:
    """Merges, conventions and agreements need a role for the community (P7)."""
    maker.role(CHEN, "staff", scope=CHOIR)
    by = {**actor(CHEN), "for": CHOIR}
    propose(maker, X, EMPTY, by=by)
    for name in ("account.merge", "convention", "agreement"):
        seq = propose(maker, name, KNOWN[name])
        with refused(maker, "role_not_held", account=CHEN, scope="community"):
            propose(maker, name, KNOWN[name], by=by)
        with refused(maker, "role_not_held", account=CHEN, scope="community"):
            approve(maker, name, KNOWN[name], seq, by=by)


def test_scope_of_roles(maker: Maker) -> None:
    """A role is granted by whom holds one for the community or for exactly that scope (P7)."""
    maker.role(CHEN, "staff", scope=CHOIR)
    chen = {**actor(CHEN), "for": BAND}  # whom it acts for decides nothing here
    for scope in ("community", BAND, "organisation:choi"):
        data = {**KNOWN["role"], "scope": scope}
        seq = propose(maker, "role", data)
        with refused(maker, "role_not_held", scope=scope):
            propose(maker, "role", data, by=chen)
        with refused(maker, "role_not_held", scope=scope):
            approve(maker, "role", data, seq, by=chen)
    data = {**KNOWN["role"], "scope": CHOIR}
    propose(maker, "role", data, by=chen)
    approve(maker, "role", data, propose(maker, "role", data, by=OPERATOR), by=chen)
    assert maker.book.parties.holds(NEW, "coordinator", CHOIR, ENDLESS)
    assert not maker.book.parties.holds(NEW, "coordinator", BAND, 20261122)


def test_withdrawal_needs_no_role(maker: Maker) -> None:
    """Anybody withdraws a proposal: a member, a job, whoever (P6)."""
    for by in (actor(CHEN, "member"), OPERATOR, STAFF):
        seq = propose(maker, X, EMPTY)
        maker.add(f"{X}.withdrawn", {}, actor=by, refs=[seq])


@pytest.mark.parametrize(("mine", "other"), [(20261130, 20261231), (20261231, 20261130)])
def test_grants_of_merged_persons(maker: Maker, mine: int, other: int) -> None:
    """Of two merged grants the longer stays; a later one replaces it for both numbers (P8, P9)."""
    maker.role(CHEN, "staff", until=mine)
    maker.role(TWIN, "staff", until=other)
    maker.role(TWIN, "supervisor", scope=CHOIR, until=20261125)
    data = {"beneficiaries": sorted([CHEN, TWIN]), "from": TWIN, "into": CHEN, "transfers": []}
    maker.pair("account.merge", data)
    holds = maker.book.parties.holds
    for account in (CHEN, TWIN):
        assert holds(account, "staff", "community", 20261231)
        assert not holds(account, "staff", "community", 20270101)
        assert holds(account, "supervisor", CHOIR, 20261125)
    propose(maker, X, EMPTY, by=actor(TWIN))
    maker.role(TWIN, "staff", until=20261121)
    for account in (CHEN, TWIN):
        with refused(maker, "role_not_held", account=account):
            propose(maker, X, EMPTY, by=actor(account))
    assert {key[0] for key in maker.book.parties.grants} == {ANNA, BO, CHEN}
    maker.role(ERNA, "staff")
