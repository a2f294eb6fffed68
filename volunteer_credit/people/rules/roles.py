"""Roles as data: what each may do, and how far it reaches. What is not written here is refused."""

from collections.abc import Iterable
from dataclasses import dataclass

from volunteer_credit.people.rules.actions import ACTIONS

CITY = "city"  # the journal's code of the city's own book (tests hold the two equal)
COMMUNITY = "community"  # the scope that covers a whole book

# How far a role reaches: oneself; one person who is named (`person:<id>`); what the scope names; a
# whole community; the city's own affairs.
SELF, WARD, GRID, ORGANISATION, MERCHANT = "self", "person", "grid", "organisation", "merchant"

_OWN = (
    "self.read self.change self.leave self.erase self.consent self.sessions self.credentials"
    " self.card self.household self.organisation book.read convention.sign points.read points.hold"
    " hours.read hours.object project.read project.sign_up checkin.scan merchant.read fund.read"
)
_FOR_OTHERS = (
    "person.act_for self.read self.card self.household points.read points.hold hours.read"
    " hours.object project.read project.sign_up checkin.scan"
)
_LEAD = "project.read checkin.open checkin.admit checkin.count checkin.stop"
_COORDINATOR = f"{_LEAD} project.change hours.read hours.propose hours.approve approval.read"
_TWO = "role convention agreement fund settlement hours points"
_PAIRS = " ".join(f"{each}.propose {each}.approve" for each in _TWO.split())
_ALL_PAIRS = f"approval.read {_PAIRS}"
_READS = (
    "book.read entry.read access.read hours.read fund.read settlement.read project.read"
    " merchant.read"
)
_DESK = (
    "person.add person.search person.read person.change person.erase member.add member.end"
    " card.issue card.end card.pin_reset slip.issue device.enrol device.revoke session.end"
    " household.confirm place.change consent.record guardian.confirm proxy.confirm"
    " organisation.register organisation.change organisation.member.change"
)


@dataclass(frozen=True, slots=True)
class Role:
    """What a role may do. `reach`: the kind of scope that it is held for."""

    code: str
    reach: str
    actions: frozenset[str]

    def __post_init__(self) -> None:
        """A code that no action has is a slip of the pen."""
        assert self.actions <= ACTIONS.keys(), self.actions - ACTIONS.keys()


def _role(code: str, reach: str, *actions: str) -> Role:
    return Role(code, reach, frozenset(" ".join(actions).split()))


# In the order in which they are used, where several would do: one's own things first.
ROLES: dict[str, Role] = {
    each.code: each
    for each in (
        _role("volunteer", SELF, _OWN),
        _role(
            "former_member",
            SELF,
            "self.read self.leave self.erase self.consent hours.read points.read",
        ),
        _role(
            "guardian",
            WARD,
            *(_FOR_OTHERS, "self.change self.leave self.erase self.consent convention.sign"),
        ),
        _role("proxy", WARD, _FOR_OTHERS),
        _role("cashier", MERCHANT, "merchant.read points.take points.refund settlement.read"),
        _role("lead", ORGANISATION, _LEAD),
        _role("coordinator", ORGANISATION, _COORDINATOR),
        _role(
            "organisation_admin",
            ORGANISATION,
            _COORDINATOR,
            "organisation.change organisation.member.change",
        ),
        _role(
            "grid_worker",
            GRID,
            "person.add person.search person.read member.add slip.issue household.confirm"
            " consent.record",
        ),
        _role(
            "staff",
            COMMUNITY,
            *(_DESK, _ALL_PAIRS, _READS, _LEAD),
            "person.merge community.change project.change merchant.change merchant.offer"
            " settlement.close"
            " points.correct webhook.change",
        ),
        _role("supervisor", COMMUNITY, _ALL_PAIRS, _READS, "person.merge bundle.read"),
        _role(
            "fund_manager",
            COMMUNITY,
            "approval.read agreement.propose agreement.approve fund.propose fund.approve"
            " points.propose points.approve settlement.propose settlement.approve settlement.close",
            "fund.read settlement.read merchant.read merchant.change merchant.offer book.read",
        ),
        _role("inspector", COMMUNITY, _READS, "bundle.read"),
        _role(
            "platform_admin",
            CITY,
            "community.found organisation.register organisation.change role.propose role.approve"
            " approval.read"
            " person.add slip.issue device.enrol device.revoke session.end book.read",
        ),
    )
}
FACTS = frozenset({"volunteer", "former_member", "guardian", "proxy"})
POSITIONS = ("lead", "coordinator", "organisation_admin")
# How a session must have begun for a role to count in it; residents' own things need no more
# than a card, a slip or a code.
STRONG_METHODS = frozenset({"passkey", "totp", "device"})
GRANTED = tuple(code for code in ROLES if code not in FACTS)


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is about. `community_id` empty: the city. Names nobody: the caller."""

    community_id: str = ""
    person_id: str = ""
    account: str = ""
    grid_id: str = ""
    organisation_id: str = ""
    merchant_id: str = ""

    @property
    def book(self) -> str:
        """Whose book and rows this touches."""
        return self.community_id or CITY


@dataclass(frozen=True, slots=True)
class Holding:
    """A role that somebody has: by the book's grant, by a fact, or by a place in a body.

    `community_id` empty: wherever its scope is met. `scope`: `community`, or `grid:<id>`,
    `organisation:<id>`, `merchant:<id>`, `person:<id>`.
    """

    role: str
    community_id: str = ""
    scope: str = COMMUNITY
    in_book: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """Who asks: the person, and their account numbers in the book that the target names."""

    person_id: str
    accounts: frozenset[str] = frozenset()

    def is_target(self, target: Target) -> bool:
        """Whether the target is the asking person: by every name that it gives, or by none."""
        same_account = not target.account or target.account in self.accounts
        return target.person_id in ("", self.person_id) and same_account


def allowed(
    holdings: Iterable[Holding], action: str, target: Target, own: Own, face: str = ""
) -> Holding | None:
    """The holding by which this is allowed, that of the chosen face first; else nothing."""
    found = [each for each in holdings if _allows(each, action, target, own)]
    order = list(ROLES)
    return min(
        found,
        key=lambda each: (each.role != face, order.index(each.role), each.scope),
        default=None,
    )


def _allows(holding: Holding, action: str, target: Target, own: Own) -> bool:
    role, known = ROLES.get(holding.role), ACTIONS.get(action)
    if role is None or known is None or action not in role.actions:
        return False
    if known.in_book and not holding.in_book:
        return False
    if holding.community_id not in ("", target.book):
        return False
    return _reaches(role.reach, holding, target, own)


def _reaches(reach: str, holding: Holding, target: Target, own: Own) -> bool:
    if reach == SELF:
        return own.is_target(target)
    if reach == CITY:
        return target.book == CITY == holding.community_id and holding.scope == COMMUNITY
    if reach == COMMUNITY:
        is_here = holding.community_id == target.book != CITY
        return is_here and holding.scope == COMMUNITY
    named = {
        WARD: target.person_id,
        GRID: target.grid_id,
        ORGANISATION: target.organisation_id,
        MERCHANT: target.merchant_id,
    }[reach]
    return bool(named) and holding.scope == f"{reach}:{named}"


def is_scope_of(role: str, scope: str) -> bool:
    """Whether a role may be granted for this scope."""
    found = ROLES.get(role)
    if found is None or role in FACTS:
        return False
    if found.reach in (COMMUNITY, CITY):
        return scope == COMMUNITY
    kind, _, name = scope.partition(":")
    return kind == found.reach and bool(name)
