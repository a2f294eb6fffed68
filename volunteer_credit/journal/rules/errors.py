"""Why the journal refuses. What the book itself refuses comes as `ledger.errors` say it."""

from volunteer_credit.shared.errors import (
    BadRequestError,
    BusyError,
    ConflictError,
    RefusedError,
    StoppedError,
)


class HeadChangedError(StoppedError):
    """The head row does not carry the code that only this service can make."""

    code = "head_changed"
    en = "The head of the book {origin} was changed outside of this service; nothing is written."
    zh = "账本 {origin} 的头部记录在本服务之外被改动，已停止写入。"


class RowChangedError(StoppedError):
    """A row of balances or proposals that this service did not write."""

    code = "row_changed"
    en = "The row {row} of the book {origin} was changed outside of this service; run doctor."
    zh = "账本 {origin} 的记录 {row} 在本服务之外被改动；请运行 doctor。"


class FactsChangedError(StoppedError):
    """Entries about keys, roles or prices that are missing or not the ones the head counts."""

    code = "facts_changed"
    en = "Entries of the book {origin} are missing or changed ({count} counted); run recover."
    zh = "账本 {origin} 的条目缺失或被改动（应有 {count} 条）；请运行 recover。"


class KeyMissingError(StoppedError):
    """The entry key in force cannot be read here."""

    code = "book_key_missing"
    en = "The key {key_id} of the book {origin} is not here, or VC_KEY_SECRET is another."
    zh = "此处没有账本 {origin} 的密钥 {key_id}，或 VC_KEY_SECRET 不同。"


class IdempotencyKeyUsedError(RefusedError):
    """Another request under a key that was used."""

    code = "idempotency_key_used"
    en = "This request number was used for something else; take a new one."
    zh = "此请求编号已用于其他操作；请使用新的编号。"


class IdempotencyKeyFormError(BadRequestError):
    """A request without a usable key."""

    code = "idempotency_key_form"
    en = "A request number has 1 to 128 printable ASCII characters."
    zh = "请求编号须为 1 至 128 个可打印的 ASCII 字符。"


class BookExistsError(ConflictError):
    """A second first book."""

    code = "book_exists"
    en = "The community {community!r} keeps a book already."
    zh = "社区 {community!r} 已有账本。"


class CommunityCodeError(BadRequestError):
    """A code that cannot stand in an origin."""

    code = "community_code"
    en = "{community!r} is no community code: small letters, digits, dot, dash, at most 40."
    zh = "{community!r} 不是合格的社区代码：小写字母、数字、点、连字符，最多 40 个。"


class BehindPublicationError(StoppedError):
    """The database knows less than what was published, archived or witnessed."""

    code = "behind_publication"
    en = "{origin} ends at {size} here, but {where} has {published}; run recover before writing."
    zh = "{origin} 此处只到 {size}，而 {where} 已有 {published}；写入前请先运行 recover。"


class BookForkError(StoppedError):
    """The same size, another history."""

    code = "book_fork"
    en = "{origin} differs from what {where} has at {size}; nothing is written."
    zh = "{origin} 在 {size} 处与 {where} 的内容不同；已停止写入。"


class NotAnEntryError(StoppedError):
    """A row among the entries that was never one."""

    code = "not_an_entry"
    en = "Row {seq} of {origin} is not an entry of the book ({reason}); run recover."
    zh = "{origin} 的第 {seq} 行不是账本条目（{reason}）；请运行 recover。"


class EntryLostError(BusyError):
    """Two writers took the same place: the locks did not hold."""

    code = "entry_place_taken"
    en = "Somebody else wrote to {origin} at the same time; nothing was saved. Try again."
    zh = "有人同时写入了 {origin}，尚未保存；请重试。"
