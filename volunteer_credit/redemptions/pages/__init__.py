"""The pages of redemptions."""

from flask import Blueprint

from volunteer_credit.redemptions.pages import checks, family, own, till, till_refunds

PAGES: tuple[Blueprint, ...] = (
    own.pages,
    family.pages,
    till.pages,
    till_refunds.pages,
    checks.pages,
)
