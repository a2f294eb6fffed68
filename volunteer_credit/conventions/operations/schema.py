"""Every table of this slice: importing this file makes the schema whole."""

from volunteer_credit.conventions.models import versions

MODULES = (versions,)
