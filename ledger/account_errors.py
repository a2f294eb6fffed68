"""Why the accounts refuse a transfer, by TigerBeetle's names where it has one (§9, A1 to A9)."""

from ledger.errors import BalanceError


class LinkedTransferFailedError(BalanceError):
    """A9: one transfer of a group is refused, so the whole group is."""

    code = "linked_transfer_failed"
    en = "None of the entry's transfers was applied, because number {index} is refused: {reason}"
    zh = "整组转账都未执行，因为第 {index} 笔被拒绝：{reason}"


class AccountExistsError(BalanceError):
    """A1: a family opened twice, or again with other unit or flags."""

    code = "account_exists"
    en = "The accounts {name} are open already."
    zh = "账户 {name} 已经开立。"


class FamilyNotOfClassError(BalanceError):
    """A2: unit or flags that are not those of the class."""

    code = "account_not_of_class"
    en = "The accounts {name} do not have the unit and flags of their class."
    zh = "账户 {name} 的单位或标志与其类别不符。"


class AccountNotFoundError(BalanceError):
    """A1: closing what was never opened."""

    code = "account_not_found"
    en = "There are no accounts {name}."
    zh = "没有账户 {name}。"


class AccountAlreadyClosedError(BalanceError):
    """A8: closing what is closed."""

    code = "account_already_closed"
    en = "The accounts {name} are closed already."
    zh = "账户 {name} 已经关闭。"


class AccountNotClosedError(BalanceError):
    """A8: reopening what is open."""

    code = "account_not_closed"
    en = "The accounts {name} are not closed."
    zh = "账户 {name} 并未关闭。"


class DebitAccountNotFoundError(BalanceError):
    """A1: the debit account's family was never opened."""

    code = "debit_account_not_found"
    en = "The account to debit, {name}, is not open in this book."
    zh = "付出账户 {name} 在本账本中没有开立。"


class CreditAccountNotFoundError(BalanceError):
    """A1: the credit account's family was never opened."""

    code = "credit_account_not_found"
    en = "The account to credit, {name}, is not open in this book."
    zh = "收入账户 {name} 在本账本中没有开立。"


class DebitAccountAlreadyClosedError(BalanceError):
    """A8: the debit account is closed."""

    code = "debit_account_already_closed"
    en = "The account to debit, {name}, is closed; only a void still works."
    zh = "付出账户 {name} 已关闭，只能撤销预占。"


class CreditAccountAlreadyClosedError(BalanceError):
    """A8: the credit account is closed."""

    code = "credit_account_already_closed"
    en = "The account to credit, {name}, is closed; only a void still works."
    zh = "收入账户 {name} 已关闭，只能撤销预占。"


class AccountsMustBeDifferentError(BalanceError):
    """A5: a transfer from an account to itself."""

    code = "accounts_must_be_different"
    en = "Both sides of the transfer are {name}."
    zh = "转账双方都是 {name}。"


class TransferMustHaveTheSameUnitAsAccountsError(BalanceError):
    """§9: units never mix."""

    code = "transfer_must_have_the_same_unit_as_accounts"
    en = "The transfer is in {unit}, the accounts are in {debit} and {credit}."
    zh = "转账单位是 {unit}，而两个账户的单位是 {debit} 和 {credit}。"


class RouteRefusedError(BalanceError):
    """A5: no way between these two classes."""

    code = "route_refused"
    en = "Nothing may move from {debit} to {credit}."
    zh = "不允许从 {debit} 转到 {credit}。"


class FundsDifferError(BalanceError):
    """A5: two accounts of different funds, or of different months where they must be equal."""

    code = "funds_differ"
    en = "{debit} and {credit} are not of one fund and month."
    zh = "{debit} 与 {credit} 不属于同一基金和到期月份。"


class RouteNeedsTwoError(BalanceError):
    """A5: a way that only an approval of two persons opens."""

    code = "route_needs_two"
    en = "Moving from {debit} to {credit} needs two persons: only an approval may do it."
    zh = "从 {debit} 转到 {credit} 需要两人办理，只能由批准条目执行。"


class ExceedsCreditsError(BalanceError):
    """A6: more than there is."""

    code = "exceeds_credits"
    en = "{name} has {available} left; {amount} cannot be taken."
    zh = "{name} 只剩 {available}，无法支出 {amount}。"


class OverflowsDebitsError(BalanceError):
    """A6: a sum of debits above 2^53 − 1."""

    code = "overflows_debits"
    en = "The debits of {name} would exceed 2^53 - 1."
    zh = "{name} 的付出合计将超过 2^53 - 1。"


class OverflowsCreditsError(BalanceError):
    """A6: a sum of credits above 2^53 − 1."""

    code = "overflows_credits"
    en = "The credits of {name} would exceed 2^53 - 1."
    zh = "{name} 的收入合计将超过 2^53 - 1。"


class PendingTransferNotFoundError(BalanceError):
    """A4: no pending transfer of an earlier entry stands there."""

    code = "pending_transfer_not_found"
    en = "There is no pending transfer {pair} in an earlier entry."
    zh = "更早的条目中没有预占 {pair}。"


class PendingTransferAlreadyPostedError(BalanceError):
    """A4: it was posted before."""

    code = "pending_transfer_already_posted"
    en = "The pending transfer {pair} was posted before."
    zh = "预占 {pair} 已经入账。"


class PendingTransferAlreadyVoidedError(BalanceError):
    """A4: it was voided before."""

    code = "pending_transfer_already_voided"
    en = "The pending transfer {pair} was voided before."
    zh = "预占 {pair} 已经撤销。"


class PendingTransferExpiredError(BalanceError):
    """A7: too late to post; it can only be voided."""

    code = "pending_transfer_expired"
    en = "The pending transfer {pair} ran out at {expires_at_ms}; it can only be voided."
    zh = "预占 {pair} 已于 {expires_at_ms} 过期，只能撤销。"


class ExceedsPendingTransferAmountError(BalanceError):
    """A4: posting more than is pending."""

    code = "exceeds_pending_transfer_amount"
    en = "The pending transfer {pair} reserves {pending}; {amount} cannot be posted."
    zh = "预占 {pair} 只有 {pending}，无法入账 {amount}。"


class MonthPastError(BalanceError):
    """W1: a debit from, or a credit to, a month that is over."""

    code = "month_past"
    en = "{name} expired at the end of its month; points there can only be returned to the fund."
    zh = "{name} 已过到期月份，其中的积分只能退回基金。"


class ExpiryCodeError(BalanceError):
    """W2: expiring early, or under another code."""

    code = "expiry_code"
    en = "Points of {name} may leave for the expired account only with the code {code}."
    zh = "{name} 的积分转入过期账户时，代码只能是 {code}。"


class LateRefundMonthError(BalanceError):
    """W3: a late refund that is not to the entry's own month."""

    code = "late_refund_month"
    en = "A late refund goes to the month {month}, not to {name}."
    zh = "逾期退还应记入 {month} 月，而不是 {name}。"


class PastMonthNotEmptyError(BalanceError):
    """W4: released points left in a month that is over."""

    code = "past_month_not_empty"
    en = "{name} is past its month and would keep {available}; the same entry must expire them."
    zh = "{name} 已过到期月份却仍剩 {available}，必须在同一条目中作过期处理。"
