"""Commands for cards, leaving, erasing, retention and the drill for a leak.

Whoever has the machine's shell is the operator: the books name `operator:1`, and nobody else.
"""

from pathlib import Path

import click

from volunteer_credit.people.cli import NUMBER
from volunteer_credit.people.operations.breach import breach_drill, write_report
from volunteer_credit.people.operations.cards import end_card, issue_card
from volunteer_credit.people.operations.erasing import ask_erasure, run_erasures, was_erased
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.people.operations.retention import overdue
from volunteer_credit.people.rules.breach import LEAKS
from volunteer_credit.people.rules.erasing import OWN_WISH, RETENTION_OVER
from volunteer_credit.shared.console import DONE, FOUND, Console
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

as_json_option = click.option("--json", "as_json", is_flag=True, help="Answer for a program.")


@click.command("card")
@click.argument("what", type=click.Choice(["issue", "lost"]))
@click.argument("whose", metavar="PERSON|NUMBER")
@click.argument("community", metavar="COMMUNITY")
@as_json_option
@click.pass_obj
def card_command(console: Console, what: str, whose: str, community: str, as_json: bool) -> None:
    """Issue a new paper card to a PERSON, or end one that was lost by its NUMBER of 8 digits.

    A new card ends the one before, and a lost one is dead at once: whoever finds it opens nothing.
    """
    with console.application():
        key = new_id(current().random)
        if what == "lost":
            end_card(None, whose, community, key)
            value: dict[str, str] = {"number": whose, "state": "lost"}
            told = (f"Card {whose} is dead.", f"志愿卡 {whose} 已作废。")
        else:
            person = NUMBER(whose)
            card = issue_card(None, person, community, key)
            value = {"person": person, "number": card.number, "card_id": card.card_id}
            told = (f"Card {card.number}: {card.card_id}", f"志愿卡 {card.number}：{card.card_id}")
    if as_json:
        console.show(value)
        return
    console.say(*told)


@click.command("leave")
@click.argument("person", type=NUMBER)
@click.argument("community", metavar="COMMUNITY")
@as_json_option
@click.pass_obj
def leave_command(console: Console, person: str, community: str, as_json: bool) -> None:
    """Let a person leave a community, as they asked. Hours stay; nothing is erased."""
    with console.application():
        locked = leave(None, community, new_id(current().random), person)
    if as_json:
        console.show({"person": person, "community": community, "locked": locked})
        return
    console.say(
        f"Left {community}." + (" That was the last one: the file is locked." if locked else ""),
        f"已离开 {community}。" + ("这是最后一个社区，档案已锁定。" if locked else ""),
    )


@click.command("erase")
@click.argument("person", type=NUMBER)
@click.option(
    "--reason",
    type=click.Choice([OWN_WISH, RETENTION_OVER]),
    default=OWN_WISH,
    show_default=True,
    help="Why.",
)
@click.option("--yes", is_flag=True, help="Do not ask; there is no way back.")
@as_json_option
@click.pass_context
def erase_command(
    context: click.Context, person: str, reason: str, yes: bool, as_json: bool
) -> None:
    """Erase a person for ever, where no duty to keep remains. What was cut off is taken up."""
    console: Console = context.obj
    if not yes:
        question = console.pick("Erase this person for ever?", "永久抹除此人？")
        click.confirm(question, abort=True, err=True)
    with console.application():
        ask_erasure(None, new_id(current().random), person, reason=reason)
        ran = run_erasures()
        done = was_erased(person)
    if as_json:
        console.show({"person": person, "erased": done, "waiting": ran.waiting})
    elif done:
        console.say("Erased; nothing of it can be read any more.", "已抹除，再也无法读取。")
    else:
        console.say(
            "Not erased yet: something stopped it; look at the log and repeat this.",
            "尚未抹除：过程中断，请查看日志后重试。",
        )
    context.exit(DONE if done else FOUND)


@click.command("retention")
@as_json_option
@click.pass_obj
def retention_command(console: Console, as_json: bool) -> None:
    """List whom and what may be erased because its time is over. It changes nothing."""
    with console.application():
        found = overdue(current().clock.now_ms())
    if as_json:
        kept = {person: [each.code for each in duties] for person, duties in found.kept.items()}
        console.show({"persons": found.persons, "kept": kept, "rows": found.rows})
        return
    for person in found.persons:
        click.echo(person)
    for person, duties in found.kept.items():
        click.echo(f"{person}: {'; '.join(each.sentence(console.language) for each in duties)}")
    rows = sum(found.rows.values())
    console.say(
        f"{len(found.persons)} people may be erased, {len(found.kept)} are kept by a duty;"
        f" {rows} rows expire tonight.",
        f"{len(found.persons)} 人可以抹除，{len(found.kept)} 人因法定义务保留；"
        f"今晚将清除 {rows} 条过期记录。",
    )


@click.command("breach-drill")
@click.argument("leak", type=click.Choice(sorted(LEAKS)))
@click.option("--person", type=NUMBER, help="Whose account or device it is.")
@click.option("--since-ms", type=click.IntRange(0), default=0, help="In other hands since, UTC.")
@click.option("--output", type=click.Path(path_type=Path), help="Keep the report in a new file.")
@as_json_option
@click.pass_obj
def breach_command(
    console: Console,
    leak: str,
    person: str | None,
    since_ms: int,
    output: Path | None,
    as_json: bool,
) -> None:
    """Say whom a leak would concern, what could be read, and who must be told by when."""
    with console.application():
        report = breach_drill(leak, current().clock.now_ms(), person or "", since_ms)
    if output is not None:
        write_report(report, output)
    if as_json:
        console.show(report)
        return
    counts, language = report["concerned"], console.language
    console.say(
        f"Concerned: {counts['persons']} people, {counts['minors']} minors.",
        f"涉及 {counts['persons']} 人，其中未成年人 {counts['minors']} 人。",
    )
    for community, count in report["by_community"].items():
        click.echo(f"  {community}: {count}")
    click.echo(report["readable"][language])
    for each in report["tell"]:
        hours, who, what = each["within_hours"], each[f"who_{language}"], each[f"what_{language}"]
        console.say(f"  within {hours} h: {who}: {what}", f"  {hours} 小时内：{who}：{what}")


COMMANDS: tuple[click.Command, ...] = (
    card_command,
    leave_command,
    erase_command,
    retention_command,
    breach_command,
)
