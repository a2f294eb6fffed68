"""The verifier over whole books: what it accepts, and each way a published book can be wrong."""

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ledger.checkpoint import read_checkpoint
from ledger.ids import SpillingIds
from ledger.policy import (
    Policy,
    parse_policy,
)
from ledger.report import Report
from ledger.verify import Options, verify
from tests.ledger.make import ANNA, BO, CHEN, DING, Maker, actor, digest, plain
from tests.ledger.publish import Published
from tests.ledger.test_golden import ONE_BOOK, files_of

NAMES = list(ONE_BOOK)


class Shelf:
    """Published files in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = dict(files)

    def read(self, path: str) -> bytes:
        """A file, KeyError without one."""
        return self.files[path]

    def checkpoints(self) -> list[int]:
        """The sizes of all checkpoints."""
        names = [path.removeprefix("checkpoints/") for path in self.files if "checkpoints/" in path]
        return sorted(map(int, names))


def policy_of(*names: str) -> Policy:
    """A policy that trusts the logs of these golden books, and their witness."""
    policies = [files_of(name)["policy"].decode().splitlines() for name in names]
    lines = [lines[0] for lines in policies] + policies[0][1:]
    return parse_policy(("\n".join(lines) + "\n").encode())


def report_of(files: dict[str, bytes], policy: Policy | None = None, **options: Any) -> Report:
    """Verify files in memory."""
    policy = policy or parse_policy(files["policy"])
    return verify(Shelf(files), policy, set(), Options(**options)).report


@pytest.fixture
def made() -> tuple[Maker, Published]:
    """A small book to publish in a test's own way."""
    maker = Maker()
    maker.open()
    return maker, Published(maker, {})


def publish(maker: Maker, published: Published) -> dict[str, bytes]:
    """Publish all entries so far with a policy."""
    published.checkpoint(maker.book.size, maker.at_ms // 1000)
    published.policy()
    return published.files


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_golden_books_are_accepted(name: str, *, fast: bool) -> None:
    """Every golden book verifies, whole and fast, here and in other workers."""
    files = files_of(name)
    report = report_of(files, signatures=not fast)
    assert report.failure is None, report.lines()
    known = name in ("many", "saturday", "handover 1", "handover 2")
    assert report.exit_code == (0 if known else 10)
    assert report.entries == report.size == read_checkpoint(files["checkpoint"])[0].size
    with ThreadPoolExecutor(2) as executor:
        again = report_of(files, signatures=not fast, executor=executor)
    assert again.as_json() == report.as_json()


def test_predecessors_at_hand() -> None:
    """V10: a successor with both predecessors, each verified and fitting."""
    shelves = {f"weihai.example/{name}/1": Shelf(files_of(name)) for name in ("east", "west")}
    policy = policy_of("united", "east", "west")
    report = report_of(files_of("united"), policy, predecessors=shelves)
    assert [each.origin for each in report.predecessors] == list(shelves)
    assert report.exit_code == 10
    assert not any(finding.step == "V10" for finding in report.findings)
    without = report_of(files_of("united"), policy)
    assert [finding.step for finding in without.findings if finding.step == "V10"] == ["V10"] * 2


def test_a_predecessor_that_is_refused() -> None:
    """V10: what is wrong with a predecessor is wrong with the book."""
    east = files_of("east")
    path = next(path for path in east if path.startswith("tile/0/"))
    east[path] = bytes(32) + east[path][32:]
    report = report_of(
        files_of("united"),
        policy_of("united", "east", "west"),
        predecessors={"weihai.example/east/1": Shelf(east)},
    )
    assert report.failure is None
    assert (report.exit_code, report.predecessors[0].exit_code) == (5, 5)


def follow(change: dict[str, Any]) -> Report:
    """Verify an opened successor of `east` whose `previous` was changed."""
    east = files_of("east")
    head = read_checkpoint(east["checkpoint"])[0]
    previous = {
        "origin": head.origin,
        "root": head.root.hex(),
        "size": head.size,
        "state": sha256(b"").hexdigest(),
        **change,
    }
    maker = Maker("weihai.example/united/1")
    maker.open(previous=[previous])
    files = publish(maker, Published(maker, {}))
    own = parse_policy(files["policy"])
    logs = policy_of("east").logs
    policy = Policy((*own.logs, *logs), own.witnesses, own.groups, own.quorum)
    return report_of(files, policy, predecessors={head.origin: Shelf(east)})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"root": "0" * 64}, "root is another"),
        ({"size": 17}, "root is another"),
        ({"size": 99}, "root is another"),
        ({}, "did not name this book and state"),
    ],
)
def test_a_predecessor_that_does_not_fit(change: dict[str, Any], reason: str) -> None:
    """V10, S3: size, root, and what the predecessor said when it closed."""
    report = follow(change)
    assert report.failure is not None
    assert (report.failure.code, report.step, report.exit_code) == ("predecessor", "V10", 6)
    assert reason in str(report.failure)


