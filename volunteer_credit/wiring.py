"""The only file that knows all slices: it puts the application together."""

import os

from flask import Blueprint, Flask

from volunteer_credit.config import Settings
from volunteer_credit.journal import jobs as journal_jobs
from volunteer_credit.people import api as people_api
from volunteer_credit.people import jobs as people_jobs
from volunteer_credit.people import pages as people_pages
from volunteer_credit.people.gate import PeopleGate
from volunteer_credit.people.operations import grants, hooks, merges
from volunteer_credit.people.operations import schema as people_schema
from volunteer_credit.publication import api as publication_api
from volunteer_credit.publication import jobs as publication_jobs
from volunteer_credit.publication import pages as publication_pages
from volunteer_credit.shared import db, limits, person_keys_jobs, runtime
from volunteer_credit.shared.jobs import Job, pruning
from volunteer_credit.shared.runtime import Runtime
from volunteer_credit.web import edge
from volunteer_credit.web.gate import Above, Gate
from volunteer_credit.web.openapi import ApiBlueprint

SCHEMA = people_schema.MODULES  # every table must be known before the schema is compared
EFFECTS = (grants, merges)  # loading them says what the approval of a pair changes
# Of the slices: at /, and below /api/v1.
PAGES: tuple[Blueprint, ...] = (*people_pages.PAGES, *publication_pages.PAGES)
API: tuple[ApiBlueprint, ...] = (*people_api.API, *publication_api.API)


def build(given: Runtime | None) -> Flask:
    """The application of a runtime, or of the environment's settings."""
    ours = Runtime(Settings.from_environ(os.environ)) if given is None else given
    app = edge.new_app()
    runtime.attach(app, ours)
    db.init_app(app, ours.settings, ours.clock)
    hooks.install(ours)
    edge.init_app(app, ours.settings, Above(gate(ours)), PAGES, API)
    return app


def gate(_runtime: Runtime) -> Gate:
    """What the edge asks about people."""
    return PeopleGate()


def jobs(settings: Settings) -> list[Job]:
    """Everything that the scheduler runs."""
    found = [*journal_jobs.jobs(settings), *person_keys_jobs.jobs(), *limits.jobs()]
    found += [*people_jobs.jobs(), *publication_jobs.jobs()]
    return [*found, pruning(found)]
