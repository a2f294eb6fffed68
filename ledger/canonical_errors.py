"""Why bytes or values are not canonical (docs/ledger-format.md §2)."""

from ledger.errors import MalformedError


class NotJsonError(MalformedError):
    """C1: the bytes are not one JSON value."""

    code = "not_json"
    en = "The bytes are not one JSON value: {reason}."
    zh = "这段内容不是一个完整的 JSON 值：{reason}。"


class NotCanonicalError(MalformedError):
    """C6: the value is good, its spelling is not."""

    code = "not_canonical"
    en = "The bytes are not the canonical spelling; the first difference is at byte {offset}."
    zh = "这段内容不是规范写法，从第 {offset} 字节起不同。"


class DuplicateKeyError(MalformedError):
    """C4: an object has a key twice."""

    code = "duplicate_key"
    en = "The key {key!r} stands twice in one object."
    zh = "同一个对象里键 {key!r} 出现了两次。"


class FloatRefusedError(MalformedError):
    """C1: a number with fraction or exponent, NaN or infinity."""

    code = "float_refused"
    en = "{text} is not a whole number; only integers are allowed."
    zh = "{text} 不是整数；这里只允许整数。"


class NullRefusedError(MalformedError):
    """C1: `null`."""

    code = "null_refused"
    en = "There is a null at {path}; leave the key out instead."
    zh = "{path} 处是 null；没有值就不要写这个键。"


class BooleanRefusedError(MalformedError):
    """C1: `true` or `false`."""

    code = "boolean_refused"
    en = "There is true or false at {path}; write 0 or 1, or a code."
    zh = "{path} 处是 true 或 false；请写 0、1 或代码。"


class ValueTypeError(MalformedError):
    """C1: a Python value that has no form here."""

    code = "value_type"
    en = "The value at {path} is a {type}; only objects, arrays, strings and integers are allowed."
    zh = "{path} 处是 {type}；只允许对象、数组、字符串和整数。"


class StringNotAsciiError(MalformedError):
    """C3: a character outside 0x20 to 0x7E."""

    code = "string_not_ascii"
    en = "The text at {path} has a character that is not printable ASCII."
    zh = "{path} 处的文字含有可打印 ASCII 以外的字符。"


class StringTooLongError(MalformedError):
    """C5: more than 4,096 characters."""

    code = "string_too_long"
    en = "The text at {path} has {length} characters; at most {max} are allowed."
    zh = "{path} 处的文字有 {length} 个字符，最多 {max} 个。"


class KeyRefusedError(MalformedError):
    """C4: a key that is empty, too long or not printable ASCII."""

    code = "key_refused"
    en = "The key {key!r} at {path} is not 1 to {max} printable ASCII characters."
    zh = "{path} 处的键 {key!r} 不是 1 到 {max} 个可打印 ASCII 字符。"


class IntegerRangeError(MalformedError):
    """C2: outside ±(2^53 − 1)."""

    code = "integer_range"
    en = "The number at {path} is outside ±(2^53 - 1)."
    zh = "{path} 处的数超出 ±(2^53 - 1)。"


class TooDeepError(MalformedError):
    """C5: nested more than 12 deep."""

    code = "too_deep"
    en = "The value is nested more than {max} deep at {path}."
    zh = "{path} 处的嵌套超过 {max} 层。"


class TooManyError(MalformedError):
    """C5: too many members or items."""

    code = "too_many"
    en = "There are {count} elements at {path}; at most {max} are allowed."
    zh = "{path} 处有 {count} 个元素，最多 {max} 个。"
