"""The calls of the fund."""

from volunteer_credit.fund.api import fund

API = (fund.api,)
