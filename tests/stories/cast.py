"""Who takes part in the story, and how each of them comes to be there; all of them are made up."""

from dataclasses import dataclass, field

from tests.stories.bill import Bill
from tests.stories.browser import Browser
from tests.stories.service import COMMUNITY, Service

PIN = "728391"
HERE = f"/c/{COMMUNITY}"
DESK = f"{HERE}/desk"
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", ("秀英", "建国", "桂兰")


@dataclass
class Person:
    """A member. `card`: what the QR of their card says, `number`: its digits."""

    name: str
    phone: str
    person_id: str = ""
    account: str = ""
    card: str = ""
    number: str = ""
    browser: Browser | None = None

    @property
    def at(self) -> Browser:
        """Their phone or screen."""
        assert self.browser is not None, self.name
        return self.browser


@dataclass
class Cast:
    """Everybody by their part; `make` opens browsers on the service."""

    service: Service
    bill: Bill
    staff: Person = field(default_factory=lambda: Person("安知远", "13800000001"))
    supervisor: Person = field(default_factory=lambda: Person("薄守正", "13800000002"))
    colleague: Person = field(default_factory=lambda: Person("石敬之", "13800000003"))
    coordinator: Person = field(default_factory=lambda: Person("苏清扬", "13800000004"))
    deputy: Person = field(default_factory=lambda: Person("丁以宁", "13800000005"))
    cashier: Person = field(default_factory=lambda: Person("米满仓", "13800000006"))
    clerk: Person = field(default_factory=lambda: Person("柜小安", "13800000007"))
    resident: Person = field(default_factory=lambda: Person("林奶奶", ""))
    volunteers: list[Person] = field(default_factory=list)
    organisation_id: str = ""

    def make(self, face: str, who: str) -> Browser:
        """A browser of somebody."""
        return Browser(self.service.port, self.bill, face, who)

    def enrol(self, person: Person, code: str, face: str) -> None:
        """They scan the slip of a device and choose a PIN."""
        person.browser = self.make(face, person.name)
        page = person.at.get(f"/d/{code}")
        person.at.send(page, f"/d/{code}", pin=PIN, pin_again=PIN)

    def approve_all(self) -> int:
        """The supervisor approves whatever waits for them, each on its page."""
        second, count = self.supervisor.at, 0
        while True:
            page = second.get(f"{HERE}/approvals")
            waiting = [each for each in page.links if each.startswith(f"{HERE}/approvals/")]
            if not waiting:
                return count
            done = second.send(second.get(waiting[0]))
            assert done.path.endswith("done=approved"), done.text[:500]
            count += 1


def founders(cast: Cast) -> None:
    """Two persons by the shell's slips; the community is founded with both."""
    service = cast.service
    for person, face in (
        (cast.staff, "community staff"),
        (cast.supervisor, "supervisor"),
    ):
        given = f"{person.name}\n{person.phone}\n"
        made = service.json("invite", "--device", given=given)
        person.person_id = made["person"]
        cast.enrol(person, made["slip"], face)
    words = ("--staff", cast.staff.person_id, "--supervisor", cast.supervisor.person_id)
    made = service.json("found-community", COMMUNITY, "--name", "故事社区", *words)
    for person in (cast.staff, cast.supervisor):  # each on their own phone
        path = f"/me/founding/{COMMUNITY}"
        person.at.send(person.at.get(path), path)
    cast.staff.account = made["accounts"]["staff"]
    cast.supervisor.account = made["accounts"]["supervisor"]


def add(cast: Cast, person: Person, **more: str) -> None:
    """The desk writes a member down."""
    given = {"name": person.name, "phone": person.phone, "reach": "" if person.phone else "楼长"}
    made = cast.staff.at.call("POST", f"/communities/{COMMUNITY}/people", given | more)
    person.person_id, person.account = made["person_id"], made["account"]


def card(cast: Cast, person: Person) -> None:
    """The desk prints a card, and its owner types a PIN; a scanner reads what was printed."""
    root = f"{DESK}/person/{person.person_id}/visit"
    page = cast.staff.at.fill(root, card="yes", pin=PIN)
    (person.card,) = page.codes()
    person.number = page.find(r"\b(\d{4} \d{4})\b").replace(" ", "")


def sign_in(cast: Cast, person: Person, face: str = "volunteer") -> None:
    """A slip from the desk's screen, scanned with the person's own phone."""
    page = cast.staff.at.fill(f"{DESK}/person/{person.person_id}/slip", kind="invitation")
    (address,) = page.codes()
    person.browser = cast.make(face, person.name)
    seen = person.at.scan(address)
    person.at.send(seen, seen.forms[0].action)


def device(cast: Cast, person: Person, by: Person, face: str) -> None:
    """A slip that enrols a phone; whoever decides about another has it from somebody else."""
    path = f"/communities/{COMMUNITY}/people/{person.person_id}/slips"
    slip = by.at.call("POST", path, {"kind": "device"})
    cast.enrol(person, slip["code"], face)


def role(cast: Cast, person: Person, name: str, scope: str = "community") -> None:
    """A role is proposed; the supervisor approves it later."""
    body = {"account": person.account, "role": name, "scope": scope}
    cast.staff.at.call("POST", f"/communities/{COMMUNITY}/roles", body)


def duties(cast: Cast) -> None:
    """The second of the desk, the organisation with its two coordinators, the cashiers."""
    others = (cast.colleague, cast.coordinator, cast.deputy, cast.cashier, cast.clerk)
    for each in others:
        add(cast, each)
    for each in (cast.coordinator, cast.cashier, cast.clerk):
        card(cast, each)
    role(cast, cast.colleague, "staff")
    cast.approve_all()
    words = ("--person", cast.colleague.person_id, "--community", COMMUNITY, "--device")
    cast.enrol(cast.colleague, cast.service.json("invite", *words)["slip"], "community staff")
    new = {
        "kind": "social_organisation",
        "name": "邻里互助服务中心",
        "card": cast.coordinator.number,
    }
    cast.staff.at.fill(f"{HERE}/organisations/new", filled=new)
    found = cast.staff.at.call("GET", f"/communities/{COMMUNITY}/organisations")
    cast.organisation_id = found[0]["organisation_id"]
    for each in (cast.coordinator, cast.deputy):
        role(cast, each, "coordinator", f"organisation:{cast.organisation_id}")
    cast.approve_all()
    device(cast, cast.coordinator, cast.staff, "coordinator")
    device(cast, cast.deputy, cast.colleague, "second person")


def members(cast: Cast, count: int) -> None:
    """The volunteers; those with a phone sign in on it, and sign the contract themselves."""
    for number in range(count):
        name = SURNAMES[number % len(SURNAMES)] + GIVEN[number // len(SURNAMES)]
        cast.volunteers.append(Person(name, f"1390000{number:04}"))
    for each in cast.volunteers:
        add(cast, each)
        sign_in(cast, each)
        each.at.fill(f"/me/contract/{COMMUNITY}", name="sign")
    add(cast, cast.resident)
    card(cast, cast.resident)
