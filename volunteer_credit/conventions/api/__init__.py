"""The calls of conventions."""

from volunteer_credit.conventions.api import conventions

API = (conventions.api,)
