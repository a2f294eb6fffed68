"""Every table of this slice: importing this file makes the schema whole."""

from types import ModuleType

from volunteer_credit.redemptions.models import redemptions

MODULES: tuple[ModuleType, ...] = (redemptions,)
