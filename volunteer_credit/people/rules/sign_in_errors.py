"""Why somebody is not let in. Who is known and who is not get one and the same answer."""

from volunteer_credit.shared.errors import (
    BadRequestError,
    ConflictError,
    LimitedError,
    MissingError,
    RefusedError,
    SignInError,
)


class SignInRefusedError(SignInError):
    """A wrong code, number, card or PIN, or one that is over: which it was is not said."""

    code = "sign_in_refused"
    en = "That did not match, or its time is over. Check it and try again, or ask at the desk."
    zh = "信息不匹配或已过期，请核对后重试，或到社区服务台办理。"


class TooManyTriesError(LimitedError):
    """Too many tries, for somebody known or unknown; `seconds` to wait."""

    code = "too_many_sign_ins"
    en = "Too many tries; nothing was done. Wait a while, or have the desk help you."
    zh = "尝试次数过多，未执行任何操作；请稍后再试，或到社区服务台办理。"


class NoCodesError(RefusedError):
    """This installation sends no one-time codes."""

    code = "codes_unavailable"
    en = "No codes are sent here. Use your card and PIN, or a slip from the community's desk."
    zh = "本地未开通验证码；请使用志愿卡和密码，或到社区服务台领取登录凭条。"


class PinFormError(BadRequestError):
    """A PIN that is not six digits."""

    code = "pin_form"
    en = "A PIN has 6 digits."
    zh = "密码为 6 位数字。"


class WeakPinError(RefusedError):
    """A PIN that others would try first."""

    code = "pin_weak"
    en = "This PIN is too easy to guess: no rows, repeats, birthdays or parts of your numbers."
    zh = "密码过于简单；请勿使用连续或重复的数字、生日或本人号码中的数字。"


class SlipUsedError(ConflictError):
    """A slip that has let somebody in already."""

    code = "slip_used"
    en = "This slip was used already. Ask the desk for another one; say so if it was not you."
    zh = "此凭条已使用过；请到社区服务台重新领取，如非本人使用请告知工作人员。"


class SlipOverError(RefusedError):
    """A slip that expired, or was ended by staff."""

    code = "slip_over"
    en = "This slip is no longer valid. Ask the desk for another one."
    zh = "此凭条已失效，请到社区服务台重新领取。"


class PasskeyRefusedError(RefusedError):
    """A passkey that cannot be added: the ceremony failed, or its time was over."""

    code = "passkey_refused"
    en = "The passkey was not added. Begin again on this page, in your phone's own browser."
    zh = "通行密钥未能添加；请用手机自带浏览器在本页重新开始。"


class CredentialMissingError(MissingError):
    """A device, passkey or session that is not this person's, or is gone."""

    code = "credential_missing"
    en = "There is no such device, passkey or session any more."
    zh = "该设备、通行密钥或登录已不存在。"


class FaceError(RefusedError):
    """A face that the person does not have in this community."""

    code = "face_refused"
    en = "You have no such role in this community; choose another one."
    zh = "您在该社区没有此身份，请选择其他身份。"
