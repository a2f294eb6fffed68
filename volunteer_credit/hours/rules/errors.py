"""Why an hour is not recorded, or not yet, or not by this person."""

from volunteer_credit.shared.errors import (
    ConflictError,
    DeniedError,
    MissingError,
    RefusedError,
)


class LawFieldsError(RefusedError):
    """A record without one of the law's seven fields."""

    code = "law_fields"
    en = "A service record needs its name, day, place, content, time, unit and person in charge."
    en += " Missing: {fields}."
    zh = "志愿服务记录须有名称、日期、地点、内容、时间、组织单位和负责人。缺少：{fields}。"


class MinutesError(RefusedError):
    """Service time that is none."""

    code = "hours_minutes"
    en = "{minutes} is no service time here: write whole minutes, 1 to {most}."
    zh = "服务时间 {minutes} 分钟不合格：请写 1 至 {most} 的整数分钟。"


class LineTwiceError(RefusedError):
    """One person twice on one sheet."""

    code = "line_twice"
    en = "Somebody stands twice on this sheet; add their minutes up into one line."
    zh = "同一人在本表中出现两次，请合并为一行。"


class SheetMissingError(MissingError):
    """No such sheet, or not for this caller."""

    code = "sheet_missing"
    en = "There is no such sheet of hours here."
    zh = "此处没有这张时长表。"


class SheetDecidedError(ConflictError):
    """Somebody else was faster."""

    code = "sheet_decided"
    en = "This sheet was decided already; nothing was changed now."
    zh = "这张时长表已由他人处理，本次未作改动。"


class NotSecondError(DeniedError):
    """Not a second person of the unit that organised."""

    code = "not_second_of_unit"
    en = "The unit that organised this records it: another of its coordinators must approve."
    zh = "谁组织谁记录：须由组织单位的另一位负责人批准。"


class LedItError(DeniedError):
    """Who led, counted or handed in does not approve."""

    code = "led_it"
    en = "You led this shift, counted it or handed it in; another person must approve it."
    zh = "您是本班次的带队人、清点人或提交人，须由另一人批准。"


class OneIssuerError(DeniedError):
    """A sign-in that the other side made: that would be one person twice."""

    code = "one_issuer"
    en = "Whoever led or counted this shift opened your sign-in; another person must approve it."
    zh = "您的登录凭证由本班次的带队人或清点人发放，须由另一人批准。"


class DecisionError(RefusedError):
    """A decision on a line that cannot be."""

    code = "hours_decision"
    en = "Line {line}: shorten to fewer minutes than were counted, and say why you shorten or"
    en += " refuse."
    zh = "第 {line} 行：缩短后的分钟数须少于记录数；缩短或不予记录须写明原因。"


class CityDayError(DeniedError):
    """A day so long that the unit does not decide it."""

    code = "city_day"
    en = "Line {line} makes a longer day than the unit may approve; a supervisor decides it."
    zh = "第 {line} 行使当日时长超出组织单位可批准的上限，须由居务监督人员决定。"


class RecordMissingError(MissingError):
    """No such record, or not for this caller."""

    code = "record_missing"
    en = "There is no such service record here."
    zh = "此处没有这条志愿服务记录。"


class NotObjectableError(ConflictError):
    """Nothing to object to, or not by this person."""

    code = "not_objectable"
    en = "Nobody can object to this record as it stands: {state}."
    zh = "这条记录目前不能提出异议：{state}。"


class ObjectionOpenError(ConflictError):
    """One objection at a time."""

    code = "objection_open"
    en = "An objection to this record is open already; it is answered first."
    zh = "这条记录已有待处理的异议，请等待答复。"


class ObjectionClosedError(ConflictError):
    """No open objection."""

    code = "objection_closed"
    en = "This objection is not open any more."
    zh = "该异议已办结。"


class ReasonError(RefusedError):
    """A reason that is none of the list, or too long a text."""

    code = "hours_reason"
    en = "Choose one of the reasons, and write at most {length} characters beside it."
    zh = "请从列出的原因中选择，补充说明不超过 {length} 字。"


class NotRecordedError(ConflictError):
    """A correction of what is not recorded yet."""

    code = "not_recorded"
    en = "This record is not in the book yet; what is in notice is ended or objected to."
    zh = "这条记录尚未入账；公示中的记录请提出异议或撤销。"


class CorrectionStaleError(ConflictError):
    """Another correction came first."""

    code = "correction_stale"
    en = "The record was corrected since this was proposed; propose it again."
    zh = "提议之后该记录已被更正，请重新提议。"


class MergeCorrectionError(ConflictError):
    """A merge while a correction of the hours of the one who goes is open."""

    code = "merge_correction_open"
    en = "A correction of the hours of the person who would go waits; approve or withdraw it first."
    zh = "将被并入的一方有一项时长更正待批，请先批准或撤回。"


class MergeNoticeError(ConflictError):
    """A merge while minutes are reserved for the one who goes: they would be posted to them."""

    code = "merge_notice_open"
    en = "Hours of the person who would go are in notice, or on a paper sheet that waits for its"
    en += " second person. Merge when they are recorded, or the other way round."
    zh = "将被并入的一方有时长正在公示，或在待第二人批准的纸质表中；请在入账后再合并，或反向合并。"


class CorrectionSameError(RefusedError):
    """A correction that corrects nothing."""

    code = "correction_same"
    en = "The record has {minutes} minutes already."
    zh = "该记录已是 {minutes} 分钟。"


class CalendarYearError(RefusedError):
    """Days that are no calendar of a year."""

    code = "calendar_days"
    en = "Write days of {year} as MMDD, one after the other: {problem!r} is none."
    zh = "请按 MMDD 逐个填写 {year} 年的日期：{problem!r} 不合格。"


class EntryConsentError(RefusedError):
    """Somebody who is no member, or did not agree that this organisation enters records."""

    code = "entry_consent"
    en = "Line {line}: they are no member here, or did not agree that your organisation enters"
    en += " records for them; the community's desk can enter the line."
    zh = "第 {line} 行：此人不是本社区成员，或未同意由贵组织代录；可由社区服务台录入。"


class TierError(RefusedError):
    """A line of the door that nothing was scanned for."""

    code = "hours_tier"
    en = "What nobody scanned goes on a paper sheet that two persons sign."
    zh = "没有扫码依据的时长须用纸质表录入，由两人确认。"


class LineTextError(RefusedError):
    """A line of a paper sheet that does not read."""

    code = "paper_line"
    en = "Line {line}: write a card's number and the minutes, like 12345678 120 (at most {most}"
    en += " lines)."
    zh = "第 {line} 行：请写卡号和分钟数，如 12345678 120（最多 {most} 行）。"


class NotMemberError(RefusedError):
    """A card of somebody who is no member here."""

    code = "paper_not_member"
    en = "This card is not of a member of this community."
    zh = "此卡持有人不是本社区成员。"


class SheetDayError(RefusedError):
    """A day and time that are none, or still to come."""

    code = "sheet_day"
    en = "Write a day that has been, like 2026-11-21, and when it began, like 08:30."
    zh = "请填写已过去的日期（如 2026-11-21）和开始时间（如 08:30）。"


class SheetUnitError(RefusedError):
    """An organiser or a category that the form did not offer."""

    code = "sheet_unit"
    en = "Choose the organising unit and the category from the lists."
    zh = "请从列表中选择组织单位和服务类别。"
