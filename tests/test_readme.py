"""The commands of the README are run, and print what it says they print."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECTION = "Keep a book from the shell"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINES_MAX = 110


def blocks() -> list[tuple[str, str]]:
    """The code of the section, in order, each with its language."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return BLOCK.findall(readme.split(f"## {SECTION}\n")[1].split("\n## ")[0])


def is_said(expected: str, said: str) -> bool:
    """Whether a line is the expected one; an ellipsis stands for anything."""
    return re.fullmatch(".+".join(map(re.escape, expected.split("…"))), said) is not None


def test_the_shell_section_prints_what_it_shows(tmp_path: Path) -> None:
    python = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{python}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    languages = [language for language, _ in blocks()]
    assert languages == ["sh", "text"] * (len(languages) // 2)
    assert languages
    texts = [text for _, text in blocks()]
    for script, expected in zip(texts[::2], texts[1::2], strict=True):
        ran = subprocess.run(
            ["bash", "-e"],  # noqa: S607 - the reader's shell, wherever it is
            input=script,
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        wanted, said = expected.splitlines(), ran.stdout.splitlines()
        wrong = [pair for pair in zip(wanted, said, strict=False) if not is_said(*pair)]
        assert not wrong, ran.stdout
        assert len(said) == len(wanted), ran.stdout


def test_an_ellipsis_stands_for_something_and_nothing_else_does() -> None:
    assert is_said("root …", "root 0a")
    assert not is_said("root …", "root ")
    assert not is_said("root 0.", "root 0a")


def test_the_readme_stays_short() -> None:
    assert (ROOT / "README.md").read_text(encoding="utf-8").count("\n") <= LINES_MAX


LINK = re.compile(r"\]\(([^)]+)\)")
COMMAND = re.compile(r"`(make [a-z]+)`|^(make [a-z]+)$", re.MULTILINE)


def test_both_languages_say_the_same_and_every_link_leads_somewhere() -> None:
    english, chinese = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")
    )
    ours = [each for each in LINK.findall(english) if each != "README.zh-CN.md"]
    theirs = [each for each in LINK.findall(chinese) if each != "README.md"]
    assert ours == theirs
    assert set(COMMAND.findall(english)) == set(COMMAND.findall(chinese))
    assert [
        each for each in {*ours, "README.md", "README.zh-CN.md"} if not (ROOT / each).exists()
    ] == []
    assert len([each for each in ours if "test_promise_" in each]) == 9


# ---- make run -----------------------------------------------------------------------------------

VISIT = """
import re, sys, urllib.error, urllib.parse, urllib.request as web
address = sys.argv[1]
opened = web.build_opener(web.ProxyHandler({}), web.HTTPCookieProcessor()).open
page = opened(address).read().decode()
hidden = dict(re.findall('type="hidden" name="([^"]+)" value="([^"]*)"', page))
form = urllib.parse.urlencode(hidden).encode()
try:
    print(opened(address, form).read().decode())
except urllib.error.HTTPError as refused:
    print(refused.status)
"""


def visit(*words: str) -> str:
    """What a browser gets; in a process of its own, because tests open no connection."""
    command = [sys.executable, "-c", VISIT, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout


def run_target() -> list[str]:
    """The command of `make run`, with the Python that runs the tests."""
    make = ["make", "--dry-run", "--no-print-directory", "run"]
    said = subprocess.run(make, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    program, *words = said.splitlines()[-1].split()
    assert program == ".venv/bin/python"
    return [sys.executable, *words]


def said_until(program: "subprocess.Popen[str]", wanted: str) -> str:
    """What a program prints, up to the line that has this."""
    assert program.stdout is not None
    lines = []
    for line in program.stdout:
        lines.append(line)
        if wanted in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


def test_make_run_serves_and_lets_people_in_until_it_is_interrupted(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    environ = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
    program = subprocess.Popen(
        [*run_target(), "--folder", str(folder), "--port", "8300"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        (address,) = re.findall(r"https?://\S+", said_until(program, "/tour/"))
        assert "以项目负责人身份打开" in visit(address)
        assert visit(address) == "404\n"  # it is good once
        program.send_signal(signal.SIGINT)
        assert program.wait(30) == 0
    finally:
        program.kill()
        rest = program.communicate()[0]
    assert "Ended" in rest
    assert "shutdown completed" in (folder / "log" / "web.log").read_text()
