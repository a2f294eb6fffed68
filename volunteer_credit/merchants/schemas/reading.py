"""What the forms of shops mean: days, prices, stock."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from volunteer_credit.merchants.rules.agreements import AgreementDaysError
from volunteer_credit.merchants.rules.offers import FAR_DAY, OfferForm, OfferFormError
from volunteer_credit.shared.units import centipoints_of


def day_number(text: str | date) -> int:
    """A day as forms give it, 2026-12-31; 0 for none. Raises: AgreementDaysError."""
    if not isinstance(text, date):
        if not text.strip():
            return 0
        try:
            text = date.fromisoformat(text.strip())
        except ValueError as problem:
            raise AgreementDaysError from problem
    return int(f"{text:%Y%m%d}")


def day_text(day: int) -> str:
    """A day for a form; empty for none."""
    return f"{day // 10000}-{day // 100 % 100:02}-{day % 100:02}" if 0 < day < FAR_DAY else ""


def offer_form(values: Mapping[str, Any]) -> OfferForm:
    """The offer of a form. Raises: AmountTextError, OfferFormError."""
    try:
        days = (day_number(values["from_day"]), day_number(values["to_day"]) or FAR_DAY)
    except AgreementDaysError as problem:
        raise OfferFormError from problem
    stock = int(values["stock"]) if values["stock"] else None
    return OfferForm(values["name"], centipoints_of(values["points"]), stock, *days)


def price(values: Mapping[str, Any]) -> tuple[str, int, int, int]:
    """Fund, fen per point, first and last day. Raises: AmountTextError, AgreementDaysError."""
    days = day_number(values["from_day"]), day_number(values["to_day"])
    return (values["fund"], centipoints_of(values["yuan"]), *days)
