"""Two thousand moves of a clock against a model: which time an entry gets, or why it gets none."""

from collections.abc import Callable
from itertools import count

import pytest
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from ledger.errors import RuleError
from tests.service.books import OPERATOR, found, replayed, request
from tests.service.make import AT_MS, FakeClock
from volunteer_credit.journal.operations.clock_orders import confirm_clock, reset_clock
from volunteer_credit.journal.operations.clocks import Clocks
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.rules.clock_errors import ClockNotBehindError
from volunteer_credit.journal.rules.requests import Appended, NewEntry, Request
from volunteer_credit.shared.runtime import current

HOUR_MS = 3_600_000
STEPS_MS = st.one_of(
    st.sampled_from([-2001, -2000, -1500, -1, 1, 1500, 2000, 2001]),
    st.sampled_from([-HOUR_MS, -HOUR_MS, HOUR_MS, HOUR_MS, -37 * HOUR_MS, 37 * HOUR_MS]),
    st.integers(-3000, 3000),
)
PASSED_MS = st.one_of(
    st.integers(0, 5000),
    st.sampled_from([HOUR_MS, 36 * HOUR_MS, 36 * HOUR_MS + 1, 40 * HOUR_MS]),
)


class Machine(RuleBasedStateMachine):
    """`last_ms`, `ahead_ms`, `said_ms`, `known_ms`: what the writer should go by."""

    clock = FakeClock()  # the application's, which the test puts here
    books = count()

    @initialize()
    def begin(self) -> None:
        self.clock.at_ms = AT_MS
        self.community = f"c{next(self.books)}"
        self.number = 0
        self.restart()
        self.last_ms = found(self.community).at_ms
        self.said_ms = 0

    @rule(step_ms=STEPS_MS)
    def jump(self, step_ms: int) -> None:
        self.clock.at_ms = max(self.clock.at_ms + step_ms, 1)

    @rule(passed_ms=PASSED_MS)
    def let_pass(self, passed_ms: int) -> None:
        self.clock.pass_ms(passed_ms)

    @rule()
    def restart(self) -> None:
        current()._parts.pop(Clocks, None)
        self.ahead_ms: int | None = None  # the time of day less the steady hand, when right
        self.known_ms = 0

    @rule()
    def confirm(self) -> None:
        self.said_ms = confirm_clock(self.community, self.clock.at_ms, self.asked())
        assert self.said_ms == self.clock.at_ms

    @rule()
    def reset(self) -> None:
        ahead = self.ahead_ms is not None and self.is_ahead(self.ahead_ms)
        if ahead and not self.is_news():
            self.refused("clock_ahead", self.back)
        elif self.clock.at_ms // 1000 * 1000 >= self.last_ms:
            with pytest.raises(ClockNotBehindError):
                self.back()
        else:
            made = self.back()
            assert made.at_ms == self.clock.at_ms // 1000 * 1000 < self.last_ms
            self.last_ms = self.said_ms = made.at_ms

    @rule()
    def write(self) -> None:
        now_ms = self.clock.at_ms
        ahead_ms = now_ms - self.clock.steady_ms if self.ahead_ms is None else self.ahead_ms
        if now_ms < self.last_ms - 2000:
            self.refused("clock_behind", self.append)
            return
        if self.is_ahead(ahead_ms):
            if not self.is_news():
                self.refused("clock_ahead", self.append)
                return
            ahead_ms = now_ms - self.clock.steady_ms
        if now_ms > self.last_ms + 36 * HOUR_MS and not self.is_confirmed():
            self.refused("clock_unconfirmed", self.append)
            return
        made = self.append()
        assert made.at_ms == max(now_ms // 1000 * 1000, self.last_ms) >= self.last_ms
        self.last_ms, self.ahead_ms, self.known_ms = made.at_ms, ahead_ms, self.said_ms

    def is_ahead(self, ahead_ms: int) -> bool:
        return self.clock.at_ms - self.clock.steady_ms > ahead_ms + 2000

    def is_confirmed(self) -> bool:
        return self.said_ms > 0 and -2000 <= self.clock.at_ms - self.said_ms <= 36 * HOUR_MS

    def is_news(self) -> bool:
        return self.said_ms != self.known_ms and self.is_confirmed()

    def refused(self, code: str, act: Callable[[], object]) -> None:
        with pytest.raises(RuleError) as caught:
            act()
        assert caught.value.code == code

    def append(self) -> Appended:
        (made,) = append(self.community, self.asked(), [NewEntry("note.example", {})])
        return made

    def back(self) -> Appended:
        return reset_clock(self.community, "clock_was_ahead", self.asked())

    def asked(self) -> Request:
        self.number += 1
        return request(f"{self.number}", OPERATOR)

    def teardown(self) -> None:
        assert replayed(self.community).last_at_ms == self.last_ms


@pytest.mark.untraced
@pytest.mark.engines("sqlite")
def test_two_thousand_moves(app: Flask, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    few = settings(max_examples=40, stateful_step_count=50, parent=settings.default)
    monkeypatch.setattr(Machine, "clock", clock)
    run_state_machine_as_test(Machine, settings=few)
