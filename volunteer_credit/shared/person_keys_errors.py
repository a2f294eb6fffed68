"""What can go wrong with people's keys. No sentence names a person."""

from volunteer_credit.shared.errors import BusyError, MissingError, RefusedError, StoppedError


class NoPersonKeyError(MissingError):
    """Nobody made a key for this person, or it was lost."""

    code = "no_person_key"
    en = "There is no key for this person; the data cannot be read or written."
    zh = "没有此人的密钥，数据无法读写。"


class PersonErasedError(RefusedError):
    """The person's key was destroyed, which is for ever."""

    code = "person_erased"
    en = "This person was erased; what was stored cannot be read, and nothing can be added."
    zh = "此人的资料已按规定抹除，无法读取，也不能再添加。"


class SealedDataError(StoppedError):
    """A ciphertext that does not open: changed, or of another person or purpose."""

    code = "sealed_data_damaged"
    en = "Stored data of a person does not open: it was changed or put in another's place."
    zh = "某人的存储数据无法解密：已被改动，或放错了位置。"


class PersonKeyDamagedError(StoppedError):
    """A wrapped key that does not open under the secret that it names."""

    code = "person_key_damaged"
    en = "A stored key was changed. Restore the store of people's keys from its second store."
    zh = "有一把存储的密钥被改动；请从第二存储恢复个人密钥库。"


class PersonKeySecretError(StoppedError):
    """Wrapped or listed under a secret that the settings do not give."""

    code = "person_key_secret_unknown"
    en = "People's keys are under a secret ({under}) that is neither VC_KEY_SECRET nor its old one."
    zh = "个人密钥所用的主密钥（{under}）既不是 VC_KEY_SECRET，也不是旧的那个。"


class PersonKeyNotBackedUpError(BusyError):
    """Keys that stand in one place only so far."""

    code = "person_key_not_backed_up"
    en = "The keys of {count} people have not reached their second store yet; try again shortly."
    zh = "有 {count} 人的密钥尚未存入第二存储，请稍后重试。"


class PersonKeysBehindError(StoppedError):
    """The database is an older copy than the second store: an erased person may be back in it."""

    code = "person_keys_behind"
    en = "People's keys stand at {number}, their second store at {listed}: restore the keys first."
    zh = "个人密钥库停在 {number}，第二存储已到 {listed}；请先恢复个人密钥库。"


class PersonKeyBackupBehindError(StoppedError):
    """The second store is an older copy, or another's."""

    code = "person_key_backup_behind"
    en = (
        "The second store of people's keys stands at {listed}, but {number} was written to it. "
        "Put the right folder in place, or move it away and renew the second store."
    )
    zh = "第二存储停在 {listed}，而已写入过 {number}；请放回正确的文件夹，或移走后重建第二存储。"


class PersonKeyBackupMissingError(StoppedError):
    """The second store has no list of its files."""

    code = "person_key_backup_missing"
    en = (
        "The second store of people's keys has no list of its files. Is the disk mounted? Put the "
        "folder back, or move it away and renew the second store."
    )
    zh = "个人密钥的第二存储缺少文件清单；请检查磁盘是否已挂载，放回文件夹，或移走后重建第二存储。"


class PersonKeyBackupDamagedError(StoppedError):
    """A file of the second store is missing, or not what was written."""

    code = "person_key_backup_damaged"
    en = (
        "{file} in the second store of people's keys is missing or was changed. Put a good copy "
        "of it there, or move the folder away and renew the second store."
    )
    zh = "个人密钥第二存储中的 {file} 缺失或被改动；请放回完好的副本，或移走文件夹后重建第二存储。"


class PersonKeyBackupUnlistedError(StoppedError):
    """An empty database would be rebuilt from a list that looks older than its files."""

    code = "person_key_backup_unlisted"
    en = (
        "{count} files of the second store of people's keys are newer than its list. Put the "
        "newest list there; if the last write was cut off, move these files away. Then restore."
    )
    zh = (
        "个人密钥第二存储中有 {count} 个文件比清单新；请放回最新的清单，"
        "若是上次写入中断，请移走这些文件，然后再恢复。"
    )


class PersonKeyBackupNotEmptyError(RefusedError):
    """A second store is begun anew in an empty folder only."""

    code = "person_key_backup_not_empty"
    en = "The second store of people's keys is not empty; move its files away before renewing it."
    zh = "个人密钥的第二存储不是空的；重建之前请先移走其中的文件。"


class PersonKeyBackupFailedError(StoppedError):
    """The disk of the second store."""

    code = "person_key_backup_failed"
    en = "The second store of people's keys does not work ({reason}); look at its disk."
    zh = "个人密钥的第二存储无法使用（{reason}），请检查其磁盘。"
