"""Published files that a process keeps: never older than the file, and never without end."""

from pathlib import Path

import pytest

from tests.service.make import FakeClock, settings_for
from volunteer_credit.journal.operations import public_files
from volunteer_credit.journal.operations.public_files import PRESENT_MS, PublicFiles
from volunteer_credit.shared.runtime import Runtime

ORIGIN = "weihai.example/c/1"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    found = tmp_path / "export" / ORIGIN
    found.mkdir(parents=True)
    return found


@pytest.fixture
def kept(tmp_path: Path, clock: FakeClock) -> PublicFiles:
    return PublicFiles(
        Runtime(settings_for(f"sqlite:///{tmp_path / 'data' / 'service.db'}", tmp_path), clock)
    )


def test_a_file_is_read_once_and_again_when_it_was_replaced(kept: PublicFiles, place: Path) -> None:
    reads = []

    def read() -> bytes:
        reads.append(1)
        return (place / "checkpoint").read_bytes()

    for number, text in enumerate((b"one", b"two"), 1):
        (place / "new").write_bytes(text)
        (place / "new").replace(place / "checkpoint")
        assert [kept.data(ORIGIN, "checkpoint", read) for _ in range(3)] == [text] * 3
        assert len(reads) == number


def test_a_file_that_goes_away_is_not_shown_any_more(kept: PublicFiles, place: Path) -> None:
    path = place / "checkpoint"
    path.write_bytes(b"one")
    kept.data(ORIGIN, "checkpoint", path.read_bytes)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        kept.data(ORIGIN, "checkpoint", path.read_bytes)


def test_only_so_many_are_kept(
    kept: PublicFiles, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_files, "FILES_MAX", 2)
    for name in "abcab":
        path = place / name
        path.write_bytes(name.encode())
        assert kept.data(ORIGIN, name, path.read_bytes) == name.encode()
        assert len(kept._files) <= 2


def test_the_present_book_is_asked_for_again_after_a_second(
    kept: PublicFiles, clock: FakeClock
) -> None:
    assert kept.origin("c", 0, lambda: "o/1") == "o/1"
    assert kept.origin("c", 0, lambda: "o/2") == "o/1"
    assert kept.origin("other", 0, lambda: "o/3") == "o/3"
    clock.pass_ms(PRESENT_MS)
    assert kept.origin("c", 0, lambda: "o/2") == "o/2"


def test_a_book_with_a_number_never_changes_its_name(kept: PublicFiles, clock: FakeClock) -> None:
    kept.origin("c", 1, lambda: "o/1")
    clock.pass_ms(100 * PRESENT_MS)
    assert kept.origin("c", 1, lambda: "o/2") == "o/1"


def test_a_community_without_a_book_is_asked_for_every_time(kept: PublicFiles) -> None:
    def missing() -> str:
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            kept.origin("c", 0, missing)
    assert kept.origin("c", 0, lambda: "o/1") == "o/1"
