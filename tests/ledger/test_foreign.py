"""Published books under the eyes of the Go project's own `sumdb/note` and `sumdb/tlog`.

foreign/verify.go uses no line of `ledger/`. A missing program fails these tests, it skips none.
"""

import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from ledger.tiles import tiles_for
from tests.ledger.foreign.published import (
    CHECKPOINTS,
    VIEWS,
    VKEYS,
    flipped,
    notes_of,
    publish,
    sign,
    view,
    vkeys_of,
)
from tests.ledger.foreign.tools import SOURCE, build_verify, module, need, program, run
from tests.ledger.make import digest

NEWEST = [
    "checkpoint",
    "root from tiles",
    "bundles",
    "root from bundles",
    "tiles from bundles",
    "inclusion",
]
OLDER = ["older checkpoint", "consistency"]
FAR_SIZE = 70_000
HASH = 32


@pytest.fixture(scope="session")
def verify(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built once."""
    return build_verify(tmp_path_factory.mktemp("go"))


def accepts(verify: Path, directory: Path, older_size: int, vkeys: list[str]) -> None:
    """Every check is good."""
    said = run(verify, directory, str(older_size), *vkeys)
    checks = ["key"] * len(vkeys) + NEWEST + (OLDER if older_size else [])
    assert said.stdout.splitlines() == [f"good  {check}" for check in checks], said.stdout
    assert said.returncode == 0


def refuses(verify: Path, directory: Path, older_size: int, vkeys: list[str], check: str) -> str:
    """This check, and none before it, is refused; why."""
    said = run(verify, directory, str(older_size), *vkeys)
    *good, last = said.stdout.splitlines()
    assert last.startswith(f"refused  {check}: "), said.stdout
    assert all(line.startswith("good  ") for line in good)
    assert said.returncode == 1
    return last


@pytest.mark.parametrize(("name", "size", "older_size"), VIEWS)
def test_go_accepts_golden_books(
    verify: Path, tmp_path: Path, name: str, size: int, older_size: int
) -> None:
    accepts(verify, view(tmp_path, name, size), older_size, vkeys_of(name))


def test_every_golden_checkpoint_is_shown() -> None:
    """No checkpoint of a golden book is left out above."""
    for name, sizes in CHECKPOINTS.items():
        folder = SOURCE.parent.parent / "vectors" / "golden" / name / "checkpoints"
        assert sorted(int(path.name) for path in folder.iterdir()) == list(sizes)


def test_go_accepts_a_log_of_70_000_and_refuses_a_byte(verify: Path, tmp_path: Path) -> None:
    """Three levels of tiles; 273 full ones and a partial one on the lowest."""
    publish(tmp_path, FAR_SIZE, 65_537)
    accepts(verify, tmp_path, 65_537, VKEYS)
    for path, check in (
        ("tile/2/000.p/1", "root from tiles"),
        ("tile/1/000", "tiles from bundles"),
        ("tile/0/123", "tiles from bundles"),
        ("tile/entries/123", "root from bundles"),
    ):
        with flipped(tmp_path / path, -1):
            refuses(verify, tmp_path, 65_537, VKEYS, check)


def test_go_refuses_every_root_with_a_flipped_byte(verify: Path, tmp_path: Path) -> None:
    """Each character of the root lines of the newest checkpoint and of the older one."""
    directory, vkeys = view(tmp_path, "first", 69), vkeys_of("first")
    for path, check in (("checkpoint", "checkpoint"), ("checkpoints/37", "older checkpoint")):
        for position in places(directory / path, line=2):
            with flipped(directory / path, position):
                why = refuses(verify, directory, 37, vkeys, check)
            assert "invalid signature" in why or "malformed note" in why


def places(path: Path, *, line: int) -> Iterable[int]:
    """Where the bytes of a line are, its LF left out."""
    lines = path.read_bytes().splitlines(keepends=True)
    start = sum(map(len, lines[:line]))
    return range(start, start + len(lines[line]) - 1)


@pytest.mark.parametrize(("name", "size"), [("first", 69), ("many", 256), ("many", 300)])
def test_go_refuses_tiles_with_a_flipped_byte(
    verify: Path, tmp_path: Path, name: str, size: int
) -> None:
    """A byte of every hash of every tile."""
    directory, vkeys = view(tmp_path, name, size), vkeys_of(name)
    seen = set()
    for tile in tiles_for(size):
        for place in range(tile.width):
            with flipped(directory / tile.path(), place * HASH + place % HASH):
                said = run(verify, directory, "0", *vkeys)
            assert said.returncode == 1
            seen.add(said.stdout.splitlines()[-1].partition(":")[0])
    assert seen <= {"refused  root from tiles", "refused  tiles from bundles"}


@pytest.mark.parametrize(("name", "size"), [("first", 69), ("many", 300)])
def test_go_refuses_bundles_with_a_flipped_byte(
    verify: Path, tmp_path: Path, name: str, size: int
) -> None:
    """A byte of every entry, and one of its length."""
    directory, vkeys = view(tmp_path, name, size), vkeys_of(name)
    paths = [tile.bundle().path() for tile in tiles_for(size) if tile.level == 0]
    start = 0
    for seq, note in enumerate(notes_of(directory, size)):
        start = start if seq % 256 else 0
        path = directory / paths[seq // 256]
        with flipped(path, start + 2 + seq % len(note)):
            refuses(verify, directory, 0, vkeys, "root from bundles")
        with flipped(path, start + 1):
            assert run(verify, directory, "0", *vkeys).returncode == 1
        start += 2 + len(note)


def test_go_refuses_signed_lies(verify: Path, tmp_path: Path) -> None:
    """A right signature over a wrong root: of this size, of an older size, of another log."""
    publish(tmp_path, 300, 257)
    accepts(verify, tmp_path, 257, VKEYS)
    fork = bytes.fromhex(digest("fork"))
    sign(tmp_path / "checkpoints" / "257", 257, fork)
    refuses(verify, tmp_path, 257, VKEYS, "consistency")
    refuses(verify, tmp_path, 257, vkeys_of("many"), "checkpoint")
    sign(tmp_path / "checkpoint", 300, fork)
    refuses(verify, tmp_path, 257, VKEYS, "root from tiles")


@pytest.mark.parametrize(
    ("path", "check"),
    [
        ("checkpoint", "checkpoint"),
        ("tile/1/000.p/1", "root from tiles"),
        ("tile/0/000", "tiles from bundles"),
        ("tile/entries/001.p/44", "bundles"),
        ("checkpoints/257", "older checkpoint"),
    ],
)
def test_go_refuses_a_missing_file(verify: Path, tmp_path: Path, path: str, check: str) -> None:
    directory = view(tmp_path, "many", 300)
    (directory / path).unlink()
    assert "no such file" in refuses(verify, directory, 257, vkeys_of("many"), check)


def test_the_go_program_is_formatted() -> None:
    assert run(program("gofmt"), "-l", SOURCE.parent).stdout == ""


def test_a_missing_verifier_is_a_red_failure() -> None:
    """Never a skip: a proof that nobody checked would look like one that held."""
    for missing in (
        lambda: need(there=False, what="golang-golang-x-mod-dev"),
        lambda: program("no-such-program"),
        lambda: module("no_such_module", "no-such-package"),
    ):
        with pytest.raises(pytest.fail.Exception, match=r"\x1b\[31m.* is missing: run .*\x1b\[0m"):
            missing()


def test_the_installer_has_nothing_to_do() -> None:
    """What it would install is here, so it says nothing."""
    script = SOURCE.parents[3] / "scripts" / "install-foreign.sh"
    said = subprocess.run([script], check=True, capture_output=True)
    assert said.stdout + said.stderr == b""
