"""Holds, confirmations, releases, refunds: earliest month first, nothing lost at a month's end."""

import pytest
from flask import Flask

from ledger.account_errors import MonthPastError, PendingTransferExpiredError
from tests.people.make import COMMUNITY, DAY_MS, OPERATOR, Resident, Town
from tests.points.make import HOUR, Scheme, entries
from tests.points.spending import SHOP, confirm, hold, refund, void, void_in
from tests.service.books import replayed
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.balances import family_balances
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.points.operations import expiring, spending
from volunteer_credit.points.operations.expiring import expire_all
from volunteer_credit.points.operations.spending import HeldPart, hold_transfers
from volunteer_credit.points.queries.wallets import WalletMonth, wallet
from volunteer_credit.points.rules.errors import PartsError, PointsShortError
from volunteer_credit.points.rules.spending import PARTS_MAX, Part, first_of, spend_parts
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
MONTH_MS = 31 * DAY_MS


@pytest.fixture
def here(app: Flask, clock: FakeClock) -> Scheme:
    assert app
    found = Scheme(Town(), clock)
    found.adopt()
    found.fund(1000)
    return found


@pytest.fixture
def wang(here: Scheme) -> Resident:
    """Somebody with 30 points that end in November 2028 and 10 that end in January 2029."""
    who = here.member("王")
    here.record(who, 3 * HOUR)
    here.go_to(here.clock.at_ms + 2 * MONTH_MS)
    here.record(who, HOUR)
    return who


def months(who: Resident) -> list[WalletMonth]:
    found = wallet(db.session, COMMUNITY, who.account)
    end_reading()
    return found


def test_the_earliest_month_is_spent_first(here: Scheme, wang: Resident) -> None:
    held = hold(here, wang, 3500)
    assert [(each.month, each.centipoints) for each in held] == [(202811, 3000), (202901, 500)]
    assert months(wang) == [
        WalletMonth("main", 202811, 3000, 0),
        WalletMonth("main", 202901, 1000, 500),
    ]
    with pytest.raises(PointsShortError) as refused:
        hold(here, wang, 501)
    assert "5" in refused.value.sentence("zh")
    confirm(here, wang, held, 3200)
    assert months(wang) == [WalletMonth("main", 202901, 800, 800)]
    refund(here, wang, [Part(202811, 3000), Part(202901, 0)])
    assert months(wang)[0] == WalletMonth("main", 202811, 3000, 3000)
    assert here.balance(f"receivable:{SHOP}:main") == 200
    with pytest.raises(PartsError):
        refund(here, wang, [Part(202811, 0)])
    assert replayed().size == len(entries())


def test_a_part_is_confirmed_and_the_rest_is_free_again(here: Scheme, wang: Resident) -> None:
    held = hold(here, wang, 3500)
    with pytest.raises(PartsError):
        confirm(here, wang, held, 3501)
    transfers = confirm(here, wang, held, 100)
    assert [each["code"] for each in transfers] == ["hold", "release"]
    assert sum(each.available for each in months(wang)) == 3900
    void(here, wang, hold(here, wang, 3900))
    assert sum(each.available for each in months(wang)) == 3900


def test_what_is_released_in_a_past_month_expires_with_it(here: Scheme, wang: Resident) -> None:
    here.go_to(1_859_068_500_000)  # 2028-11-29, near the month's end
    held = [hold(here, wang, 1000), hold(here, wang, 500), hold(here, wang, 700)]
    here.go_to(here.clock.at_ms + 3 * DAY_MS)
    # The book refuses to spend a past month, whoever asks.
    with pytest.raises(MonthPastError):
        append_hold(here, wang, 202811)
    void(here, wang, held[0])
    assert months(wang)[0] == WalletMonth("main", 202811, 1200, 0)
    assert here.balance("expired:main") == 0
    assert [each.data for each in entries("points.expired")] == []
    assert expire_all() == 0
    with pytest.raises(PendingTransferExpiredError):
        confirm(here, wang, held[1])  # it ran out after 180 s
    void(here, wang, held[1])
    void(here, wang, held[2])
    assert months(wang) == [WalletMonth("main", 202901, 1000, 1000)]
    assert here.balance("fund:main") == 1000_00 - 10_00
    assert replayed().size == len(entries())


