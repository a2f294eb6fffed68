"""Every table of this slice: importing this file makes the schema whole."""

from types import ModuleType

from volunteer_credit.hours.models import objections, sheets

MODULES: tuple[ModuleType, ...] = (objections, sheets)
