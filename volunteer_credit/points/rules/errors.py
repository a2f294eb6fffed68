"""Why points are not spent."""

from volunteer_credit.shared.errors import ConflictError, RefusedError


class PointsShortError(ConflictError):
    """More than the wallet holds free."""

    code = "points_short"
    en = "There are {available} points free; {asked} are needed, {missing} are missing."
    zh = "可用积分 {available} 分，需要 {asked} 分，还差 {missing} 分。"


class MergeHeldError(ConflictError):
    """A merge while points of the one who goes are held."""

    code = "merge_points_held"
    en = "A redemption of the person who would go is open; try again when it is done, in minutes."
    zh = "将被并入的一方有一笔兑换正在进行，请几分钟后办结了再试。"


class PartsError(RefusedError):
    """An amount that cannot be taken apart into what was held or confirmed."""

    code = "points_parts"
    en = "{asked} points are more than the {held} that were held or confirmed."
    zh = "{asked} 分超过了已预占或已确认的 {held} 分。"
