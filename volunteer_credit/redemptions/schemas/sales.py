"""The cashier's forms, whose fields are the things of a list: one field for each of them."""

from collections.abc import Iterable, Mapping

from marshmallow import Schema, fields, validate

from volunteer_credit.people.schemas.sign_in import line
from volunteer_credit.redemptions.rules.errors import AskedAmountError
from volunteer_credit.redemptions.rules.selling import KEYED_MAX_CENTIPOINTS
from volunteer_credit.redemptions.schemas.reading import basket_of
from volunteer_credit.shared.units import centipoints_of, points_text

COUNT = validate.Regexp("[0-9]{0,2}$")
CARD = validate.Length(min=1, max=200)


def sale_schema(offer_ids: Iterable[str]) -> type[Schema]:
    """An amount, or so many of each thing; and whose card or pass it is."""
    counts = {each: fields.String(load_default="", validate=COUNT) for each in offer_ids}
    card = fields.String(required=True, validate=CARD)
    return Schema.from_dict({**counts, "points": line(required=False), "card": card})


def refund_schema(offer_ids: Iterable[str]) -> type[Schema]:
    """How many of each thing come back, or how much of an amount; and why."""
    counts = {each: fields.String(load_default="", validate=COUNT) for each in offer_ids}
    return Schema.from_dict({**counts, "points": line(required=False), "reason": line()})


def wanted(values: Mapping[str, str]) -> tuple[int, dict[str, int]]:
    """The centipoints of an amount, or a basket and 0.

    Raises: AmountTextError, AskedAmountError for both or nothing, BasketError.
    """
    pieces, text = basket_of(values.items()), values["points"].strip()
    if bool(pieces) == bool(text):
        raise AskedAmountError(points_max=points_text(KEYED_MAX_CENTIPOINTS))
    return (0, pieces) if pieces else (centipoints_of(text), {})
