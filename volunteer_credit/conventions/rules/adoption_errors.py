"""Why a convention is not adopted, or does not follow the one before."""

from volunteer_credit.shared.errors import ConflictError, RefusedError


class CountsError(RefusedError):
    """Counts that cannot be."""

    code = "adoption_counts"
    en = "Of {eligible} entitled, {present} present and {in_favour} in favour: that cannot be."
    zh = "应到 {eligible} 人、实到 {present} 人、赞成 {in_favour} 人，数目不合理，请核对。"


class QuorumError(RefusedError):
    """Too few came."""

    code = "adoption_quorum"
    en = "Of {eligible} entitled {present} came; {needed} are needed. Call the meeting again."
    zh = "应到 {eligible} 人，实到 {present} 人，至少须到 {needed} 人；请重新召集会议。"


class MajorityError(RefusedError):
    """Too few agreed."""

    code = "adoption_majority"
    en = "Of {present} present {in_favour} agreed; {needed} are needed. It is not adopted."
    zh = "到会 {present} 人，赞成 {in_favour} 人，至少须 {needed} 人赞成；未获通过。"


class MeetingNoticeError(RefusedError):
    """A residents' meeting called too late."""

    code = "adoption_notice"
    en = "The meeting was called {days} days ahead; 10 are needed, or the special reason."
    zh = "会议提前 {days} 天通知；须提前 10 天，特殊情况请写明原因。"


class AuthorityError(RefusedError):
    """A body that may not decide this."""

    code = "adoption_authority"
    en = "A change of the {level} is not for the {assembly} to decide, or not authorised by then."
    zh = "{level} 的变更不属于 {assembly} 的职权，或当时尚未获授权。"


class FilingError(RefusedError):
    """Not filed, so not effective."""

    code = "adoption_filing"
    en = "A convention is filed with the subdistrict or the city before it takes effect: say when."
    zh = "公约须报街道或县（市、区）备案后方可生效；请填写备案日期和机关。"


class DayOrderError(RefusedError):
    """Days in an order that cannot be."""

    code = "adoption_days"
    en = "{later} ({later_day}) must not come before {earlier} ({earlier_day})."
    zh = "{later}（{later_day}）不得早于 {earlier}（{earlier_day}）。"


class EffectiveDayError(RefusedError):
    """Rules that would act backwards."""

    code = "adoption_effective_day"
    en = "It can take effect from {first_day} on, not on {effective_day}: rules act forwards only."
    zh = "最早可于 {first_day} 生效，不能为 {effective_day}：规则不溯及既往。"


class OtherConventionError(RefusedError):
    """A record of another document."""

    code = "adoption_other_convention"
    en = "This record is of another convention ({convention}); attach the right one."
    zh = "该通过记录属于另一份公约（{convention}）；请附上对应的记录。"


class UnchangedError(RefusedError):
    """Nothing to adopt."""

    code = "succession_unchanged"
    en = "This version says what the one before says; there is nothing to adopt."
    zh = "此版本与上一版内容相同，无需通过。"


class EpochBackError(RefusedError):
    """A count that would go back to an earlier one, or leap."""

    code = "succession_epoch"
    en = "The epoch of clause {clause} was {before}: keep it, or add 1 to start the count again."
    zh = "条款 {clause} 的计数期为 {before}：保持不变，或加 1 以重新累计。"


class ClauseReusedError(RefusedError):
    """A clause id with another meaning."""

    code = "succession_clause_reused"
    en = "Clause {clause} meant something else before ({what}); give the new rule a new id."
    zh = "条款 {clause} 此前含义不同（{what}）；请为新规则使用新的编号。"


class OvertakenError(ConflictError):
    """A proposal beside which another version came into the book."""

    code = "convention_overtaken"
    en = "Another version was approved since this was proposed: end this one, and propose it anew."
    zh = "提交后已有另一版公约获批：请结束本项提议，核对后重新提交。"


class DayAheadError(RefusedError):
    """Something that is said to have happened, on a day that has not come."""

    code = "adoption_day_ahead"
    en = "{name} ({day}) has not come yet: record what has happened."
    zh = "{name}（{day}）尚未到来：请只记录已经发生的事项。"
