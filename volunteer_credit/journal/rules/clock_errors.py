"""Why an order to the clock of a book is refused."""

from volunteer_credit.shared.errors import BadRequestError, RefusedError


class ClockDiffersError(RefusedError):
    """A confirmed time that is not the one this computer shows."""

    code = "clock_differs"
    en = "This computer's clock is {seconds} s away from the time you gave; set it right first."
    zh = "本机时钟与所给时间相差 {seconds} 秒；请先校准时钟。"


class ClockNotBehindError(RefusedError):
    """A reset that nothing asks for."""

    code = "clock_not_behind"
    en = "The clock is not behind the last entry of {origin}; there is nothing to reset."
    zh = "时钟并不慢于 {origin} 的最后一条记录；无需重置。"


class NotDemoError(RefusedError):
    """A real book whose time somebody wants to move."""

    code = "not_a_demo_book"
    en = "{origin} is no demo book; its clock cannot be moved."
    zh = "{origin} 不是演示账本；不能调整其时钟。"


class DemoStepError(BadRequestError):
    """A step that is no step forward."""

    code = "demo_step"
    en = "A demo clock is moved by 1 ms to {milliseconds_max} ms, and only forward."
    zh = "演示时钟每次前移 1 至 {milliseconds_max} 毫秒，且只能向前。"
