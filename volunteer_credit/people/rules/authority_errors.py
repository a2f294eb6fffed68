"""Why somebody may not do what they asked for."""

from volunteer_credit.shared.errors import ConflictError, DeniedError, SignInError


class NotSignedInError(SignInError):
    """No session, or one that has ended, was revoked, or belongs to another device."""

    code = "not_signed_in"
    en = "You are not signed in any more; sign in again."
    zh = "您的登录已失效，请重新登录。"


class NotAllowedError(DeniedError):
    """No role of this person reaches this; the same answer for what does not exist."""

    code = "not_allowed"
    en = "Your roles do not allow this here ({action}); ask the community's staff."
    zh = "您的角色不允许在此进行该操作（{action}），请联系社区工作者。"


class StepUpNeededError(SignInError):
    """The person must prove again who they are, and then repeat the request."""

    code = "step_up_needed"
    en = "Prove once more who you are, then repeat this."
    zh = "请再次验证身份，然后重试。"


class ChildError(DeniedError):
    """A person under 14 acts only through a guardian."""

    code = "guardian_needed"
    en = "Under {age} years only a guardian may do this, from their own account."
    zh = "未满 {age} 周岁，须由监护人通过其本人账户办理。"


class StrongSignInNeededError(DeniedError):
    """A role is held, but this session was begun with a card, a slip or a code."""

    code = "strong_sign_in_needed"
    en = "Sign in with your passkey, code generator or enrolled device for this."
    zh = "请使用通行密钥、动态口令或已登记的设备登录后再办理。"


class DeskCredentialsError(StrongSignInNeededError):
    """A slip, card or code would make whoever issued it a second person."""

    code = "desk_credentials"
    en = "Sign in with a passkey, code generator or enrolled device you have. If you have none, the"
    en += " operator issues a slip, or two persons take your role away first."
    zh = "请先使用通行密钥、动态口令或已登记设备登录；如均没有，请由运维人员发放凭条，"
    zh += "或先由两人收回您的角色。"


class DeskDeviceError(DeniedError):
    """Whoever enrols a device for a colleague could act as a second person."""

    code = "desk_device"
    en = "Whoever works at a desk gets a device from the operator, or adds a passkey or code"
    en += " generator in their own session."
    zh = "工作人员的设备须由运维人员登记，或由其本人登录后添加通行密钥或动态口令。"


class AuthorityChangedError(ConflictError):
    """The role or account number of who asks changed while the request was under way."""

    code = "authority_changed"
    en = "Your roles changed just now; look again and repeat this."
    zh = "您的角色刚刚发生变化，请刷新后重试。"
