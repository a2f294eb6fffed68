"""Why a convention or an agreement is refused (docs/ledger-format.md §10, E7)."""

from ledger.errors import RuleError


class EffectiveDayError(RuleError):
    """R1: a convention that would act backwards."""

    code = "effective_day"
    en = "The convention would take effect on {effective_day}; it must be after {day}."
    zh = "公约生效日是 {effective_day}，必须晚于 {day}。"


class AgreementFromError(RuleError):
    """R2: an agreement that would act backwards."""

    code = "agreement_from"
    en = "The agreement would start on {start}; it must not be before {day}."
    zh = "协议起始日是 {start}，不能早于 {day}。"


class AgreementDaysError(RuleError):
    """§7: an agreement that ends before it starts."""

    code = "agreement_days"
    en = "The agreement would end on {end}, before it starts on {start}."
    zh = "协议在 {end} 结束，早于起始日 {start}。"


class PriceAboveMaximumError(RuleError):
    """R3: more fen per point than the convention allows."""

    code = "price_above_maximum"
    en = (
        "Merchant {merchant} would get {price} fen a point from fund {fund} on {day}; "
        "the convention allows {maximum}."
    )
    zh = "{day} 商户 {merchant} 将从基金 {fund} 每积分得 {price} 分钱，公约最高 {maximum} 分钱。"


class ConventionNotInForceError(RuleError):
    """E7: a rule of a convention that does not govern the day."""

    code = "convention_not_in_force"
    en = "The convention {convention} is not in force on {day}."
    zh = "公约 {convention} 在 {day} 不在有效期内。"
