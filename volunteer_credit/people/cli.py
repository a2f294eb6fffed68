"""Commands for the first days of a city: invite its people, found communities, propose roles."""

import re

import click

from volunteer_credit.people.operations.founding import found_community
from volunteer_credit.people.operations.grants import propose_role
from volunteer_credit.people.operations.inviting import invite
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.queries.grants import account_here
from volunteer_credit.people.rules.grants import FAR_DAY, GranteeUnknownError, RoleGrant
from volunteer_credit.people.rules.roles import COMMUNITY, GRANTED
from volunteer_credit.people.rules.slips import DEVICE, INVITATION, Slip
from volunteer_credit.shared.console import Console
from volunteer_credit.shared.db import db
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

ACCEPT_PATH = "/me/founding"
_NUMBER = re.compile(r"[0-9a-f]{32}")


class _Number(click.ParamType[str]):
    """A person or an account: 32 hex digits."""

    name = "number"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not _NUMBER.fullmatch(value):
            self.fail("32 hex digits / 32 位十六进制数字", param, ctx)
        return value


NUMBER = _Number()


@click.command("invite")
@click.option("--person", type=NUMBER, help="Somebody who is known; else name and phone are asked.")
@click.option("--community", default="", metavar="CODE", help="Whose member they become.")
@click.option("--device", is_flag=True, help="The slip enrols a device; else it signs in once.")
@click.option("--json", "as_json", is_flag=True, help="Answer for a program.")
@click.pass_obj
def invite_command(
    console: Console, person: str | None, community: str, device: bool, as_json: bool
) -> None:
    """Issue a slip that lets a person in once; without --person, for somebody new.

    Name and phone are read from the terminal or standard input, so that no list of commands or
    processes ever shows them.
    """
    kind = DEVICE if device else INVITATION
    with console.application():
        key = new_id(current().random)
        if person is not None:
            account, slip = "", issue_slip(None, kind, person, community, key)
        else:
            given = {
                name: click.prompt(console.pick(*asked), default="", show_default=False, err=True)
                for name, asked in (("name", ("Name", "姓名")), ("phone", ("Phone", "手机号")))
            }
            made = invite(given, community, kind, key)
            person, account, slip = made.person_id, made.account, made.slip
    if as_json:
        console.show({"person": person, "account": account or None, **_said(slip)})
        return
    console.say(
        f"Person {person}: slip {slip.code}, good once.",
        f"人员 {person}：邀请码 {slip.code}，仅可使用一次。",
    )


def _said(slip: Slip) -> dict[str, object]:
    return {"slip": slip.code, "path": slip.path, "expires_at_ms": slip.expires_at_ms}


@click.command("grant")
@click.argument("community", metavar="COMMUNITY")
@click.argument("number", type=NUMBER)
@click.argument("role", type=click.Choice(GRANTED))
@click.option("--scope", default=COMMUNITY, show_default=True, help="Such as grid:<id>.")
@click.option("--until-day", type=int, default=FAR_DAY, help="The last day, YYYYMMDD.")
@click.option("--json", "as_json", is_flag=True, help="Answer for a program.")
@click.pass_obj
def grant_command(
    console: Console,
    community: str,
    number: str,
    role: str,
    scope: str,
    until_day: int,
    as_json: bool,
) -> None:
    """Propose a role for a person or an account; one who may approve roles there must approve it.

    A last day that is past takes the role away. For the city's own book the community is `city`.
    """
    with console.application():
        account = account_here(db.session(), community, number)
        if account is None:
            raise GranteeUnknownError
        grant = RoleGrant(account, role, scope, until_day)
        seq = propose_role(None, community, grant, new_id(current().random))
    if as_json:
        console.show({"community": community, "seq": seq, "account": account})
        return
    console.say(
        f"Proposed as entry {seq} of {community}; it counts when a second person approves it.",
        f"已提议（{community} 账本第 {seq} 条）；经另一人批准后生效。",
    )


@click.command("found-community")
@click.argument("code")
@click.option("--name", required=True, help="As people say it.")
@click.option("--staff", required=True, type=NUMBER, help="The first member of staff, a person.")
@click.option("--supervisor", required=True, type=NUMBER, help="The first supervisor, a person.")
@click.option("--json", "as_json", is_flag=True, help="Answer for a program.")
@click.pass_obj
def found_command(
    console: Console, code: str, name: str, staff: str, supervisor: str, as_json: bool
) -> None:
    """Name the two founders of a community, who have enrolled; it opens when both have accepted.

    Safe to repeat with the same words.
    """
    with console.application():
        accounts = found_community(None, code, name, (staff, supervisor), f"found {code}")
    if as_json:
        console.show({"community": code, "accounts": accounts})
        return
    both = ", ".join(f"{role} {account}" for role, account in accounts.items())
    where = f"{ACCEPT_PATH}/{code}"
    console.say(
        f"Founding {code}: {both}. It opens when both have accepted at {where}.",
        f"社区 {code} 待发起：{both}。两人各自在 {where} 确认后开通。",
    )


COMMANDS = (invite_command, grant_command, found_command)
