"""Why an envelope is refused (docs/ledger-format.md §4)."""

from ledger.errors import MalformedError


class EntryTextError(MalformedError):
    """E1: not one line that ends in LF."""

    code = "entry_text"
    en = "The text of an entry is one line of JSON that ends in a line feed; this is not."
    zh = "条目正文应为一行 JSON 并以换行结尾；这段不是。"


class EntryTooLargeError(MalformedError):
    """E2: over 32,768 bytes."""

    code = "entry_too_large"
    en = "The entry has {count} bytes; at most {max} are allowed."
    zh = "条目共 {count} 字节，最多 {max} 字节。"


class EntryKeyMissingError(MalformedError):
    """E3: a required key is not there."""

    code = "entry_key_missing"
    en = "The entry has no {key}."
    zh = "条目缺少 {key}。"


class EntryKeyUnknownError(MalformedError):
    """E3, U1: a top-level key nobody knows."""

    code = "entry_key_unknown"
    en = "The entry has the unknown key {key!r}."
    zh = "条目含有未知的键 {key!r}。"


class EntryVersionError(MalformedError):
    """U1: a version this reader does not know."""

    code = "entry_version"
    en = "The entry has version {v!r}; this reader knows version 1."
    zh = "条目版本是 {v!r}；本程序只认识版本 1。"


class EntryFieldError(MalformedError):
    """E3: a key whose value is not of its form."""

    code = "entry_field"
    en = "{key} of the entry is {value!r}, which is not allowed there."
    zh = "条目的 {key} 是 {value!r}，不合规定。"


class IdempotencyKeyError(MalformedError):
    """E5: an idempotency key that is empty, too long or not ASCII."""

    code = "idempotency_key"
    en = "An idempotency key has 1 to {max} printable ASCII characters."
    zh = "幂等键应为 1 到 {max} 个可打印 ASCII 字符。"
