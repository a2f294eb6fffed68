"""The pages of conventions: read, propose, join and leave."""

from volunteer_credit.conventions.pages import contract, convention, proposing

PAGES = (convention.pages, contract.pages, proposing.pages)
