"""Calls of checkins."""

from volunteer_credit.checkins.api import scans
from volunteer_credit.web.openapi import ApiBlueprint

API: tuple[ApiBlueprint, ...] = (scans.api,)
