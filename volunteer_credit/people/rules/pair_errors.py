"""Why somebody cannot be the second person, or not yet, or not any more."""

from volunteer_credit.shared.errors import ConflictError, DeniedError, MissingError, RefusedError


class PairUnknownError(RefusedError):
    """A proposal that no role may make."""

    code = "pair_unknown"
    en = "Nothing called {name!r} is proposed and approved here."
    zh = "没有可提议和批准的事项 {name!r}。"


class ApprovalMissingError(MissingError):
    """No such proposal in this community's present book."""

    code = "approval_missing"
    en = "There is no proposal {seq} here."
    zh = "此处没有第 {seq} 条提议。"


class ProposerGoneError(ConflictError):
    """Nobody can tell any more who lives with whoever proposed it."""

    code = "proposer_gone"
    en = "Whoever made proposal {seq} was erased since: withdraw it, and have it proposed again."
    zh = "第 {seq} 号提议的提出人已被抹除：请撤回后由他人重新提出。"


class ApprovalClosedError(ConflictError):
    """Somebody else was faster."""

    code = "approval_closed"
    en = "The proposal {seq} was already decided: {state}."
    zh = "第 {seq} 条提议已有结果：{state}。"


class OwnProposalError(DeniedError):
    """Who proposes does not approve."""

    code = "own_proposal"
    en = "You proposed this yourself; another person must approve it."
    zh = "这是您本人的提议，须由另一人批准。"


class OwnBenefitError(DeniedError):
    """Who benefits neither proposes nor approves."""

    code = "own_benefit"
    en = "This concerns yourself; two other persons must decide it."
    zh = "此事涉及您本人，须由另外两人决定。"


class SameHouseholdError(DeniedError):
    """Who lives with, or stands for, one of the others, or lately did, is no second person."""

    code = "same_household"
    en = "You live with or act for somebody this concerns, or did so in the last 90 days; another"
    en += " person must approve it."
    zh = "您与相关人员同户或代其办事（含近 90 天内），须由其他人批准。"


class SameDeviceError(DeniedError):
    """The second person signs on their own phone."""

    code = "same_device"
    en = "This was proposed on this very device; approve it on your own phone."
    zh = "该提议就是在本设备上提交的，请用您自己的手机批准。"


class SharedPhoneError(DeniedError):
    """A phone that several persons use proves nothing about the second."""

    code = "own_phone_needed"
    en = "This is a shared phone; approve on your own."
    zh = "这是共用手机，请用您自己的手机批准。"


class NoSecondPersonError(RefusedError):
    """Everybody who could approve proposes, benefits, or is of a household with one who does."""

    code = "no_second_person"
    en = "Nobody here could approve this; ask the subdistrict to send a supervisor."
    zh = "此处无人可以批准，请街道派监督员。"


class WithdrawalReasonError(RefusedError):
    """A proposal is withdrawn for a reason of the list."""

    code = "withdrawal_reason"
    en = "Give one of these reasons: {reasons}."
    zh = "请选择以下原因之一：{reasons}。"
