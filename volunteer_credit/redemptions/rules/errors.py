"""Why a redemption is not made, not confirmed, or not given back."""

from volunteer_credit.shared.errors import (
    BadRequestError,
    ConflictError,
    DeniedError,
    MissingError,
    RefusedError,
)


class RedemptionUnknownError(MissingError):
    """A sale that is not there, or not for this caller."""

    code = "redemption_unknown"
    en = "There is no such redemption here."
    zh = "没有这笔兑换。"


class RedemptionCodeError(MissingError):
    """Six digits under which nothing waits at this till."""

    code = "redemption_code"
    en = "Nothing waits here under this code. Ask the member to look at it again."
    zh = "没有等待中的兑换使用此码，请会员再核对一次。"


class AskedAmountError(BadRequestError):
    """An amount that no till takes."""

    code = "redemption_amount"
    en = "Take 1 to {points_max} points at a time, or choose what is on the list."
    zh = "每次收取 1 至 {points_max} 分，或从清单中选择兑换品。"


class AmountChangedError(ConflictError):
    """Not the amount that was seen: prices changed, or somebody changed what was sent."""

    code = "redemption_amount_changed"
    en = "It comes to {points} points, not to what you saw. Look at it again; nothing was taken."
    zh = "应为 {points} 分，与您看到的不同，请重新核对；积分未被扣除。"


class HoldExpiredError(ConflictError):
    """Confirmed too late."""

    code = "hold_expired"
    en = "The three minutes are over and the points are free again. Begin anew."
    zh = "三分钟已过，积分已退回，请重新开始。"


class RedemptionConfirmedError(ConflictError):
    """What was confirmed is not taken back but refunded."""

    code = "redemption_confirmed"
    en = "This is confirmed already; the shop can refund it."
    zh = "这笔兑换已确认，如需退还请由商户办理退还。"


class RedemptionVoidedError(ConflictError):
    """What was ended stays ended."""

    code = "redemption_voided"
    en = "This was cancelled and the points are free again. Begin anew."
    zh = "这笔兑换已取消，积分已退回，请重新开始。"


class NotYoursToConfirmError(DeniedError):
    """The other side has to say yes."""

    code = "redemption_other_side"
    en = "Whoever asked does not confirm: here the other side does."
    zh = "发起的一方不能确认，须由对方确认。"


class OwnTillError(DeniedError):
    """A cashier at their own till."""

    code = "redemption_own_till"
    en = "Whoever stands at a till does not spend points there, nor confirm their own purchase."
    zh = "收银员不能在自己的店兑换积分，也不能确认自己的兑换。"


class MemberShortError(ConflictError):
    """More than a member has; a till is not told how much that is."""

    code = "member_points_short"
    en = "The member has fewer points than this. Nothing was taken; choose less."
    zh = "会员的积分不足，积分未被扣除，请减少兑换内容。"


class NotMarketDayError(RefusedError):
    """A day on which no points are redeemed."""

    code = "not_market_day"
    en = "Points are redeemed on redemption days only; today is none."
    zh = "只在兑换日兑换积分，今天不是兑换日。"


class QuarterLimitError(RefusedError):
    """As often as the convention allows in a quarter."""

    code = "redemptions_per_quarter"
    en = "The convention allows {count_max} redemptions in a quarter; all of them are used."
    zh = "公约规定每季度可兑换 {count_max} 次，本季度次数已用完。"


class PointsClosedError(ConflictError):
    """Somebody who takes no part in the points scheme any more, or never did."""

    code = "points_account_closed"
    en = "This member's points account is closed; nothing was taken or given back."
    zh = "该成员的积分账户已关闭，积分未发生变动。"


class CardCapError(RefusedError):
    """More than a card and its PIN may take."""

    code = "card_cap"
    en = "With card and PIN at most {once} points at a time and {daily} a day. Use a phone."
    zh = "凭卡加密码每次最多 {once} 分、每天最多 {daily} 分；超出请用手机确认。"


class CardPinError(DeniedError):
    """A wrong PIN, a card that is not in use, or one without a PIN: which it was is not said."""

    code = "card_pin"
    en = "That did not match. Check it and try again, or confirm on the member's own phone."
    zh = "未通过验证，请核对后重试，或由会员在自己的手机上确认。"


class RefundAmountError(RefusedError):
    """More than is left to give back, or nothing."""

    code = "refund_amount"
    en = "At most {left} points of this are left to give back."
    zh = "这笔兑换最多还可退还 {left} 分。"


class RefundPiecesError(RefusedError):
    """Pieces that were not bought, or were given back already."""

    code = "refund_pieces"
    en = "Choose what comes back, not more of it than was taken."
    zh = "请选择退回的兑换品，数量不得超过尚未退还的数量。"


class RefundReasonError(BadRequestError):
    """A reason that nobody counts."""

    code = "refund_reason"
    en = "Choose a reason: {reasons}."
    zh = "请选择原因：{reasons}。"


class NotConfirmedError(ConflictError):
    """Nothing was taken, so nothing can be given back."""

    code = "redemption_not_confirmed"
    en = "This was never confirmed, so there is nothing to give back."
    zh = "这笔兑换从未确认，没有可退还的积分。"
