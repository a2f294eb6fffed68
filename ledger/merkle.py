"""Proofs in the Merkle tree of RFC 6962 section 2.1: inclusion and consistency (step T1).

Proofs are lists of 32-byte hashes, from the leaves up. Making one reads the hashes of complete
subtrees through a `HashReader`; checking one needs only the hashes in it. The tree's hashes and
its right edge are in `ledger.treehash` and are named here again.
"""

from collections.abc import Sequence
from typing import Protocol

from ledger.tree_errors import (
    LeafIndexError,
    ProofLengthError,
    RootMismatchError,
)
from ledger.treehash import (
    EMPTY_ROOT,
    HASH_BYTES,
    SIZE_MAX,
    Edge,
    check_hashes,
    check_sizes,
    join_hashes,
    leaf_hash,
    node_hash,
)

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "SIZE_MAX",
    "Edge",
    "HashReader",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "root_from",
    "verify_consistency",
    "verify_inclusion",
]


class HashReader(Protocol):
    """Anything that knows the hashes of complete subtrees."""

    def __call__(self, level: int, index: int, /) -> bytes:
        """Return the hash of the subtree over leaves [index * 2**level, (index + 1) * 2**level)."""


def _range_hash(reader: HashReader, start: int, end: int) -> bytes:
    """Return MTH(D[start:end]) for a range that a split of the tree can give."""
    pieces = []
    while start < end:
        level = (end - start).bit_length() - 1
        # RFC 6962 splits leave `start` on a multiple of the biggest subtree that fits.
        pieces.append(reader(level, start >> level))
        start += 1 << level
    return join_hashes(pieces)


def _split(start: int, end: int) -> int:
    """Return where RFC 6962 splits the leaves [start, end), two or more of them."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def root_from(reader: HashReader, size: int) -> bytes:
    """Return the root of the tree of `size`. Raises: TreeSizeError (proof), or as `reader`."""
    check_sizes(0, size)
    return _range_hash(reader, 0, size)


def inclusion_proof(reader: HashReader, index: int, size: int) -> list[bytes]:
    """Return PATH(index, D[size]) of RFC 6962 section 2.1.1, the leaf's sibling first.

    Raises: TreeSizeError, LeafIndexError (proof), or as `reader`.
    """
    check_sizes(0, size)
    if not 0 <= index < size:
        raise LeafIndexError(index=index, size=size)
    start, end, path = 0, size, []
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            path.append(_range_hash(reader, middle, end))
            end = middle
        else:
            path.append(_range_hash(reader, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(reader: HashReader, old_size: int, size: int) -> list[bytes]:
    """Return PROOF(old_size, D[size]) of RFC 6962 section 2.1.2; empty for 0 and for `size`.

    Raises: TreeSizeError (proof), or as `reader`.
    """
    check_sizes(old_size, size)
    if old_size in (0, size):
        return []
    start, end, path = 0, size, []
    while old_size != end:
        middle = _split(start, end)
        if old_size <= middle:
            path.append(_range_hash(reader, middle, end))
            end = middle
        else:
            path.append(_range_hash(reader, start, middle))
            start = middle
    # With start 0 what is left is the old tree itself, whose root the verifier holds.
    if start:
        path.append(_range_hash(reader, start, end))
    return path[::-1]


def _check_length(proof: Sequence[bytes], expected: int) -> None:
    """Accept a proof of `expected` hashes of 32 bytes."""
    if len(proof) != expected:
        raise ProofLengthError(count=len(proof), expected=expected)
    check_hashes(proof)


def _climb(node: bytes, path: int, inner: Sequence[bytes], border: Sequence[bytes]) -> bytes:
    """Return the root above `node`.

    Bit i of `path` says that the i-th `inner` hash is the left neighbour. Above them the node
    lies on the right edge of the tree, so every `border` hash is a left neighbour.
    """
    for height, neighbour in enumerate(inner):
        left = path >> height & 1
        node = node_hash(neighbour, node) if left else node_hash(node, neighbour)
    for neighbour in border:
        node = node_hash(neighbour, node)
    return node


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Accept `proof` that the hash `leaf` is leaf `index` of the tree (RFC 9162 2.1.3.2).

    Raises: TreeSizeError, LeafIndexError, ProofLengthError, HashLengthError, RootMismatchError
    (proof).
    """
    check_sizes(0, size)
    if not 0 <= index < size:
        raise LeafIndexError(index=index, size=size)
    # Where the paths of this leaf and of the last one meet, the right edge begins.
    inner = (index ^ (size - 1)).bit_length()
    _check_length(proof, inner + (index >> inner).bit_count())
    check_hashes((leaf, root))
    if _climb(leaf, index, proof[:inner], proof[inner:]) != root:
        raise RootMismatchError(size=size)


def verify_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Accept `proof` that the old tree is the beginning of the new one (RFC 9162 2.1.4.2).

    For an old size of 0 or of `size` the proof is empty and the roots alone decide.
    Raises: TreeSizeError, ProofLengthError, HashLengthError, RootMismatchError (proof).
    """
    check_sizes(old_size, size)
    check_hashes((old_root, root))
    if old_size == 0 and old_root != EMPTY_ROOT:
        raise RootMismatchError(size=0)
    if old_size in (0, size):
        _check_length(proof, 0)
        if old_size == size and old_root != root:
            raise RootMismatchError(size=size)
        return
    # The climb starts at the last complete subtree of the old tree, 2**height leaves wide.
    height = (old_size & -old_size).bit_length() - 1
    path = old_size - 1 >> height
    inner = (path ^ (size - 1 >> height)).bit_length()
    whole = old_size == 1 << height  # that subtree is the old tree: its root starts the climb
    _check_length(proof, (not whole) + inner + (path >> inner).bit_count())
    start, hashes = (old_root, proof) if whole else (proof[0], proof[1:])
    upper = hashes[inner:]
    old_left = [one for level, one in enumerate(hashes[:inner]) if path >> level & 1]
    if _climb(start, 0, (), [*old_left, *upper]) != old_root:
        raise RootMismatchError(size=old_size)
    if _climb(start, path, hashes[:inner], upper) != root:
        raise RootMismatchError(size=size)
