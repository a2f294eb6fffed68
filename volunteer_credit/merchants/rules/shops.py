"""A shop as it is entered: what stands on its sign, and whether it takes points now."""

import re
from dataclasses import dataclass

from volunteer_credit.people.rules.names import parse_name, parse_text
from volunteer_credit.shared.errors import BadRequestError, ConflictError, MissingError

MERCHANT, COMMUNITY_SHOP = "merchant", "community_shop"
KINDS = (MERCHANT, COMMUNITY_SHOP)
OPEN, PAUSED, CLOSED = "open", "paused", "closed"
STATES = (OPEN, PAUSED, CLOSED)
WORDS_LENGTH_MAX = 100
CASHIER = "cashier"  # the role of who stands at a till

_PHONE = re.compile(r"[0-9+][0-9 -]{2,18}[0-9]", re.ASCII)


class MerchantUnknownError(MissingError):
    """A shop that this community does not have."""

    code = "merchant_unknown"
    en = "There is no such shop here."
    zh = "本社区没有这家商户。"


class MerchantKindError(BadRequestError):
    """A kind of shop that nobody knows, or a state that none has."""

    code = "merchant_kind"
    en = "Choose one of: {choices}."
    zh = "请从以下选项中选择：{choices}。"


class MerchantPhoneError(BadRequestError):
    """Something that no telephone rings at."""

    code = "merchant_phone"
    en = "Give the shop's telephone: 4 to 20 digits, spaces and hyphens."
    zh = "请填写商户电话：4 至 20 位数字，可含空格和短横线。"


class MerchantNotOpenError(ConflictError):
    """A shop that takes no points at present."""

    code = "merchant_not_open"
    en = "This shop takes no points at the moment; nothing was taken from you."
    zh = "该商户目前不收积分，您的积分未被扣除。"


class MerchantClosedError(ConflictError):
    """A shop that has closed for good stays closed."""

    code = "merchant_closed"
    en = "This shop has closed for good; add it anew if it comes back."
    zh = "该商户已关闭；如恢复经营请重新登记。"


@dataclass(frozen=True, slots=True)
class Sign:
    """What is entered of a shop. `address` in words, as one would tell a neighbour."""

    name: str
    sells: str = ""
    phone: str = ""
    address: str = ""
    kind: str = MERCHANT


def parse_sign(given: Sign) -> Sign:
    """The texts as they are kept.

    Raises: MerchantKindError, MerchantPhoneError, and as `parse_name` and `parse_text`.
    """
    check_one(given.kind, KINDS)
    phone = given.phone.strip()
    if phone and not _PHONE.fullmatch(phone):
        raise MerchantPhoneError
    return Sign(
        parse_name(given.name),
        parse_text("sells", given.sells, WORDS_LENGTH_MAX),
        phone,
        parse_text("address", given.address, WORDS_LENGTH_MAX),
        given.kind,
    )


def scope_of(merchant_id: str) -> str:
    """The scope of a role that is held for a shop."""
    return f"merchant:{merchant_id}"


def check_one(code: str, choices: tuple[str, ...]) -> None:
    """Accept one of these. Raises: MerchantKindError."""
    if code not in choices:
        raise MerchantKindError(choices=", ".join(choices))


def check_change(state: str, wanted: str) -> None:
    """Accept a change of state; what is closed stays so.

    Raises: MerchantKindError, MerchantClosedError.
    """
    check_one(wanted, STATES)
    if state == CLOSED and wanted != CLOSED:
        raise MerchantClosedError
