"""Why two persons are not two, or may not act (docs/ledger-format.md §8)."""

from ledger.errors import RuleError


class BeneficiariesError(RuleError):
    """P1, §7: a proposal that does not say whom it benefits; a role benefits its account."""

    code = "beneficiaries"
    en = "The proposal {seq} does not list its beneficiaries as sorted account numbers."
    zh = "第 {seq} 条提议没有按顺序列出受益人的账号。"


class ProposalNotOpenError(RuleError):
    """P2, P3: `refs[0]` is not an open proposal of this name."""

    code = "proposal_not_open"
    en = "Entry {seq} must refer first to an open {name}.proposed."
    zh = "第 {seq} 条的首个引用必须是一条未了结的 {name}.proposed。"


class ProposalChangedError(RuleError):
    """P2: the approval is not of what was proposed."""

    code = "proposal_changed"
    en = "Entry {seq} does not repeat {key} of the proposal {proposal} exactly."
    zh = "第 {seq} 条的 {key} 与第 {proposal} 条提议不完全一致。"


class TransfersNotProposedError(RuleError):
    """P4: the approval moves something else than `data.transfers`."""

    code = "transfers_not_proposed"
    en = "Entry {seq} does not carry exactly the transfers that were proposed."
    zh = "第 {seq} 条的转账与提议中的转账不一致。"


class BeneficiaryNotNamedError(RuleError):
    """P4: the approval moves the account of somebody whom it does not name."""

    code = "beneficiary_not_named"
    en = "Entry {seq} moves an account of {account}, who is not among its beneficiaries."
    zh = "第 {seq} 条动用了 {account} 的账户，但受益人中没有此人。"


class ProposerNotPersonError(RuleError):
    """P5: a job or an operator proposes what only a person may."""

    code = "proposer_not_person"
    en = "{account} cannot propose {name}; a person must."
    zh = "{account} 不能提议 {name}；必须由真人提议。"


class ApproverNotPersonError(RuleError):
    """P5: a job or an operator approves."""

    code = "approver_not_person"
    en = "{account} cannot approve; a person must."
    zh = "{account} 不能批准；必须由真人批准。"


class SamePersonError(RuleError):
    """P5: approver, proposer and beneficiaries are not different persons."""

    code = "same_person"
    en = "{account} stands on two sides of entry {seq}: {first} and {second}."
    zh = "第 {seq} 条中 {account} 身兼两方：{first} 与 {second}。"


class RoleNotHeldError(RuleError):
    """P6: the actor does not hold the role."""

    code = "role_not_held"
    en = "{account} does not hold the role {role} for {scope} on {day}."
    zh = "{account} 在 {day} 不具有 {scope} 的 {role} 身份。"


class RoleNotAllowedError(RuleError):
    """P7: a role that may not do this."""

    code = "role_not_allowed"
    en = "The role {role} may not propose or approve {name}."
    zh = "{role} 身份不能提议或批准 {name}。"


class MergeError(RuleError):
    """P9: two numbers that are one person already, or the wrong beneficiaries."""

    code = "merge"
    en = (
        "Entry {seq} cannot make {source} and {into} one person: they are one already, or the "
        "beneficiaries are not just these two."
    )
    zh = "第 {seq} 条无法把 {source} 与 {into} 合为一人：二者已是一人，或受益人不是恰好这两人。"


class SelfCreditError(RuleError):
    """P11: somebody credits hours to itself alone."""

    code = "self_credit"
    en = "In entry {seq} {account} credits its own hours."
    zh = "第 {seq} 条中 {account} 给自己记了时长。"
