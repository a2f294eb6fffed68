"""Why the tour does not go on."""

from volunteer_credit.shared.errors import ConflictError, MissingError


class TourClosedError(MissingError):
    """A tour of a book that counts, or of a city without the made-up people."""

    code = "tour_closed"
    en = "There is no tour here: it goes through a demonstration only (`make run`)."
    zh = "这里没有导览：导览仅限演示环境（`make run`）。"


class TourKeyError(MissingError):
    """A browser without a tour, or a key that is used, over, or none."""

    code = "tour_key"
    en = "This tour is over or was opened elsewhere; start `make run` again for a new address."
    zh = "导览已结束，或已在别处打开；请重新运行 `make run` 获取新地址。"


class StepEarlyError(ConflictError):
    """A step whose beginning is not there yet."""

    code = "tour_step_early"
    en = "Do step {step} first; then this one has something to show."
    zh = "请先完成第 {step} 步，再看这一步。"
