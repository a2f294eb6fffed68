"""The only file that knows all slices: it puts the application together."""

import os

from flask import Blueprint, Flask

from volunteer_credit.checkins import api as checkins_api
from volunteer_credit.checkins import jobs as checkins_jobs
from volunteer_credit.checkins import pages as checkins_pages
from volunteer_credit.checkins.operations import schema as checkins_schema
from volunteer_credit.checkins.operations import wiring as checkins_wiring
from volunteer_credit.config import Settings
from volunteer_credit.conventions import api as conventions_api
from volunteer_credit.conventions import jobs as conventions_jobs
from volunteer_credit.conventions import pages as conventions_pages
from volunteer_credit.conventions.operations import schema as conventions_schema
from volunteer_credit.conventions.operations import wiring as conventions_wiring
from volunteer_credit.fund import api as fund_api
from volunteer_credit.fund import jobs as fund_jobs
from volunteer_credit.fund import pages as fund_pages
from volunteer_credit.fund.operations import schema as fund_schema
from volunteer_credit.fund.operations import wiring as fund_wiring
from volunteer_credit.hours import api as hours_api
from volunteer_credit.hours import jobs as hours_jobs
from volunteer_credit.hours import pages as hours_pages
from volunteer_credit.hours.operations import schema as hours_schema
from volunteer_credit.hours.operations import wiring as hours_wiring
from volunteer_credit.journal import jobs as journal_jobs
from volunteer_credit.merchants import api as merchants_api
from volunteer_credit.merchants import jobs as merchants_jobs
from volunteer_credit.merchants import pages as merchants_pages
from volunteer_credit.merchants.operations import schema as merchants_schema
from volunteer_credit.merchants.operations import wiring as merchants_wiring
from volunteer_credit.people import api as people_api
from volunteer_credit.people import jobs as people_jobs
from volunteer_credit.people import pages as people_pages
from volunteer_credit.people.gate import PeopleGate
from volunteer_credit.people.operations import grants, hooks, merges
from volunteer_credit.people.operations import schema as people_schema
from volunteer_credit.points import api as points_api
from volunteer_credit.points import jobs as points_jobs
from volunteer_credit.points import pages as points_pages
from volunteer_credit.points.operations import schema as points_schema
from volunteer_credit.points.operations import wiring as points_wiring
from volunteer_credit.projects import api as projects_api
from volunteer_credit.projects import jobs as projects_jobs
from volunteer_credit.projects import pages as projects_pages
from volunteer_credit.projects.operations import schema as projects_schema
from volunteer_credit.projects.operations import wiring as projects_wiring
from volunteer_credit.publication import api as publication_api
from volunteer_credit.publication import jobs as publication_jobs
from volunteer_credit.publication import pages as publication_pages
from volunteer_credit.redemptions import api as redemptions_api
from volunteer_credit.redemptions import jobs as redemptions_jobs
from volunteer_credit.redemptions import pages as redemptions_pages
from volunteer_credit.redemptions.operations import schema as redemptions_schema
from volunteer_credit.redemptions.operations import wiring as redemptions_wiring
from volunteer_credit.shared import db, limits, person_keys_jobs, runtime
from volunteer_credit.shared.jobs import Job, pruning
from volunteer_credit.shared.runtime import Runtime
from volunteer_credit.tour import pages as tour_pages
from volunteer_credit.web import edge
from volunteer_credit.web.gate import Above, Gate
from volunteer_credit.web.openapi import ApiBlueprint

SCHEMA = (
    *people_schema.MODULES,
    *conventions_schema.MODULES,
    *fund_schema.MODULES,
    *points_schema.MODULES,
    *hours_schema.MODULES,
    *merchants_schema.MODULES,
    *projects_schema.MODULES,
    *checkins_schema.MODULES,
    *redemptions_schema.MODULES,
)  # every table must be known before the schema is compared
EFFECTS = (grants, merges)  # loading them says what the approval of a pair changes
ROOMS = (
    conventions_wiring,
    fund_wiring,
    points_wiring,
    hours_wiring,
    merchants_wiring,
    projects_wiring,
    checkins_wiring,
    redemptions_wiring,
)
# Of the slices: at /, and below /api/v1.
PAGES: tuple[Blueprint, ...] = (
    *people_pages.PAGES,
    *conventions_pages.PAGES,
    *fund_pages.PAGES,
    *points_pages.PAGES,
    *hours_pages.PAGES,
    *merchants_pages.PAGES,
    *projects_pages.PAGES,
    *checkins_pages.PAGES,
    *redemptions_pages.PAGES,
    *publication_pages.PAGES,
    *tour_pages.PAGES,
)
API: tuple[ApiBlueprint, ...] = (
    *people_api.API,
    *conventions_api.API,
    *fund_api.API,
    *points_api.API,
    *hours_api.API,
    *merchants_api.API,
    *projects_api.API,
    *checkins_api.API,
    *redemptions_api.API,
    *publication_api.API,
)


def build(given: Runtime | None) -> Flask:
    """The application of a runtime, or of the environment's settings."""
    ours = Runtime(Settings.from_environ(os.environ)) if given is None else given
    app = edge.new_app()
    runtime.attach(app, ours)
    db.init_app(app, ours.settings, ours.clock)
    hooks.install(ours)
    for each in ROOMS:
        each.install(ours)
    edge.init_app(app, ours.settings, Above(gate(ours)), PAGES, API)
    return app


def gate(_runtime: Runtime) -> Gate:
    """What the edge asks about people."""
    return PeopleGate()


def jobs(settings: Settings) -> list[Job]:
    """Everything that the scheduler runs."""
    found = [*journal_jobs.jobs(settings), *person_keys_jobs.jobs(), *limits.jobs()]
    found += [*people_jobs.jobs(), *publication_jobs.jobs()]
    for each in (
        conventions_jobs,
        fund_jobs,
        points_jobs,
        hours_jobs,
        merchants_jobs,
        projects_jobs,
        checkins_jobs,
        redemptions_jobs,
    ):
        found += each.jobs()
    return [*found, pruning(found)]