CHANGES: dict[str, tuple[Callable[[dict[str, bytes]], None], str, int]] = {
    "no checkpoint": (lambda files: void(files.pop("checkpoint")), "file_missing", 9),
    "no bundle": (lambda files: void(files.pop("tile/entries/000")), "file_missing", 9),
    "no last bundle": (lambda files: void(files.pop("tile/entries/001.p/44")), "file_missing", 9),
    "no tile": (lambda files: void(files.pop("tile/0/001.p/44")), "file_missing", 9),
    "a changed tile": (lambda files: flip(files, "tile/0/000", 40), "tile_mismatch", 5),
    "a changed upper tile": (lambda files: flip(files, "tile/1/000.p/1", 4), "tile_mismatch", 5),
    "half a bundle": (lambda files: cut(files, "tile/entries/001.p/44"), "bundle_malformed", 3),
    "a longer bundle": (lambda files: more(files, "tile/entries/000"), "bundle_malformed", 3),
    "a changed entry": (lambda files: renumber(files, "tile/entries/000"), "signature_invalid", 4),
    "an older checkpoint's root": (lambda files: reroot(files, "checkpoints/255"), "", 4),
    "a checkpoint under another size": (
        lambda files: files.update({"checkpoints/256": files["checkpoints/255"]}),
        "rolled_back",
        6,
    ),
    "a larger checkpoint in the history": (
        lambda files: files.update({"checkpoints/301": files["checkpoints/300"]}),
        "rolled_back",
        6,
    ),
    "an older head": (
        lambda files: files.update({"checkpoint": files["checkpoints/256"]}),
        "rolled_back",
        6,
    ),
}


def void(_: object) -> None:
    """Nothing."""


def flip(files: dict[str, bytes], path: str, position: int) -> None:
    """Change one bit of a file."""
    data = bytearray(files[path])
    data[position] ^= 1
    files[path] = bytes(data)


def renumber(files: dict[str, bytes], path: str) -> None:
    """Make another number of one in an entry."""
    flip(files, path, files[path].index(b'"number":', 9000) + len(b'"number":'))


