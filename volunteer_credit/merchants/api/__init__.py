"""The calls of merchants."""

from volunteer_credit.merchants.api import offers, shops
from volunteer_credit.web.openapi import ApiBlueprint

API: tuple[ApiBlueprint, ...] = (shops.api, offers.api)
