"""Organisations: social organisations, units that report in (双报到), schools, groups."""

import re

from volunteer_credit.shared.errors import (
    BadRequestError,
    ConflictError,
    MissingError,
    RefusedError,
)

KINDS = ("social_organisation", "unit", "school", "group")
GROUP = "group"  # records under the residents' committee (order 67, article 26)
MEMBER, LEAD, COORDINATOR, ADMIN = "member", "lead", "coordinator", "organisation_admin"
POSITIONS = (MEMBER, LEAD, COORDINATOR, ADMIN)
BY_ITSELF = "by_itself"  # ended by its own administrator
END_REASONS = ("inactive", "members_wish", "merged", "against_rules", "mistaken")
END_WORDS_MAX = 200
REOPEN_DAYS = 30
NAME_LENGTH_MIN = 2
NAME_LENGTH_MAX = 120

_REGISTRATION = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")  # unified social credit code, GB 32100
_VALUES = {letter: place for place, letter in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_MODULUS = 31
DAY_MS = 86_400_000


class OrganisationNameError(BadRequestError):
    """A name that no seal would show."""

    code = "organisation_name"
    en = "An organisation's name has 2 to {length_max} characters and no line breaks."
    zh = "组织名称应为 2 至 {length_max} 个字，且不含换行。"


class OrganisationKindError(BadRequestError):
    """A kind of body that nobody knows, or a group without its community."""

    code = "organisation_kind"
    en = "Choose what it is: social organisation, unit, school, or a group of a community."
    zh = "请选择类型：社会组织、单位、学校，或隶属于某社区的志愿小组。"


class RegistrationError(BadRequestError):
    """A unified social credit code whose check digit is wrong."""

    code = "organisation_registration"
    en = "This is no unified social credit code: it has 18 characters and a check character."
    zh = "统一社会信用代码不正确：应为 18 位，请检查是否输错。"


class PositionError(BadRequestError):
    """A position that organisations do not have."""

    code = "organisation_position"
    en = "Choose a position: member, lead, coordinator or administrator."
    zh = "请选择职务：成员、带队人、项目负责人或管理员。"


class PositionAgeError(RefusedError):
    """A minor who would lead others or look after a body."""

    code = "organisation_position_age"
    en = "Whoever leads or administers is at least 18; a minor may be a member."
    zh = "带队人、项目负责人和管理员须年满 18 周岁；未成年人可以作为成员。"


class OrganisationUnknownError(MissingError):
    """A body that is not there, or not for this caller."""

    code = "organisation_unknown"
    en = "There is no such organisation."
    zh = "没有这个组织。"


class RegistrationTakenError(ConflictError):
    """The body is there already."""

    code = "organisation_registered"
    en = "An organisation with this code is registered already."
    zh = "该统一社会信用代码的组织已登记。"


class LastAdminError(ConflictError):
    """Nobody would be left to look after the organisation."""

    code = "organisation_last_admin"
    en = "The last administrator stays until there is another one."
    zh = "须先指定另一位管理员，最后一位管理员才能退出。"


class OrganisationEndError(BadRequestError):
    """An end that says nothing."""

    code = "organisation_end"
    en = "Say why it ends: a reason of the list, and at most {length_max} characters more."
    zh = "请选择终止原因；补充说明不超过 {length_max} 个字。"


class ReopenOverError(ConflictError):
    """It is too late to take the end back, or nobody would look after the body."""

    code = "organisation_reopen_over"
    en = "It ended more than {days} days ago, or nobody who looked after it is here: register it"
    en += " anew."
    zh = "终止已超过 {days} 天，或原管理员均已不在，无法恢复，请重新登记。"


def check_end(reason: str, words: str) -> str:
    """The words as they are kept. Raises: OrganisationEndError."""
    said = " ".join(words.split())
    if reason not in END_REASONS or len(said) > END_WORDS_MAX or not said.isprintable():
        raise OrganisationEndError(length_max=END_WORDS_MAX)
    return said


def is_reopenable(ended_at_ms: int | None, at_ms: int) -> bool:
    """Whether the end of a body may still be taken back."""
    return ended_at_ms is not None and at_ms - ended_at_ms < REOPEN_DAYS * DAY_MS


def parse_name(text: str) -> str:
    """The name as it is kept. Raises: OrganisationNameError."""
    name = " ".join(text.split())
    if not (NAME_LENGTH_MIN <= len(name) <= NAME_LENGTH_MAX and name.isprintable()):
        raise OrganisationNameError(length_max=NAME_LENGTH_MAX)
    return name


def parse_kind(kind: str, community_id: str | None) -> str:
    """A kind that is known; a group belongs to a community. Raises: OrganisationKindError."""
    if kind not in KINDS or (kind == GROUP) != (community_id is not None):
        raise OrganisationKindError
    return kind


def parse_registration(text: str) -> str:
    """A unified social credit code, or nothing (GB 32100-2015). Raises: RegistrationError."""
    code = text.strip().upper()
    if not code:
        return ""
    if not _REGISTRATION.fullmatch(code):
        raise RegistrationError
    total = sum(_VALUES[letter] * pow(3, place, _MODULUS) for place, letter in enumerate(code[:17]))
    if -total % _MODULUS != _VALUES[code[17]]:
        raise RegistrationError
    return code


def parse_position(text: str) -> str:
    """Raises: PositionError."""
    if text not in POSITIONS:
        raise PositionError
    return text
