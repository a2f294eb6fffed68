"""The pages of redemptions."""

from flask import Blueprint

from volunteer_credit.redemptions.pages import checks, own, till, till_refunds

PAGES: tuple[Blueprint, ...] = (own.pages, till.pages, till_refunds.pages, checks.pages)
