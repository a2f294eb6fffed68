"""The calls of hours."""

from volunteer_credit.hours.api import desk, own

API = (own.api, desk.api)
