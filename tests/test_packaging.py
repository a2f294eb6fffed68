"""What is delivered: the wheel, and what an image, a composition and two units say."""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # has no types

from tests.service.make import environ_for

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SOURCES = ("ledger", "volunteer_credit", "migrations", "pyproject.toml", "README.md", ".gitignore")
NPM = ("package.json", "package-lock.json", "scripts/get-browser-files.sh")
SECRETS = {"KEY_SECRET", "KEY_SECRET_OLD", "CODE_SENDER_TOKEN"}
USER = "10001"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is delivered, so that building leaves nothing in the tree."""
    folder = tmp_path_factory.mktemp("tree")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            left_out = shutil.ignore_patterns("__pycache__", ".*")
            shutil.copytree(ROOT / name, folder / name, ignore=left_out)
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def wheel(tree: Path) -> Path:
    """The wheel, as pip builds it."""
    build = [sys.executable, "-m", "pip", "wheel", ".", "--quiet", "--disable-pip-version-check"]
    build += ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", "made"]
    subprocess.run(build, cwd=tree, check=True)
    (made,) = (tree / "made").glob("*.whl")
    return made


def delivered(tree: Path) -> set[str]:
    """Every file that must be in the wheel, by its name there."""
    packages = [tree / name for name in ("ledger", "volunteer_credit", "migrations")]
    found = [path for each in packages for path in each.rglob("*") if path.is_file()]
    names = {path.relative_to(tree).as_posix() for path in found}
    return {re.sub("^migrations/", "volunteer_credit/_migrations/", name) for name in names}


def test_the_wheel_holds_all_of_both_packages_and_nothing_else(tree: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = {name for name in opened.namelist() if ".dist-info/" not in name}
    assert names == delivered(tree)
    kinds = (
        r"/templates/.*\.html$",
        r"/static/.*\.css$",
        r"/npm/qr/LICENSE",
        r"_migrations/.*/0001",
    )
    for kind in kinds:
        assert any(re.search(kind, name) for name in names), kind


def test_the_installed_wheel_runs_without_the_tree(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, symlinks=True)
    python, (packages,) = home / "bin" / "python", home.glob("lib/python*/site-packages")
    own = next(path for path in map(Path, sys.path) if (path / "flask").is_dir())
    # What the wheel needs is here already; installing it again would ask a network.
    (packages / "needed.pth").write_text(f"{own}\n")
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    install += ["--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)]
    subprocess.run(install, check=True)
    url = f"sqlite:///{tmp_path / 'data' / 'service.db'}"
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}

    def said(*words: str) -> str:
        command = [str(home / "bin" / "volunteer-credit"), *words]
        environ = {**kept, **environ_for(url, tmp_path)}
        done = subprocess.run(
            command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert "serve" in said("--help")
    assert "The settings are right." in said("check-config")
    assert "Founded the city's book." in said("init")  # the migrations are there
    from_tree = [str(python), "-c", "import volunteer_credit; print(volunteer_credit.__file__)"]
    done = subprocess.run(from_tree, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout.startswith(str(packages))


# ---- containers ---------------------------------------------------------------------------------


def steps(text: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile, in order; lines that go on are one."""
    lines = [each for each in text.splitlines() if each and not each.startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines)).splitlines()
    return [(name, rest) for name, _, rest in (each.partition(" ") for each in joined)]


def last_stage() -> dict[str, str]:
    found = steps((DEPLOY / "Dockerfile").read_text())
    start = max(place for place, (name, _) in enumerate(found) if name == "FROM")
    assert start > 0, "what builds does not stand in what runs"
    return dict(found[start:])


def test_the_image_runs_as_nobody_special_and_writes_to_one_place() -> None:
    stage = last_stage()
    assert stage["USER"] == f"{USER}:{USER}"
    assert stage["VOLUME"] == "/data"
    assert "/healthz" in stage["HEALTHCHECK"]
    assert "volunteer-credit" in stage["ENTRYPOINT"]
    assert "serve" in stage["CMD"]
    paths = re.findall(r"VC_\w+=(?:sqlite:///)?(/\S+)", stage["ENV"])
    assert len(paths) == len(re.findall("VC_", stage["ENV"])) > 4
    assert all(path.startswith("/data/") for path in paths)


def test_the_image_holds_no_secret() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    assert not [name for name in SECRETS if f"VC_{name}=" in text]
    copied = [
        rest.split()[:-1] for name, rest in steps(text) if name == "COPY" and "--" not in rest
    ]
    named = {each for line in copied for each in line if each[0] != "-"}
    assert {*SOURCES, *NPM, "requirements.txt"} >= named
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "*"  # only what is named gets in


