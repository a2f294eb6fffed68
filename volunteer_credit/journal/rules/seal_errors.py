"""Why sealing, publishing or a receipt refuses; `reason` is what the book or the disk says."""

from volunteer_credit.shared.errors import BusyError, MissingError, StoppedError


class SealBusyError(BusyError):
    """Another sealer has the book, or was faster."""

    code = "seal_busy"
    en = "Another process is sealing {origin}; try again."
    zh = "另一进程正在为 {origin} 封存；请重试。"


class PersonKeysWaitingError(BusyError):
    """A person's key that is not in its second store yet."""

    code = "person_keys_waiting"
    en = "Keys of persons in {origin} are not in their second store yet; sealing waits for them."
    zh = "{origin} 中有人员密钥尚未存入第二存储；封存须等待。"


class ArchiveMissingError(StoppedError):
    """A book that was sealed, and no archive of it."""

    code = "archive_missing"
    en = "The archive of {origin} is not at {path}; mount its disk; is it lost, run renew-archive."
    zh = "{path} 处没有 {origin} 的存档；请挂载其磁盘；若已丢失，请运行 renew-archive。"


class FolderFailedError(StoppedError):
    """The disk of the archive or of the publication."""

    code = "seal_disk"
    en = "The {where} of {origin} does not work ({reason}) Sealing goes on when it is mended."
    zh = "{origin} 的 {where} 无法使用（{reason}）修复后封存自动继续。"


class FolderChangedError(StoppedError):
    """Published or archived files that are not what was sealed."""

    code = "seal_files_changed"
    en = "The {where} of {origin} is not what was sealed ({reason}) Restore it from its copy."
    zh = "{origin} 的 {where} 与已封存的内容不符（{reason}）请从副本恢复。"


class CheckpointChangedError(StoppedError):
    """A stored checkpoint that the book's keys did not sign."""

    code = "checkpoint_changed"
    en = "The newest checkpoint of {origin} is not one that its keys signed ({reason})"
    zh = "{origin} 的最新检查点并非由其密钥签署（{reason}）"


class TreeChangedError(StoppedError):
    """Entries that are good one by one, and not those that the head stands on."""

    code = "tree_changed"
    en = "The entries of {origin} up to {size} are not those the head counts; run recover."
    zh = "{origin} 前 {size} 条条目与头部记录不符；请运行 recover。"


class SidecarChangedError(StoppedError):
    """A sidecar file that is missing, moved, cut or changed."""

    code = "sidecar_changed"
    en = "The sidecar of {community} is broken at {name}; restore that file from its copy."
    zh = "{community} 的附属存档在 {name} 处损坏；请从副本恢复该文件。"


class NamedFileError(StoppedError):
    """A document or state with other content than its name says."""

    code = "named_file_changed"
    en = "What was given as {path} of {origin} has another hash; nothing was published."
    zh = "作为 {origin} 的 {path} 提供的内容哈希不符；未发布。"


class EntryMissingError(MissingError):
    """A receipt for an entry that is not there."""

    code = "no_entry"
    en = "There is no entry {seq} in {origin}."
    zh = "{origin} 中没有第 {seq} 条条目。"


class ReceiptFailedError(StoppedError):
    """No proof that holds."""

    code = "receipt_failed"
    en = "No proof holds for entry {seq} of {origin}; run doctor before giving receipts."
    zh = "{origin} 第 {seq} 条条目的证明不成立；出具回执前请运行 doctor。"


class SealingFailedError(StoppedError):
    """Books that could not be sealed in a round of all."""

    code = "sealing_failed"
    en = "{count} books could not be sealed; the first is {community} ({reason})"
    zh = "有 {count} 个账本未能封存；其中第一个是 {community}（{reason}）"


class WitnessPolicyError(StoppedError):
    """A policy file that does not read."""

    code = "witness_policy"
    en = "The policy of witnesses {path} does not read ({reason}) Mend it, then start again."
    zh = "见证策略文件 {path} 无法读取（{reason}）请修正后重新启动。"
