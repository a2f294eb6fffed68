"""Hashes and the right edge of the Merkle tree of RFC 6962 section 2.1 (step T1).

A leaf is SHA-256(0x00 || entry), a node SHA-256(0x01 || left || right); a tree of n leaves splits
at the largest power of two below n. Hashes are 32 raw bytes, indexes count from 0, and a size is
a number of leaves, at most 2^53 - 1 like every integer of the book (C2). `ledger.merkle` makes
and checks proofs with these and gives their names again.
"""

import hashlib
from collections.abc import Sequence

from ledger.tree_errors import (
    EdgeMalformedError,
    HashLengthError,
    SubtreeMissingError,
    TreeSizeError,
)

SIZE_MAX = 2**53 - 1
HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two neighbours."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_sizes(old_size: int, size: int) -> None:
    """Accept 0 <= old_size <= size <= 2^53-1.

    Raises: TreeSizeError (proof).
    """
    if not 0 <= old_size <= size <= SIZE_MAX:
        raise TreeSizeError(old_size=old_size, size=size)


def check_hashes(hashes: Sequence[bytes]) -> None:
    """Accept hashes of 32 bytes.

    Raises: HashLengthError (proof).
    """
    for one in hashes:
        if len(one) != HASH_BYTES:
            raise HashLengthError(count=len(one))


def check_complete(level: int, index: int, size: int) -> None:
    """Accept a subtree of 2**level leaves that a tree of `size` has whole.

    Raises: SubtreeMissingError (proof).
    """
    if level < 0 or index < 0 or (index + 1) << min(level, SIZE_MAX.bit_length()) > size:
        raise SubtreeMissingError(level=level, index=index, size=size)


class Edge:
    """The right edge: `size` and the roots of its complete subtrees, biggest first.

    It is all that appending needs: one subtree per one-bit of the size.
    Raises: EdgeMalformedError (malformed), TreeSizeError (proof).
    """

    __slots__ = ("_hashes", "size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        """Start from a stored edge, or empty."""
        check_sizes(0, size)
        if len(hashes) != size.bit_count() or any(len(one) != HASH_BYTES for one in hashes):
            raise EdgeMalformedError(size=size, count=len(hashes), expected=size.bit_count())
        self.size = size
        self._hashes = list(hashes)

    def append(self, leaf: bytes) -> None:
        """Add the leaf with the hash `leaf`.

        Raises: HashLengthError, TreeSizeError (proof).
        """
        if len(leaf) != HASH_BYTES:
            raise HashLengthError(count=len(leaf))
        size = self.size
        if size >= SIZE_MAX:
            raise TreeSizeError(old_size=size, size=size + 1)
        hashes, sha256 = self._hashes, hashlib.sha256
        self.size = size + 1
        # Each trailing one-bit is a subtree as big as the one in hand: the two become one.
        while size & 1:
            leaf = sha256(b"\x01" + hashes.pop() + leaf).digest()
            size >>= 1
        hashes.append(leaf)

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        return join_hashes(self._hashes)

    def hashes(self) -> tuple[bytes, ...]:
        """Return the subtree roots, biggest first."""
        return tuple(self._hashes)

    def copy(self) -> "Edge":
        """Return an edge that grows apart from this one."""
        return Edge(self.size, self._hashes)


def join_hashes(hashes: Sequence[bytes]) -> bytes:
    """Return the root over complete subtrees, biggest first; without any, the empty root."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root
