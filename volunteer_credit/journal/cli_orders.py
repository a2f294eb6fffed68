"""Commands that an operator gives about a book: the clock is right, here is a new key."""

from datetime import UTC, datetime, timedelta

import click

from ledger.checkpoint import read_checkpoint
from volunteer_credit.journal.operations.clock_orders import confirm_clock
from volunteer_credit.journal.operations.rewrap import rewrap_all
from volunteer_credit.journal.operations.rotation import (
    COMPROMISED,
    LOST,
    PLANNED,
    retire_key,
    rotate_key,
)
from volunteer_credit.journal.operations.seal import renew_archive
from volunteer_credit.journal.rules.requests import Actor, Request
from volunteer_credit.shared.console import Console
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIME_FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")


def ordered(name: str, operator: int) -> Request:
    """A request of an operator, under a number of its own."""
    return Request(Actor(f"operator:{operator}", "operator"), new_id(current().random), name)


@click.command("clock-confirm")
@click.argument("community")
@click.argument("time", type=click.DateTime(TIME_FORMATS))
@click.option("--operator", type=click.IntRange(1), default=1, help="Which operator says so.")
@click.pass_obj
def clock_confirm(console: Console, community: str, time: datetime, operator: int) -> None:
    """Say that it is TIME now, local, by your own watch: 2026-11-22T08:00."""
    with console.application():
        offset = timedelta(minutes=current().settings.utc_offset_minutes)
        at_ms = (time.replace(tzinfo=UTC) - offset - EPOCH) // timedelta(milliseconds=1)
        shown_ms = confirm_clock(community, at_ms, ordered("clock-confirm", operator))
        shown = f"{EPOCH + timedelta(milliseconds=shown_ms) + offset:%Y-%m-%d %H:%M:%S}"
    console.say(
        f"{community}: confirmed that it is {shown}; this holds for 36 hours.",
        f"{community}：已确认当前时间为 {shown}，36 小时内有效。",
    )


@click.command("rotate-key")
@click.argument("community")
@click.argument("role", metavar="entry|log|cosign|recovery")
@click.option(
    "--reason", type=click.Choice((PLANNED, LOST, COMPROMISED)), default=PLANNED, show_default=True
)
@click.option("--suspect-from", type=click.IntRange(0), help="The first entry that is in doubt.")
@click.option("--retire", metavar="KEY_ID", help="Add no key; end this one, which has a successor.")
@click.option("--operator", type=click.IntRange(1), default=1, help="Which operator says so.")
@click.pass_obj
def rotate_key_command(
    console: Console,
    community: str,
    role: str,
    reason: str,
    suspect_from: int | None,
    retire: str | None,
    operator: int,
) -> None:
    """Give a book a new key for a role and destroy the old one; an old log key is ended later."""
    with console.application():
        request = ordered("rotate-key", operator)
        if retire is not None:
            gone = retire_key(community, role, retire, reason, request)
            console.say(
                f"{community}: the {role} key {retire} is retired by entry {gone.seq}.",
                f"{community}：{role} 密钥 {retire} 已由条目 {gone.seq} 停用。",
            )
            return
        made = rotate_key(community, role, reason, request, suspect_from=suspect_from)
    count = len(made.retired)
    console.say(
        f"{community}: new {role} key {made.key_id} by entry {made.added.seq}; {count} retired.",
        f"{community}：条目 {made.added.seq} 启用新的 {role} 密钥 {made.key_id}；停用 {count} 个。",
    )


@click.command("rewrap-keys")
@click.pass_obj
def rewrap_keys(console: Console) -> None:
    """Encrypt all keys under VC_KEY_SECRET, when VC_KEY_SECRET_OLD is the one before."""
    with console.application():
        books, persons = rewrap_all()
    console.say(
        f"{books} keys of books and {persons} of persons are encrypted under the new secret.",
        f"账本密钥 {books} 个、个人密钥 {persons} 个已用新的主密钥加密。",
    )


@click.command("renew-archive")
@click.argument("community")
@click.option("--archive-is-lost", is_flag=True, required=True, help="It is lost for good.")
@click.pass_obj
def renew_archive_command(console: Console, community: str, archive_is_lost: bool) -> None:
    """Begin the archive of a community's books again on a new disk; wants --archive-is-lost."""
    assert archive_is_lost, "the option is required"
    with console.application():
        made = read_checkpoint(renew_archive(community))[0]
    console.say(
        f"{made.origin}: the archive has {made.size} entries again.",
        f"{made.origin}：归档已重新建立，共 {made.size} 个条目。",
    )


COMMANDS: tuple[click.Command, ...] = (
    clock_confirm,
    rotate_key_command,
    rewrap_keys,
    renew_archive_command,
)
