"""People's calls."""

from volunteer_credit.people.api import approvals, desk, own

API = (own.api, desk.api, approvals.api)
