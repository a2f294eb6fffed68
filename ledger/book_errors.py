"""Why an entry does not follow on the entries before it (docs/ledger-format.md §4)."""

from ledger.errors import RuleError


class WrongBookError(RuleError):
    """E3: an entry of another book."""

    code = "wrong_book"
    en = "The entry belongs to the book {book}, not to {origin}."
    zh = "这条记录属于账本 {book}，不属于 {origin}。"


class SeqError(RuleError):
    """E6: a gap, a repetition or a step back."""

    code = "seq"
    en = "The entry has seq {seq}; the next one is {wanted}."
    zh = "条目的序号是 {seq}，下一条应为 {wanted}。"


class IdUsedError(RuleError):
    """E3: an id that is in the book already."""

    code = "id_used"
    en = "The id {id} of entry {seq} was used before."
    zh = "第 {seq} 条的 id {id} 已经用过。"


class AtBackError(RuleError):
    """E6: a time before that of the entry before."""

    code = "at_back"
    en = "Entry {seq} is of {at_ms} ms, before {last_at_ms} ms of the entry before it."
    zh = "第 {seq} 条的时间 {at_ms} 早于上一条的 {last_at_ms}。"


class ClockResetError(RuleError):
    """§7: a `clock.reset` that does not name the time it resets."""

    code = "clock_reset"
    en = "Entry {seq} resets the clock from {last_at}; the last entry is of {last_at_ms} ms."
    zh = "第 {seq} 条声明重置前时间为 {last_at}，而上一条的时间是 {last_at_ms}。"


class BookOpenedError(RuleError):
    """E9: `book.opened` elsewhere, or something else as entry 0."""

    code = "book_opened"
    en = "{kind} stands at entry {seq}; book.opened is entry 0 and only that."
    zh = "第 {seq} 条是 {kind}；book.opened 必须且只能是第 0 条。"


class BookClosedError(RuleError):
    """E9: an entry after `book.closed`."""

    code = "book_closed"
    en = "The book is closed; entry {seq} cannot follow."
    zh = "账本已结账，不能再有第 {seq} 条。"


class DayInFutureError(RuleError):
    """E3: a service day after the entry's local date."""

    code = "day_in_future"
    en = "Entry {seq} is about {day}, which lies after its own date {local_day}."
    zh = "第 {seq} 条的服务日期 {day} 晚于登记日期 {local_day}。"


class RefError(RuleError):
    """E4: a reference into a predecessor that is not there or not that long."""

    code = "ref"
    en = "Entry {seq} refers to {ref}, which is in no predecessor of this book."
    zh = "第 {seq} 条引用的 {ref} 不在任何前账本中。"


class PredecessorsError(RuleError):
    """S3: two predecessors or successors of one name, or the book itself."""

    code = "predecessors"
    en = "Entry {seq} names the same book twice, or itself: {origins}."
    zh = "第 {seq} 条重复列出同一账本或列出了自己：{origins}。"


class ClosingStateError(RuleError):
    """S2: a closing state that is not the book's."""

    code = "closing_state"
    en = "Entry {seq} closes the book with the state {got}; its state is {wanted}."
    zh = "第 {seq} 条以状态 {got} 结账，而账本实际状态是 {wanted}。"
