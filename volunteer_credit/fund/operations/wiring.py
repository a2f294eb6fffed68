"""What lower rooms are handed from fund; wiring.py installs it."""

from volunteer_credit.fund.operations import budgets
from volunteer_credit.shared.runtime import Runtime

EFFECTS = (budgets,)  # loading it says what the approval of a change does


def install(_runtime: Runtime) -> None:
    """Nothing: what a fund keeps is about bodies, and about nobody."""
