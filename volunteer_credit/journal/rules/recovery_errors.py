"""Why a backup, a restore or a recovery stops; nothing is changed then."""

from volunteer_credit.shared.errors import ConflictError, MissingError, StoppedError


class BackupExistsError(ConflictError):
    """Two backups within one second."""

    code = "backup_exists"
    en = "There is a backup {name} already; try again in a second."
    zh = "备份 {name} 已存在；请稍等一秒再试。"


class BackupMissingError(MissingError):
    """A folder without a finished backup."""

    code = "backup_missing"
    en = "{path} is no finished backup: it has no manifest."
    zh = "{path} 不是完整的备份：缺少清单文件。"


class BackupDamagedError(StoppedError):
    """A backup that is not what was written."""

    code = "backup_damaged"
    en = "The backup is damaged or was changed at {file} ({reason}); take another one."
    zh = "备份文件 {file} 已损坏或被改动（{reason}）；请改用另一份备份。"


class BackupForeignError(ConflictError):
    """A backup of another installation or schema."""

    code = "backup_foreign"
    en = "The backup has {what} {theirs!r}, this installation {ours!r}; it does not belong here."
    zh = "备份的 {what} 为 {theirs!r}，本系统为 {ours!r}；该备份不能恢复到此处。"


class DatabaseNotEmptyError(ConflictError):
    """A restore over data."""

    code = "database_not_empty"
    en = "The table {table} has rows already; restore into a database that was only migrated."
    zh = "数据表 {table} 中已有数据；请恢复到刚完成迁移的空数据库。"


class BookDamagedError(StoppedError):
    """A database whose entries are not what its heads say: no backup is made of it."""

    code = "book_damaged"
    en = "The entries of {community} book {book} do not match ({reason}); run recover first."
    zh = "{community} 第 {book} 册的条目不符（{reason}）；请先运行 recover。"


class RestoredError(StoppedError):
    """A book out of a backup that has not caught up yet."""

    code = "restored_not_recovered"
    en = "The book {origin} was restored from a backup; run recover before anything is written."
    zh = "账本 {origin} 由备份恢复而来；写入前请先运行 recover。"


class NothingToRecoverError(MissingError):
    """A community that neither database nor archive knows."""

    code = "nothing_to_recover"
    en = "Neither the database nor the archive has a book of {community!r}."
    zh = "数据库和归档中都没有社区 {community!r} 的账本。"


class ArchiveDamagedError(StoppedError):
    """A file of the archive that does not read, and no other copy does."""

    code = "archive_damaged"
    en = "{path} is damaged or missing ({reason}); put back a copy of it, then run recover again."
    zh = "{path} 已损坏或缺失（{reason}）；请放回其副本后再运行 recover。"


class EntriesLostError(StoppedError):
    """Published or witnessed entries that are nowhere any more."""

    code = "entries_lost"
    en = (
        "{count} entries of {origin} from {size} on were published and are nowhere any more; look "
        "for a copy of the archive; if there is none, run recover --accept-loss."
    )
    zh = (
        "{origin} 自第 {size} 条起有 {count} 条已公布的条目无处可寻；请先寻找归档的副本，"
        "确实没有副本时，再运行 recover --accept-loss。"
    )


class OperationsLostError(StoppedError):
    """Entries whose operations and rows are in no sidecar."""

    code = "operations_lost"
    en = (
        "The entries of {origin} from {size} on are there, but not the operations that wrote them; "
        "put back the sidecar folder of the archive, then run recover again."
    )
    zh = (
        "{origin} 自第 {size} 条起的条目仍在，但写入它们的操作缺失；"
        "请放回归档的 sidecar 目录后再运行 recover。"
    )


class NothingLostError(ConflictError):
    """A book that needs no successor."""

    code = "nothing_lost"
    en = "{origin} has lost nothing; close it instead if a successor shall follow."
    zh = "{origin} 没有丢失任何条目；如需后续账本，请改用正常关账。"
