"""Why somebody may look at another's record, and what each role then sees.

Order 67, 16 and 条例 20: nobody looks without a reason that the person can read. 未成年人网络保护
条例 36: minors' data only by roles that two persons approved for it, and written down.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from volunteer_credit.shared.errors import (
    ConflictError,
    DeniedError,
    LimitedError,
    MissingError,
    RefusedError,
)

NOTE_LENGTH_MAX = 200
TERM_LENGTH_MAX = 60
LOOKS_ALERT = 50  # profiles in an hour: above it the inspector is told
LOOKS_MAX = 200  # profiles in an hour: above it no more are shown
HOUR_MS = 3_600_000
RETRY_MS = 600_000  # so long a retry shows again what one look was written down for
HITS_MAX = 20
AGE_ADULT_YEARS = 18


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason in words; `asks_note`: it says too little without a note."""

    code: str
    zh: str
    en: str
    asks_note: bool = False


REASONS = {
    each.code: each
    for each in (
        Reason("desk_service", "本人来窗口办事", "The person asked for help at the desk"),
        Reason("phone_help", "本人来电求助", "The person asked for help by phone"),
        Reason("card_or_pin", "补办志愿卡或重置密码", "A card was lost or a PIN forgotten"),
        Reason("correction", "核实或更正记录", "A record is being checked or corrected"),
        Reason("objection", "处理异议或投诉", "An objection or complaint is being handled"),
        Reason("household_visit", "上门核实户信息", "A household is being confirmed by visit"),
        Reason("activity_safety", "活动安排与安全联系", "An activity's safety needs contact"),
        Reason("minor_protection", "保护未成年人", "A minor's protection asks for it"),
        Reason("duplicate", "核对是否重复建档", "Two records may be one person's"),
        Reason("privacy_request", "办理本人的个人信息请求", "The person asked about their data"),
        Reason("inspection", "监督检查", "An inspection under the law", asks_note=True),
        Reason("emergency", "紧急情况", "An emergency", asks_note=True),
        Reason("other", "其他（请写明）", "Another reason, written down", asks_note=True),
    )
}

_REACH = ("name", "phone", "reach", "area")
# What a role sees of a vault row; ID and volunteer number only by their last four digits.
FIELDS_BY_ROLE: Mapping[str, tuple[str, ...]] = {
    "staff": (
        *_REACH,
        *("sex", "birth_day", "skills", "service_classes", "id_number", "volunteer_number"),
    ),
    "grid_worker": _REACH,
}
MASKED = frozenset({"id_number", "volunteer_number"})
ROLES_FOR_MINORS = frozenset({"staff"})


class ReasonMissingError(RefusedError):
    """Nobody looks without saying why."""

    code = "reason_missing"
    en = "Say why you look: choose one of the reasons; the person will read it."
    zh = "请选择查看原因；本人能看到。"


class ReasonNoteError(RefusedError):
    """The note is missing where the reason asks for one, or too long."""

    code = "reason_note"
    en = "Write in a few words why (at most {length} characters); the person will read it."
    zh = "请用几个字写明原因（最多 {length} 字）；本人能看到。"


class MinorNotForRoleError(DeniedError):
    """A minor's data, and a role that is not approved for it."""

    code = "minor_not_for_role"
    en = "Your role does not open a minor's data; ask the community's staff."
    zh = "您的角色不能查看未成年人信息；请找社区工作者办理。"


class TooManyLooksError(LimitedError):
    """More profiles in an hour than any desk needs."""

    code = "too_many_looks"
    en = "You have opened {count} records within an hour; no more now. The inspector was told."
    zh = "您一小时内已查看 {count} 份档案，暂时不能再看；已通知监督检查人员。"


class LookOverError(ConflictError):
    """A look that was shown before, and asked for again under its old number too late."""

    code = "look_over"
    en = "This look is over. Look again, and say why: each look is written down."
    zh = "本次查看已结束；如需再看，请重新填写原因，每次查看都会留痕。"


class SearchTermsError(RefusedError):
    """Nothing to search for, or too much."""

    code = "search_terms"
    en = "Search by a whole phone or ID number, or by at least one character of the name."
    zh = "请输入完整的手机号或证件号码，或至少一个字的姓名。"


class NoSuchPersonError(MissingError):
    """No such person, or not for this caller; one answer for both."""

    code = "no_such_person"
    en = "There is no such person in your community."
    zh = "本社区没有此人。"


def check_reason(code: str, note: str) -> Reason:
    """The reason of a look. Raises: ReasonMissingError, ReasonNoteError."""
    reason = REASONS.get(code)
    if reason is None:
        raise ReasonMissingError
    if len(note) > NOTE_LENGTH_MAX or (reason.asks_note and not note.strip()):
        raise ReasonNoteError(length=NOTE_LENGTH_MAX)
    return reason


def shown_fields(role: str, fields: Mapping[str, str]) -> dict[str, str]:
    """What a role sees of these fields."""
    return {
        name: last_four(fields[name]) if name in MASKED else fields[name]
        for name in FIELDS_BY_ROLE.get(role, ())
        if fields.get(name)
    }


def check_minor(role: str, age_years: int | None) -> None:
    """Let a minor's data be opened by a role. Raises: MinorNotForRoleError."""
    if age_years is not None and age_years < AGE_ADULT_YEARS and role not in ROLES_FOR_MINORS:
        raise MinorNotForRoleError


def last_four(text: str) -> str:
    """A number by its last four digits."""
    return f"…{text[-4:]}"


def masked_name(name: str) -> str:
    """A name with all but its first character hidden."""
    return name[:1] + "○" * max(len(name) - 1, 1) if name else ""
