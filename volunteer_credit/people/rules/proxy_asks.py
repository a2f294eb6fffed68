"""Asking one of the family to act for oneself: who may do what with it, and how long it waits.

What was typed may be nobody's. Who asked is told the same in any case, so that nobody can find
out by asking whose number is known here.
"""

from volunteer_credit.shared.errors import BadRequestError, ConflictError, MissingError

ASKED, ACCEPTED, REFUSED, WITHDRAWN = "asked", "accepted", "refused", "withdrawn"
CONFIRMED, DECLINED = "confirmed", "declined"
OPEN = (ASKED, ACCEPTED)
REASONS = ("not_agreed", "not_family", "papers_missing", "other")  # of the desk, to decline
DAY_MS = 86_400_000
WAITS_DAYS = 30
OPEN_MAX = 3  # of one person at a time
END_LENGTH = 2


class ProxyNumberError(BadRequestError):
    """What was typed is no number of anybody."""

    code = "proxy_number"
    en = "Type their mobile phone, the number of their card, or their national volunteer number."
    zh = "请填写对方的手机号、志愿卡号或全国志愿者编号。"


class ProxySelfError(BadRequestError):
    """Somebody would act for themselves."""

    code = "proxy_self"
    en = "This is your own number; name the person who shall act for you."
    zh = "这是您自己的号码，请填写代办人的号码。"


class ProxyAsksFullError(ConflictError):
    """Too many are asked at once."""

    code = "proxy_asks_full"
    en = "{count_max} requests of yours wait already; take one back first."
    zh = "您已有 {count_max} 个申请在等待，请先撤回其中一个。"


class ProxyThereError(ConflictError):
    """They act for the person already."""

    code = "proxy_there"
    en = "They act for you already."
    zh = "对方已可为您代办。"


class ProxyAskUnknownError(MissingError):
    """No such request, not for this caller, or over."""

    code = "proxy_ask_unknown"
    en = "There is no such request any more."
    zh = "没有此申请，或已失效。"


class ProxyReasonError(BadRequestError):
    """The desk declines without saying why."""

    code = "proxy_reason"
    en = "Say why it is declined."
    zh = "请选择不予办理的原因。"


def check_reason(reason: str) -> None:
    """Accept a reason of the list. Raises: ProxyReasonError."""
    if reason not in REASONS:
        raise ProxyReasonError


def waits_since_ms(at_ms: int) -> int:
    """What was asked at or before this time is over."""
    return at_ms - WAITS_DAYS * DAY_MS


def number_end(text: str) -> str:
    """By what the person knows again whom they asked: the last two characters."""
    return "".join(text.split())[-END_LENGTH:]
