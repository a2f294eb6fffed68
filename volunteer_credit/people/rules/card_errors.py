"""What is said about cards and passes."""

from volunteer_credit.shared.errors import BadRequestError, ConflictError, MissingError


class CardNumberError(BadRequestError):
    """Typed digits that are no card number."""

    code = "card_number"
    en = "This is no card number: it has 8 digits, and one of them seems to be wrong."
    zh = "卡号不对：卡号为 8 位数字，请检查是否有一位输错。"


class CardCodeError(BadRequestError):
    """A scanned code that is no card and no pass of ours, or is over."""

    code = "card_code"
    en = "This code is no card or pass of ours, or its time is over. Scan it again."
    zh = "这不是有效的志愿卡或志愿码，或已过期，请重新扫描。"


class CardUnknownError(MissingError):
    """A card that is not in use, whatever it was."""

    code = "card_unknown"
    en = "This card is not in use. Ask for another one at the community's desk."
    zh = "此卡未在使用，请到社区服务台办理。"


class CardNumbersTakenError(ConflictError):
    """A fault of chance: no free number was found."""

    code = "card_numbers_taken"
    en = "No free card number was found; try again."
    zh = "暂未取得可用卡号，请重试。"


class NothingLostError(BadRequestError):
    """A visit to the desk for nothing."""

    code = "desk_nothing"
    en = "Say what is needed: a new card, a lost phone, or a new PIN."
    zh = "请说明要办理的事项：补卡、手机遗失或重设密码。"