def append_hold(here: Scheme, who: Resident, month: int) -> None:
    """A hold that asks nobody which month to take."""
    here.count += 1
    with perform(COMMUNITY, Request(OPERATOR, f"raw {here.count}", "raw")) as operation:
        transfer = hold_transfers(operation, who.account, "main", 100, SHOP, 180)[0]
        transfer["debit"] = f"wallet:{who.account}:main:{month}"
        operation.append(NewEntry("redemption.example", {}, transfers=[transfer]))


def test_a_late_refund_goes_into_this_month(here: Scheme, wang: Resident) -> None:
    confirm(here, wang, hold(here, wang, 3000))
    here.go_to(1_859_068_500_000 + 3 * DAY_MS)
    transfers = refund(here, wang, [Part(202811, 3000)])
    assert [each["code"] for each in transfers] == ["refund_late"]
    assert months(wang)[0] == WalletMonth("main", 202812, 3000, 3000)


def test_points_of_past_months_return_to_the_fund(here: Scheme, wang: Resident) -> None:
    other = here.member("李")
    here.record(other, HOUR)
    held = hold(here, wang, 100)
    assert expire_all() == 0
    here.go_to(1_859_068_500_000 + 3 * DAY_MS)
    assert expire_all() == 1
    assert months(wang)[0] == WalletMonth("main", 202811, 100, 0)
    (entry,) = entries("points.expired")
    assert entry.data == {"fund": "main", "month": 202811}
    assert [each.code for each in entry.transfers] == ["expired", "returned"]
    assert expire_all() == 0
    # Under the lock it is asked again: another run may have been first.
    for fresh, month in ((f"wallet:{wang.account}:main:202811", 202811), ("", 202901)):
        assert expiring._expire_batch(COMMUNITY, "main", month, [fresh] if fresh else []) == 0
    end_reading()
    void(here, wang, held)
    here.go_to(here.clock.at_ms + 3 * MONTH_MS)
    assert expire_all() == 2
    assert here.balance("fund:main") == 1000_00
    assert months(wang) == months(other) == []
    stored = family_balances(db.session, COMMUNITY, "expired:main")
    assert stored[0].debits_posted == stored[0].credits_posted == 5000
    assert replayed().size == len(entries())


def test_holds_that_ran_out_are_voided_before_the_wallet_is_touched(
    here: Scheme, wang: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_holds: dict[str, list[HeldPart]] = {}

    def due(operation: Operation, account: str) -> None:
        held = open_holds.pop(account, None)
        if held:
            void_in(operation, wang, held)

    monkeypatch.setattr(spending, "_due", [])
    spending.register_due(due)
    open_holds[wang.account] = hold(here, wang, 4000)
    here.clock.pass_ms(180_000)
    held = hold(here, wang, 3000)
    assert [each.centipoints for each in held] == [3000]
    kinds = [each.kind for each in entries("redemption")]
    assert kinds == ["redemption.held", "redemption.voided", "redemption.held"]


def test_a_plan_takes_no_past_month_and_no_more_than_there_is() -> None:
    free = {202611: 50, 202612: 100, 202701: 0, 202702: 70}
    assert spend_parts(free, 120, 202612) == [Part(202612, 100), Part(202702, 20)]
    for amount in (171, 0):
        with pytest.raises(PointsShortError):
            spend_parts(free, amount, 202612)
    many = {300_000 + number: 1 for number in range(PARTS_MAX + 1)}
    assert len(spend_parts(many, PARTS_MAX, 0)) == PARTS_MAX
    with pytest.raises(PointsShortError):
        spend_parts(many, PARTS_MAX + 1, 0)
    with pytest.raises(PartsError):
        first_of([Part(202612, 5)], 6)
