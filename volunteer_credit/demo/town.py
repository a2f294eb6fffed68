"""A small town to try things out in: made by the real operations, and only where nothing is.

Its people are made up. Nobody has a password that stands anywhere: whoever starts the
demonstration gets new slips, cards and PINs, which replace the ones before.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from volunteer_credit.journal.operations.city import city_clock
from volunteer_credit.journal.operations.clock_orders import confirm_clock
from volunteer_credit.journal.operations.demo_time import book_now_ms
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.operations.accepting import accept_founding
from volunteer_credit.people.operations.bootstrap import enrol_admin, found_with_admins
from volunteer_credit.people.operations.cards import Card, issue_card
from volunteer_credit.people.operations.devices import enrol_device, revoke_device
from volunteer_credit.people.operations.founding import found_community
from volunteer_credit.people.operations.grants import approve_role, propose_role
from volunteer_credit.people.operations.households import confirm_household, declare_household
from volunteer_credit.people.operations.inviting import invite
from volunteer_credit.people.operations.memberships import join_community
from volunteer_credit.people.operations.organisations import NewOrganisation, register_organisation
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.people.operations.persons import add_person, find_persons
from volunteer_credit.people.operations.pins import hash_pin
from volunteer_credit.people.operations.places import add_place
from volunteer_credit.people.operations.sessions import Browser
from volunteer_credit.people.operations.sign_in import sign_in_by_device, sign_in_by_slip
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.rules.grants import RoleGrant
from volunteer_credit.people.rules.households import DESK
from volunteer_credit.people.rules.identity import parse_fields
from volunteer_credit.people.rules.pins import check_new_pin
from volunteer_credit.people.rules.places import BUILDING, ESTATE
from volunteer_credit.people.rules.sign_in_errors import WeakPinError
from volunteer_credit.people.rules.slips import DEVICE, INVITATION
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.errors import ConflictError, RefusedError
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

DEMO = "demo"
COMMUNITY, NAME = "demo-01", "示范社区"
HERE = "127.0.0.1"
OPERATOR = Actor("operator:1", "operator")
FRESH_MS = 120_000  # a sign-in has just proved who it is for so long
ORGANISATION = "邻里互助服务中心（演示）"
LIFE_MS = 8 * 3_600_000  # of the slips that a start prints
PIN_BYTES = 4


class DemoOnlyError(RefusedError):
    """Made-up people in a book that counts."""

    code = "demo_only"
    en = "This city is no demonstration (VC_CLOCK=demo, from its first entry on); nothing was done."
    zh = "这不是演示环境（须自第一个条目起 VC_CLOCK=demo）；未作任何更改。"


class CityNotEmptyError(ConflictError):
    """Made-up people among others."""

    code = "city_not_empty"
    en = "There is a city here already; a demonstration begins with an empty database."
    zh = "此处已有市级账本；演示数据只能写入空的数据库。"


class NoDemoError(ConflictError):
    """A demonstration that was never made."""

    code = "no_demo"
    en = "The people of the demonstration are not here; make them with seed-demo."
    zh = "没有演示人员；请先运行 seed-demo。"


@dataclass(frozen=True)
class Face:
    """Somebody whom one can be. `phone` finds them again; such numbers are given to nobody."""

    phone: str
    name: str
    en: str
    zh: str
    community: str = COMMUNITY
    card: bool = False


ADMINS = (
    Face("13900000001", "郑演一", "administrator of the city", "市级管理员", ""),
    Face("13900000002", "郑演二", "second administrator", "另一位市级管理员", ""),
)
STAFF = Face("13900000003", "安演示", "community staff", "社区工作者")
SUPERVISOR = Face("13900000004", "薄演示", "supervisor", "居务监督")
SECOND = Face("13900000005", "石演示", "second member of staff", "另一位社区工作者")
COORDINATOR = Face("13900000006", "苏演示", "coordinator of an organisation", "社会组织负责人")
RESIDENT = Face("13900000007", "林演示", "resident", "居民", card=True)
DEPUTY = Face("13900000008", "丁演示", "second coordinator", "另一位项目负责人")
CASHIER = Face("13900000009", "米演示", "merchant at the till", "商户收银员")
FACES = (RESIDENT, COORDINATOR, DEPUTY, CASHIER, STAFF, SECOND, SUPERVISOR, *ADMINS)
HOUSEHOLDS = ((RESIDENT.name, "林小演", "林大演"), ("王演示", "王小演"), ("赵演示", "钱演示"))


@dataclass(frozen=True)
class Way:
    """How somebody gets in, shown this once. `path`: of a slip; `card` and `pin`: of residents."""

    face: Face
    path: str
    card: str = ""
    pin: str = ""


def check_demo_settings(clock: str) -> None:
    """Refuse to make up people by a clock that counts. Raises: DemoOnlyError."""
    if clock != DEMO:
        raise DemoOnlyError


def desk(*, is_new: bool) -> dict[Face, "Hand"]:
    """The first two of staff, and the city's administrators; `is_new`: its book was made for this.

    Raises: DemoOnlyError, CityNotEmptyError.
    """
    check_demo()
    if not is_new:
        raise CityNotEmptyError
    admins = found_with_admins(renew_codes=True)[1]
    end_reading()
    for each, face in zip(admins, ADMINS, strict=True):
        assert each.slip is not None, "it was renewed"
        enrol_admin(each.slip.code, fields_of(face.name, face.phone), HERE, fresh_key())
    return {face: Hand.invited(face) for face in (STAFF, SUPERVISOR)}


def found(*, is_new: bool) -> "Town":
    """Make the town with its desk. Raises: as `desk`."""
    hands = desk(is_new=is_new)
    staff = hands[STAFF]
    both = (staff.person_id, hands[SUPERVISOR].person_id)
    found_community(None, COMMUNITY, NAME, both, fresh_key())
    accepted(hands, COMMUNITY)
    count = len(ADMINS) + len(hands) + _residents(staff())
    for face in (SECOND, COORDINATOR, DEPUTY, CASHIER):
        person_id, account = _member(staff(), face.name, face.phone)
        hands[face] = Hand.enrolled(person_id, account)
        count += 1
    town = Town(hands, _body(staff(), hands[COORDINATOR]), count)
    town.grant(SECOND, "staff")
    for face in (COORDINATOR, DEPUTY):
        town.grant(face, "coordinator", f"organisation:{town.organisation_id}")
    return town


def accepted(hands: Mapping[Face, "Hand"], community_id: str) -> None:
    """Both founders accept, each on their own device."""
    for face in (STAFF, SUPERVISOR):
        accept_founding(hands[face](), community_id, fresh_key())


def _body(staff: Caller, admin: "Hand") -> str:
    new = NewOrganisation("social_organisation", ORGANISATION)
    return register_organisation(staff, COMMUNITY, new, admin.person_id, fresh_key())


@dataclass
class Town:
    """The desk of the demonstration while it is made: `hands` of faces, signed in when called."""

    hands: dict[Face, "Hand"]
    organisation_id: str
    count: int

    def __getitem__(self, face: Face) -> Caller:
        """A face's fresh session."""
        return self.hands[face]()

    def grant(self, face: Face, role: str, scope: str = "community") -> None:
        """A role, by two persons."""
        grant = RoleGrant(self.hands[face].account, role, scope)
        seq = propose_role(self[STAFF], COMMUNITY, grant, fresh_key())
        approve_role(self[SUPERVISOR], COMMUNITY, seq, fresh_key())

    def second(self, seq: int) -> None:
        """The supervisor approves what was proposed."""
        approve(self[SUPERVISOR], COMMUNITY, seq, fresh_key())

    def close(self) -> None:
        """Nobody keeps a device whose PIN was never seen."""
        for hand in self.hands.values():
            caller = hand()
            revoke_device(caller, caller.device_id, "", fresh_key())


