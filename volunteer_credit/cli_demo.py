"""Commands of the demonstration: its people, ways in for them, and all of it at once."""

import http.client
import io
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import click
from qrcode.main import QRCode  # type: ignore[import-untyped] # has no types

from volunteer_credit.config import PREFIX
from volunteer_credit.demo.city import DAYS_BACK as CITY_DAYS_BACK
from volunteer_credit.demo.city import Scale, seed_city
from volunteer_credit.demo.clock import SeedClock
from volunteer_credit.demo.seeding import DAYS_BACK, SIZES, seed
from volunteer_credit.demo.town import Way, check_demo_settings, ways_in
from volunteer_credit.demo_folder import DemoFolder, environment, local_address
from volunteer_credit.processes import STOPPED_BY_SIGNAL, Group
from volunteer_credit.serving import PORT_MAX, free_port
from volunteer_credit.setting_up import set_up
from volunteer_credit.shared.console import Console
from volunteer_credit.shared.errors import StoppedError

CLOCK, CITY_SIZE = f"{PREFIX}CLOCK", "city"
HERE, PORT = "127.0.0.1", 8000
WEB, SCHEDULER = "web", "scheduler"
PROBE_SECONDS = 2
TRIES = 900  # a tenth of a second each: more than any machine needs


class ProgramEndedError(StoppedError):
    """One of the programs of the demonstration ended, so all of it did."""

    code = "program_ended"
    en = "{name} ended, so all was ended. It said:\n{said}"
    zh = "{name} 已退出，因此全部停止。它的输出：\n{said}"


class NoFreePortError(StoppedError):
    """Every port that was tried is taken."""

    code = "no_free_port"
    en = "No port is free from {port} on; choose another: --port."
    zh = "从 {port} 起没有空闲端口；请用 --port 指定。"


@click.command("seed-demo")
@click.option(
    "--size", type=click.Choice([*SIZES, CITY_SIZE]), default="community", show_default=True
)
@click.option("--people", type=click.IntRange(0), default=0, help="With --size city: so many more.")
@click.pass_obj
def seed_demo(console: Console, size: str, people: int) -> None:
    """Make a city with made-up people; only with VC_CLOCK=demo, where nothing is.

    `city`: 337 communities, 77 projects, 31,000 person-times; it takes a quarter of an hour.
    """
    check_demo_settings(console.environ.get(CLOCK, ""))
    clock = SeedClock(CITY_DAYS_BACK if size == CITY_SIZE else DAYS_BACK, console.clock)
    past = replace(console, clock=clock)
    is_new = set_up(past).is_new
    with past.application():
        if size == CITY_SIZE:
            count = seed_city(clock, Scale(people=people), said_so_far, is_new=is_new)
            console.say(f"Made {count} communities.", f"已生成 {count} 个社区。")
            return
        count = seed(clock, size, is_new=is_new)
    console.say(
        f"Made a community with {count} people; `demo-ways` gives ways in.",
        f"已生成一个有 {count} 人的社区；可用 `demo-ways` 获取登录方式。",
    )


