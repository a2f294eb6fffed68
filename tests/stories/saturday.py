"""A community's whole Saturday over HTTP: `python -m tests.stories.saturday [sqlite|postgresql]…`.

A server of its own on a fresh database, people with browsers, codes read from pictures. It prints
a line for each step and the burden bill, and fails when anything differs from what was promised.
PostgreSQL is DATABASE_URL (an empty database), else a server of its own.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic

from tests.service.postgres import server
from tests.stories import agreed, cast, counter, door, hours, proof
from tests.stories.agreed import Shop
from tests.stories.bill import Bill
from tests.stories.cast import Cast, Person
from tests.stories.door import Shift
from tests.stories.service import FRIDAY, Service, installation

SQLITE, POSTGRESQL = "sqlite", "postgresql"
MEMBERS, PHONES, FORGOT = 29, 20, 4
WEEKS_MAX = 3  # three working days may lie around a feast
SERVED_MINUTES, CORRECTED_MINUTES = 125, 90
GUEST = Person("路小过", "13900009999")


class Teller:
    """Says what was done, and how many seconds it took."""

    def __init__(self) -> None:
        self.began = self.last = monotonic()

    def __call__(self, text: str) -> None:
        now = monotonic()
        sys.stdout.write(f"{now - self.last:6.1f} s  {text}\n")
        sys.stdout.flush()
        self.last = now


class Saturday:
    """The story in its order. `comers`: members by the way in which each comes."""

    def __init__(self, service: Service, tell: Teller) -> None:
        self.service, self.tell = service, tell
        self.cast = Cast(service, Bill())
        self.cleaning = Shift("清洁家园", "venue")
        self.visiting = Shift("看望林奶奶", "visit")
        self.patrol = Shift("安全巡查", "round")
        self.shops: list[Shop] = []

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """All that is published."""
        return self.cleaning, self.visiting, self.patrol

    def begin(self) -> None:
        """What stands before: people, convention, fund, shops, each by two."""
        members, tell = self.cast, self.tell
        cast.founders(members)
        cast.duties(members)
        tell("a community founded; roles and an organisation with two coordinators, by two")
        agreed.convention(members)
        self.service.until(self.service.saturday(9) + FRIDAY)
        tell("a convention registered by two; the clock goes to the Friday")
        agreed.fund(members)
        tell(f"the fund raised by two: {agreed.POINTS} points and {agreed.YUAN} yuan")
        self.shops = agreed.shops(members)
        for each in (members.cashier, members.clerk):
            cast.device(members, each, members.staff, "merchant")
        tell(f"{len(self.shops)} shops with cashiers and agreements by two, one the community's")
        cast.members(members, MEMBERS)
        everybody = members.volunteers
        self.phones, self.forgetful = everybody[:PHONES], everybody[PHONES - FORGOT : PHONES]
        self.passes, self.cards = everybody[20:22], everybody[22:24]
        self.typed, self.known, self.reader, self.visitor, self.walker = everybody[24:]
        for each in (*self.cards, self.typed):
            cast.card(members, each)
        for each in self.passes:
            door.pass_of(each)
        tell(f"{MEMBERS} members signed in by slips and signed the contract themselves")

    def publish(self) -> None:
        """Three activities in one minute each."""
        door.publish(self.cast, self.cleaning)
        door.publish(self.cast, self.visiting)
        door.publish(self.cast, self.patrol, sites="2")
        door.paste_list(self.cast, self.cleaning, self.cast.volunteers[:27])
        door.add_points(self.cast, self.patrol, ("东门", "西门"))
        self.tell("three activities published; 27 signed up from the group's pasted list")

    def come(self) -> None:
        """Thirty, by every way."""
        members, shift, tell = self.cast, self.cleaning, self.tell
        self.service.until(self.service.saturday(8, 55))
        door.open_door(members, shift)
        door.arrive(members, shift, self.phones)
        tell(f"{PHONES} scan the rotating code with their own phones, one tap each")
        for each in self.passes:
            door.admit(members, shift, door.pass_of(each))
        for each in self.cards:
            door.admit(members, shift, each.card)
        door.admit(members, shift, self.typed.number)
        door.walk_in(members, shift, self.known, "Checked in")
        door.walk_in(members, shift, GUEST, "Noted")
        tell("the lead scans 2 passes and 2 cards, types 1 number, takes 2 names (1 unknown)")
        door.by_poster(members, shift, self.reader)
        door.visit(members, self.visiting, self.visitor, is_out=False)
        door.walk_round(members, self.patrol, self.walker, is_out=False)
        tell("1 by poster and spoken digits, 1 visit by a home card, 1 solo round by its posters")
        assert sum(each.heads for each in self.shifts) == MEMBERS + len([GUEST])

    def go(self) -> None:
        """Two hours later: out by the same code, all others by one button; approved in one act."""
        members = self.cast
        self.service.pass_time(timedelta(minutes=SERVED_MINUTES))
        door.leave(members, self.cleaning, self.phones[:-FORGOT])
        door.visit(members, self.visiting, self.visitor, is_out=True)
        door.walk_round(members, self.patrol, self.walker, is_out=True)
        self.tell(f"{len(self.phones) - FORGOT} check out; the visit ends with the resident's PIN")
        for each in self.shifts:
            door.close(members, each)
        self.tell("closed: heads counted, one button for all who forgot")
        for each in self.shifts:
            approved, flagged = hours.approve(members, each)
            self.tell(f"{each.title}: {approved} approved in one act, {flagged} looked at singly")

    def be_paid(self) -> None:
        """What was told at the door is there; a line explains itself; the round is in notice."""
        self.cast.bill.stage = "after"
        told = [*self.phones[:-FORGOT], self.visitor]
        for shift, people in ((self.cleaning, told[:-1]), (self.visiting, told[-1:])):
            hours.kept_promises(shift, people)
        assert all(hours.available(each) > 0 for each in self.cast.volunteers[:27])
        assert hours.available(self.walker) == 0, "it stands in notice"
        self.tell(f"{len(told)} were paid exactly what their check-out had told them")
        self.service.job("seal")
        line = hours.explained(self.phones[0])
        self.tell(f"a line explains itself, its receipt checks: {' | '.join(line['steps'])}")

    def redeem(self) -> None:
        """Both directions, a card with its PIN at the community's counter, and a refund."""
        members, (shop, barber, breakfast, _) = self.cast, self.shops
        took = counter.by_code(members, barber, self.phones[0], "理发一次")
        self.tell(f"the member's code at the till: {took} points")
        took = counter.by_yes(members, breakfast, self.phones[1], 8)
        self.tell(f"the till asks, the member says yes: {took} points")
        took, sale = counter.by_card(members, shop, self.cards[0], {"毛巾": 1, "肥皂": 2})
        self.tell(f"a basket at the community's shop, by card and PIN: {took} points")
        back = counter.refund(members, shop, self.cards[0], sale, {"肥皂": 1})
        self.tell(f"a piece brought back: {back} points")

    def mend(self) -> None:
        """An objection becomes a correction by two; the guest is added; the notice ends."""
        members, person = self.cast, self.phones[2]
        before = hours.available(person)
        hours.object_to(members, person)
        hours.correct(members, CORRECTED_MINUTES)
        after = hours.available(person)
        assert (before, after) == (20, 15), (before, after)
        self.tell(f"an objection, a correction by two: {before} points become {after}")
        members.bill.stage = "after"
        cast.add(members, GUEST)
        self.service.job("guests")
        approved, _ = hours.approve(members, self.cleaning, "after")
        assert approved == 1, "the guest's hours, without any contract"
        self.tell("the guest became a member at the desk: the hours follow, points need a contract")
        weeks = (self.service.json("demo-clock", "--to", "thursday") for _ in range(WEEKS_MAX))
        assert any(each["recorded"] == 1 for each in weeks)
        hours.kept_promises(self.patrol, [self.walker])
        self.tell(f"Thursday: the round's notice is over, {hours.available(self.walker)} points")

    def prove(self) -> None:
        """Exported, verified and computed again elsewhere; one flipped bit, and neither accepts."""
        book = proof.book_of(proof.export(self.cast))
        verified, again = proof.accepted(self.cast, book)
        self.tell(f"exported; {verified}; {again}")
        self.tell(f"after one flipped bit: {proof.refused(self.cast, book)}")


