"""The Merkle tree: published vectors, then every proof of every tree up to 300 leaves."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import merkle, tree_errors
from ledger.errors import LedgerError, ProofError
from ledger.tiles import MemoryHashes

LEAVES = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
# transparency-dev/merkle, testonly/constants.go: the roots of sizes 0 to 8.
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZE = 300
EXHAUSTIVE = 128
ENTRIES = [b"entry %d" % number for number in range(SIZE)]
BAD = b"\x5a" * 32


@cache
def mth(start: int, end: int) -> bytes:
    """MTH(D[start:end]) by the recursion of RFC 6962 section 2.1, independent of the package."""
    count = end - start
    if count == 0:
        return sha256(b"").digest()
    if count == 1:
        return sha256(b"\x00" + ENTRIES[start]).digest()
    half = 1
    while half * 2 < count:
        half *= 2
    left, right = mth(start, start + half), mth(start + half, end)
    return sha256(b"\x01" + left + right).digest()


@cache
def grown(entries: tuple[bytes, ...]) -> MemoryHashes:
    """All subtree hashes over `entries`."""
    hashes = MemoryHashes()
    for entry in entries:
        hashes.append(merkle.leaf_hash(entry))
    return hashes


@cache
def tree() -> MemoryHashes:
    """All subtree hashes over the 300 entries."""
    return grown(tuple(ENTRIES))


def spoilt(proof: list[bytes], *, everywhere: bool, turn: int) -> Iterator[list[bytes]]:
    """Give the proof with each hash replaced, with neighbours swapped, with one more or less.

    Not `everywhere`: each hash in turn still, but only the swap that `turn` points at.
    """
    count = len(proof)
    for at in range(count):
        yield [*proof[:at], BAD, *proof[at + 1 :]]
    pairs = [(a, b) for b in range(count) for a in range(b)]
    for a, b in pairs if everywhere or not pairs else [pairs[turn % len(pairs)]]:
        swapped = list(proof)
        swapped[a], swapped[b] = proof[b], proof[a]
        # Equal hashes in two places would make a swap harmless; distinct entries have none.
        assert swapped != proof
        yield swapped
    yield [*proof, BAD]
    if proof:
        yield proof[:-1]


def assert_refused(verify: Callable[..., None], *args: object) -> None:
    """Cheaper than pytest.raises, which would double the time of this file."""
    try:
        verify(*args)
    except ProofError:
        return
    pytest.fail(f"accepted: {args[1:3]}")


def test_published_roots() -> None:
    """Every published root comes out of the edge, of the reader and of MemoryHashes."""
    edge, reader = merkle.Edge(), grown(tuple(LEAVES))
    for size, root in enumerate(ROOTS):
        assert edge.root().hex() == merkle.root_from(reader, size).hex() == root
        if size < len(LEAVES):
            edge.append(merkle.leaf_hash(LEAVES[size]))
    assert merkle.EMPTY_ROOT.hex() == ROOTS[0]


def test_published_proofs() -> None:
    """The published inclusion and consistency proofs come out, and verify."""
    reader, roots = grown(tuple(LEAVES)), [bytes.fromhex(root) for root in ROOTS]
    path = merkle.inclusion_proof(reader, 5, 8)
    assert [one.hex()[:8] for one in path] == ["bc1a0643", "ca854ea1", "d37ee418"]
    merkle.verify_inclusion(merkle.leaf_hash(LEAVES[5]), 5, 8, path, roots[8])
    for old_size, size, begins in (
        (6, 8, ["0ebc5d34", "ca854ea1", "d37ee418"]),
        (3, 7, ["0298d122", "07506a85", "fac54203", "837dbb15"]),
    ):
        proof = merkle.consistency_proof(reader, old_size, size)
        assert [one.hex()[:8] for one in proof] == begins
        merkle.verify_consistency(old_size, roots[old_size], size, roots[size], proof)


def test_edge_is_the_tree_at_every_size() -> None:
    """The edge has the recursive root at every size, survives storage, and copies apart."""
    edge = merkle.Edge()
    for size in range(SIZE):
        assert edge.root() == mth(0, size)
        assert len(edge.hashes()) == size.bit_count()
        stored = merkle.Edge(size, edge.hashes())
        edge.append(merkle.leaf_hash(ENTRIES[size]))
        assert (stored.size, stored.root()) == (size, mth(0, size))
    twin = edge.copy()
    twin.append(BAD)
    assert (edge.size, edge.root()) == (SIZE, mth(0, SIZE))


# Beyond 140 the gate takes every fifth tree, `make soak` each.
SIZES = (
    range(140),
    range(140, SIZE + 1, 5),
    pytest.param(range(140, SIZE + 1), marks=pytest.mark.soak),
)


@pytest.mark.untraced
@pytest.mark.parametrize("sizes", SIZES)
def test_every_inclusion_proof(sizes: range) -> None:
    """Every leaf of every tree to 300 is proved; each proof with one hash changed is refused."""
    for size in sizes:
        root = mth(0, size)
        for index in range(size):
            leaf = mth(index, index + 1)
            proof = merkle.inclusion_proof(tree(), index, size)
            merkle.verify_inclusion(leaf, index, size, proof, root)
            for bad in spoilt(proof, everywhere=size <= EXHAUSTIVE, turn=index + size):
                assert_refused(merkle.verify_inclusion, leaf, index, size, bad, root)


@pytest.mark.untraced
@pytest.mark.parametrize("sizes", SIZES)
def test_every_consistency_proof(sizes: range) -> None:
    """Every pair of trees to 300 is proved; each proof with one hash changed is refused."""
    for size in sizes:
        root = mth(0, size)
        for old_size in range(size + 1):
            old_root = mth(0, old_size)
            proof = merkle.consistency_proof(tree(), old_size, size)
            merkle.verify_consistency(old_size, old_root, size, root, proof)
            for bad in spoilt(proof, everywhere=size <= EXHAUSTIVE, turn=old_size + size):
                assert_refused(merkle.verify_consistency, old_size, old_root, size, root, bad)


@pytest.mark.untraced
def test_proofs_hold_for_nothing_else() -> None:
    """Another leaf, index, size or root with a good proof is refused."""
    for size in range(2, EXHAUSTIVE + 1):
        root = mth(0, size)
        for index in range(size):
            leaf, proof = mth(index, index + 1), merkle.inclusion_proof(tree(), index, size)
            other = (index + 1) % size
            assert_refused(merkle.verify_inclusion, BAD, index, size, proof, root)
            assert_refused(merkle.verify_inclusion, leaf, index, size, proof, BAD)
            assert_refused(merkle.verify_inclusion, leaf, other, size, proof, root)
            assert_refused(merkle.verify_inclusion, leaf, index, size * 2, proof, root)
            old = mth(0, index)
            steps = merkle.consistency_proof(tree(), index, size)
            assert_refused(merkle.verify_consistency, index, BAD, size, root, steps)
            if index:  # everything is consistent with the empty tree
                assert_refused(merkle.verify_consistency, index, old, size, BAD, steps)
                assert_refused(merkle.verify_consistency, index, root, size, old, steps)


def test_equal_sizes_need_equal_roots() -> None:
    """Of one size there is one root, and the empty tree has only its own."""
    merkle.verify_consistency(3, BAD, 3, BAD, [])
    with pytest.raises(tree_errors.RootMismatchError):
        merkle.verify_consistency(3, BAD, 3, merkle.EMPTY_ROOT, [])
    with pytest.raises(tree_errors.RootMismatchError):
        merkle.verify_consistency(0, BAD, 3, BAD, [])
    with pytest.raises(tree_errors.RootMismatchError):
        merkle.verify_consistency(0, merkle.EMPTY_ROOT, 0, BAD, [])


@pytest.mark.parametrize("sizes", [(-1, 5), (6, 5), (5, 2**53)])
def test_sizes_out_of_range(sizes: tuple[int, int]) -> None:
    """Negative, shrinking and oversized trees are refused by makers and checkers."""
    with pytest.raises(tree_errors.TreeSizeError):
        merkle.consistency_proof(tree(), *sizes)
    with pytest.raises(tree_errors.TreeSizeError):
        merkle.verify_consistency(sizes[0], BAD, sizes[1], BAD, [])


def test_indexes_out_of_range() -> None:
    """A leaf outside of the tree has no proof and none is accepted."""
    for index, size in ((-1, 5), (5, 5), (0, 0)):
        with pytest.raises(tree_errors.LeafIndexError):
            merkle.inclusion_proof(tree(), index, size)
        with pytest.raises(tree_errors.LeafIndexError):
            merkle.verify_inclusion(BAD, index, size, [], BAD)
    with pytest.raises(tree_errors.TreeSizeError):
        merkle.verify_inclusion(BAD, 0, 2**53, [], BAD)
    with pytest.raises(tree_errors.TreeSizeError):
        merkle.inclusion_proof(tree(), 0, -1)
    with pytest.raises(tree_errors.TreeSizeError):
        merkle.root_from(tree(), -1)


def test_hashes_of_another_length() -> None:
    """A hash that is not 32 bytes is refused wherever it stands."""
    leaf, root, short = mth(0, 1), mth(0, 2), BAD[:31]
    merkle.verify_inclusion(leaf, 0, 2, [mth(1, 2)], root)
    for args in ((short, 0, 2, [BAD], root), (leaf, 0, 2, [short], root), (leaf, 0, 1, [], short)):
        with pytest.raises(tree_errors.HashLengthError):
            merkle.verify_inclusion(*args)
    with pytest.raises(tree_errors.HashLengthError):
        merkle.verify_consistency(1, short, 2, root, [BAD])
    with pytest.raises(tree_errors.HashLengthError):
        merkle.Edge().append(short)
    with pytest.raises(tree_errors.ProofLengthError):
        merkle.verify_inclusion(leaf, 0, 2, [], root)


def test_malformed_edges() -> None:
    """An edge has one 32-byte hash per one-bit of its size, and a size that we can write."""
    for size, hashes in ((3, [BAD]), (0, [BAD]), (1, [BAD[:31]])):
        with pytest.raises(tree_errors.EdgeMalformedError):
            merkle.Edge(size, hashes)
    with pytest.raises(tree_errors.TreeSizeError):
        merkle.Edge(2**53, [BAD])
    with pytest.raises(tree_errors.TreeSizeError):
        merkle.Edge(merkle.SIZE_MAX, [BAD] * 53).append(BAD)


@given(st.data())
def test_huge_trees(data: st.DataObject) -> None:
    """At any size up to 2^53-1 proofs made from one reader verify (all leaves alike)."""
    rows = [merkle.leaf_hash(b"same")]
    for _ in range(53):
        rows.append(merkle.node_hash(rows[-1], rows[-1]))

    def reader(level: int, _index: int, /) -> bytes:
        return rows[level]

    size = data.draw(st.integers(1, merkle.SIZE_MAX))
    old_size = data.draw(st.integers(0, size))
    index = data.draw(st.integers(0, size - 1))
    root, old_root = merkle.root_from(reader, size), merkle.root_from(reader, old_size)
    merkle.verify_inclusion(rows[0], index, size, merkle.inclusion_proof(reader, index, size), root)
    proof = merkle.consistency_proof(reader, old_size, size)
    merkle.verify_consistency(old_size, old_root, size, root, proof)


@given(st.integers(), st.integers(), st.lists(st.binary(max_size=40), max_size=60))
def test_any_proof_is_checked_or_refused(old: int, size: int, proof: list[bytes]) -> None:
    """No input makes the checkers fail in another way."""
    with suppress(LedgerError):
        merkle.verify_consistency(old, BAD, size, BAD, proof)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(BAD, old, size, proof, mth(0, 3))
