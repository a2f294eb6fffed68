"""People's calls."""

from volunteer_credit.people.api import (
    approvals,
    desk,
    family,
    household,
    organisations,
    own,
    proxy_asks,
)

API = (
    own.api,
    household.api,
    family.api,
    proxy_asks.api,
    organisations.api,
    desk.api,
    approvals.api,
)
