"""Why a lead's act at the door is not done. Scans have their own list (reasons.py)."""

from volunteer_credit.shared.errors import (
    BadRequestError,
    ConflictError,
    MissingError,
    RefusedError,
)


class ShiftUnknownError(MissingError):
    """A shift that is not here."""

    code = "shift_unknown_here"
    en = "There is no such shift here."
    zh = "没有此班次。"


class DoorClosedError(ConflictError):
    """The shift was closed; what it counted stands."""

    code = "door_closed"
    en = "This shift is closed; what was counted stands. Corrections are made in the hours."
    zh = "此班次已结束，清点结果已确定；如需更正请在时长记录中办理。"


class ShiftCancelledError(RefusedError):
    """A cancelled shift does not open its door."""

    code = "door_cancelled"
    en = "This shift was cancelled, so its door does not open."
    zh = "此班次已取消，不能开启签到。"


class TooEarlyError(RefusedError):
    """A shift that is far from its time."""

    code = "door_too_early"
    en = "The door opens from {hours} hours before the shift begins."
    zh = "签到可在班次开始前 {hours} 小时内开启。"


class PresenceUnknownError(MissingError):
    """A check-in that is not there, or not any more."""

    code = "presence_unknown"
    en = "There is no such check-in."
    zh = "没有此签到记录。"


class AnnulLateError(RefusedError):
    """A check-in is annulled at once or not at all."""

    code = "annul_late"
    en = "A check-in can be annulled for 15 minutes; after that, correct the time at closing."
    zh = "签到只能在 15 分钟内撤销；之后请在结束班次时更正时间。"


class AnnulOtherError(RefusedError):
    """Somebody else's check-in of somebody."""

    code = "annul_other_lead"
    en = "Only the lead who checked them in, or who opened the door, can annul it."
    zh = "只能由为其签到的带队人，或开启签到的带队人撤销。"


class AnnulReasonError(BadRequestError):
    """An annulment says why."""

    code = "annul_reason"
    en = "Say why: mistake, wrong_person, or left_at_once."
    zh = "请选择撤销原因：误操作、认错人、随即离开。"


class CountsError(BadRequestError):
    """A head-count that does not read."""

    code = "head_count"
    en = "Count the heads: a whole number from 0 to 100,000."
    zh = "请清点人数，填写 0 至 100000 的整数。"


class WalkInError(BadRequestError):
    """Name and phone of somebody who came with nothing."""

    code = "walk_in_form"
    en = "A walk-in needs a name and a mobile number."
    zh = "请填写姓名和手机号。"


class SiteUnknownError(MissingError):
    """A place that is not there."""

    code = "site_unknown"
    en = "There is no such place."
    zh = "没有此签到点。"


class SitesManyError(ConflictError):
    """More places than a round has."""

    code = "sites_many"
    en = "There are {most} places already; end one first."
    zh = "签到点已达 {most} 个，请先停用一个。"


class VisitUnknownError(MissingError):
    """A visit that is not there, or not for this caller."""

    code = "visit_unknown"
    en = "There is no such visit, or it is confirmed already."
    zh = "没有此上门服务，或已确认。"


class VisitPinError(RefusedError):
    """The PIN of the resident was not right; the visit itself is kept."""

    code = "visit_pin"
    en = "The PIN is not right. The visit is kept; they can confirm on a phone or by a call."
    zh = "密码不对。本次服务已记录，可由居民在手机上确认，或由社区电话回访确认。"


class SelfVisitError(RefusedError):
    """Nobody visits themselves."""

    code = "visit_self"
    en = "This is your own card. Scan the card of the resident you visit."
    zh = "这是您自己的卡，请扫描服务对象家中的卡。"


class DoorNotOpenError(ConflictError):
    """A door that nobody has opened yet."""

    code = "door_not_open"
    en = "Open the door first."
    zh = "请先开启签到。"


class NoDoorsError(MissingError):
    """A community in which the caller has nothing to do."""

    code = "no_doors_here"
    en = "You lead nothing in this community."
    zh = "您在此社区没有带队的班次。"
