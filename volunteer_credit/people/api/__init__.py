"""People's calls."""

from volunteer_credit.people.api import approvals, desk, family, household, organisations, own

API = (own.api, household.api, family.api, organisations.api, desk.api, approvals.api)
