"""The scripts that get tools for the tests, on machines that lack them."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NEEDED = ("bash", "env", "cp", "mkdir", "mktemp", "rm")  # beside what each test gives
LOG = 'echo "$@" >> "${0%/*}/asked"\n'


class Machine:
    """A machine with nothing but what the test gives it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in NEEDED:
            found = shutil.which(name)
            assert found is not None
            (folder / name).symlink_to(found)

    def has(self, name: str, script: str) -> None:
        """A program of this name."""
        path = self.folder / name
        path.write_text(f"#!{self.folder}/bash\n{script}\n")
        path.chmod(0o755)

    def run(self, script: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run one of the scripts."""
        return subprocess.run(
            [ROOT / "scripts" / script, *words],
            env={"PATH": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def asked(self) -> str:
        """What the package manager was asked for."""
        path = self.folder / "asked"
        return path.read_text() if path.exists() else ""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


SCRIPTS = [
    ("install-foreign.sh", ["golang-go", "hledger"]),
    ("install-browser.sh", ["fontconfig", "fonts-noto-cjk"]),
]


@pytest.mark.parametrize(("script", "packages"), SCRIPTS)
def test_root_on_debian_gets_what_is_missing(
    machine: Machine, script: str, packages: list[str]
) -> None:
    machine.has("apt-get", LOG)
    machine.has("id", "echo 0")
    assert machine.run(script).returncode == 0
    update, install = machine.asked.splitlines()
    assert update.split()[0] == "update"
    assert install.split()[0] == "install"
    assert set(packages) <= set(install.split())


@pytest.mark.parametrize(("script", "packages"), SCRIPTS)
@pytest.mark.parametrize("has_apt", [True, False])
def test_everybody_else_is_told_what_to_install(
    machine: Machine, script: str, packages: list[str], has_apt: bool
) -> None:
    if has_apt:
        machine.has("apt-get", LOG)
        machine.has("id", "echo 1000")
    done = machine.run(script)
    assert done.returncode == 1
    assert all(each in done.stderr for each in packages)
    assert ("apt-get install" in done.stderr) is has_apt
    assert not machine.asked


def test_what_debian_does_not_give_is_said(machine: Machine) -> None:
    machine.has("apt-get", "echo no route; exit 100")
    machine.has("id", "echo 0")
    done = machine.run("install-foreign.sh")
    assert done.returncode == 1
    assert "no route" in done.stderr
    assert "hledger" in done.stderr


@pytest.mark.parametrize(("script", "_packages"), SCRIPTS)
def test_nothing_is_done_where_all_is_there(script: str, _packages: list[str]) -> None:
    done = subprocess.run([ROOT / "scripts" / script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# ---- what browsers load --------------------------------------------------------------------------

NPM = (
    LOG
    + """[ -f package-lock.json ] || exit 1
mkdir -p node_modules/qr
cd node_modules/qr
for name in decode.js index.js LICENSE-MIT README.md; do echo "$name" > "$name"; done
"""
)
BROWSER_FILES = "get-browser-files.sh"


def test_browser_files_come_out_of_npm_and_nothing_else_stays(
    machine: Machine, tmp_path: Path
) -> None:
    machine.has("npm", NPM)
    folder = tmp_path / "npm-files"
    (folder / "old").mkdir(parents=True)
    assert machine.run(BROWSER_FILES, str(folder)).returncode == 0
    assert machine.asked.split()[:2] == ["ci", "--ignore-scripts"]
    kept = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}
    assert kept == {"qr/decode.js", "qr/index.js", "qr/LICENSE-MIT"}
    assert not (folder / "old").exists()


def test_without_npm_or_its_answer_it_says_so_and_changes_nothing(
    machine: Machine, tmp_path: Path
) -> None:
    folder = tmp_path / "npm-files"
    folder.mkdir()
    done = machine.run(BROWSER_FILES, str(folder))
    assert done.returncode == 1
    assert "npm is missing" in done.stderr
    machine.has("npm", "echo wrong hash; exit 1")
    done = machine.run(BROWSER_FILES, str(folder))
    assert done.returncode == 1
    assert "wrong hash" in done.stderr
    assert folder.is_dir()
