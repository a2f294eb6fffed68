"""The commands of the README are run, and print what it says they print."""

import os
import re
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
