"""A small town to try things out in: made by the real operations, and only where nothing is.

Its people are made up. Nobody has a password that stands anywhere: whoever starts the
demonstration gets new slips, cards and PINs, which replace the ones before.
"""

from dataclasses import dataclass

from volunteer_credit.journal.operations.city import city_clock
from volunteer_credit.journal.operations.clock_orders import confirm_clock
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.operations.bootstrap import ENROLLED, enrol_admin, found_with_admins
from volunteer_credit.people.operations.cards import Card, issue_card
from volunteer_credit.people.operations.devices import enrol_device, revoke_device
from volunteer_credit.people.operations.founding import found_community
from volunteer_credit.people.operations.grants import approve_role, propose_role
from volunteer_credit.people.operations.households import confirm_household, declare_household
from volunteer_credit.people.operations.inviting import invite
from volunteer_credit.people.operations.memberships import join_community
from volunteer_credit.people.operations.organisations import NewOrganisation, register_organisation
from volunteer_credit.people.operations.persons import add_person, find_persons
from volunteer_credit.people.operations.pins import hash_pin
from volunteer_credit.people.operations.places import add_place
from volunteer_credit.people.operations.sessions import Browser
from volunteer_credit.people.operations.sign_in import sign_in_by_device, sign_in_by_slip
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.queries.communities import communities
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
    en = "There are people or communities in this city already; a demonstration begins empty."
    zh = "本市已有人员或社区；演示数据只能写入空的环境。"


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
FACES = (RESIDENT, STAFF, SECOND, SUPERVISOR, COORDINATOR, *ADMINS)
HOUSEHOLDS = ((RESIDENT.name, "林小演", "林大演"), ("王演示", "王小演"), ("赵演示", "钱演示"))


@dataclass(frozen=True)
class Way:
    """How somebody gets in, shown this once. `path`: of a slip; `card` and `pin`: of residents."""

    face: Face
    path: str
    card: str = ""
    pin: str = ""


def seed() -> int:
    """Make the town; how many people it has. Raises: DemoOnlyError, CityNotEmptyError."""
    _check_demo()
    admins = found_with_admins(renew_codes=True)[1]
    end_reading()
    if communities(db.session()) or any(each.state == ENROLLED for each in admins):
        raise CityNotEmptyError
    for each, face in zip(admins, ADMINS, strict=True):
        assert each.slip is not None, "it was renewed"
        enrol_admin(each.slip.code, _fields(face.name, face.phone), HERE, _key())
    founders = [_Founder(face) for face in (STAFF, SUPERVISOR)]
    both = (founders[0].person_id, founders[1].person_id)
    found_community(None, COMMUNITY, NAME, both, _key())
    staff, supervisor = (each.sign_in() for each in founders)
    count = len(ADMINS) + len(founders) + _residents(staff)
    _colleague(staff, supervisor)
    admin, _account = _member(staff, COORDINATOR.name, COORDINATOR.phone)
    name = "邻里互助服务中心（演示）"
    new = NewOrganisation("social_organisation", name)
    register_organisation(staff, COMMUNITY, new, admin, _key())
    for caller in (staff, supervisor):
        revoke_device(caller, caller.device_id, "", _key())
    return count + 2


class _Founder:
    """One of the first two, with a device of whose PIN and secret nothing stays."""

    def __init__(self, face: Face) -> None:
        made = invite(_fields(face.name, face.phone), "", DEVICE, _key())
        self.person_id = made.person_id
        self._pin = new_pin()
        self._secret = enrol_device(made.slip.code, self._pin, "demo", HERE, _key()).secret

    def sign_in(self) -> Caller:
        return sign_in_by_device(self._secret, self._pin, _browser()).caller


def _residents(staff: Caller) -> int:
    estate = add_place(staff, COMMUNITY, (ESTATE, "桃园小区"), _key())
    for number, names in enumerate(HOUSEHOLDS, 1):
        place = (BUILDING, f"{number} 号楼")
        building = add_place(staff, COMMUNITY, place, _key(), parent_id=estate)
        _household(staff, names, building)
    return sum(map(len, HOUSEHOLDS))


def _household(staff: Caller, names: tuple[str, ...], place_id: str) -> None:
    """Members of whom the first says with whom they live, and the desk confirms it."""
    phone = RESIDENT.phone if names[0] == RESIDENT.name else ""
    members = [_member(staff, name, phone if name == names[0] else "") for name in names]
    first = members[0][0]
    slip = issue_slip(staff, INVITATION, first, COMMUNITY, _key())
    caller = sign_in_by_slip(slip.code, _browser(), _key()).caller
    others = [account for _person, account in members[1:]]
    household = declare_household(caller, COMMUNITY, others, _key(), place_id)
    confirm_household(staff, COMMUNITY, household, DESK, _key())


def _colleague(staff: Caller, supervisor: Caller) -> None:
    """A second member of staff, by two persons."""
    _person, account = _member(staff, SECOND.name, SECOND.phone)
    seq = propose_role(staff, COMMUNITY, RoleGrant(account, "staff"), _key())
    approve_role(supervisor, COMMUNITY, seq, _key())


def _member(staff: Caller, name: str, phone: str) -> tuple[str, str]:
    fields = parse_fields(_fields(name, phone))
    person = add_person(staff, fields, community_id=COMMUNITY, key=_key())
    return person, join_community(staff, person, community_id=COMMUNITY, key=_key())


def ways_in() -> list[Way]:
    """New slips for everybody, and a card with a PIN for the resident; the old card ends.

    It also says that the clock is right, which a book asks for after 36 h of silence.
    Raises: DemoOnlyError, NoDemoError.
    """
    _check_demo()
    if city_clock() is None:
        raise NoDemoError
    end_reading()
    found = [(face, find_persons(db.session(), "phone", face.phone)) for face in FACES]
    if not all(persons for _face, persons in found):
        raise NoDemoError
    for book in (CITY, COMMUNITY):
        now_ms = current().clock.now_ms()
        confirm_clock(book, now_ms, Request(OPERATOR, _key(), "clock.confirm"))
    return [_way(face, persons[0]) for face, persons in found]


def _way(face: Face, person_id: str) -> Way:
    kind = INVITATION if face.card else DEVICE
    slip = issue_slip(None, kind, person_id, face.community, _key(), life_ms=LIFE_MS)
    if not face.card:
        return Way(face, slip.path)
    pin = new_pin()
    card: Card = issue_card(None, person_id, COMMUNITY, _key(), hash_pin(db.session(), pin))
    return Way(face, slip.path, card.number, pin)


def new_pin() -> str:
    """A PIN that nobody tries first."""
    while True:
        pin = f"{int.from_bytes(current().random(PIN_BYTES)) % 1_000_000:06}"
        try:
            return check_new_pin(pin)
        except WeakPinError:
            continue


def _check_demo() -> None:
    if current().settings.clock != DEMO or city_clock() not in (None, DEMO):
        raise DemoOnlyError


def _fields(name: str, phone: str) -> dict[str, object]:
    return {"name": name, "phone": phone} if phone else {"name": name, "reach": "社区服务台"}


def _browser() -> Browser:
    return Browser(new_id(current().random), HERE)


def _key() -> str:
    return new_id(current().random)
