"""Why a book's opening is refused (docs/ledger-format.md §11)."""

from ledger.errors import RuleError


class OpeningOrderError(RuleError):
    """S4: lines of a predecessor out of turn, or out of their order."""

    code = "opening_order"
    en = "Entry {seq} restates predecessor {previous} out of turn or with its lines out of order."
    zh = "第 {seq} 条重述前账本 {previous} 时次序不对。"


class OpeningPhaseError(RuleError):
    """S4: another kind before the opening is complete, or an opening after it."""

    code = "opening_phase"
    en = (
        "{kind} may not stand at entry {seq}: a book with predecessors restates them first, up to "
        "book.opened.complete, and only then."
    )
    zh = "第 {seq} 条不能是 {kind}：有前账本的账本须先重述至 book.opened.complete，其后不再重述。"


class OpeningTransfersError(RuleError):
    """S6: transfers that are not those of the lines."""

    code = "opening_transfers"
    en = "The transfers of entry {seq} are not those of its lines."
    zh = "第 {seq} 条的转账与其各行不符。"


class OpeningStateError(RuleError):
    """S4: restated lines that do not hash to the predecessor's state."""

    code = "opening_state"
    en = "The lines restated for predecessor {previous} hash to {got}, not to {wanted}."
    zh = "前账本 {previous} 重述内容的哈希是 {got}，应为 {wanted}。"
