"""Every award computed again from the published book alone; what does not agree is found."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.conventions.make import cap, with_caps
from tests.people.make import COMMUNITY, Resident, Town, number
from tests.points.make import HOUR, Scheme
from tests.points.recomputing import computed
from tests.publication.make import folder_of, publish
from tests.service.make import FakeClock
from volunteer_credit import wiring
from volunteer_credit.cli import commands
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.operations.replay_export import (
    ExportMissingError,
    replay_export,
)
from volunteer_credit.journal.rules.replayed import Replayed
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.points.operations.following import follow_correction
from volunteer_credit.points.operations.recompute import GOOD, INCOMPLETE, REFUSED, recompute
from volunteer_credit.points.rules.recorded import Corrected
from volunteer_credit.shared.console import Console
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
CONSOLE = Console({}, wiring.build)  # that needs no settings: nothing is opened


class Book(Scheme):
    """A scheme whose corrections are what two persons decided."""

    def amend(self, record_seq: int, minutes: int) -> None:
        was = self.records[record_seq]
        data = {
            "account": was.account,
            "beneficiaries": [was.account],
            "minutes": minutes,
            "minutes_before": self.minutes[record_seq],
            "reason": "mistake",
            "record": record_seq,
            "transfers": [],
        }
        self.count += 1
        request = Request(self.town.anna.actor("staff"), f"amend {self.count}", "amend")
        with perform(COMMUNITY, request) as operation:
            proposed = operation.append(NewEntry("hours.correction.proposed", data))
            made = operation.append(
                NewEntry(
                    "hours.correction.approved",
                    data,
                    actor=self.town.bo.actor("supervisor"),
                    refs=[proposed.seq],
                )
            )
            follow_correction(
                operation,
                Corrected(
                    made.seq,
                    record_seq,
                    was.account,
                    was.day,
                    was.category,
                    was.coefficient,
                    self.minutes[record_seq],
                    minutes,
                    was.planned_minutes,
                    was.tier,
                ),
            )
            operation.answer({})
        self.minutes[record_seq] = minutes
        end_reading()


@pytest.fixture
def book(app: Flask, clock: FakeClock) -> Book:
    """A book with every kind of line about points: given, capped, short, refused, corrected."""
    assert app
    here = Book(Town(), clock)
    early = here.member("早", signed=False)
    here.record(early, HOUR)
    here.adopt(with_caps(cap(40)))
    here.fund(100)
    wang, chen = here.member("王"), here.member("陈")
    here.record(early, HOUR)
    here.record(wang, HOUR, coefficient="unheard_of")
    here.record(wang, HOUR, planned_minutes=6 * HOUR)
    one, _ = here.record(wang, 3 * HOUR)
    here.record(wang, 3 * HOUR)
    two, _ = here.record(chen, 4 * HOUR)
    here.amend(one, 0)
    here.amend(one, 2 * HOUR)
    late, outcome = here.record(here.member("李"), 4 * HOUR)
    assert outcome.kind == "deferred"
    here.amend(late, 3 * HOUR)
    here.amend(two, 5)
    here.fund(500)
    here.amend(two, 4 * HOUR)
    publish(COMMUNITY)
    return here


def test_a_good_book_is_computed_to_the_same(book: Book) -> None:
    found = recompute(folder_of())
    assert (found.verdict, found.wrong, found.missing, found.book_code) == (GOOD, [], [], 0)
    assert found.counts["points.none"] == 4
    assert found.counts["points.corrected"] == 5
    assert found.counts["points.deferred"] == 1
    assert found.centipoints == sum(book.points(each) for each in people()) * 100


def people() -> list[Resident]:
    """Who has points, as `Town.add` numbers them."""
    return [
        Resident(name, "", "", {COMMUNITY: number("account", COMMUNITY, name)})
        for name in ("王", "陈", "李")
    ]


def test_a_flipped_byte_and_a_missing_document_are_told_apart(book: Book) -> None:
    folder = folder_of()
    (paper,) = (folder / "document").glob(f"{book.convention}")
    kept = paper.read_bytes()
    paper.unlink()
    assert recompute(folder).verdict == INCOMPLETE
    paper.write_bytes(kept.replace(b"1000", b"2000"))
    assert recompute(folder).verdict in (INCOMPLETE, REFUSED)
    paper.write_bytes(kept)
    (bundle,) = sorted((folder / "tile" / "entries").glob("000.p/*"))[-1:]
    data = bytearray(bundle.read_bytes())
    data[data.index(b'"centipoints":') + 14] ^= 1
    bundle.write_bytes(data)
    found = recompute(folder)
    assert found.verdict == REFUSED
    assert found.book_code != 0
    (folder / "checkpoint").unlink()
    with pytest.raises(ExportMissingError):
        recompute(folder)


def test_the_command_says_it_and_ends_with_its_code(book: Book) -> None:
    folder = str(folder_of())
    ran = CliRunner().invoke(commands, ["recompute", folder], obj=CONSOLE)
    assert ran.exit_code == 0, ran.output
    assert "GOOD" in ran.output
    told = CliRunner().invoke(commands, ["recompute", folder, "--json"], obj=CONSOLE)
    assert json.loads(told.output)["verdict"] == GOOD
    (folder_of() / "document" / book.convention).unlink()
    assert CliRunner().invoke(commands, ["recompute", folder], obj=CONSOLE).exit_code == 3
    assert book


# ---- what the signatures would not notice: an operator who signs wrong awards -------------------


def seen_of(folder: Path) -> list[Replayed]:
    """The entries as they are replayed; what accounts hold is kept as of each."""
    found: list[Replayed] = []

    def take(entry: Replayed) -> None:
        names = [str(each[side]) for each in entry.transfers for side in ("debit", "credit")]
        free = {name: entry.free(name) for name in _wallets(found, names)}
        found.append(replace(entry, free=lambda name: free.get(name, 0), is_closed=lambda _: False))

    replay_export(folder, take)
    return found


def _wallets(before: list[Replayed], names: list[str]) -> set[str]:
    known = {
        str(move[side])
        for each in before
        for move in each.transfers
        for side in ("debit", "credit")
    }
    return known | set(names) | {"fund:main"}


def spoiled(entry: Replayed) -> Iterator[tuple[str, Replayed]]:
    """An entry with one thing in it that the rules do not give."""
    data: Mapping[str, Any] = entry.data
    for key, value in data.items():
        if key in ("centipoints", "minutes", "planned_minutes", "month", "rest_centipoints"):
            yield key, replace(entry, data={**data, key: value + 100})
        elif key in ("moves", "weighted", "weight") and value:
            yield key, replace(entry, data={**data, key: [*value[:-1], [0]]})
        elif key == "reason":
            yield key, replace(entry, data={**data, key: "other"})
    if entry.transfers:
        more = {**entry.transfers[0], "amount": entry.transfers[0]["amount"] + 1}
        yield "transfers", replace(entry, transfers=(more, *entry.transfers[1:]))
        yield "no transfers", replace(entry, transfers=())
    if entry.rule:
        yield "rule", replace(entry, rule=(entry.rule[0], "other"))


def test_each_thing_that_an_award_says_is_checked(book: Book) -> None:
    folder = folder_of()
    entries = seen_of(folder)
    assert computed(folder, entries).wrong == []
    changes = [
        (place, what, wrong)
        for place, each in enumerate(entries)
        if each.kind.startswith("points.") and each.kind != "points.none"
        for what, wrong in spoiled(each)
    ]
    assert len(changes) > 80
    for place, what, wrong in changes:
        changed = [*entries[:place], wrong, *entries[place + 1 :]]
        found = computed(folder, changed)
        assert any(each.seq == wrong.seq for each in found.wrong), (wrong.kind, what)
    assert book


def test_withheld_doubled_and_exchanged_awards_are_found(book: Book) -> None:
    folder = folder_of()
    entries = seen_of(folder)
    following = [
        place for place, each in enumerate(entries) if each.kind.startswith("points.awarded")
    ]
    for place in following:
        assert computed(folder, entries[:place] + entries[place + 1 :]).wrong
        assert computed(folder, entries[: place + 1] + entries[place:]).wrong
        none = replace(
            entries[place],
            kind="points.none",
            data={"account": entries[place].data["account"], "reason": "not_signed"},
            transfers=(),
        )
        codes = {
            e.code for e in computed(folder, [*entries[:place], none, *entries[place + 1 :]]).wrong
        }
        assert "kind" in codes
    last = following[-1]
    assert computed(folder, entries[:last]).wrong[-1].code == "not_followed"
    (paid,) = (place for place, each in enumerate(entries) if each.kind == "points.paid")
    lost = replace(entries[paid], refs=(0,))
    wrong = computed(folder, [*entries[:paid], lost, *entries[paid + 1 :]]).wrong
    assert wrong[0].code == "pays_nothing_known"
    assert wrong[0].line().startswith(f"entry {lost.seq}: ")
    assert book
