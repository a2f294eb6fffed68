"""The foreign programs, and what a run says where one of them is missing."""

import importlib
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parent / "verify.go"
GOPATH = Path("/usr/share/gocode")  # where Debian puts Go packages
OFFLINE = {"GO111MODULE": "off", "GOFLAGS": "", "GOPROXY": "off", "GOTOOLCHAIN": "local"}


def need(there: object, what: str, how: str = "run scripts/install-foreign.sh as root") -> None:
    """Fail, in red, where a foreign verifier is missing."""
    if not there:
        pytest.fail(f"\033[31m{what} is missing: {how}.\033[0m", pytrace=False)


def program(name: str) -> str:
    """The path of a program."""
    found = shutil.which(name)
    need(found, name)
    return str(found)


def run(*words: str | Path, **extra: Any) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    return subprocess.run(words, check=False, capture_output=True, text=True, **extra)


def build_verify(folder: Path) -> Path:
    """Build verify.go in GOPATH mode, without a network; the program's path."""
    need((GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir(), "golang-golang-x-mod-dev")
    paths = {"GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache")}
    binary = folder / "verify"
    environment = {**os.environ, **OFFLINE, **paths}
    built = run(program("go"), "build", "-o", binary, SOURCE, env=environment)
    assert built.returncode == 0, built.stderr
    return binary


def module(name: str, package: str) -> Any:
    """A Python module that comes without types."""
    need(importlib.util.find_spec(name), package, "run make dev")
    return importlib.import_module(name)