def test_the_image_gets_what_browsers_load_of_pinned_versions() -> None:
    found = steps((DEPLOY / "Dockerfile").read_text())
    assert ("RUN", "scripts/get-browser-files.sh /npm") in found
    assert ("COPY", "--from=browser /npm volunteer_credit/web/static/npm") in found
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {f"!{name}" for name in NPM} <= set(ignored)


def test_a_browser_file_has_one_version_and_a_hash_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert "://" not in text
    packages = json.loads(text)["packages"]
    wanted = packages.pop("")["dependencies"]
    assert wanted == json.loads((ROOT / "package.json").read_text())["dependencies"]
    for name, each in packages.items():
        assert each["version"] == wanted[name.removeprefix("node_modules/")]
        assert each["integrity"].startswith("sha512-")


@pytest.fixture(scope="module")
def composition() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


@pytest.mark.parametrize("name", ["web", "scheduler"])
def test_a_service_of_the_composition_can_do_little(composition: dict[str, Any], name: str) -> None:
    service = composition["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["volumes"] == ["data:/data"]
    assert "mem_limit" in service
    given = service["environment"]
    assert not {f"VC_{each}" for each in SECRETS} & given.keys()
    files = {path for variable, path in given.items() if variable.endswith("_FILE")}
    assert files == {f"/run/secrets/{secret}" for secret in service["secrets"]}


def test_the_composition_publishes_to_this_machine_only(composition: dict[str, Any]) -> None:
    services = composition["services"]
    ports = [port for each in services.values() for port in each.get("ports", [])]
    assert ports == ["127.0.0.1:8000:8000"]
    assert services["postgres"]["profiles"] == ["postgres"]
    named = {secret for each in services.values() for secret in each["secrets"]}
    assert named == composition["secrets"].keys()
    assert services["scheduler"]["command"] == ["scheduler"]


def test_the_composition_builds_one_image_here_and_asks_no_registry_for_it(
    composition: dict[str, Any],
) -> None:
    ours = {name: composition["services"][name] for name in ("web", "scheduler")}
    assert [name for name, each in ours.items() if "build" in each] == ["web"]
    assert len({each["image"] for each in ours.values()}) == 1
    assert {each["pull_policy"] for each in ours.values()} == {"never"}
    # Else its volumes are called after the folder, as those of any other folder of that name.
    assert composition["name"] == "volunteer-credit"


def test_the_composition_waits_for_a_database_that_is_made(composition: dict[str, Any]) -> None:
    services = composition["services"]
    for name in ("web", "scheduler"):
        waits = services[name]["depends_on"]["postgres"]
        assert waits == {"condition": "service_healthy", "required": False}  # SQLite needs none
    # While the image makes the database, a server answers on the socket, and then stops.
    assert "--host" in services["postgres"]["healthcheck"]["test"]


def test_no_log_of_the_composition_fills_the_disk(composition: dict[str, Any]) -> None:
    for service in composition["services"].values():
        assert {"max-size", "max-file"} <= service["logging"]["options"].keys()


# ---- units --------------------------------------------------------------------------------------


def unit(path: Path) -> dict[str, list[str]]:
    """The settings of a unit's service, each with all its values."""

    class Many(dict[str, Any]):
        def __setitem__(self, key: str, value: Any) -> None:
            if isinstance(value, list) and key in self:
                self[key].extend(value)
            else:
                super().__setitem__(key, value)

    parser = configparser.RawConfigParser(
        strict=False, dict_type=Many, empty_lines_in_values=False, interpolation=None
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign] # as the manual says
    parser.read(path)
    assert parser.sections() == ["Unit", "Service", "Install"]
    return {name: value.splitlines() for name, value in parser["Service"].items()}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_can_do_little(path: Path) -> None:
    service = unit(path)
    for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome"):
        assert service[name] == ["yes"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["Restart"] == ["on-failure"]
    assert "MemoryMax" in service
    assert service["User"] != ["root"]
    assert "VC_KEY_SECRET_FILE=%d/key_secret" in service["Environment"]
    assert service["LoadCredential"][0].startswith("key_secret:/etc/")
    command = service["ExecStart"][0].split()
    assert command[1:] == [{"web": "serve", "scheduler": "scheduler"}[path.stem.split("-")[-1]]]


def test_there_is_a_unit_for_each_process() -> None:
    assert {path.stem for path in UNITS} == {"volunteer-credit-web", "volunteer-credit-scheduler"}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_systemd_finds_nothing_wrong_with_a_unit(path: Path, tmp_path: Path) -> None:
    there = tmp_path / path.name  # its program and user are not on this machine
    there.write_text(re.sub("(?m)^ExecStart=\\S+", "ExecStart=/bin/true", path.read_text()))
    verify = ["systemd-analyze", "verify", "--man=no", str(there)]
    done = subprocess.run(verify, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
