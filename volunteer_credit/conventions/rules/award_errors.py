"""Why nothing can be computed."""

from volunteer_credit.shared.errors import BadRequestError, RefusedError


class TallyError(BadRequestError):
    """A count that cannot have come about."""

    code = "award_tally"
    en = "A tally of {counted} counted and {given} given cannot be; ask the operator to check."
    zh = "累计值（计入 {counted}，已给 {given}）不可能出现；请运维人员检查。"


class ServiceFactError(BadRequestError):
    """A service that cannot be."""

    code = "award_service"
    en = "This service cannot be counted: {field} is {value}. Correct the record first."
    zh = "该服务无法计分：{field} 为 {value}。请先更正记录。"


class CoefficientUnknownError(RefusedError):
    """A kind of work that the convention does not know."""

    code = "award_coefficient"
    en = "The convention of that day has no coefficient {coefficient!r}; choose one that it has."
    zh = "当日有效的公约中没有系数 {coefficient!r}；请选用公约中的系数。"


class OtherServiceError(RefusedError):
    """A correction of something else than minutes."""

    code = "award_other_service"
    en = "A correction changes minutes only; annul this record and make a new one."
    zh = "更正只能改变分钟数；其他内容请撤销该记录后重新记录。"


class PaymentError(BadRequestError):
    """Balances or an amount that cannot be taken from."""

    code = "award_payment"
    en = "{centipoints} centipoints cannot be taken back; amounts are 0 or more."
    zh = "无法收回 {centipoints} 厘分；数额不得为负。"
