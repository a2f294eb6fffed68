"""A community's next book: hours, points and what is open go on as if nothing had happened."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.conventions.adopting import adopt_document, day_of, sign
from tests.conventions.make import cap, changed, clause
from tests.fund.make import change_fund, propose_change
from tests.hours.make import MINUTE_MS, Square, square
from tests.people.make import COMMUNITY, DAY_MS, Resident
from tests.points.recomputing import computed
from tests.publication.make import folder_of
from tests.service.books import notes
from tests.service.make import FakeClock
from tests.service.next_book import after_loss, next_book
from volunteer_credit import wiring
from volunteer_credit.cli import commands
from volunteer_credit.conventions.operations.contracts import end_contract
from volunteer_credit.conventions.rules.reading import plain
from volunteer_credit.hours.operations.answering import Answer, answer_objection
from volunteer_credit.hours.operations.correcting import propose_correction
from volunteer_credit.hours.operations.objecting import object_to
from volunteer_credit.hours.operations.own_view import own_hours
from volunteer_credit.hours.rules.judging import APPROVE, Decision
from volunteer_credit.journal.operations.examine import entry_of
from volunteer_credit.journal.operations.replay_export import replay_export
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.rules.replayed import Replayed
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.people.queries.approvals import open_in
from volunteer_credit.points.operations.recompute import GOOD, INCOMPLETE, REFUSED, recompute
from volunteer_credit.points.operations.telling import told_lines
from volunteer_credit.points.queries.wallets import wallet
from volunteer_credit.shared.console import Console
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
CONSOLE = Console({}, wiring.build)  # that needs no settings: nothing is opened
PLAIN = Decision(APPROVE)
DISMISSED = Answer(False, "evidence_right")


def steps(document: Any) -> None:
    """20 points for 20 hours of a year, then half; 24 at most."""
    document["clauses"].append(clause("year_cap"))
    document["detailed_rules"]["earnings"][0]["period"] = "year"
    document["detailed_rules"]["caps"] = plain((cap(24, "year", "year_cap"),))


STEPS = changed(steps, "haibei")


@dataclass
class Story:
    """The square, and what somebody did in it."""

    here: Square
    sheets: dict[str, str]

    def served(self, name: str, who: Resident, minutes: int, tier: int = 1) -> None:
        """Somebody's whole shift that ended now, approved by wang."""
        here = self.here
        start = here.clock.at_ms - DAY_MS // 2
        end, day = start + minutes * MINUTE_MS, day_of(start)
        line = here.line(who, minutes, tier=tier, started_at_ms=start)
        times: Any = {"day": day, "starts_at_ms": start, "ends_at_ms": end}
        sheet = here.hand_in(line, planned_minutes=minutes, **times)
        here.approve(here.town.bo, sheet, line1=PLAIN)
        self.sheets[name] = sheet

    @property
    def founders(self) -> list[tuple[str, str]]:
        town = self.here.town
        return [(town.anna.account, "staff"), (town.bo.account, "supervisor")]

    def succeed(self, book: int) -> None:
        next_book(COMMUNITY, self.founders, book)

    def points(self, who: Resident) -> int:
        end_reading()
        return sum(each.posted for each in wallet(db.session, COMMUNITY, who.account)) // 100

    def corrected(self, name: str, minutes: int) -> None:
        """Two persons correct somebody's record."""
        where, key = (self.sheets[name], 1), f"{name} {minutes}"
        said = (minutes, "counted_wrong", "", key)
        seq = propose_correction(self.here.li.caller(), COMMUNITY, where, *said)
        end_reading()
        approve(self.here.wang.caller(), COMMUNITY, seq, f"yes {key}")
        end_reading()


def entries_of(book: int, *kinds: str) -> list[Any]:
    found = [entry_of(note) for note in notes(COMMUNITY, book)]
    end_reading()
    return [each for each in found if each.kind in kinds]


@pytest.fixture
def story(app: Flask, clock: FakeClock) -> Story:
    """Book 1: an award, a deferral, an hour in notice that is objected to, a sheet; then book 2."""
    assert app
    here = square(clock)
    adopt_document(here.town, clock, STEPS, "steps")
    for who in (here.vera, here.yu):
        sign(who, f"sign {who.account}")
    clock.pass_ms(DAY_MS)
    change_fund(here.town, 40)
    told = Story(here, {})
    told.served("first", here.vera, 1170)
    told.served("short", here.yu, 1500)
    told.served("doubted", here.vera, 600, tier=3)
    object_to(here.vera.caller(), COMMUNITY, (told.sheets["doubted"], 1), "too_short", "", "no")
    here.paper(here.town.anna, here.li)
    end_reading()
    told.succeed(2)
    return told


