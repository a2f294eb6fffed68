"""The verifier's rarer answers: wrong roots, unclosed predecessors, closing states, tall trees."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from typing import Any

import pytest

from ledger import state, verify_bundles
from ledger.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from ledger.errors import LedgerError
from ledger.merkle import Edge, leaf_hash
from ledger.policy import Policy, parse_policy
from ledger.report import Report
from ledger.tiles import MemoryHashes, decode_bundle, tile_bytes, tiles_for
from ledger.verify_errors import FileMissingError
from ledger.verify_tree import TreeStream
from tests.ledger.golden import _close, _village
from tests.ledger.make import OPERATOR, Maker, digest
from tests.ledger.publish import WITNESS, Published
from tests.ledger.test_golden import files_of
from tests.ledger.test_verify import Shelf, policy_of, publish, report_of

EAST = "weihai.example/east/1"
UNITED = "weihai.example/united/1"


def followed(files: dict[str, bytes], **change: Any) -> Report:
    """Verify a successor of these files' book, its `previous` changed."""
    head = read_checkpoint(files["checkpoint"])[0]
    previous = {
        "origin": head.origin,
        "root": head.root.hex(),
        "size": head.size,
        "state": sha256(b"").hexdigest(),
        **change,
    }
    maker = Maker(UNITED)
    maker.open(previous=[previous])
    mine = publish(maker, Published(maker, {}))
    own, theirs = parse_policy(mine["policy"]), parse_policy(files["policy"])
    policy = Policy((*own.logs, *theirs.logs), own.witnesses, own.groups, own.quorum)
    return report_of(mine, policy, predecessors={head.origin: Shelf(files)})


def test_a_root_that_the_log_signed_wrongly() -> None:
    """V6: a checkpoint with good signatures and another root is refused as a proof."""
    maker = Maker()
    maker.open()
    files = publish(maker, Published(maker, {}))
    wrong = Checkpoint(maker.origin, 1, bytes(32))
    keys = maker.keys
    files["checkpoint"] = sign_checkpoint(wrong, [keys.log], [keys.cosign, WITNESS], 1_795_305_600)
    report = report_of(files)
    assert report.failure is not None
    assert (report.failure.code, report.exit_code) == ("checkpoint_root_mismatch", 5)


def test_a_predecessor_that_was_not_closed() -> None:
    """V10: a book that only stopped may have a successor; the report says so."""
    maker = Maker(EAST)
    maker.open()
    report = followed(publish(maker, Published(maker, {})))
    assert report.failure is None
    assert [each.text for each in report.findings if each.step == "V10"] == [
        f"predecessor {EAST} was not closed"
    ]


def test_a_predecessor_cut_before_its_end() -> None:
    """V10: an earlier size of a book that went on to close is not what it closed with."""
    files = files_of("east")
    notes = decode_bundle(files["tile/entries/000.p/18"], 18)
    root = edge_of([leaf_hash(note) for note in notes[:17]]).root()
    report = followed(files, size=17, root=root.hex())
    assert report.failure is not None
    assert "it closed at size 18" in str(report.failure)


def closed() -> tuple[dict[str, bytes], list[Any]]:
    """A closed village as published, without its state, and the lines of that."""
    maker = _village("east", unit="choir")
    lines = _close(maker, UNITED)
    files = publish(maker, Published(maker, {}))
    files[f"document/{digest('convention of east')}"] = b"convention of east"
    return files, lines


def test_a_closing_state_that_is_not_there() -> None:
    """V10, S2: without the file the state is reported as not checked."""
    files, _ = closed()
    report = report_of(files)
    assert report.exit_code == 10
    assert any("is not at hand, so not checked" in each.text for each in report.findings)


def test_a_closing_state_of_another_hash() -> None:
    """V10: a state file that is not of its name is refused as a proof."""
    files, lines = closed()
    files[f"state/{state.state_hash(lines)}"] = b"{}\n"
    assert report_of(files).exit_code == 5


def test_a_closing_state_that_says_otherwise() -> None:
    """V10, S2: a state with a line that the replay does not give is refused as a rule."""
    maker = _village("east", unit="choir")
    lines = [line for line in maker.book.closing_lines() if line["type"] != "role"]
    wrong = state.state_hash(lines)
    data = {"next": [], "reason": "archived", "state": wrong}
    maker.add("book.closed", data, actor=OPERATOR, signers=maker.both())
    files = publish(maker, Published(maker, {}))
    files[f"document/{digest('convention of east')}"] = b"convention of east"
    files[f"state/{wrong}"] = state.encode(lines)
    report = report_of(files)
    assert report.failure is not None
    assert (report.failure.code, report.exit_code) == ("closing_lines", 7)


def test_lines_that_a_later_version_added() -> None:
    """S1: lines of unknown types are kept, and restated ones are named."""
    later = {"amount": 5, "type": "zeal"}
    maker = _village("east", unit="choir")
    lines = state.order([*maker.book.closing_lines(maker.at_ms), later])
    whole, part = state.state_hash(lines), state.state_hash([later])
    parts = [{"origin": UNITED, "state": whole}, {"origin": f"{UNITED}0", "state": part}]
    data = {"next": parts[:1], "reason": "merged", "state": whole}
    maker.add("book.closed", data, actor=OPERATOR, signers=maker.both())
    files = publish(maker, Published(maker, {}))
    files[f"document/{digest('convention of east')}"] = b"convention of east"
    files[f"state/{whole}"] = state.encode(lines)
    assert report_of(files).failure is None
    successor = Maker("weihai.example/zeal/1", at_ms=maker.at_ms)
    previous = {
        "origin": maker.origin,
        "root": maker.log.edge.root().hex(),
        "size": maker.book.size,
        "state": part,
    }
    successor.open(previous=[previous])
    successor.restate(0, [later])
    successor.add("book.opened.complete", actor=OPERATOR)
    report = report_of(publish(successor, Published(successor, {})))
    assert any("unknown lines of type zeal" in each.text for each in report.findings)


