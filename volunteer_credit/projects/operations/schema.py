"""Every table of this slice: importing this file makes the schema whole."""

from types import ModuleType

from volunteer_credit.projects.models import activities

MODULES: tuple[ModuleType, ...] = (activities,)
