"""The pages of the fund."""

from volunteer_credit.fund.pages import fund

PAGES = (fund.pages,)
