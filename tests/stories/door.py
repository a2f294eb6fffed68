"""The Saturday at the door: published, thirty come by every way, and the lead closes."""

from dataclasses import dataclass, field

from tests.stories.cast import HERE, PIN, Cast, Person
from tests.stories.pages import Page, png_of, read_png
from tests.stories.service import COMMUNITY

CHECK_IN = "/check-in"
API = f"/communities/{COMMUNITY}"
PLANNED_MINUTES = 120


@dataclass
class Shift:
    """A shift and who came to it. `told`: by name, what the check-out said it would come to."""

    title: str
    kind: str
    activity_id: str = ""
    shift_id: str = ""
    posters: list[str] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    heads: int = 0

    @property
    def stage(self) -> str:
        """Its name on the burden bill."""
        return f"shift: {self.kind}"

    @property
    def door(self) -> str:
        """Where its lead works."""
        return f"{HERE}/door/{self.shift_id}"


def publish(cast: Cast, shift: Shift, **more: str) -> None:
    """Quick publishing, on one page."""
    cast.bill.stage = shift.stage
    asked = {"title": shift.title, "category": "environment", "place": "海滨广场", "capacity": "40"}
    when = {"when": "saturday", "time": "09:00", "minutes": str(PLANNED_MINUTES)}
    lead = cast.coordinator.at
    made = lead.fill(f"{HERE}/publish", filled=asked | when | more, kind=shift.kind)
    shift.activity_id = made.path.split("/")[4]
    shift.shift_id = made.link(f"{HERE}/shifts/[0-9a-f]+/people").split("/")[4]


def paste_list(cast: Cast, shift: Shift, people: list[Person]) -> None:
    """The group's relay list becomes sign-ups."""
    cast.bill.stage = shift.stage
    lead, root = cast.coordinator.at, f"{HERE}/shifts/{shift.shift_id}/list"
    lines = [f"{at}. {each.name} {each.phone[-4:]}" for at, each in enumerate(people, 1)]
    matched = lead.fill(root, text="\n".join(["#接龙", "周六清洁家园", *lines]))
    done = lead.send(matched, f"{root}/sign-up")
    assert done.find(r"Signed up now (\d+)") == str(len(people)), done.text[:400]


def open_door(cast: Cast, shift: Shift) -> None:
    """The lead's phone shows the code, leaning on a table; the poster hangs beside it."""
    cast.bill.stage = shift.stage
    lead = cast.coordinator.at
    page = lead.fill(shift.door, act="open")
    poster = lead.get(page.link(f"{shift.door}/poster/.*"))
    shift.posters = poster.codes()


def shown(cast: Cast, shift: Shift) -> str:
    """What a volunteer's camera reads off the lead's screen at this moment."""
    found = cast.coordinator.at.call("GET", f"{API}/doors/{shift.shift_id}")
    svg = found["codes"][0]["svg"]
    return read_png(png_of(svg, int(svg.partition('viewBox="0 0 ')[2].partition(" ")[0])))


def arrive(cast: Cast, shift: Shift, people: list[Person]) -> None:
    """Everybody scans with their own phone, and taps once."""
    cast.bill.stage = shift.stage
    for each in people:
        page = each.at.send(each.at.scan(shown(cast, shift)), CHECK_IN)
        assert "Checked in" in page.text, page.text[:400]
        shift.heads += 1


def leave(cast: Cast, shift: Shift, people: list[Person]) -> None:
    """The same code again; the answer says how long, and what it comes to."""
    cast.bill.stage = shift.stage
    for each in people:
        note_promise(shift, each, each.at.send(each.at.scan(shown(cast, shift)), CHECK_IN))


def note_promise(shift: Shift, person: Person, page: Page) -> None:
    """Keep what somebody was told when they left."""
    assert "Checked out" in page.text, page.text[:400]
    shift.told[person.name] = int(page.find(r"About (\d+) points, due \w+ · clause \d+"))


def pass_of(person: Person) -> str:
    """What the lead's camera reads off a member's pass."""
    page = person.at.get("/me/card")
    if not page.codes():
        page = person.at.send(page, "/me/card/pass")
    return page.codes()[0]


def admit(cast: Cast, shift: Shift, code: str) -> None:
    """The lead scans a pass or a card, or types its number."""
    cast.bill.stage = shift.stage
    root = f"{shift.door}/scan"
    done = cast.coordinator.at.take(cast.coordinator.at.get(root), root, code=code)
    assert "Checked in" in done.text, done.text[:400]
    shift.heads += 1


def walk_in(cast: Cast, shift: Shift, person: Person, word: str) -> None:
    """With nothing but a name and a phone number."""
    cast.bill.stage = shift.stage
    lead, root = cast.coordinator.at, f"{shift.door}/walk-in"
    done = lead.take(lead.get(f"{shift.door}/scan"), root, name=person.name, phone=person.phone)
    assert word in done.text, done.text[:400]
    shift.heads += 1


def by_poster(cast: Cast, shift: Shift, person: Person) -> None:
    """The printed poster, and the four digits that the lead says."""
    cast.bill.stage = shift.stage
    said = cast.coordinator.at.call("GET", f"{API}/doors/{shift.shift_id}")["spoken"]
    page = person.at.send(person.at.scan(shift.posters[0]), CHECK_IN, spoken=said)
    assert "Checked in" in page.text, page.text[:400]
    shift.heads += 1


def visit(cast: Cast, shift: Shift, person: Person, *, is_out: bool) -> None:
    """The card in the home of who is visited; at the end its owner types the PIN."""
    cast.bill.stage = shift.stage
    page = person.at.scan(cast.resident.card)
    if not is_out:
        page = person.at.send(page, CHECK_IN)
        assert "Checked in" in page.text, page.text[:400]
        shift.heads += 1
        return
    page = person.at.send(page, CHECK_IN, pin=PIN)
    assert "Confirmed by the resident" in page.text, page.text[:400]
    note_promise(shift, person, page)


def add_points(cast: Cast, shift: Shift, names: tuple[str, ...]) -> None:
    """The places of a round, once; their posters are printed and hung."""
    cast.bill.stage = shift.stage
    lead = cast.coordinator.at
    for name in names:
        page = lead.fill(shift.door, f"{shift.door}/points", name=name)
    links = [each for each in page.links if each.startswith(f"{shift.door}/poster/")]
    shift.posters = [lead.get(each).codes()[0] for each in links]


def walk_round(cast: Cast, shift: Shift, person: Person, *, is_out: bool) -> None:
    """The first place of the round at the start, the last one at the end."""
    cast.bill.stage = shift.stage
    page = person.at.scan(shift.posters[-1 if is_out else 0])
    if is_out:
        # The first button of the page says that they are still on their way.
        note_promise(shift, person, person.at.send(page, CHECK_IN, which=1))
        return
    page = person.at.send(page, CHECK_IN)
    assert "Checked in" in page.text, page.text[:400]
    shift.heads += 1


def close(cast: Cast, shift: Shift) -> None:
    """Heads, and one button for all who forgot to check out."""
    cast.bill.stage = shift.stage
    lead, root = cast.coordinator.at, f"{shift.door}/close"
    page = lead.send(lead.get(root), heads=str(shift.heads), all_stayed="yes")
    assert "Handed in" in page.text, page.text[:500]
