"""What a shop gives for points: prices, stock, days, and what a basket of it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from volunteer_credit.people.rules.days import is_day
from volunteer_credit.people.rules.names import parse_name
from volunteer_credit.shared.errors import BadRequestError, ConflictError, MissingError

PRICE_MAX_CENTIPOINTS = 99_999_00
STOCK_MAX = 1_000_000
PIECES_MAX = 99  # of one thing in one basket
THINGS_MAX = 20  # in one basket
FAR_DAY = 99991231


class OfferUnknownError(MissingError):
    """Something that this shop does not give for points, or not any more."""

    code = "offer_unknown"
    en = "This shop does not have that for points (any more). Look at its list again."
    zh = "该商户没有（或已下架）此兑换品，请重新查看清单。"


class OfferFormError(BadRequestError):
    """A price, stock or days that cannot be."""

    code = "offer_form"
    en = "Price: 0.01 to 99999 points. Stock: 0 to 1000000, or empty. Days: first not after last."
    zh = "价格须为 0.01 至 99999 分；库存须为 0 至 1000000 或留空；开始日不得晚于截止日。"


class OfferDaysError(ConflictError):
    """An offer on a day on which it does not hold."""

    code = "offer_days"
    en = "“{name}” is not given today."
    zh = "“{name}”今天不可兑换。"


class OutOfStockError(ConflictError):
    """Fewer are left than were asked for."""

    code = "out_of_stock"
    en = "Of “{name}” {left} are left; nothing was taken from you."
    zh = "“{name}”仅剩 {left} 件，您的积分未被扣除。"


class BasketError(BadRequestError):
    """An empty basket, or one that no counter could serve."""

    code = "basket"
    en = "Choose 1 to {things_max} things, each 1 to {pieces_max} times."
    zh = "请选择 1 至 {things_max} 种兑换品，每种 1 至 {pieces_max} 件。"


@dataclass(frozen=True, slots=True)
class OfferForm:
    """An offer as it is entered. `stock` None: as many as are asked for."""

    name: str
    price_centipoints: int
    stock: int | None = None
    from_day: int = 0
    to_day: int = FAR_DAY


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer of a shop."""

    offer_id: str
    merchant_id: str
    name: str
    price_centipoints: int
    stock: int | None
    from_day: int
    to_day: int
    is_listed: bool

    def is_given(self, day: int) -> bool:
        """Whether it may be had on a day, as far as the list goes."""
        return self.is_listed and self.from_day <= day <= self.to_day


def parse_offer(given: OfferForm) -> OfferForm:
    """The offer as it is kept. Raises: OfferFormError, and as `parse_name`."""
    is_price = 0 < given.price_centipoints <= PRICE_MAX_CENTIPOINTS
    is_stock = given.stock is None or 0 <= given.stock <= STOCK_MAX
    are_days = all(each == 0 or is_day(each) for each in (given.from_day, given.to_day))
    if not (is_price and is_stock and are_days and given.from_day <= given.to_day):
        raise OfferFormError
    return OfferForm(
        parse_name(given.name), given.price_centipoints, given.stock, given.from_day, given.to_day
    )


def check_basket(pieces: Mapping[str, int]) -> None:
    """Accept what a counter can serve. Raises: BasketError."""
    good = all(0 < count <= PIECES_MAX for count in pieces.values())
    if not (good and 0 < len(pieces) <= THINGS_MAX):
        raise BasketError(things_max=THINGS_MAX, pieces_max=PIECES_MAX)


def basket_price(offers: Sequence[Offer], pieces: Mapping[str, int], day: int) -> int:
    """What a basket costs on a day, in centipoints.

    Raises: BasketError, OfferUnknownError, OfferDaysError, OutOfStockError.
    """
    check_basket(pieces)
    known = {each.offer_id: each for each in offers}
    total = 0
    for offer_id, count in pieces.items():
        found = known.get(offer_id)
        if found is None or not found.is_listed:
            raise OfferUnknownError
        if not found.is_given(day):
            raise OfferDaysError(name=found.name)
        if found.stock is not None and found.stock < count:
            raise OutOfStockError(name=found.name, left=found.stock)
        total += count * found.price_centipoints
    return total