def said_so_far(what: str, done: int, count: int) -> None:
    """How far it is: a line at each hundredth."""
    if done == count or done % max(count // 100, 1) == 0:
        click.echo(f"{what}: {done} / {count}", err=True)


@click.command("demo-ways")
@click.option("--json", "as_json", is_flag=True, help="Answer for a program.")
@click.pass_obj
def demo_ways(console: Console, as_json: bool) -> None:
    """New ways in for the people of a demonstration: slips (8 hours, once), a card and its PIN."""
    with console.application():
        made = ways_in()
    told = [
        {"who": line(console, each), "path": each.path, "card": each.card, "pin": each.pin}
        for each in made
    ]
    if as_json:
        console.show(told)
        return
    say_ways(console, told)


def line(console: Console, way: Way) -> str:
    """Who this is, in the operator's language."""
    return f"{console.pick(way.face.en, way.face.zh)} {way.face.name}"


def say_ways(console: Console, ways: list[dict[str, str]]) -> None:
    """Print the ways in."""
    console.say(
        "Ways in, new at each start: open the address with a slip behind it (8 hours, once).",
        "登录方式（每次启动重新生成）：在地址后加上邀请码打开（8 小时内有效，仅一次）。",
    )
    for each in ways:
        click.echo(f"  {each['path']}  {each['who']}")
        if each["card"]:
            console.say(
                f"    or with card {each['card']} and PIN {each['pin']}",
                f"    或使用志愿卡号 {each['card']} 和密码 {each['pin']}",
            )


@click.command()
@click.option(
    "--folder", type=click.Path(path_type=Path), default=".run", show_default=True, help="Its data."
)
@click.option("--fresh", is_flag=True, help="Begin anew: what is in the folder goes.")
@click.option("--lan", is_flag=True, help="For phones of the local network, over plain http.")
@click.option("--port", type=click.IntRange(1, PORT_MAX), default=PORT, show_default=True)
@click.pass_obj
def demo(console: Console, folder: Path, fresh: bool, lan: bool, port: int) -> None:
    """Serve a demonstration from an empty machine on; Ctrl-C ends it, and its data stay.

    It takes the next port that is free. Settings of the shell (VC_…) do not count.
    """
    host = local_address() if lan else HERE
    chosen = free_port(host, port)
    if chosen is None:
        raise NoFreePortError(port=port)
    address = f"http://{host}:{chosen}"
    with DemoFolder(folder.absolute()).held(fresh=fresh) as place:
        environ = environment(console.environ, place.write_settings(address))
        if not place.is_complete:
            console.say("Making a demonstration …", "正在生成演示数据 ……")
        if not place.is_complete:
            ran(environ, "seed-demo")
            place.complete()
        ran(environ, "init")
        group = Group(environ, place.logs)
        ended = kept_up(console, group, environ, address)
    if ended != STOPPED_BY_SIGNAL:
        raise ProgramEndedError(name=ended, said=group.last_words(ended))
    console.say("Ended; the data stay.", "已停止；数据已保留。")


def kept_up(console: Console, group: Group, environ: Mapping[str, str], address: str) -> str:
    """Start the programs, say where and how, and wait: who ended first, as `Group.wait`."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    with group.signals():
        try:
            group.start(WEB, program("serve", "--host", host, "--port", port, "--workers", "1"))
            group.start(SCHEDULER, program("scheduler"))
            tour = json.loads(ran(environ, "demo-tour", "--json"))
            ended = group.wait_until(probe(host, int(port)), TRIES)
            if ended is None:
                say_address(console, address + tour["path"], with_code=host != HERE)
                ended = group.wait()
        finally:
            group.end()
    return ended


def say_address(console: Console, address: str, *, with_code: bool) -> None:
    """Print the one address, that of a tour; for phones also as a QR code."""
    console.say(
        f"\nOpen {address}\n(good once; Ctrl-C ends it; `demo-ways` gives other ways in)\n",
        f"\n请打开 {address}\n（仅可使用一次；按 Ctrl-C 结束；其他登录方式见 `demo-ways`）\n",
    )
    if with_code:
        code, drawn = QRCode(), io.StringIO()
        code.add_data(address)
        code.print_ascii(out=drawn, invert=True)
        click.echo(drawn.getvalue())


def program(*words: str) -> list[str]:
    """One of our commands, as a program."""
    return [sys.executable, "-m", "volunteer_credit", *words]


def ran(environ: Mapping[str, str], *words: str) -> str:
    """What a command printed. Raises: ProgramEndedError when it was refused."""
    done = subprocess.run(  # noqa: S603 - our own commands
        program(*words),
        env=dict(environ),
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,  # or Ctrl-C would cut it in two
    )
    if done.returncode:
        raise ProgramEndedError(name=words[0], said=done.stderr.strip())
    return done.stdout


def probe(host: str, port: int) -> Callable[[], bool]:
    """How to ask whether the server answers there."""

    def is_up() -> bool:
        connection = http.client.HTTPConnection(host, port, timeout=PROBE_SECONDS)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            connection.close()

    return is_up


COMMANDS = (seed_demo, demo_ways, demo)
