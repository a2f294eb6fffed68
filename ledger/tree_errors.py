"""Why a tree, a hash or a proof is refused (docs/ledger-format.md §12, T1)."""

from ledger.errors import MalformedError, ProofError


class TreeSizeError(ProofError):
    """Sizes that are negative, too large, or in the wrong order."""

    code = "tree_size"
    en = "The tree sizes {old_size} and {size} are not 0 <= old <= new <= 2^53-1."
    zh = "树的大小 {old_size} 与 {size} 不满足 0 ≤ 旧 ≤ 新 ≤ 2^53-1。"


class LeafIndexError(ProofError):
    """A leaf that the tree does not have."""

    code = "leaf_index"
    en = "There is no leaf {index} in a tree of size {size}."
    zh = "大小为 {size} 的树中没有第 {index} 号叶子。"


class HashLengthError(ProofError):
    """A hash that is not 32 bytes long."""

    code = "hash_length"
    en = "A tree hash has {count} bytes instead of 32."
    zh = "树的一个哈希为 {count} 字节，而不是 32 字节。"


class ProofLengthError(ProofError):
    """A proof with too many or too few hashes."""

    code = "proof_length"
    en = "The proof has {count} hashes; between these sizes it must have {expected}."
    zh = "证明含 {count} 个哈希，而按这些大小应有 {expected} 个。"


class RootMismatchError(ProofError):
    """Hashes that do not lead to the root."""

    code = "root_mismatch"
    en = "The hashes do not lead to the root of the tree of size {size}."
    zh = "这些哈希推不出大小为 {size} 的树的根。"


class SubtreeMissingError(ProofError):
    """A subtree that is not complete in a tree of this size."""

    code = "subtree_missing"
    en = "A tree of size {size} has no complete subtree {index} of height {level}."
    zh = "大小为 {size} 的树中没有高度为 {level} 的第 {index} 棵完整子树。"


class EdgeMalformedError(MalformedError):
    """A right edge with another number of hashes than its size has one-bits."""

    code = "edge_malformed"
    en = "The right edge of size {size} has {count} hashes; it needs {expected} of 32 bytes."
    zh = "大小为 {size} 的右边缘有 {count} 个哈希，应有 {expected} 个 32 字节的哈希。"
