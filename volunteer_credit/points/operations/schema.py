"""Every table of this slice: importing this file makes the schema whole."""

from types import ModuleType

from volunteer_credit.points.models import awards

MODULES: tuple[ModuleType, ...] = (awards,)