class Hand:
    """Somebody with a device of whose PIN and secret nothing stays."""

    def __init__(self, person_id: str, account: str, slip: str) -> None:
        self.person_id, self.account = person_id, account
        self._pin, self._day = new_pin(), -1
        self._secret = enrol_device(slip, self._pin, "demo", HERE, fresh_key()).secret
        self._caller: Caller | None = None

    @classmethod
    def invited(cls, face: Face) -> "Hand":
        """Somebody new, with a slip from the shell."""
        made = invite(fields_of(face.name, face.phone), "", DEVICE, fresh_key())
        return cls(made.person_id, made.account, made.slip.code)

    @classmethod
    def enrolled(cls, person_id: str, account: str) -> "Hand":
        """A member, with a slip from the shell."""
        slip = issue_slip(None, DEVICE, person_id, COMMUNITY, fresh_key())
        return cls(person_id, account, slip.code)

    def __call__(self) -> Caller:
        """Signed in, anew where the clock has gone on."""
        now = current().clock.now_ms() // FRESH_MS
        if self._caller is None or now != self._day:
            self._day = now
            self._caller = sign_in_by_device(self._secret, self._pin, _browser()).caller
        return self._caller


def resident_in(person_id: str) -> Caller:
    """A resident who signs in with a slip."""
    slip = issue_slip(None, INVITATION, person_id, COMMUNITY, fresh_key())
    return sign_in_by_slip(slip.code, _browser(), fresh_key()).caller