def tell_story(service: Service, tell: Teller) -> Bill:
    """The whole Saturday; the bill at its end."""
    story = Saturday(service, tell)
    for part in (story.begin, story.publish, story.come, story.go, story.be_paid):
        part()
    for part in (story.redeem, story.mend, story.prove):
        part()
    return story.cast.bill


@contextmanager
def database(engine: str) -> Iterator[str]:
    """An empty database; an empty text: SQLite, in the folder of the installation."""
    if engine == SQLITE:
        yield ""
    elif os.environ.get("DATABASE_URL"):
        yield os.environ["DATABASE_URL"]
    else:
        with server() as url:
            yield url


def run(engine: str) -> int:
    """Tell it on an engine; how many targets were missed."""
    tell = Teller()
    with (
        tempfile.TemporaryDirectory(prefix="story-") as folder,
        database(engine) as url,
        installation(Path(folder), url) as service,
    ):
        tell(f"{engine}: installed, serving on port {service.port}")
        bill = tell_story(service, tell)
    seconds = tell.last - tell.began
    missed = bill.missed()
    lines = ["", *bill.lines(), "", *(missed or ["Every target was kept."])]
    lines.append(f"{engine}: {bill.requests} requests, {seconds:.1f} s")
    sys.stdout.write("\n".join([*lines, "", ""]))
    return len(missed)


if __name__ == "__main__":
    engines = sys.argv[1:] or [SQLITE, POSTGRESQL]
    sys.exit(1 if sum(map(run, engines)) else 0)