def test_all_goes_on_in_the_next_book(story: Story) -> None:
    """One story for many things: a book costs time."""
    _still_open(story)
    _paid_and_awarded(story)
    _both_are_shown(story)
    seal(COMMUNITY)
    _verified()
    _third_and_fourth(story)


def test_after_a_book_that_was_lost(app: Flask, clock: FakeClock) -> None:
    """Nothing was handed on: the rows go on, entries name those of the lost book, if by E4."""
    assert app
    here = square(clock)
    story = Story(here, {})
    story.served("lost", here.vera, 60)
    before = entries_of(1, "hours.recorded", "points.none")
    gone = here.hand_in(here.line(here.vera, flags=("walk_in",)))
    here.approve(here.wang, gone, line1=Decision("refuse", reason="not_there"))
    object_to(here.vera.caller(), COMMUNITY, (gone, 1), "other", "I was there.", "no")
    seal(COMMUNITY)
    after_loss(COMMUNITY, story.founders)
    story.corrected("lost", 30)
    proposed, none = entries_of(2, "hours.correction.proposed", "points.none")
    assert (proposed.data["record"], proposed.refs) == (before[0].seq, ((0, before[0].seq),))
    assert none.refs[1] == (0, before[1].seq)
    assert own_hours(here.vera.caller(), COMMUNITY).minutes == 30
    end_reading()
    seal(COMMUNITY)
    one, two = folder_of(book=1), folder_of(book=2)
    assert recompute(two).verdict == INCOMPLETE
    both = recompute(two, previous=[one])
    assert (both.verdict, both.on_trust, both.wrong) == (INCOMPLETE, [], [])
    story.succeed(3)
    (told,) = here.objections()
    answer_objection(here.town.anna.caller(), COMMUNITY, told.seq, DISMISSED, "answer")
    (answered,) = entries_of(3, "hours.answered")
    assert answered.refs == (0,), "the record and the objection are both behind it"


def _still_open(story: Story) -> None:
    """Proposals end with their book; the notice and the objection go on."""
    here = story.here
    assert open_in(db.session, COMMUNITY) == []
    (paper,) = here.sheets("withdrawn")
    assert here.states(paper) == ["withdrawn"]
    assert here.days_later(0) == 0
    (told,) = here.objections()
    assert (told.book, told.state) == (1, "open")


def _paid_and_awarded(story: Story) -> None:
    """What was deferred is paid when the fund has money; counts go on; corrections reach back."""
    here, vera, yu = story.here, story.here.vera, story.here.yu
    assert (story.points(vera), story.points(yu)) == (19, 0)
    approve(here.town.bo.caller(), COMMUNITY, propose_change(here.town, 100), "in book 2")
    end_reading()
    (paid,) = entries_of(2, "points.paid")
    assert (paid.data["account"], paid.data["centipoints"]) == (yu.account, 2200)
    (told,) = here.objections()
    answer_objection(here.town.anna.caller(), COMMUNITY, told.seq, DISMISSED, "answer")
    end_reading()
    assert here.days_later(5) == 1
    (awarded,) = entries_of(2, "points.awarded")
    assert awarded.data["moves"][0][-2:] == [1_170_000, 1900]  # as book 1 left them
    assert (awarded.data["centipoints"], story.points(vera)) == (500, 24)
    story.corrected("first", 1200)
    (corrected,) = entries_of(2, "points.corrected")
    assert corrected.data["moves"][0][-2:] == [1_770_000, 2400]
    assert (corrected.data["reason"], story.points(vera)) == ("capped", 24)


