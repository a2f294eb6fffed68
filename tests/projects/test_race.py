"""Fifty want three places at once: three have one, forty-seven wait, in one order."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, Resident
from tests.projects.make import published, stage
from tests.service.rows import built_once
from volunteer_credit.projects.operations.signing_up import Standing, drop, sign_up
from volunteer_credit.projects.queries.shifts import signed_up
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, end_reading

PEOPLE, PLACES, PROCESSES = 50, 3, 2

# What each process does with its share of the people; it ends with one line for each.
_WORK = """
import secrets, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tests.service.make import FakeClock, settings_for
from volunteer_credit import create_app
from volunteer_credit.projects.operations.signing_up import sign_up
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.runtime import Runtime

url, folder, community, shift, *callers = sys.argv[1:]
app = create_app(Runtime(settings_for(url, Path(folder)), FakeClock(), secrets.token_bytes))

def one(line):
    person, session, device = line.split(":")
    with app.app_context():
        caller = Caller(person, session, device, "passkey")
        return sign_up(caller, community, shift, "race " + person).state

with ThreadPoolExecutor(5) as pool:
    print("\\n".join(pool.map(one, callers)))
"""


def crowd() -> tuple[str, list[Resident], list[Caller]]:
    """A shift with three places, and fifty volunteers who have just opened its page."""
    return built_once(("projects crowd",), _crowd)


def _crowd() -> tuple[str, list[Resident], list[Caller]]:
    on = stage()
    people = [on.town.add(f"志愿者{each}") for each in range(PEOPLE)]
    (shift,) = published(on, capacity=PLACES).shift_ids
    return shift, people, [each.caller() for each in people]


@pytest.mark.engines("sqlite")
def test_threads_of_one_process_are_exact(app: Flask) -> None:
    shift, people, callers = crowd()

    def one(number: int) -> Standing:
        with app.app_context():
            return sign_up(callers[number], COMMUNITY, shift, f"race {number}")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(one, range(PEOPLE)))
    end_reading()
    check(shift, [each.state for each in found])
    assert sorted(each.position for each in found) == [0, 0, 0, *range(1, PEOPLE - PLACES + 1)]
    (first, *_) = signed_up(db.session, COMMUNITY, shift)
    who = next(each for each in people if each.account == first.account)
    drop(who.caller(), COMMUNITY, shift, "drop")
    rows = signed_up(db.session, COMMUNITY, shift)
    assert [each.state for each in rows].count("signed") == PLACES


@pytest.mark.engines("postgresql")
def test_processes_on_postgresql_are_exact(app: Flask, database_url: str, tmp_path: Path) -> None:
    shift, _people, callers = crowd()
    lines = [f"{each.person_id}:{each.session_id}:{each.device_id}" for each in callers]
    asked = [
        [sys.executable, "-c", _WORK, database_url, str(tmp_path), COMMUNITY, shift, *part]
        for part in (lines[each::PROCESSES] for each in range(PROCESSES))
    ]
    root = str(Path(__file__).resolve().parents[2])
    environ = {**os.environ, "PYTHONPATH": root}
    running = [
        subprocess.Popen(each, env=environ, stdout=subprocess.PIPE, text=True) for each in asked
    ]
    said = [each.communicate(timeout=120)[0] for each in running]
    assert [each.returncode for each in running] == [0] * PROCESSES
    end_reading()
    check(shift, "".join(said).split())


def check(shift: str, states: list[str]) -> None:
    assert (states.count("signed"), states.count("waiting")) == (PLACES, PEOPLE - PLACES)
    rows = signed_up(db.session, COMMUNITY, shift)
    assert [each.state for each in rows] == ["signed"] * PLACES + ["waiting"] * (PEOPLE - PLACES)
    assert len({each.account for each in rows}) == PEOPLE
