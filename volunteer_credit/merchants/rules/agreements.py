"""What a shop is paid for a point: within what the convention allows, for some days."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.policies import fen_per_point_max
from volunteer_credit.people.rules.days import is_day
from volunteer_credit.shared.errors import RefusedError
from volunteer_credit.shared.units import yuan_text

AGREEMENT = "agreement"


class AgreementFundError(RefusedError):
    """A fund that no convention names on that day."""

    code = "agreement_fund"
    en = "No convention in force on {day} names the fund {fund!r}."
    zh = "{day} 生效的公约中没有基金 {fund!r}。"


class AgreementPriceError(RefusedError):
    """More for a point than the residents agreed to."""

    code = "agreement_price"
    en = "The convention pays at most {yuan_max} yuan for a point of this fund."
    zh = "按公约，该基金每分最多支付 {yuan_max} 元。"


class AgreementDaysError(RefusedError):
    """Days that are none, are past, or stand the wrong way round."""

    code = "agreement_days_form"
    en = "Give the first day (today or later) and the last one, as in 2026-12-31."
    zh = "请填写起止日期（开始日不早于今天），如 2026-12-31。"


class NoAgreementError(RefusedError):
    """A shop that was promised nothing for points today."""

    code = "no_agreement"
    en = "This shop has no agreement in force today; nothing was taken from you."
    zh = "该商户今天没有生效的协议，您的积分未被扣除。"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed with a shop. `fen_per_point` 0: what it gives is a gift."""

    merchant_id: str
    fund: str
    fen_per_point: int
    from_day: int
    to_day: int

    def data(self, beneficiaries: Iterable[str]) -> dict[str, Any]:
        """As the entries spell it. `beneficiaries`: the accounts of who stands at its till."""
        return {
            "beneficiaries": sorted(set(beneficiaries)),
            "fen_per_point": self.fen_per_point,
            "from": self.from_day,
            "fund": self.fund,
            "merchant": self.merchant_id,
            "to": self.to_day,
        }


@dataclass(frozen=True, slots=True)
class Agreement:
    """An approved agreement, later ones after earlier ones."""

    seq: int
    terms: Terms


def check_terms(terms: Terms, convention: Convention | None, day: int) -> None:
    """Accept terms that begin on `day` (today) or later.

    `convention`: what is in force on their first day; the book asks about all the others.
    Raises: AgreementDaysError, AgreementFundError, AgreementPriceError.
    """
    good = is_day(terms.from_day) and is_day(terms.to_day)
    if not (good and day <= terms.from_day <= terms.to_day):
        raise AgreementDaysError
    maxima = fen_per_point_max(convention) if convention is not None else {}
    if terms.fund not in maxima:
        raise AgreementFundError(day=terms.from_day, fund=terms.fund[:64])
    if not 0 <= terms.fen_per_point <= maxima[terms.fund]:
        raise AgreementPriceError(yuan_max=yuan_text(maxima[terms.fund]))


def in_force(agreements: Iterable[Agreement], day: int) -> dict[str, int]:
    """By fund, the fen per point on a day: the last approved that covers it."""
    covering = [each for each in agreements if each.terms.from_day <= day <= each.terms.to_day]
    return {each.terms.fund: each.terms.fen_per_point for each in covering}
