"""A published book of 200 entries, changed byte by byte: every change is found, and as what it is.

At the gate each byte (of entries every third) meets the step of the verifier that has to notice it,
and each 509th byte the whole verifier; `make soak` takes the whole verifier for all of them.
"""

from functools import cache

import pytest

from ledger.book import Book
from ledger.checkpoint import read_checkpoint
from ledger.errors import LedgerError
from ledger.merkle import Edge, leaf_hash
from ledger.policy import (
    parse_policy,
)
from ledger.report import exit_code
from ledger.tiles import decode_bundle
from ledger.verify import Options, verify
from ledger.verify_tree import TreeStream
from tests.ledger.make import ANNA, AT_MS, CHEN, DING, Maker, actor, plain
from tests.ledger.publish import Published
from tests.ledger.test_verify import Shelf

GOOD, MALFORMED, SIGNATURE, PROOF, FORK, RULE = 0, 3, 4, 5, 6, 7
ENTRIES = 200
BUNDLE, TILE = f"tile/entries/000.p/{ENTRIES}", f"tile/0/000.p/{ENTRIES}"


@cache
def book_files() -> dict[str, bytes]:
    """A book with a fund, roles and many awards and redemptions, published twice."""
    maker = Maker()
    maker.open()
    maker.fund()
    maker.wallets(CHEN, DING)
    shop = {"account": "receivable:m1", "flags": ["debits_must_not_exceed_credits"]}
    maker.add("account.opened", {"accounts": [{**shop, "unit": "centipoints"}]})
    maker.role(DING, "coordinator", scope="organisation:choir")
    published = Published(maker, {})
    published.checkpoint(maker.book.size, AT_MS // 1000)
    while maker.book.size < ENTRIES:
        wallet = f"wallet:{CHEN if maker.book.size % 3 else DING}:f1:202712"
        award = [plain("fund:f1", wallet, 20, code="award")]
        maker.add("points.example", {"minutes": 2}, transfers=award, refs=[1], day=20261122, tier=1)
        spend = [plain(wallet, "receivable:m1:f1", 10, code="redeem")]
        if maker.book.size < ENTRIES:
            maker.add("redemption.example", {}, transfers=spend, actor=actor(ANNA))
    published.checkpoint(ENTRIES, maker.at_ms // 1000)
    published.policy()
    return published.files


def changed(data: bytes, position: int) -> bytes:
    """The same with one bit of one byte changed."""
    copy = bytearray(data)
    copy[position] ^= 1 << position % 8
    return bytes(copy)


def outcome(files: dict[str, bytes]) -> int:
    """The exit code of the whole verifier, under the policy of the untouched book."""
    policy = parse_policy(book_files()["policy"])
    return verify(Shelf(files), policy, set(), Options()).report.exit_code


def expected(path: str, position: int) -> set[int]:
    """What a change of this byte may be found as."""
    if path == BUNDLE:
        # Before `book.opened` there are no keys: an entry 0 of another kind breaks a rule.
        kind = book_files()[path].index(b'"kind":"book.opened"')
        first = kind <= position < kind + len(b'"kind":"book.opened"')
        return {MALFORMED, SIGNATURE, RULE} if first else {MALFORMED, SIGNATURE}
    if path.startswith("tile/entries/"):  # an older checkpoint's: compared with the newest
        return {MALFORMED, PROOF}
    if path.startswith("tile/"):
        return {PROOF}
    # In its text a checkpoint becomes another book's, another size's or badly signed. For the
    # lines of the witness and of strangers see `harmless`.
    text = book_files()[path].index(b"\n\n")
    return {MALFORMED, SIGNATURE} if position >= text else {MALFORMED, SIGNATURE, FORK, RULE}


def harmless(path: str, position: int) -> bool:
    """Bytes that no trusted key need vouch for: the stranger's line; in the history the witness's.

    The quorum is asked of the newest checkpoint only. What a checkpoint says stays as it is.
    """
    data = book_files()[path]
    start = "grease.example" if path == "checkpoint" else "witness."
    return path.startswith("checkpoint") and position >= data.index(start.encode()) - 4


def test_the_book_is_good() -> None:
    """Untouched, the verifier accepts it, with unknown kinds."""
    assert outcome(book_files()) == 10


@pytest.mark.untraced
@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.soak)])
def test_each_byte_of_each_entry(step: int) -> None:
    """V3: a changed entry is malformed or badly signed, whatever else it says then.

    Every third byte, another third in the next entry; `make soak` takes each.
    """
    files = book_files()
    book = Book(read_checkpoint(files["checkpoint"])[0].origin)
    for note in decode_bundle(files[BUNDLE], ENTRIES):
        for position in range(book.size % step, len(note), step):
            with pytest.raises(LedgerError) as caught:
                book.read(changed(note, position))
            # Before entry 0 there is no key: another kind in its place breaks a rule.
            wanted = {MALFORMED, SIGNATURE} if book.size else {MALFORMED, SIGNATURE, RULE}
            assert exit_code(caught.value) in wanted, (book.size, position)
        book.read(note)


