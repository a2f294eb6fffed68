"""The calls of projects."""

from volunteer_credit.projects.api import activities, projects, sign_ups
from volunteer_credit.web.openapi import ApiBlueprint

API: tuple[ApiBlueprint, ...] = (activities.api, sign_ups.api, projects.api)