def _both_are_shown(story: Story) -> None:
    """One's own pages tell of both books, each entry with its own."""
    vera = story.here.vera
    found = own_hours(vera.caller(), COMMUNITY)
    assert found.minutes == 1800
    steps = {each.sheet.sheet_id: [step[:2] for step in each.steps] for each in found.lines}
    first, doubted = steps[story.sheets["first"]], steps[story.sheets["doubted"]]
    assert {("recorded", 1), ("points_awarded", 1), ("corrected", 2)} <= set(first)
    assert ("objected", 1) in doubted
    late = [("answered", 2), ("recorded", 2), ("points_awarded", 2)]
    assert [each for each in doubted if each[1] == 2] == late
    lines = told_lines(db.session, COMMUNITY, vera.account)
    assert [(each.line.book, each.line.record_book) for each in lines] == [(2, 1), (2, 2), (1, 1)]
    end_reading()


def _verified() -> None:
    """Both verify and compute again, together and each alone; what is changed is found."""
    one, two = folder_of(book=1), folder_of(book=2)
    names = [f"weihai.example/{COMMUNITY}/{number}" for number in (2, 1)]
    alone = recompute(two)
    assert (alone.verdict, alone.wrong, alone.on_trust) == (GOOD, [], names[1:])
    both = recompute(two, previous=[one])
    assert (both.verdict, both.on_trust, both.before[0].verdict) == (GOOD, [], GOOD)
    told = ["recompute", str(two)], ["recompute", str(two), "--previous", str(one)]
    ran = [CliRunner().invoke(commands, each, obj=CONSOLE) for each in told]
    assert [each.exit_code for each in ran] == [0, 0]
    assert ["on trust" in each.output for each in ran] == [True, False]
    other = recompute(two, previous=[two])
    assert (other.verdict, other.wrong[0].code) == (REFUSED, "other_predecessor")
    entries = seen_of(one)
    assert {each[0].code for each in spoiled(one, entries, "closing.stated")} == {"state_line"}
    entries = seen_of(two)
    assert {"data_moves", "state_tally"} <= {
        each.code for found in spoiled(two, entries, "book.opening") for each in found
    }
    unmarked = computed(two, [without_mark(each) for each in entries])
    assert unmarked.missing == {f"what {names[1]} counted"}


def _third_and_fourth(story: Story) -> None:
    """Records of the first book are corrected in the third, and hours of it counted on."""
    vera = story.here.vera
    story.succeed(3)
    story.corrected("first", 600)
    story.corrected("doubted", 0)
    assert story.points(vera) == 10
    story.served("third", vera, 60)
    assert story.points(vera) == 11
    story.succeed(4)
    chain = [folder_of(book=number) for number in (1, 2, 3, 4)]
    found = recompute(chain[3], previous=chain[:3])
    assert (found.verdict, found.on_trust) == (GOOD, [])
    end_contract(vera.caller(), COMMUNITY, "enough")
    end_reading()
    (ended,) = entries_of(4, "contract.ended")
    assert ended.refs == (0,), "too far back for a name of its own"


# ---- what the signatures would not notice ------------------------------------------------------


def seen_of(folder: Path) -> list[Replayed]:
    """The entries as they are replayed; what accounts hold is kept as of each."""
    found: list[Replayed] = []

    def take(entry: Replayed) -> None:
        free = {name: entry.free(name) for name in names_of(found, entry)}
        found.append(replace(entry, free=lambda name: free.get(name, 0), is_closed=lambda _: False))

    replay_export(folder, take)
    return found


def names_of(before: list[Replayed], entry: Replayed) -> set[str]:
    moves = [move for each in (*before, entry) for move in each.transfers]
    return {str(move[side]) for move in moves for side in ("debit", "credit") if side in move}


def spoiled(folder: Path, entries: list[Replayed], kind: str) -> Iterator[list[Any]]:
    """What is found wrong after each change of one number in a line of records and tallies."""
    for place, entry in enumerate(entries):
        lines = entry.data["lines"] if entry.kind == kind else []
        for number, line in enumerate(lines):
            for name in ("counted", "given", "minutes", "waiting"):
                if name in line and line["type"] in ("record", "tally"):
                    other = {**line, name: 0 if name == "counted" else line[name] + 1}
                    data = {**entry.data, "lines": [*lines[:number], other, *lines[number + 1 :]]}
                    mended = [*entries[:place], replace(entry, data=data), *entries[place + 1 :]]
                    yield computed(folder, mended).wrong


def without_mark(entry: Replayed) -> Replayed:
    if entry.kind != "book.opening":
        return entry
    lines = [each for each in entry.data["lines"] if each["type"] != "service"]
    return replace(entry, data={**entry.data, "lines": lines})
