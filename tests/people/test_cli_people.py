"""The commands for a city's first days, as an operator runs them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.people.make import Town
from tests.service.make import FakeClock
from tests.service.shell import Shell
from volunteer_credit.cli import commands
from volunteer_credit.people.operations.accepting import accept_founding
from volunteer_credit.people.operations.bootstrap import enrol_admin
from volunteer_credit.people.operations.devices import enrol_device
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.people.operations.sessions import Browser
from volunteer_credit.people.operations.sign_in import sign_in_by_device
from volunteer_credit.people.queries import approvals
from volunteer_credit.people.queries.grants import accounts_of
from volunteer_credit.shared.db import db
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

NEW, PIN = "huancui-09", "392846"


@pytest.fixture
def shell(database_url: str, tmp_path: Path, clock: FakeClock) -> Shell:
    return Shell(database_url, tmp_path, clock)


def invited(shell: Shell, name: str, phone: str, *words: str, code: int = 0) -> str:
    """What `invite` prints for somebody new, whose name and phone it reads."""
    given = f"{name}\n{phone}\n"
    result = CliRunner().invoke(commands, ["invite", *words], obj=shell.console, input=given)
    assert result.exit_code == code, result.output
    return result.stdout


def test_a_city_is_started_from_the_shell(shell: Shell) -> None:
    admins = json.loads(shell("init", "--json"))["admins"]
    with shell.console.application():
        enrol_admin(admins[0]["code"], {"name": "李一", "reach": "街道"}, "192.0.2.1", "k")
    assert "has enrolled" in shell("init")
    persons, secrets = [], []
    for name, phone in (("甲", "13800000021"), ("乙", "13800000022")):
        made = json.loads(invited(shell, name, phone, "--device", "--json"))
        assert (made["account"], made["path"]) == (None, f"/S/{made['slip']}")
        words = ("found-community", NEW, "--name", "新", "--staff", made["person"])
        shell(*words, "--supervisor", made["person"], code=21)  # not twice the same
        with shell.console.application():
            key = new_id(current().random)
            secrets.append(enrol_device(made["slip"], PIN, "desk", "192.0.2.1", key).secret)
        persons.append(made["person"])
    two = ("--staff", persons[0], "--supervisor", persons[1])
    said = json.loads(shell("found-community", NEW, "--name", "新", *two, "--json"))
    assert said["community"] == NEW
    assert said["accounts"]["staff"] in shell("found-community", NEW, "--name", "新", *two)
    assert "idempotency" in shell("found-community", NEW, "--name", "别", *two, code=21)

    for secret, state in zip(secrets, ("founding", "open"), strict=True):
        with shell.console.application():
            browser = Browser(new_id(current().random), "192.0.2.1")
            caller = sign_in_by_device(secret, PIN, browser).caller
            assert accept_founding(caller, NEW, new_id(current().random)) == state

    # A resident joins, and the operator proposes a role; only a person can approve it.
    made = json.loads(invited(shell, "丙", "13800000023", "--community", NEW, "--json"))
    asked = ("grant", NEW, made["person"], "grid_worker", "--scope", "grid:1")
    proposed = json.loads(shell(*asked, "--json"))
    assert proposed["account"] == made["account"]
    with shell.console.application():
        found = approvals.approval(db.session(), NEW, proposed["seq"])
        assert found is not None
        assert found.asked in said["accounts"].values()
        assert accounts_of(db.session(), made["person"], NEW) == [made["account"]]
    assert "second person" in shell("grant", NEW, made["account"], "inspector")


@pytest.mark.engines("sqlite")
def test_what_cannot_be_is_refused_in_the_operators_language(shell: Shell) -> None:
    shell("init")
    shell.environ["LANG"] = "zh_CN.UTF-8"
    assert "尚未登记" in shell("init")
    assert "登记码" in shell("init", "--renew-codes")
    said = invited(shell, "丁", "13800000024")
    assert "邀请码" in said
    assert "丁" not in said
    person = said.split("：")[0].split()[1]
    assert "邀请码" in shell("invite", "--person", person)
    invited(shell, "", "13800000025", code=21)
    invited(shell, "戊", "13", code=21)
    invited(shell, "戊", "13800000025", "--community", "nowhere", code=21)
    shell("invite", "--person", "nobody", code=2)
    assert "grantee_unknown" in shell("grant", "city", "0" * 32, "platform_admin", code=21)
    shell("grant", "city", person, "volunteer", code=2)
    assert "role_unknown" in shell("grant", "city", person, "staff", code=21)
    # Both administrators have still to enrol: there is no second person.
    assert "no_second_person" in shell("grant", "city", person, "platform_admin", code=21)


@pytest.mark.engines("sqlite")
def test_a_town_of_the_builders_and_the_commands_agree(shell: Shell) -> None:
    shell("migrate")
    with shell.console.application():
        (shell.folder / "person-keys").mkdir(exist_ok=True)
        town = Town()
        chen = town.add("陈")
    shell.environ["LANG"] = "zh_CN.UTF-8"
    assert "已提议" in shell("grant", "huancui-01", chen.account, "inspector")
    seq = json.loads(shell("grant", "huancui-01", chen.account, "staff", "--json"))["seq"]
    with shell.console.application():
        assert approve(town.bo.caller(), "huancui-01", seq, "k") > seq
