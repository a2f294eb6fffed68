"""The commands for cards, leaving, erasing, retention and the drill, as an operator runs them."""

import json
from pathlib import Path

import pytest

from tests.people.make import COMMUNITY, Resident, Town, number
from tests.service.make import FakeClock
from tests.service.shell import Shell
from volunteer_credit.people import cli_leaving
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.models.vault import LinkRow
from volunteer_credit.people.operations.erasing import Ran
from volunteer_credit.people.operations.retention import Due
from volunteer_credit.people.rules.erasing import Duty
from volunteer_credit.shared.db import db

NAME, PHONE = "欧阳若兰", "13912345678"


@pytest.fixture
def shell(database_url: str, tmp_path: Path, clock: FakeClock) -> Shell:
    (tmp_path / "person-keys").mkdir()
    return Shell(database_url, tmp_path, clock)


@pytest.fixture
def chen(shell: Shell) -> Resident:
    with shell.console.application():
        return Town().add(NAME, phone=PHONE)


@pytest.mark.engines("sqlite")
def test_a_card_is_issued_and_lost(shell: Shell, chen: Resident) -> None:
    made = json.loads(shell("card", "issue", chen.person_id, COMMUNITY, "--json"))
    assert len(made["number"]) == 8
    again = shell("card", "issue", chen.person_id, COMMUNITY)
    assert made["number"] not in again
    shell.environ["LANG"] = "zh_CN.UTF-8"
    shell("card", "issue", "nobody", COMMUNITY, code=2)
    newer = shell("card", "issue", chen.person_id, COMMUNITY).split()[1].split("：")[0]
    assert "已作废" in shell("card", "lost", newer, COMMUNITY)
    shell("card", "lost", newer, COMMUNITY, code=21)
    last = json.loads(shell("card", "issue", chen.person_id, COMMUNITY, "--json"))["number"]
    assert json.loads(shell("card", "lost", last, COMMUNITY, "--json"))["state"] == "lost"


def test_a_life_from_leaving_to_erased(shell: Shell, chen: Resident) -> None:
    said = json.loads(shell("leave", chen.person_id, COMMUNITY, "--json"))
    assert said["locked"] is True
    assert "locked" in shell("leave", chen.person_id, COMMUNITY)
    shell("leave", number("nobody"), COMMUNITY, code=21)
    shell("leave", "someone", COMMUNITY, code=2)

    assert json.loads(shell("retention", "--json"))["persons"] == []
    shell.clock.pass_ms((10 * 366) * 86_400_000)
    assert json.loads(shell("retention", "--json"))["persons"] == [chen.person_id]
    assert chen.person_id in shell("retention")
    shell.clock.pass_ms(-(10 * 366) * 86_400_000)

    reason = ("--reason", "retention_over")
    assert "Erased" in shell("erase", chen.person_id, "--yes", *reason)
    said = json.loads(shell("erase", chen.person_id, "--yes", "--json"))
    assert said == {"person": chen.person_id, "erased": True, "waiting": 0}
    shell("erase", number("nobody"), "--yes", code=21)


@pytest.mark.engines("sqlite")
def test_erasing_asks_first_and_says_what_keeps_it(shell: Shell, chen: Resident) -> None:
    shell("erase", chen.person_id, code=1)  # nobody said yes
    admin_id = number("person", "admin 1")
    assert "erasure_refused" in shell("erase", admin_id, "--yes", code=21)


@pytest.mark.engines("sqlite")
def test_the_drill_counts_and_names_nobody(shell: Shell, chen: Resident, tmp_path: Path) -> None:
    report = tmp_path / "drill.json"
    said = json.loads(shell("breach-drill", "database", "--output", str(report), "--json"))
    assert said["concerned"]["persons"] == 5
    assert said["by_community"] == {COMMUNITY: 3}
    assert [each["within_hours"] for each in said["tell"]] == [1, 24, 72]
    kept = report.read_text(encoding="utf-8")
    assert json.loads(kept) == said
    assert not any(each in kept for each in (NAME, PHONE, chen.person_id, chen.account))
    shell("breach-drill", "database", "--output", str(report), code=23)  # it is never replaced
    assert "5 people" in shell("breach-drill", "archive")
    one = json.loads(shell("breach-drill", "device", "--person", chen.person_id, "--json"))
    assert one["concerned"] == {"persons": 1, "minors": 0}
    seen = json.loads(shell("breach-drill", "account", "--person", chen.person_id, "--json"))
    assert seen["concerned"]["persons"] == 0


@pytest.mark.engines("sqlite")
def test_a_duty_and_a_fault_are_told(
    shell: Shell, chen: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("leave", chen.person_id, COMMUNITY)
    shell.clock.pass_ms(10 * 366 * 86_400_000)
    with monkeypatch.context() as patched:
        kept = Due([], {chen.person_id: [Duty("x", "异议未结", "an objection is open")]})
        patched.setattr(cli_leaving, "overdue", lambda _at_ms: kept)
        assert f"{chen.person_id}: an objection is open" in shell("retention")
    monkeypatch.setattr(cli_leaving, "run_erasures", lambda: Ran(waiting=1))
    assert "Not erased yet" in shell("erase", chen.person_id, "--yes", code=24)


def test_recover_says_nothing_of_people_and_lets_them_in_again(
    shell: Shell, chen: Resident
) -> None:
    shell("run-job", "seal")
    assert COMMUNITY in shell("recover")
    with shell.console.application():
        assert db.session.query(SessionRow).count() == 0
        assert db.session.query(LinkRow).filter_by(person_id=chen.person_id).count() == 2
