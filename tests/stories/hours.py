"""Hours and points: approved in one act, noticed, paid as promised, corrected by two."""

import re
from typing import Any

from tests.stories.cast import HERE, Cast, Person
from tests.stories.door import Shift
from tests.stories.service import COMMUNITY


def approve(cast: Cast, shift: Shift, stage: str = "") -> tuple[int, int]:
    """The second coordinator looks at the shift and approves it: (approved, flagged lines)."""
    cast.bill.stage = stage or shift.stage
    second, queue = cast.deputy.at, f"{HERE}/hours"
    page = second.get(queue)
    sheet = second.get(next(each for each in page.links if is_sheet(page.html, each, shift.title)))
    flagged = sorted(set(re.findall(r'name="(decision-\d+)"', sheet.html)))
    done = second.send(sheet, filled=dict.fromkeys(flagged, "approve"))
    return int(done.find(r"Approved: (\d+)")), len(flagged)


def is_sheet(html: str, link: str, title: str) -> bool:
    """Whether a row of the queue leads to the sheet of this title."""
    row = html.partition(f'href="{link}"')[2].partition("</a>")[0]
    return bool(re.fullmatch(f"{HERE}/hours/[0-9a-f]{{32}}", link)) and title in row


def own_points(person: Person) -> Any:
    """What a member's page of points shows, as their program reads it."""
    return person.at.call("GET", f"/me/points/{COMMUNITY}")


def available(person: Person) -> int:
    """What somebody has to spend, in whole points."""
    return int(own_points(person)["purse"]["available"]) // 100


def kept_promises(shift: Shift, people: list[Person]) -> int:
    """How many were paid what their check-out told them; all of them, or the story ends."""
    for each in people:
        paid, told = available(each), shift.told[each.name]
        assert paid == told, (each.name, f"told {told}, paid {paid}")
    return len(people)


def explained(person: Person) -> Any:
    """The line of an award on its page: the arithmetic, the entry, and a receipt that checks."""
    line = own_points(person)["lines"][0]
    page = person.at.get(f"/me/points/{COMMUNITY}/line/{line['book']}/{line['seq']}")
    assert page.find(r"Entry in the book (\d+)") == str(line["seq"])
    assert line["steps"], "how it was counted"
    receipt = person.at.file(page.link(rf"/book/{COMMUNITY}/receipt\?seq={line['seq']}&.*"))
    form = person.at.get("/verify")
    checked = person.at.send(form, "/verify", receipt=receipt.decode())
    assert "status--red" not in checked.html, checked.text[:400]
    return line


def object_to(cast: Cast, person: Person) -> None:
    """Somebody says that their record is wrong, from the record's own page."""
    cast.bill.stage = "objection"
    phone = person.at
    page = phone.get(f"/me/hours/{COMMUNITY}")
    record = phone.get(page.link(rf"/me/hours/{COMMUNITY}/[0-9a-f]+/\d+"))
    wrong = phone.get(record.link(r".*/object"))
    phone.send(wrong, reason="too_long", words="我十点半就走了")


def correct(cast: Cast, minutes: int) -> None:
    """Who had no part in the shift upholds it and proposes; the supervisor approves."""
    cast.bill.stage = "objection"
    first, second, queue = cast.deputy.at, cast.supervisor.at, f"{HERE}/hours"
    objection = first.get(first.get(queue).link(rf"{queue}/objections/\d+"))
    asked = {"outcome": "upheld", "reason": "agreed", "minutes": str(minutes)}
    line = first.get(first.send(objection, filled=asked).link(rf"{queue}/[0-9a-f]+/\d+"))
    first.send(line, f"{line.path}/correct", minutes=str(minutes), reason="objection")
    waiting = second.get(second.get(queue).link(rf"{queue}/corrections/\d+"))
    second.send(waiting, name="approve")
