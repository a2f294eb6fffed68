"""Why a published book is refused as a whole (docs/ledger-format.md §15)."""

from ledger.errors import ForkError, IncompleteError, ProofError, RuleError, StoreError


class CheckpointRootError(ProofError):
    """V5, V6: a checkpoint whose root is not what the entries give."""

    code = "checkpoint_root_mismatch"
    en = "The checkpoint of size {size} has the root {got}; the entries give {wanted}."
    zh = "大小为 {size} 的检查点的根是 {got}，按条目应为 {wanted}。"


class FileMissingError(IncompleteError):
    """A file of the published directory that is not there."""

    code = "file_missing"
    en = "The file {path} is missing."
    zh = "缺少文件 {path}。"


class RolledBackError(ForkError):
    """V6, V7: something older or other than what was published before."""

    code = "rolled_back"
    en = "{origin} now has size {size}, but {older} was published with size {older_size}."
    zh = "{origin} 现在大小为 {size}，而此前公布的 {older} 大小为 {older_size}。"


class ForkedError(ForkError):
    """V7: another history at the size of a checkpoint that the reader holds."""

    code = "forked"
    en = "{origin} has another root at size {size} than the checkpoint that you hold."
    zh = "{origin} 在大小 {size} 处的根与您持有的检查点不同。"


class PredecessorError(ForkError):
    """V10: a predecessor that is not what the book says it is."""

    code = "predecessor"
    en = "The predecessor {origin} of size {size} does not fit: {reason}."
    zh = "前账本 {origin}（大小 {size}）不相符：{reason}。"


class DocumentHashError(ProofError):
    """V8, V10: a document or state that is not of its name."""

    code = "document_hash"
    en = "The file {path} does not have the hash of its name."
    zh = "文件 {path} 的哈希与文件名不符。"


class ClosingLinesError(RuleError):
    """V10: a closing state that says otherwise than the book."""

    code = "closing_lines"
    en = "The closing state {state} is not what the book comes to."
    zh = "结账状态 {state} 与账本不符。"


class WorkerLostError(StoreError):
    """A process that looked at bundles is gone."""

    code = "worker_lost"
    en = "A helper process died; verify again, or with --processes 1."
    zh = "一个辅助进程意外退出；请重试，或加 --processes 1。"
