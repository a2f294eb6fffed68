"""The documents checked against the tree: commands, records of decisions, the changelog."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TARGET_LINE = re.compile(r"^([a-z][a-z-]*):(?!=)(.*)$", re.MULTILINE)
MAKE_COMMAND = re.compile(r"\bmake ([a-z][a-z-]*)")
ADR_HEADINGS = ["Status", "Context", "Decision", "Consequences", "Rejected"]
CHANGE_KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def read(path: str) -> str:
    """The text of a file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def makefile_targets() -> dict[str, str]:
    """Each target of the Makefile with the rest of its line."""
    return dict(TARGET_LINE.findall(read("Makefile")))


def commands(document: str) -> list[str]:
    """What stands in a document as code: fenced lines and spans in backticks."""
    fenced = re.findall(r"^```sh\n(.*?)^```", document, flags=re.MULTILINE | re.DOTALL)
    return fenced + re.findall(r"`([^`\n]+)`", document)


def named_targets(document: str) -> set[str]:
    """The make targets that a document tells its reader to run."""
    return {name for command in commands(document) for name in MAKE_COMMAND.findall(command)}


def headings(document: str, level: int) -> list[str]:
    """The headings of one level, in order."""
    return re.findall(rf"^{'#' * level} (.+)$", document, flags=re.MULTILINE)


def test_the_build_runs_the_test_command_of_the_readme() -> None:
    script = [line for line in read(".ci/run").splitlines() if line and line[0] != "#"]
    assert script[-1] == "make test"
    assert "test" in named_targets(read("README.md"))


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_target_named_exists(document: str) -> None:
    assert named_targets(read(document)) <= makefile_targets().keys()


def test_every_target_is_documented() -> None:
    named = named_targets(read("README.md")) | named_targets(read("CONTRIBUTING.md"))
    for target, rest in makefile_targets().items():
        assert "## " in rest, f"make {target} has no ## sentence"
        assert target in named, f"make {target} is in neither README nor CONTRIBUTING"


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs/adr").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", sorted((ROOT / "docs/adr").glob("*.md")), ids=lambda p: p.name)
def test_a_decision_has_the_headings_of_the_template(path: Path) -> None:
    assert headings(path.read_text(encoding="utf-8"), 2) == ADR_HEADINGS


def test_the_changelog_keeps_its_form() -> None:
    changelog = read("CHANGELOG.md")
    releases = headings(changelog, 2)
    assert releases[0] == "[Unreleased]"
    for release in releases[1:]:
        assert re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", release)
    assert set(headings(changelog, 3)) <= CHANGE_KINDS
