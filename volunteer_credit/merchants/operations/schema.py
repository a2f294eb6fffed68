"""Every table of this slice: importing this file makes the schema whole."""

from types import ModuleType

from volunteer_credit.merchants.models import shops

MODULES: tuple[ModuleType, ...] = (shops,)