def cut(files: dict[str, bytes], path: str) -> None:
    """Leave half of a file."""
    files[path] = files[path][: len(files[path]) // 2]


def more(files: dict[str, bytes], path: str) -> None:
    """Add a byte to a file."""
    files[path] += b"\0"


def reroot(files: dict[str, bytes], path: str) -> None:
    """Give a checkpoint another root; nobody signed that."""
    lines = files[path].split(b"\n")
    lines[2] = b"A" * 43 + b"="
    files[path] = b"\n".join(lines)


@pytest.mark.parametrize("case", CHANGES)
def test_a_changed_book(case: str) -> None:
    """V1 to V6: each change of a published book is found, with its code and exit code."""
    change, code, exit_code = CHANGES[case]
    files = files_of("many")
    change(files)
    report = report_of(files, parse_policy(files["policy"]))
    assert report.failure is not None, report.lines()
    assert report.exit_code == exit_code, report.lines()
    assert code in ("", report.failure.code)
    assert report.as_json()["verdict"] == ("incomplete" if exit_code == 9 else "refused")


def test_a_full_bundle_serves_for_a_partial_one() -> None:
    """T4: where the partial bundle and tile are gone, the full ones do."""
    files = files_of("many")
    files["checkpoint"] = files["checkpoints/255"]
    for path in ("checkpoints/256", "checkpoints/257", "checkpoints/300"):
        del files[path]
    del files["tile/entries/000.p/255"]
    assert report_of(files).exit_code == 0


def test_another_book_in_this_ones_place() -> None:
    """V1: a policy accepts the logs that it lists and no other."""
    report = report_of(files_of("east"), policy_of("west"))
    assert report.exit_code == 4
    assert report.step == "V1"


def test_since() -> None:
    """V7: an older checkpoint of the same history; then a larger, a forked and a foreign one."""
    files = files_of("many")
    policy = parse_policy(files["policy"])
    assert report_of(files, since=files["checkpoints/255"]).exit_code == 0
    older = dict(files)
    for size in (256, 257, 300):
        del older[f"checkpoints/{size}"]
    older["checkpoint"] = files["checkpoints/255"]
    report = report_of(older, policy, since=files["checkpoint"])
    assert (report.exit_code, report.step) == (6, "V7")
    assert report.failure is not None
    assert report.failure.code == "rolled_back"
    assert report_of(files, since=files_of("east")["checkpoint"]).exit_code == 4


def test_since_of_a_fork() -> None:
    """V7: the same log key, the same size, another root."""
    heads = []
    for word in ("one", "other"):
        maker = Maker()
        maker.open()
        maker.add("note.example", {"word": word})
        heads.append(publish(maker, Published(maker, {})))
    report = report_of(heads[0], since=heads[1]["checkpoint"])
    assert report.failure is not None
    assert (report.failure.code, report.exit_code) == ("forked", 6)


def test_documents(made: tuple[Maker, Published]) -> None:
    """V8: a document that is not there is incomplete, one with another hash is refused."""
    maker, published = made
    maker.add("note.example", {}, document=digest("the terms"))
    files = publish(maker, published)
    report = report_of(files)
    assert (report.exit_code, len(report.incomplete)) == (9, 1)
    assert "incomplete" in "\n".join(report.lines())
    files[f"document/{digest('the terms')}"] = b"the terms"
    assert report_of(files).exit_code == 0
    files[f"document/{digest('the terms')}"] = b"other terms"
    assert report_of(files).exit_code == 5


def test_times(made: tuple[Maker, Published]) -> None:
    """T5: entries later than a checkpoint that holds them, or earlier than a witnessed one."""
    maker, published = made
    published.checkpoint(1, maker.at_ms // 1000 + 10_000)
    maker.add("note.example")
    published.checkpoint(2, maker.at_ms // 1000 - 10_000)
    published.policy()
    found = [each.text for each in report_of(published.files).findings if each.step == "T5"]
    assert any("entry 1 is earlier than the checkpoint of size 1" in text for text in found)
    assert any("entry 1 is later than the checkpoint of size 2" in text for text in found)


def test_merged_persons(made: tuple[Maker, Published]) -> None:
    """P10: a pair whose approver turns out to be its beneficiary is listed, not refused."""
    maker, published = made
    maker.role(CHEN, "staff")
    maker.role(DING, "staff")
    granted = maker.role(CHEN, "supervisor")
    data = {"beneficiaries": sorted([BO, CHEN]), "from": CHEN, "into": BO, "transfers": []}
    maker.pair("account.merge", data, proposer=actor(DING), approver=actor(ANNA))
    maker.add("note.example", {"text": "no.approved"})
    report = report_of(publish(maker, published))
    found = [each.text for each in report.findings if each.step == "P10"]
    assert f"entry {granted}: two of its persons turned out to be one" in found


def test_unknown_classes_and_kinds(made: tuple[Maker, Published]) -> None:
    """V11: what nobody knows is listed, and moving something makes the verdict guarded."""
    maker, published = made
    maker.add(
        "account.opened",
        {
            "accounts": [
                {"account": "tombola:a", "flags": [], "unit": "centipoints"},
                {"account": "tombola:b", "flags": [], "unit": "centipoints"},
            ]
        },
    )
    maker.add("tombola.drawn", {}, transfers=[plain("tombola:a", "tombola:b", 5)])
    report = report_of(publish(maker, published))
    texts = " ".join(finding.text for finding in report.findings)
    assert "unknown account class tombola" in texts
    assert "unknown kind tombola.drawn: 1 entries, 1 transfers" in texts
    assert (report.exit_code, report.verdict) == (10, "good as far as it goes")


def test_ids_that_spill(tmp_path: Path) -> None:
    """E3: ids beyond the memory's share are still compared, at the end."""
    files = files_of("many")
    ids = SpillingIds(tmp_path, kept_max=50)
    report = verify(Shelf(files), parse_policy(files["policy"]), ids).report
    assert report.exit_code == 0
    ids.add("ab" * 16)
    ids.check()
    ids.add("ab" * 16)
    assert "ab" * 16 in ids
    with pytest.raises(Exception, match="was used before") as caught:
        ids.check()
    assert getattr(caught.value, "code", "") == "id_used"
    ids.close()


class Dying(Executor):
    """An executor whose processes die."""

    def submit(self, *_: object, **__: object) -> Future[Any]:
        """A future that tells of a dead process."""
        future: Future[Any] = Future()
        future.set_exception(BrokenExecutor())
        return future


def test_a_dead_helper_process() -> None:
    """A lost process is our trouble, not the book's: exit code 11."""
    report = report_of(files_of("many"), executor=Dying())
    assert report.failure is not None
    assert (report.failure.code, report.exit_code) == ("worker_lost", 11)