@pytest.mark.usefixtures("remembered_signatures")
def test_each_length_in_the_bundle() -> None:
    """V2: a bundle whose lengths do not fit is malformed, or gives entries that are."""
    files = book_files()
    position = 0
    for note in decode_bundle(files[BUNDLE], ENTRIES):
        for byte in (position, position + 1):
            code = outcome({**files, BUNDLE: changed(files[BUNDLE], byte)})
            assert code in {MALFORMED, SIGNATURE}
        position += 2 + len(note)


def test_each_byte_of_the_tile() -> None:
    """V5: a changed hash tile is not what the entries give."""
    files = book_files()
    leaves = [leaf_hash(note) for note in decode_bundle(files[BUNDLE], ENTRIES)]
    edge = Edge()
    for leaf in leaves:
        edge.append(leaf)
    for position in range(len(files[TILE])):
        stream = TreeStream(Shelf({TILE: changed(files[TILE], position)}).read)
        stream.add(leaves, edge.root())
        with pytest.raises(LedgerError) as caught:
            stream.finish()
        assert exit_code(caught.value) == PROOF


@pytest.mark.untraced
def test_each_byte_of_the_checkpoint() -> None:
    """V1: a changed checkpoint fails the policy or the book's keys, but in a stranger's line."""
    files = book_files()
    policy = parse_policy(files["policy"])
    book = Book(read_checkpoint(files["checkpoint"])[0].origin)
    for note in decode_bundle(files[BUNDLE], ENTRIES):
        book.read(note, verify=False)
    for position in range(len(files["checkpoint"])):
        data = changed(files["checkpoint"], position)
        code = GOOD
        try:
            found = policy.open(data).checkpoint
            book.open_checkpoint(data)
        except LedgerError as problem:
            code = exit_code(problem)
        if code == GOOD:
            assert harmless("checkpoint", position), position
            assert found == read_checkpoint(files["checkpoint"])[0]
        assert code in {GOOD, MALFORMED, SIGNATURE, RULE}, position


def test_an_older_bundle_that_differs() -> None:
    """V5: what an older checkpoint published is compared with the newest."""
    files = book_files()
    (older,) = (path for path in files if path.startswith("tile/entries/") and path != BUNDLE)
    assert outcome({**files, older: changed(files[older], 100)}) == PROOF


def check_whole(step: int) -> None:
    """Change every `step`-th byte of every file but the policy; the whole verifier looks."""
    files = book_files()
    for path, data in files.items():
        if path == "policy":
            continue  # that is the reader's own
        for position in range(len(path) % step, len(data), step):
            code = outcome({**files, path: changed(data, position)})
            wanted = expected(path, position)
            if harmless(path, position):
                wanted = wanted | {10}
            assert code in wanted, (path, position, code)


@pytest.mark.usefixtures("remembered_signatures")
@pytest.mark.untraced
def test_every_509th_byte_with_the_whole_verifier() -> None:
    """The whole verifier finds the changes that its steps find."""
    check_whole(509)


@pytest.mark.soak
def test_every_byte_with_the_whole_verifier() -> None:
    """The same for every byte."""
    check_whole(1)
