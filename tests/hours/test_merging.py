"""Two records of one person become one while their hours are on their way into the book."""

import pytest
from flask import Flask

from tests.hours.make import Square, entries, square
from tests.people.make import COMMUNITY, Resident
from tests.service.books import replayed
from tests.service.make import FakeClock
from volunteer_credit.hours.rules.errors import MergeNoticeError
from volunteer_credit.journal.operations.balances import family_balances
from volunteer_credit.people.operations.merges import approve_merge, propose_merge
from volunteer_credit.people.operations.pairs import withdraw
from volunteer_credit.people.queries.leaving import has_open_merge
from volunteer_credit.people.rules.merging import MergeUnknownError
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def place(app: Flask, clock: FakeClock) -> Square:
    assert app
    return square(clock)


def proposed(place: Square, source: Resident, into: Resident) -> int:
    place.count += 1
    pair, key = (source.person_id, into.person_id), f"merge {place.count}"
    made = propose_merge(place.town.anna.caller(), *pair, community_id=COMMUNITY, key=key)
    end_reading()
    return made.seq


def approve(place: Square, seq: int) -> None:
    place.count += 1
    approve_merge(place.town.bo.caller(), COMMUNITY, seq, f"yes {place.count}")
    end_reading()


def minutes(who: Resident) -> tuple[int, int]:
    """Posted and pending minutes of a number."""
    found = family_balances(db.session, COMMUNITY, f"hours:{who.account}")
    end_reading()
    return sum(each.posted for each in found), sum(each.credits_pending for each in found)


def test_a_merge_waits_while_minutes_are_in_notice(place: Square) -> None:
    vera, again = place.vera, place.town.add("韦拉二")
    first = proposed(place, vera, again)
    sheet = place.hand_in(place.line(vera, tier=3))
    place.approve(place.wang, sheet)
    assert place.states(sheet) == ["noticed"]
    with pytest.raises(MergeNoticeError):
        approve(place, first)
    with pytest.raises(MergeNoticeError):
        proposed(place, vera, again)
    assert minutes(vera) == (0, 125)
    assert place.days_later(10) == 1
    approve(place, proposed(place, vera, again))
    assert (minutes(vera), minutes(again)) == ((0, 0), (125, 0))
    replayed(COMMUNITY)


def test_the_other_way_round_nothing_is_in_the_way(place: Square) -> None:
    vera, again = place.vera, place.town.add("韦拉二")
    sheet = place.hand_in(place.line(vera, tier=3))
    place.approve(place.wang, sheet)
    approve(place, proposed(place, again, vera))
    assert place.days_later(10) == 1
    assert minutes(vera) == (125, 0)


def test_a_merge_that_is_refused_leaves_nothing_in_the_way(place: Square) -> None:
    """No book has it and nobody sees it: it must not keep out erasure, or the other direction."""
    vera, again = place.vera, place.town.add("韦拉二")
    place.approve(place.wang, place.hand_in(place.line(vera, tier=3)))
    with pytest.raises(MergeNoticeError):
        proposed(place, vera, again)
    assert not has_open_merge(db.session, again.person_id)
    place.count -= 1
    with pytest.raises(MergeUnknownError):  # the same request once more
        proposed(place, vera, again)
    end_reading()
    approve(place, proposed(place, again, vera))
    assert place.days_later(10) == 1
    assert minutes(vera) == (125, 0)


def test_a_paper_sheet_that_waits_is_in_the_way_too(place: Square) -> None:
    vera, again = place.vera, place.town.add("韦拉二")
    seq = place.paper(place.town.anna, vera)
    with pytest.raises(MergeNoticeError):
        proposed(place, vera, again)
    withdraw(place.town.anna.caller(), COMMUNITY, seq, "mistaken", "no")
    end_reading()
    assert proposed(place, vera, again) > seq


def test_what_is_approved_after_the_merge_is_the_others(place: Square) -> None:
    vera, again = place.vera, place.town.add("韦拉二")
    sheet = place.hand_in(place.line(vera), place.line(place.yu))
    approve(place, proposed(place, vera, again))
    place.approve(place.wang, sheet)
    assert place.states(sheet) == ["recorded", "recorded"]
    assert (minutes(vera), minutes(again)) == ((0, 0), (125, 0))
    recorded = [each.data["account"] for each in entries("hours.recorded")]
    assert recorded == [again.account, place.yu.account]
    replayed(COMMUNITY)
