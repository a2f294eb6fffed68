"""What higher rooms do when books were recovered, before anybody is let in."""

from collections.abc import Callable

from volunteer_credit.shared.runtime import Runtime, current


class AfterRecovery:
    """Functions that wiring hands in; each may be repeated without harm."""

    def __init__(self, _runtime: Runtime) -> None:
        self.works: list[Callable[[], object]] = []


def after_recovery() -> None:
    """Run them, in the order in which they came."""
    for work in current().part(AfterRecovery, AfterRecovery).works:
        work()