def test_an_archived_book() -> None:
    """S2: a book that ends without successors verifies with its state beside it."""
    maker = _village("east", unit="choir")
    lines = maker.book.closing_lines(maker.at_ms)
    whole = state.state_hash(lines)
    data = {"next": [], "reason": "archived", "state": whole}
    maker.add("book.closed", data, actor=OPERATOR, signers=maker.both())
    files = publish(maker, Published(maker, {}))
    files[f"document/{digest('convention of east')}"] = b"convention of east"
    files[f"state/{whole}"] = state.encode(lines)
    assert not [each for each in report_of(files).findings if each.step == "V10"]


def test_a_bundle_between_checkpoints() -> None:
    """V2: bundles in which no checkpoint ends are read like the others."""
    files = files_of("many")
    for size in (255, 256, 257):
        del files[f"checkpoints/{size}"]
    assert report_of(files).exit_code == 0


def test_a_book_that_ends_with_a_bundle() -> None:
    """V5: at a size of whole tiles nothing partial is left on the lowest level."""
    files = files_of("many")
    files["checkpoint"] = files["checkpoints/256"]
    for size in (257, 300):
        del files[f"checkpoints/{size}"]
    assert report_of(files).exit_code == 0


def test_a_part_that_is_not_there() -> None:
    """V10: the parts are compared only where all of them are at hand."""
    maker = _village("east", unit="choir")
    lines = maker.book.closing_lines(maker.at_ms)
    whole = state.state_hash(lines)
    half = [{"origin": UNITED, "state": digest("half")}]
    data = {"next": half, "reason": "split", "state": whole}
    maker.add("book.closed", data, actor=OPERATOR, signers=maker.both())
    files = publish(maker, Published(maker, {}))
    files[f"document/{digest('convention of east')}"] = b"convention of east"
    files[f"state/{whole}"] = state.encode(lines)
    found = [each.text for each in report_of(files).findings if each.step == "V10"]
    assert found == ["a part of the closing state is not at hand, so not checked"]


def test_many_bundles_in_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    """V2: however few bundles other workers may hold at once, the order stays."""
    monkeypatch.setattr(verify_bundles, "IN_FLIGHT_MAX", 1)
    monkeypatch.setattr(verify_bundles, "AT_ONCE", 1)
    with ThreadPoolExecutor(2) as executor:
        assert report_of(files_of("many"), executor=executor).exit_code == 0


@pytest.mark.usefixtures("remembered_signatures")
@pytest.mark.parametrize("fast", [False, True])
def test_other_workers_refuse_alike(*, fast: bool) -> None:
    """V2, V3: a damaged or missing bundle gives the same report wherever it is looked at."""
    files = files_of("many")
    path = "tile/entries/001.p/44"
    bundle = files.pop(path)
    damaged = [bundle[:at] + b"x" + bundle[at + 1 :] for at in range(0, len(bundle), 389)]
    codes = set()
    with ThreadPoolExecutor(2) as executor:
        for shelf in [files, *({**files, path: each} for each in damaged)]:
            report = report_of(shelf, signatures=not fast)
            again = report_of(shelf, signatures=not fast, executor=executor)
            assert again.as_json() == report.as_json()
            codes.add(report.failure and report.failure.code)
    assert {"file_missing", "bundle_malformed"} < codes


def edge_of(leaves: list[bytes]) -> Edge:
    """The right edge of a tree with these leaves."""
    edge = Edge()
    for leaf in leaves:
        edge.append(leaf)
    return edge


def test_a_tall_tree() -> None:
    """V5: the tiles of three levels, 66,000 leaves, whole and with one changed hash."""
    size, older = 66_000, 65_600  # at the older size the tile on level 1 has just been filled
    hashes = MemoryHashes()
    leaves = [sha256(str(number).encode()).digest() for number in range(size)]
    for leaf in leaves:
        hashes.append(leaf)
    files = {tile.path(): tile_bytes(hashes, tile) for tile in tiles_for(size)}

    def read(path: str, files: dict[str, bytes] = files) -> bytes:
        if path not in files:
            raise FileMissingError(path=path)
        return files[path]

    def stream(read: Callable[[str], bytes]) -> bytes:
        tree = TreeStream(read)
        roots: dict[int, bytes] = {}
        for start in range(0, size, 256):
            part = leaves[start : start + 256]
            edge = edge_of(part)
            inside = [each for each in (older, size) if start < each <= start + len(part)]
            roots |= tree.add(part, edge.root(), inside)
        tree.finish()
        assert roots[older] == edge_of(leaves[:older]).root()
        return roots[size]

    assert stream(read) == edge_of(leaves).root()
    path = "tile/1/000"
    changed = {**files, path: bytes(32) + files[path][32:]}
    with pytest.raises(LedgerError) as caught:
        stream(partial(read, files=changed))
    assert caught.value.code == "tile_mismatch"


def test_policies_of_others_stay_apart() -> None:
    """V1: a policy of two logs accepts each of them."""
    for name in ("east", "west"):
        assert report_of(files_of(name), policy_of("east", "west")).exit_code == 10
