"""Why a fund is not changed."""

from volunteer_credit.shared.errors import BadRequestError, ConflictError, MissingError


class NoFundError(ConflictError):
    """A fund that the convention in force does not have."""

    code = "fund_unknown"
    en = "The convention in force has no fund {fund!r}; a community without one needs no fund."
    zh = "现行公约中没有基金 {fund!r}；没有公约的社区无需基金。"


class NothingGivenError(BadRequestError):
    """A change of nothing."""

    code = "fund_nothing"
    en = "Say how many points, how much money, or both."
    zh = "请填写积分数、金额，或两者都填。"


class ReasonError(BadRequestError):
    """A reason that is not on the list."""

    code = "fund_reason"
    en = "The reason is one of: {reasons}."
    zh = "原因须为以下之一：{reasons}。"


class SponsorNameError(BadRequestError):
    """A name that cannot be one."""

    code = "sponsor_name"
    en = "A sponsor's name is one line of 1 to {length} characters."
    zh = "出资方名称须为一行，1 至 {length} 个字。"


class SponsorUnknownError(MissingError):
    """A sponsor that this community does not have."""

    code = "sponsor_unknown"
    en = "There is no such sponsor here; give the name of a new one."
    zh = "没有该出资方；如为新的出资方，请填写名称。"


class BudgetShortError(ConflictError):
    """More to go back than there is."""

    code = "fund_short"
    en = "Only {points} points and {yuan} yuan of this fund are free to go back."
    zh = "该基金可退回的只有 {points} 分、{yuan} 元。"
