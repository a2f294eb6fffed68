"""Two records of one person become one: one wallet, one sum of hours, and no cap given twice."""

import pytest
from flask import Flask

from tests.conventions.make import cap, with_caps
from tests.people.make import COMMUNITY, DAY_MS, Resident
from tests.points.make import HOUR, Scheme, entries, scheme
from tests.points.spending import confirm, hold, refund, void
from tests.service.make import FakeClock
from tests.stories.afternoon import Afternoon, published
from volunteer_credit.conventions.operations.contracts import end_contract
from volunteer_credit.conventions.queries.contracts import has_signed
from volunteer_credit.hours.operations.correcting import propose_correction
from volunteer_credit.hours.operations.own_view import own_hours
from volunteer_credit.hours.rules.errors import MergeCorrectionError
from volunteer_credit.journal.operations.compare import compare_rows
from volunteer_credit.journal.operations.proposal_seen import proposal_data
from volunteer_credit.people.operations import merge_hooks, pair_words
from volunteer_credit.people.operations.merges import approve_merge, propose_merge
from volunteer_credit.people.operations.pairs import withdraw
from volunteer_credit.people.queries.approvals import approval
from volunteer_credit.people.rules.merging import MergeStaleError, MergeTooMuchError
from volunteer_credit.people.rules.pair_errors import ApprovalClosedError
from volunteer_credit.points.operations.own_points import own_points
from volunteer_credit.points.operations.recompute import GOOD
from volunteer_credit.points.queries.wallets import wallet
from volunteer_credit.points.rules.errors import MergeHeldError
from volunteer_credit.points.rules.spending import Part
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


def proposed(here: Scheme, source: Resident, into: Resident) -> int:
    """Anna asks for it; the seq."""
    here.count += 1
    end_reading()
    pair = source.person_id, into.person_id
    key = f"merge {here.count}"
    made = propose_merge(here.town.anna.caller(), *pair, community_id=COMMUNITY, key=key)
    end_reading()
    return made.seq


def approve(here: Scheme, seq: int) -> None:
    """Bo agrees."""
    here.count += 1
    end_reading()
    approve_merge(here.town.bo.caller(), COMMUNITY, seq, f"approve {here.count}")
    end_reading()


