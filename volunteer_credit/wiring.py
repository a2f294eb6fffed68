"""The only file that knows all slices: it puts the application together."""

import os

from flask import Flask

from volunteer_credit.config import Settings
from volunteer_credit.journal import jobs as journal_jobs
from volunteer_credit.shared import db, person_keys_jobs, runtime
from volunteer_credit.shared.jobs import Job, pruning
from volunteer_credit.shared.runtime import Runtime


def build(given: Runtime | None) -> Flask:
    """The application of a runtime, or of the environment's settings."""
    ours = Runtime(Settings.from_environ(os.environ)) if given is None else given
    app = Flask("volunteer_credit")
    runtime.attach(app, ours)
    db.init_app(app, ours.settings, ours.clock)
    return app


def jobs(settings: Settings) -> list[Job]:
    """Everything that the scheduler runs."""
    found = [*journal_jobs.jobs(settings), *person_keys_jobs.jobs()]
    return [*found, pruning(found)]
