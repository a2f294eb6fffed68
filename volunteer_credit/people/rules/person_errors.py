"""Why a person can't be added, changed, found, or stand for another."""

from volunteer_credit.shared.errors import ConflictError, MissingError, RefusedError


class PersonUnknownError(MissingError):
    """Nobody by this number, or nobody any more."""

    code = "person_unknown"
    en = "There is no such person here."
    zh = "没有此人。"


class PhoneSharedError(ConflictError):
    """More people on one phone than a family has."""

    code = "phone_shared"
    en = "{count_max} people use this phone already; give another, or another way to be reached."
    zh = "已有 {count_max} 人使用此手机号；请换一个，或填写其他联系方式。"


class NumberTakenError(ConflictError):
    """An ID or volunteer number that another person has."""

    code = "number_taken"
    en = "Another person has this {kind}: find them by it, and propose a merge if they are one."
    zh = "已有人登记此号码（{kind}）；请按号码查找，若为同一人请提出合并。"


class ContactKindError(RefusedError):
    """Nobody can be found by this."""

    code = "contact_kind"
    en = "People are found by phone, id_number or volunteer_number."
    zh = "只能按手机号、身份证号码或志愿者编号查找。"


class PersonLockedError(ConflictError):
    """A person who left: what is kept of them is kept only."""

    code = "person_locked"
    en = "This person has left; nothing about them is changed until they come back."
    zh = "此人已退出，在其重新加入之前不再更改资料。"


class GuardianNeededError(RefusedError):
    """Under 18 a guardian is confirmed first."""

    code = "minor_without_guardian"
    en = "Under 18 a guardian is confirmed first: at the desk, by the card of an adult member."
    zh = "未满 18 周岁须先在服务台确认监护人，请填写监护人（本社区成年成员）的卡号。"


class GuardianCardError(RefusedError):
    """A card that nobody here has."""

    code = "guardian_card"
    en = "No member here has the guardian's card: check it, or add the guardian first."
    zh = "本社区没有成员持有此监护人卡号；请核对，或先登记监护人。"


class BirthDayFixedError(RefusedError):
    """A birthday decides who may act alone, so nobody changes their own."""

    code = "birth_day_fixed"
    en = "A birthday is changed at the desk, with an identity document."
    zh = "出生日期须携带证件到服务台更改。"


class GuardianAdultError(RefusedError):
    """A guardian or proxy is a grown-up whose birthday is known."""

    code = "guardian_not_adult"
    en = "Only an adult may stand for somebody; enter their birthday from an identity document."
    zh = "监护人、代办人须年满 18 周岁，请按证件填写其出生日期。"


class WardAgeError(RefusedError):
    """A guardian of a grown-up, or a proxy of a minor."""

    code = "ward_age"
    en = "A guardian is for a person under 18 with a known birthday, a proxy for an adult."
    zh = "监护人只适用于已登记出生日期的未成年人，代办人只适用于成年人。"


class ConfirmerInvolvedError(RefusedError):
    """Whoever confirms is not one of the two."""

    code = "confirmer_involved"
    en = "You are one of the two; another member of staff has to confirm this."
    zh = "您是当事人之一，须由其他工作人员确认。"


class ConsentHowError(RefusedError):
    """A proxy needs the person's own consent."""

    code = "proxy_consent"
    en = "Say how the person agreed: themselves here (own), or by a signed paper (desk_paper)."
    zh = "请注明本人如何同意：当面同意（own），或书面签字（desk_paper）。"
