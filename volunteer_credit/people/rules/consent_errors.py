"""Why a consent is not taken down."""

from volunteer_credit.shared.errors import ConflictError, DeniedError, MissingError, RefusedError


class NoSuchPurposeError(MissingError):
    """A purpose that nobody may be asked about."""

    code = "no_purpose"
    en = "There is no purpose {purpose!r}."
    zh = "没有用途 {purpose!r}。"


class ConsentSubjectError(RefusedError):
    """A consent has to say which community or organisation it is for, or none."""

    code = "consent_subject"
    en = "A consent to {purpose} names: {subject}."
    zh = "对 {purpose} 的同意应写明：{subject}。"


class ConsentTextChangedError(ConflictError):
    """The text changed between showing and agreeing."""

    code = "consent_text_changed"
    en = "The text has changed meanwhile (now version {version}); read it again before agreeing."
    zh = "同意书已更新（现为第 {version} 版）；请重新阅读后再同意。"


class GuardianMustConsentError(DeniedError):
    """Only a guardian may give or withdraw it for this person."""

    code = "guardian_must_consent"
    en = "This consent is a guardian's to give; ask the guardian to sign in, or to come by."
    zh = "此项同意须由监护人作出；请监护人登录办理，或到窗口办理。"


class ConsentNeededError(RefusedError):
    """A number that may be kept only with a consent of its own."""

    code = "consent_needed"
    en = "The {field} is kept only with its own consent: show that text, then enter both together."
    zh = "保存 {field} 须单独取得同意：请先出示同意书，再一并录入。"


class NoConsentError(MissingError):
    """Nothing to withdraw."""

    code = "no_consent"
    en = "There is no consent to withdraw; nothing was changed."
    zh = "没有可撤回的同意；未作改动。"
