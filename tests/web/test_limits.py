"""How often something may be tried: for all processes, after restarts, and for refused requests."""

import threading
from pathlib import Path

import pytest
from flask import Flask, request

from tests.service.conftest import application
from tests.service.make import AT_MS, FakeClock
from tests.web.site import TOKENS, Gate, Visitor, problem
from volunteer_credit import wiring
from volunteer_credit.shared.db import db
from volunteer_credit.shared.jobs import run_job
from volunteer_credit.shared.limits import LimitRow, TooManyError, purge, spend
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import limits
from volunteer_credit.web.gate import Above, attach
from volunteer_credit.web.limits import limited, refuse_over
from volunteer_credit.web.openapi_operations import _refused

MINUTE = 60


def rows() -> list[LimitRow]:
    """What is remembered."""
    db.session.rollback()
    return list(db.session.query(LimitRow).order_by(LimitRow.what))


def test_so_many_tries_in_a_window_and_no_more(app: Flask) -> None:
    tries = [spend("sign-in", "a", 2, MINUTE, AT_MS + second * 1000) for second in (0, 10, 20, 59)]
    assert tries == [None, None, 40, 1]
    assert spend("sign-in", "b", 2, MINUTE, AT_MS) is None, "another key"
    assert spend("sign-up", "a", 2, MINUTE, AT_MS) is None, "another act"
    assert spend("sign-in", "a", 2, MINUTE, AT_MS + 60_000) is None, "a new window"


def test_it_is_remembered_over_a_restart_and_by_all_processes(app: Flask) -> None:
    assert spend("sign-in", "a", 1, MINUTE, AT_MS) is None
    assert spend("sign-in", "a", 1, MINUTE, AT_MS + 1) == 60
    current()._parts.clear()  # as a process that has just begun
    assert spend("sign-in", "a", 1, MINUTE, AT_MS + 2) == 60
    assert [(each.what, each.spent) for each in rows()] == [("sign-in", 3)]


def test_a_flood_costs_no_writes(app: Flask) -> None:
    for _ in range(50):
        spend("sign-in", "a", 1, MINUTE, AT_MS)
    assert rows()[0].spent == 2


def test_what_is_limited_is_not_stored(app: Flask) -> None:
    spend("code", "13900001111", 1, MINUTE, AT_MS)
    (row,) = rows()
    assert len(row.subject) == 32
    assert "139" not in row.subject
    assert row.ends_at_ms == AT_MS + 60_000


def test_a_clock_that_was_wrong_closes_nothing_for_ever(app: Flask) -> None:
    year_ms = 365 * 86_400_000
    for _ in range(3):
        spend("sign-in", "a", 2, MINUTE, AT_MS + year_ms)
    assert spend("sign-in", "a", 2, MINUTE, AT_MS) is None
    assert spend("sign-in", "a", 2, MINUTE, AT_MS - 5_000) is None, "a little back is one window"
    assert spend("sign-in", "a", 2, MINUTE, AT_MS) == 60


def test_what_is_over_is_forgotten(app: Flask, clock: FakeClock) -> None:
    spend("a-over", "a", 1, MINUTE, AT_MS - 60_000)
    spend("b-open", "a", 1, MINUTE, AT_MS)
    spend("c-wrong", "a", 1, MINUTE, AT_MS + 3 * 86_400_000)
    run_job(app, wiring.jobs(current().settings), "purge_limits")
    assert [each.what for each in rows()] == ["b-open"]
    purge(AT_MS + 60_000)
    assert rows() == []


def test_many_at_once_are_counted_one_by_one(app: Flask) -> None:
    taken: list[int | None] = []

    def work() -> None:
        with app.app_context():
            taken.extend(spend("rush", "a", 10, MINUTE, AT_MS) for _ in range(4))
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(taken) == 32
    assert taken.count(None) == 10


@pytest.mark.parametrize("seconds", [0, 86_401])
@pytest.mark.engines("sqlite")
def test_a_window_has_an_end(app: Flask, seconds: int) -> None:
    with pytest.raises(AssertionError):
        spend("a", "a", 1, seconds, AT_MS)


@pytest.mark.engines("sqlite")
def test_what_a_process_remembers_is_bounded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("volunteer_credit.shared.limits.FULL_KEPT_MAX", 2)
    for key in "abc" * 2:
        spend("a", key, 1, MINUTE, AT_MS)
    assert [spend("a", key, 1, MINUTE, AT_MS) for key in "abc"] == [60, 60, 60]


@pytest.mark.engines("sqlite")
def test_a_limited_view_refuses_with_the_time_to_wait(
    database_url: str, tmp_path: Path, clock: FakeClock
) -> None:
    with application(database_url, tmp_path, clock) as app:
        calls = 0

        @limited("view", per_ip=(2, MINUTE), per_session=(1, MINUTE))
        def view() -> str:
            nonlocal calls
            calls += 1
            return "seen"

        def ask(address: str, token: str = "") -> str:
            cookie = {"HTTP_COOKIE": f"__Host-session={token}"} if token else {}
            base = {"REMOTE_ADDR": address, **cookie}
            with app.test_request_context("/", environ_base=base):
                return view()

        gate = Gate()
        attach(app, Above(gate))
        assert ask("10.0.0.1", TOKENS["ann"]) == "seen"
        assert ask("10.0.0.1", TOKENS["bob"]) == "seen"
        with pytest.raises(TooManyError) as refused:
            ask("10.0.0.1", "c" * 20)
        assert refused.value.retry_after_seconds == 60
        assert ask("10.0.0.3", "a" * 20) == "seen"
        with pytest.raises(TooManyError):
            ask("10.0.0.3", "b" * 20)  # another made-up session is the same address
        assert ask("10.0.0.2") == "seen"
        with pytest.raises(TooManyError):
            ask("10.0.0.2")
        assert calls == 4


def test_a_refusal_says_when_to_come_back(site: Flask, visitor: Visitor) -> None:
    def refuse() -> None:
        raise TooManyError(seconds=7)

    site.before_request_funcs[None].append(refuse)
    answer = visitor.get("/api/v1/status")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert problem(answer)["code"] == "too_many_tries"
    assert "7" in visitor.get("/form").text
    assert "429" in _refused({"security": []}, "/", is_limited=True)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", ""),
        ("", ""),
    ],
)
def test_a_household_has_one_address(site: Flask, text: str, counted: str) -> None:
    with site.test_request_context("/", environ_base={"REMOTE_ADDR": text}):
        assert (request.remote_addr or "") == text
        assert limits.address() == counted


@pytest.mark.engines("sqlite")
def test_a_view_may_count_what_it_finds_out_itself(app: Flask) -> None:
    refuse_over("site", "door-1", (1, MINUTE))
    with pytest.raises(TooManyError):
        refuse_over("site", "door-1", (1, MINUTE))
