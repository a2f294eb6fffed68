"""Why a key or a signature line is refused (docs/ledger-format.md §3, N3 to N9)."""

from ledger.errors import SignatureError


class KeyRoleError(SignatureError):
    """N3: a key whose name or algorithm is not that of its role."""

    code = "key_role"
    en = "The key {name} is not a {role} key of the book {origin}."
    zh = "密钥 {name} 不是账本 {origin} 的 {role} 密钥。"


class KeyNotCanonicalError(SignatureError):
    """N9: an Ed25519 public key that is another spelling of its point."""

    code = "key_not_canonical"
    en = "The key {name} is not the canonical encoding of its point."
    zh = "密钥 {name} 不是其曲线点的规范编码。"


class KeyUsedBeforeError(SignatureError):
    """N3, N8: a key that has been in this book already."""

    code = "key_used_before"
    en = "The key {name} has been in this book before; make a new one."
    zh = "密钥 {name} 在本账本中用过；请另制新密钥。"


class KeyReasonError(SignatureError):
    """N6, N7: a recovery key replaced as if it were lost."""

    code = "key_reason"
    en = "A recovery key can only be replaced as planned; if it is lost, open a successor book."
    zh = "恢复密钥只能按计划更换；若已遗失，请开立后继账本。"


class KeyNotInForceError(SignatureError):
    """N8: retiring a key that is not in force."""

    code = "key_not_in_force"
    en = "The key {name} is not in force."
    zh = "密钥 {name} 未在使用中。"


class KeySuspectError(SignatureError):
    """§7: a key suspected from a later entry on."""

    code = "key_suspect"
    en = "Entry {seq} suspects a key from entry {suspect_from} on, which is still to come."
    zh = "第 {seq} 条称密钥自第 {suspect_from} 条起可疑，而该条尚未出现。"


class LastKeyError(SignatureError):
    """N8: retiring the last key of a role."""

    code = "last_key"
    en = "{name} is the last {role} key; add another before retiring it."
    zh = "{name} 是最后一把 {role} 密钥；请先添加新的再停用。"


class LineMissingError(SignatureError):
    """N4, N6: too few signature lines."""

    code = "line_missing"
    en = "Entry {seq} has {count} signature lines; {kind} needs {wanted}."
    zh = "第 {seq} 条有 {count} 行签名，{kind} 需要 {wanted} 行。"


class LineExtraError(SignatureError):
    """N4, N6: too many signature lines."""

    code = "line_extra"
    en = "Entry {seq} has {count} signature lines; {kind} has only {wanted}."
    zh = "第 {seq} 条有 {count} 行签名，{kind} 只应有 {wanted} 行。"


class LineMisplacedError(SignatureError):
    """N4, N6: a line of a key that does not sign here, or not in this place."""

    code = "line_misplaced"
    en = "In entry {seq} the signature of {name} does not belong in line {line}."
    zh = "第 {seq} 条第 {line} 行不应是 {name} 的签名。"


class KeyRetiredError(SignatureError):
    """N5: an entry signed by a key that has been retired."""

    code = "key_retired"
    en = "Entry {seq} is signed by {name}, which was retired in entry {retired}."
    zh = "第 {seq} 条由 {name} 签名，而该密钥已在第 {retired} 条停用。"


class KeyUnknownError(SignatureError):
    """N4: an entry signed by a key that was never in the book."""

    code = "key_unknown"
    en = "Entry {seq} is signed by {name}, a key this book does not know."
    zh = "第 {seq} 条由 {name} 签名，本账本没有这把密钥。"


class CheckpointRoleError(SignatureError):
    """T3: a checkpoint without a line of the log key or of the cosign key."""

    code = "checkpoint_role"
    en = "The checkpoint of {origin} at size {size} has no signature of its {role} key."
    zh = "账本 {origin} 大小为 {size} 的检查点缺少 {role} 密钥的签名。"