def months(who: Resident) -> list[int]:
    """What a wallet has by month, in points."""
    found = [each.available // 100 for each in wallet(db.session, COMMUNITY, who.account)]
    end_reading()
    return found


def check_book() -> None:
    """Rows, verifier and recomputation agree."""
    _, verified, again = published()
    assert (verified.code, again.wrong, again.missing) == (0, [], [])
    assert again.verdict == GOOD
    assert not compare_rows(COMMUNITY).differences
    end_reading()


def test_points_hours_and_counts_become_one(app: Flask, clock: FakeClock) -> None:
    assert app
    here = scheme(clock)
    here.adopt(with_caps(cap(40)))
    here.fund(220)
    su = here.town.add("苏")
    here.town.grant(su, "staff")
    source, into = here.member("王"), here.member("王二")
    for who in (source, into):
        here.record(who, 3 * HOUR)
    here.go_to(clock.at_ms + 31 * DAY_MS)
    place = Afternoon(here, su)
    place.open()
    sheet = place.serve(source, into)
    place.approve(sheet)
    here.record(source, 2 * HOUR)  # the cap of this day is reached by each of them alone
    here.record(into, 2 * HOUR)
    here.record(into, 3 * HOUR, day=here.today() - 1)
    here.record(into, 3 * HOUR, day=here.today() - 2)
    _, late = here.record(source, 3 * HOUR, day=here.today() - 2)
    assert (late.kind, months(source), months(into)) == ("deferred", [30, 40], [30, 100])

    seq = proposed(here, source, into)
    kinds = [each["unit"] for each in proposal_data(COMMUNITY, seq)["transfers"]]
    assert kinds == ["centipoints", "centipoints", "minutes"]
    told = pair_words.lines_of(
        db.session, COMMUNITY, "account.merge", proposal_data(COMMUNITY, seq)
    )
    assert told is not None
    assert [each.en for _, each in told[2:]] == ["70", "125 min"]
    approve(here, seq)
    assert (months(source), months(into)) == ([], [60, 140])
    names = [f"hours:{each.account}" for each in (source, into)]
    assert [here.balance(each) for each in names] == [0, 250]
    own = own_points(db.session, COMMUNITY, into.person_id)
    assert (own.waiting_centipoints, len(own.lines)) == (3000, 9)
    assert own_hours(into.caller(), COMMUNITY).minutes == 250
    end_reading()

    _, outcome = here.record(into, HOUR)
    assert (outcome.centipoints, outcome.reason) == (0, "capped")
    _, outcome = here.record(source, HOUR)  # it stood in notice when they became one
    assert (outcome.centipoints, outcome.reason) == (0, "capped")
    place.correct(sheet, 90)
    assert [here.balance(each) for each in names] == [0, 215]
    here.fund(200)
    assert months(into) == [60, 170]  # what the one waited for, the other is paid
    assert {each.data["account"] for each in entries("points.paid")} == {into.account}
    check_book()


def test_what_changed_in_between_is_proposed_anew(app: Flask, clock: FakeClock) -> None:
    assert app
    here = scheme(clock)
    here.adopt()
    here.fund(1000)
    source, into = here.member("王"), here.member("王二", signed=False)
    here.record(source, 2 * HOUR)
    seq = proposed(here, source, into)
    assert proposed(here, source, into) == seq  # nothing has changed
    held = hold(here, source, 500)
    with pytest.raises(MergeHeldError):
        approve(here, seq)
    confirm(here, source, held)
    with pytest.raises(MergeStaleError):
        approve(here, seq)
    again = proposed(here, source, into)
    assert again > seq
    seen = approval(db.session, COMMUNITY, seq)
    assert seen is not None
    assert seen.state == "withdrawn"
    with pytest.raises(ApprovalClosedError):
        approve(here, seq)
    void(here, source, hold(here, source, 500))
    approve(here, again)
    assert (months(source), months(into)) == ([], [15])
    refund(here, source, [Part(held[0].month, 500)])
    assert (months(source), months(into)) == ([], [20])
    assert has_signed(db.session, COMMUNITY, into.account)  # the one contract of one person
    assert not has_signed(db.session, COMMUNITY, source.account)
    assert here.record(into, HOUR)[1].centipoints == 1000
    check_book()


def test_what_somebody_said_themselves_counts(app: Flask, clock: FakeClock) -> None:
    assert app
    here = scheme(clock)
    here.adopt()
    here.fund(1000)
    source, into = here.member("王"), here.member("王二")
    end_contract(into.caller(), COMMUNITY, "end")
    end_reading()
    here.record(source, HOUR)
    here.go_to(clock.at_ms + 800 * DAY_MS)  # what is past expires, and is not moved
    approve(here, proposed(here, source, into))
    assert months(into) == []
    assert here.record(source, HOUR)[1].reason == "not_signed"
    check_book()


def test_a_merge_waits_for_a_correction_and_has_its_limits(
    app: Flask, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app
    here = scheme(clock)
    here.adopt()
    su = here.town.add("苏")
    here.town.grant(su, "staff")
    source, into = here.member("王", signed=False), here.member("王二", signed=False)
    place = Afternoon(here, su)
    place.open()
    sheet = place.serve(source)
    place.approve(sheet)
    asked = (90, "counted_wrong", "", "asked")
    seq = propose_correction(su.caller(), COMMUNITY, (sheet, 1), *asked)
    with pytest.raises(MergeCorrectionError):
        proposed(here, source, into)
    withdraw(su.caller(), COMMUNITY, seq, "mistaken", "no")
    with monkeypatch.context() as patch:
        patch.setattr(merge_hooks, "TRANSFERS_MAX", 0)
        with pytest.raises(MergeTooMuchError):
            proposed(here, source, into)
    approve(here, proposed(here, source, into))
    assert here.balance(f"hours:{into.account}") == 125
