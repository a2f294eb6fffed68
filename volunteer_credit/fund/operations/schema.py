"""Every table of this slice: importing this file makes the schema whole."""

from types import ModuleType

from volunteer_credit.fund.models import budgets

MODULES: tuple[ModuleType, ...] = (budgets,)
