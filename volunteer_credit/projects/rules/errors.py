"""What this slice refuses, each in words that a person can act on."""

from volunteer_credit.shared.errors import (
    BadRequestError,
    ConflictError,
    DeniedError,
    MissingError,
    RefusedError,
)


class ShiftUnknownError(MissingError):
    """No such shift or activity, or not in this community."""

    code = "shift_unknown"
    en = "There is no such activity here; it may have been taken back."
    zh = "没有这个活动，可能已被撤回。"


class NoPlaceHereError(MissingError):
    """A body's coordinator, in a community that they do not belong to."""

    code = "no_place_here"
    en = "You are no member of this community; ask its desk to add you before you publish here."
    zh = "您不是本社区成员；请先到社区服务台登记，再在此发布活动。"


class ProjectUnknownError(MissingError):
    """No such project, or not in this community, or another organiser's."""

    code = "project_unknown"
    en = "There is no such project here."
    zh = "没有这个项目。"


class NotYourOrganiserError(DeniedError):
    """Whoever organises publishes: staff do so for the committee and its groups."""

    code = "not_your_organiser"
    en = "Only its own coordinators publish for this organisation; staff publish for the committee."
    zh = "只有该组织的项目负责人可以为其发布；社区工作者发布居委会自己的活动。"


class ActivityTextMissingError(BadRequestError):
    """A text that every activity has."""

    code = "activity_text_missing"
    en = "Please fill in: {field}."
    zh = "请填写“{field}”。"


class ActivityTextLengthError(BadRequestError):
    """More than a field holds."""

    code = "activity_text_length"
    en = "{field}: at most {count_max} characters; this has {count}."
    zh = "“{field}”最多 {count_max} 个字，现为 {count} 个。"


class ActivityTextCharacterError(BadRequestError):
    """A character that nobody can see."""

    code = "activity_text_character"
    en = "{field} holds a character that cannot be shown; type it again."
    zh = "“{field}”含有无法显示的字符，请重新输入。"


class CategoryUnknownError(BadRequestError):
    """A category that the list does not have."""

    code = "category_unknown"
    en = "Choose one of the categories."
    zh = "请选择一个服务类别。"


class CoefficientNotThereError(BadRequestError):
    """A coefficient that the convention of that day does not have."""

    code = "coefficient_not_there"
    en = "The convention of that day has no such coefficient; choose another, or none."
    zh = "当日有效的公约没有这个系数，请另选或不选。"


class DayTimeError(BadRequestError):
    """No date or time of day."""

    code = "day_time"
    en = "Choose a day and a time, such as 09:00."
    zh = "请选择日期和时间，例如 09:00。"


class StartPastError(RefusedError):
    """A shift that began long ago."""

    code = "start_past"
    en = "It would have begun more than {hours} hours ago; what is over is entered on paper."
    zh = "开始时间已过去 {hours} 小时以上；已结束的活动请走纸质补录。"


class StartFarError(RefusedError):
    """A shift in a year that nobody plans yet."""

    code = "start_far"
    en = "That is more than {days} days ahead; choose an earlier day."
    zh = "时间超出 {days} 天，请选择较近的日期。"


class EndBeforeStartError(RefusedError):
    """A shift that ends before it begins, or at once."""

    code = "end_before_start"
    en = "It must last at least {minutes} minutes: the end comes after the start."
    zh = "时长至少 {minutes} 分钟，结束时间须晚于开始时间。"


class ShiftLongError(RefusedError):
    """Longer than anybody serves at a stretch."""

    code = "shift_long"
    en = "A shift lasts at most {hours} hours; publish two shifts instead."
    zh = "一个班次最长 {hours} 小时；更长的请分成两个班次发布。"


class NumberRangeError(RefusedError):
    """A number that is too small or too large."""

    code = "activity_number_range"
    en = "{field}: a number from {least} to {most}."
    zh = "“{field}”应为 {least} 至 {most} 之间的数。"


class ChoiceUnknownError(BadRequestError):
    """A kind or class that is not on the list."""

    code = "activity_choice"
    en = "{field}: choose one of the list."
    zh = "“{field}”请从列表中选择。"


class LeadUnknownError(RefusedError):
    """A lead who may not open this organiser's door."""

    code = "lead_unknown"
    en = "A lead is somebody of the organisation who may lead, and a member of this community."
    zh = "带队人须是该组织中有带队职务的人，并且是本社区成员。"


class ShiftCancelledError(ConflictError):
    """The shift does not take place."""

    code = "shift_cancelled"
    en = "It is cancelled: {reason}."
    zh = "活动已取消：{reason}。"


class ShiftOverError(ConflictError):
    """The shift is over."""

    code = "shift_over"
    en = "It is over."
    zh = "活动已结束。"


class ShiftBegunError(ConflictError):
    """Time that somebody has spent there already would be taken away."""

    code = "shift_begun"
    en = "Somebody has checked in. It may begin earlier the same day or end later; to end it "
    en += "early, close it at the door."
    zh = "已有人签到：只能当天提前开始或延后结束，不能缩短或改期。要提前结束，请由带队人结束班次。"


class InsuranceMissingError(RefusedError):
    """Dangerous service without insurance (条例 17)."""

    code = "insurance_missing"
    en = "Sign-up opens when the organiser has entered the volunteers' accident insurance."
    zh = "此活动有危险性，主办方登记志愿者人身意外保险后才开放报名。"


class TooYoungError(RefusedError):
    """Below the age that the task is fit for (条例 15)."""

    code = "too_young"
    en = "For this activity one must be {age} or older."
    zh = "此活动须年满 {age} 周岁。"


class GuardianSignsError(RefusedError):
    """A child under 14 whom somebody else wants to sign up."""

    code = "guardian_signs"
    en = "A child under {age} is signed up by a guardian, on the guardian's own account."
    zh = "未满 {age} 周岁的孩子由监护人用自己的账号报名。"


class NotSignedUpError(ConflictError):
    """Nothing to drop."""

    code = "not_signed_up"
    en = "There is no sign-up to take back."
    zh = "没有可取消的报名。"


class UndoOverError(ConflictError):
    """Too late to take a publication back."""

    code = "undo_over"
    en = "It can no longer be taken back: {minutes} minutes have passed or somebody has signed up. "
    en += "Cancel it with a reason instead."
    zh = "已不能撤回：超过 {minutes} 分钟或已有人报名。请改用“取消”，并写明原因。"


class NothingToCopyError(MissingError):
    """The organiser has published nothing yet."""

    code = "nothing_to_copy"
    en = "There is no earlier activity to copy."
    zh = "还没有可以沿用的活动。"


class ListTooLongError(BadRequestError):
    """More than one list."""

    code = "list_too_long"
    en = "At most {lines} lines and {characters} characters; this has {count_lines} lines and "
    en += "{count_characters} characters. Paste it in parts."
    zh = "最多 {lines} 行、{characters} 个字；现有 {count_lines} 行、{count_characters} 个字。"
    zh += "请分次粘贴。"


class ListEmptyError(BadRequestError):
    """No name at all."""

    code = "list_empty"
    en = "No names were found. Paste the list as WeChat shows it, one person a line."
    zh = "没有识别到姓名。请原样粘贴群接龙，一人一行。"


class ProjectPeriodError(RefusedError):
    """A project that ends before it begins, or runs for ever."""

    code = "project_period"
    en = "The project ends after it begins, and within {years} years."
    zh = "项目结束日期须晚于开始日期，且不超过 {years} 年。"