def _residents(staff: Caller) -> int:
    estate = add_place(staff, COMMUNITY, (ESTATE, "桃园小区"), fresh_key())
    for number, names in enumerate(HOUSEHOLDS, 1):
        place = (BUILDING, f"{number} 号楼")
        building = add_place(staff, COMMUNITY, place, fresh_key(), parent_id=estate)
        _household(staff, names, building)
    return sum(map(len, HOUSEHOLDS))


def _household(staff: Caller, names: tuple[str, ...], place_id: str) -> None:
    """Members of whom the first says with whom they live, and the desk confirms it."""
    phone = RESIDENT.phone if names[0] == RESIDENT.name else ""
    members = [_member(staff, name, phone if name == names[0] else "") for name in names]
    first = members[0][0]
    slip = issue_slip(staff, INVITATION, first, COMMUNITY, fresh_key())
    caller = sign_in_by_slip(slip.code, _browser(), fresh_key()).caller
    others = [account for _person, account in members[1:]]
    household = declare_household(caller, COMMUNITY, others, fresh_key(), place_id)
    confirm_household(staff, COMMUNITY, household, DESK, fresh_key())


def _member(staff: Caller, name: str, phone: str) -> tuple[str, str]:
    fields = parse_fields(fields_of(name, phone))
    person = add_person(staff, fields, community_id=COMMUNITY, key=fresh_key())
    return person, join_community(staff, person, community_id=COMMUNITY, key=fresh_key())


def ways_in() -> list[Way]:
    """New slips for everybody, and a card with a PIN for the resident; the old card ends.

    It also says that the clock is right, which a book asks for after 36 h of silence.
    Raises: DemoOnlyError, NoDemoError.
    """
    check_demo()
    if city_clock() is None:
        raise NoDemoError
    end_reading()
    found = [(face, find_persons(db.session(), "phone", face.phone)) for face in FACES]
    if not all(persons for _face, persons in found):
        raise NoDemoError
    say_clock_is_right()
    return [_way(face, persons[0]) for face, persons in found]


def say_clock_is_right(community_id: str = COMMUNITY) -> None:
    """What a book asks an operator for after 36 hours of silence."""
    for book in (CITY, community_id):
        now_ms = book_now_ms(db.session(), book)
        confirm_clock(book, now_ms, Request(OPERATOR, fresh_key(), "clock.confirm"))
    end_reading()


def _way(face: Face, person_id: str) -> Way:
    kind = INVITATION if face.card else DEVICE
    slip = issue_slip(None, kind, person_id, face.community, fresh_key(), life_ms=LIFE_MS)
    if not face.card:
        return Way(face, slip.path)
    pin = new_pin()
    card: Card = issue_card(None, person_id, COMMUNITY, fresh_key(), hash_pin(db.session(), pin))
    return Way(face, slip.path, card.number, pin)


def new_pin() -> str:
    """A PIN that nobody tries first."""
    while True:
        pin = f"{int.from_bytes(current().random(PIN_BYTES)) % 1_000_000:06}"
        try:
            return check_new_pin(pin)
        except WeakPinError:
            continue


def check_demo() -> None:
    """Refuse every book that counts. Raises: DemoOnlyError."""
    if current().settings.clock != DEMO or city_clock() not in (None, DEMO):
        raise DemoOnlyError


def fields_of(name: str, phone: str) -> dict[str, object]:
    """A made-up person's data: without a phone the desk knows how to reach them."""
    return {"name": name, "phone": phone} if phone else {"name": name, "reach": "社区服务台"}


def _browser() -> Browser:
    # Each from an address of its own: so many tries from one would be stopped.
    return Browser(new_id(current().random), ".".join(map(str, (10, *current().random(3)))))


def fresh_key() -> str:
    """A request number."""
    return new_id(current().random)
