"""What founding a city or a community asks of its first two persons."""

import re

from volunteer_credit.shared.errors import ConflictError, DeniedError, MissingError, RefusedError

NAME_LENGTH_MAX = 80
PHONE_LENGTH_MAX = 40
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class FoundersError(RefusedError):
    """The first two must be two grown persons who can sign in strongly by themselves."""

    code = "founders"
    en = "Two different adults found this, each with a passkey, code generator or enrolled device."
    zh = "须由两名不同的成年人发起，且各自已有通行密钥、动态口令或已登记的设备。"


class CommunityExistsError(ConflictError):
    """The code is taken."""

    code = "community_exists"
    en = "There is a community {community!r} already."
    zh = "社区 {community!r} 已存在。"


class CommunityNameError(RefusedError):
    """A name of one line."""

    code = "community_name"
    en = "Names and numbers of a community are one line of at most {count_max} characters."
    zh = "社区的名称和电话须为一行，不超过 {count_max} 个字。"


class FoundersLetInError(DeniedError):
    """One person let both in, or one of them the other: that could be one person twice."""

    code = "founders_let_in"
    en = "One person gave both founders their slip or device, or one founder gave it to the other."
    en += " Name a founder whom somebody else let in."
    zh = "两位发起人的凭条或设备由同一人发放，或由其中一人发给另一人；"
    zh += "请更换一位由他人办理登录的发起人。"


class FoundersDeviceError(DeniedError):
    """Where one founder signs in, the other does not accept."""

    code = "founders_device"
    en = "The other founder has been signed in here; accept on a phone or computer of your own."
    zh = "另一位发起人曾在此设备登录；请在您自己的手机或电脑上确认。"


class FoundingMissingError(MissingError):
    """No founding waits for this person."""

    code = "founding_missing"
    en = "No community waits for you as its founder here."
    zh = "没有等待您确认发起的社区。"


class SameAdminError(RefusedError):
    """Both codes of the city's first two were used for one person."""

    code = "same_admin"
    en = "The other administrator gave the same name or phone; the two must be different persons."
    zh = "另一位管理员填写了相同的姓名或手机号；两人必须是不同的人。"


def parse_line(text: str, *, is_needed: bool = True, count_max: int = NAME_LENGTH_MAX) -> str:
    """A line as it is kept. Raises: CommunityNameError."""
    line = " ".join(text.split())
    if len(text) > count_max or _CONTROL.search(text) or (is_needed and not line):
        raise CommunityNameError(count_max=count_max)
    return line
