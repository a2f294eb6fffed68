"""The repository checked against its own rules (CONTRIBUTING.md, "House rules").

A rule takes a file's path and text and yields what is wrong. Each rule is run over every file, and
then over a planted offence, because a rule that finds nothing may be blind. Rules that ruff, mypy
or import-linter can hold are held there.
"""

import ast
import importlib
import io
import pkgutil
import re
import statistics
import string
import subprocess
import sys
import tokenize
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath

import pytest

import ledger
from ledger.errors import LedgerError

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("ledger/", "volunteer_credit/")
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500
MEDIAN_FILE_LINES_MAX = 130
LINE_CHARACTERS_MAX = 100

pytestmark = pytest.mark.untraced  # it reads what it looks at, and runs little of it

Rule = Callable[[str, str], Iterable[str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def text_of(file: Path) -> str | None:
    """The text of a file, or None for bytes that are no text, such as tiles of hashes."""
    data = file.read_bytes()
    try:
        return None if b"\0" in data else data.decode()
    except UnicodeDecodeError:
        return None


@cache
def repository_texts() -> dict[str, str]:
    """Every text file that git has or would take, by path; without git, every visible one."""
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    if (ROOT / ".git").exists():
        listed = subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True)
        paths = listed.stdout.splitlines()
    else:
        left_out = re.compile(r"(^|/)(\.(?!ci/|editorconfig|gitignore)|__pycache__/|build/|dist/)")
        found = (path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*"))
        paths = [path for path in found if not left_out.search(path)]
    texts = {path: text_of(ROOT / path) for path in sorted(paths) if (ROOT / path).is_file()}
    return {path: text for path, text in texts.items() if text is not None}


def in_packages(path: str) -> bool:
    """Whether a file is Python of one of the two packages."""
    return path.startswith(PACKAGES) and path.endswith(".py")


def in_service(path: str) -> bool:
    """Whether a file is Python of the service."""
    return path.startswith("volunteer_credit/") and path.endswith(".py")


@lru_cache(maxsize=1)
def nodes_of(text: str) -> list[ast.AST]:
    """Every node of a source, the whole first; kept while the rules look at one file in turn."""
    return list(ast.walk(ast.parse(text)))


def imported_names(text: str) -> Iterator[str]:
    """Every module or name a source imports, in full: `from a import b` gives `a.b`."""
    for node in nodes_of(text):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called_names(text: str) -> Iterator[tuple[int, str]]:
    """The line and the last name of every call: `session.commit()` gives `commit`."""
    for node in nodes_of(text):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.lineno, node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node.lineno, node.func.id


def long_functions(path: str, text: str) -> Iterator[str]:
    if path.endswith(".py"):
        for node in nodes_of(text):
            if isinstance(node, Function):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES_MAX:
                    yield f"{node.name} has {lines} lines"


def long_files(path: str, text: str) -> Iterator[str]:
    lines = text.count("\n")
    if path.endswith((".py", "Makefile", ".sh")) and lines > FILE_LINES_MAX:
        yield f"{lines} lines"


def long_lines(path: str, text: str) -> Iterator[str]:
    if path.endswith((".py", ".toml", "Makefile", ".sh", ".ci/run")):
        for number, line in enumerate(text.splitlines(), 1):
            if len(line) > LINE_CHARACTERS_MAX:
                yield f"line {number} has {len(line)} characters"


def dumping_grounds(path: str, _text: str) -> Iterator[str]:
    name = PurePosixPath(path).name
    if name in {"util.py", "utils.py", "helpers.py", "common.py"}:
        yield "a module's name says what it decides"
    if path in {"models.py", "volunteer_credit/models.py"}:
        yield "tables stand in the slice that owns them"


SILENCER = re.compile(
    r"#\s*(noqa(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)?"
    r"|type:\s*ignore(\[[^\]]*\])?"
    r"|pragma:\s*no (cover|branch))"
)


def silenced_without_reason(path: str, text: str) -> Iterator[str]:
    if path.endswith(".py"):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and SILENCER.search(token.string):
                reason = SILENCER.sub("", token.string)
                if len(re.findall(r"\w+", reason)) < 2:
                    yield f"line {token.start[0]}: {token.string}"


def undocumented(path: str, text: str) -> Iterator[str]:
    if not in_packages(path):
        return
    tree = nodes_of(text)[0]
    assert isinstance(tree, ast.Module)
    scopes: list[ast.Module | ast.ClassDef] = [tree]
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name[0] != "_":
            scopes.append(node)
    for scope in scopes:
        for node in scope.body:
            if not isinstance(node, Function | ast.ClassDef) or node.name[0] == "_":
                continue
            if ast.get_docstring(node) is None:
                yield node.name


def waiting(path: str, text: str) -> Iterator[str]:
    if path.endswith(".py"):
        yield from (f"line {line}" for line, name in called_names(text) if name == "sleep")


def commit_elsewhere(path: str, text: str) -> Iterator[str]:
    if in_service(path) and path != "volunteer_credit/shared/db.py":
        yield from (f"line {line}" for line, name in called_names(text) if name == "commit")


def foreign_models(path: str, text: str) -> Iterator[str]:
    """A slice's tables are its own; reports read over all of them."""
    if in_service(path) and path != "volunteer_credit/reports/queries.py":
        own = PurePosixPath(path).parts[1]
        for name in imported_names(text):
            match = re.match(r"volunteer_credit\.(\w+)\.models\b", name)
            if match and match[1] != own:
                yield name


def ledger_beside_the_journal(path: str, text: str) -> Iterator[str]:
    """The journal is the service's only door to the book."""
    if in_service(path) and not path.startswith("volunteer_credit/journal/"):
        yield from (name for name in imported_names(text) if name.split(".")[0] == "ledger")


def foreign_to_the_book(path: str, text: str) -> Iterator[str]:
    """The book needs the standard library and cryptography, so that anyone can run it."""
    if path.startswith("ledger/") and path.endswith(".py"):
        allowed = sys.stdlib_module_names | {"cryptography", "ledger"}
        yield from (name for name in imported_names(text) if name.split(".")[0] not in allowed)


# One letter of each word stands in brackets, so that this file does not hold what it looks for.
HOST = re.compile(
    r"\b(py[p]i|np[m]js|python[h]osted|crate[s]|ruby[g]ems|debia[n]|ghc[r]|docke[r])"
    r"\.(org|com|io)\b"
    r"|\bpy[p]i\.python\b|\bproxy\.golan[g]\b|\bregistry\.np[m]\b"
)
MACHINE_PATH = re.compile(
    r"(?:^|[\s\"'(=:`])(/(?:wor[k]|far[m]|roo[t]|tm[p])/[\w.-]+)", re.MULTILINE
)


def addresses(_path: str, text: str) -> Iterator[str]:
    """No name of a package registry's host, no path of one machine."""
    yield from (match[0] for match in HOST.finditer(text))
    yield from (match[1] for match in MACHINE_PATH.finditer(text))


def h1_count(path: str, text: str) -> Iterator[str]:
    if path.endswith(".md"):
        prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
        titles = re.findall(r"^# .+", prose, flags=re.MULTILINE)
        if len(titles) != 1:
            yield f"{len(titles)} first-level headings"


# Each rule with an offence that it must see.
RULES: dict[Rule, tuple[str, str]] = {
    long_functions: ("ledger/a.py", "def f() -> None:\n" + "    g()\n" * 70),
    long_files: ("ledger/a.py", "\n" * 501),
    long_lines: ("ledger/a.py", "#" * 101),
    dumping_grounds: ("ledger/util.py", ""),
    silenced_without_reason: ("ledger/a.py", "import a  # noqa: F401\n"),
    undocumented: ("ledger/a.py", 'class A:\n    """A."""\n\n    def f(self) -> None: ...\n'),
    waiting: ("tests/a.py", "time.sleep(1)\n"),
    commit_elsewhere: ("volunteer_credit/points/operations.py", "session.commit()\n"),
    foreign_models: (
        "volunteer_credit/points/queries.py",
        "from volunteer_credit.people import models\n",
    ),
    ledger_beside_the_journal: ("volunteer_credit/points/rules.py", "import ledger.entry\n"),
    foreign_to_the_book: ("ledger/a.py", "from flask import g\n"),
    addresses: ("docs/a.md", "Copy it to /tm" + "p/book first.\n"),
    h1_count: ("docs/a.md", "# One\n\n# Two\n"),
}


def test_every_file_keeps_every_rule() -> None:
    offences = [
        f"{rule.__name__}: {path}: {offence}"
        for path, text in repository_texts().items()
        for rule in RULES
        for offence in rule(path, text)
    ]
    assert not offences, "\n".join(offences)


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_sees_a_planted_offence(rule: Rule) -> None:
    assert list(rule(*RULES[rule]))


def test_a_silenced_check_with_its_reason_is_allowed() -> None:
    line = "import a  # noqa: F401 - the name is part of what this module gives\n"
    assert not list(silenced_without_reason("ledger/a.py", line))


def test_registry_hosts_are_seen() -> None:
    assert list(addresses("README.md", "See https://py" + "pi.org/simple\n"))


def test_the_median_file_is_short() -> None:
    sizes = [text.count("\n") for path, text in repository_texts().items() if in_packages(path)]
    assert statistics.median(sizes) <= MEDIAN_FILE_LINES_MAX


def refusals(family: type[LedgerError]) -> Iterator[type[LedgerError]]:
    """The leaf classes of an error tree, as far as the package itself defines them."""
    children = [c for c in family.__subclasses__() if c.__module__.startswith("ledger.")]
    if not children:
        yield family
    for child in children:
        yield from refusals(child)


def all_refusals() -> list[type[LedgerError]]:
    """Every way the book can refuse, once each."""
    for module in pkgutil.walk_packages(ledger.__path__, "ledger."):
        if not module.name.endswith(".__main__"):  # importing it would run the command
            importlib.import_module(module.name)
    return list(dict.fromkeys(refusals(LedgerError)))


def placeholders(template: str) -> set[str]:
    """The names that a sentence leaves to be filled."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_every_refusal_has_a_code_of_its_own() -> None:
    by_code: dict[str, list[str]] = {}
    for refusal in all_refusals():
        by_code.setdefault(getattr(refusal, "code", ""), []).append(refusal.__qualname__)
    assert "" not in by_code, f"without a code: {by_code.get('')}"
    assert not {code: names for code, names in by_code.items() if len(names) > 1}


def test_every_refusal_speaks_english_and_chinese_with_the_same_facts() -> None:
    wrong = [
        refusal.__qualname__
        for refusal in all_refusals()
        if not re.search(r"[\u4e00-\u9fff]", getattr(refusal, "zh", ""))
        or not re.search(r"[A-Za-z]", getattr(refusal, "en", ""))
        or placeholders(refusal.en) != placeholders(refusal.zh)
    ]
    assert not wrong
