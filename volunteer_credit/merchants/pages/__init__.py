"""The pages of merchants."""

from flask import Blueprint

from volunteer_credit.merchants.pages import manage, manage_offers, shops

PAGES: tuple[Blueprint, ...] = (shops.pages, manage.pages, manage_offers.pages)
