"""The calls of redemptions."""

from volunteer_credit.redemptions.api import own, till
from volunteer_credit.web.openapi import ApiBlueprint

API: tuple[ApiBlueprint, ...] = (own.api, till.api)
