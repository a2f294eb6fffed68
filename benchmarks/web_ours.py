"""Our application as it is served, and one more route: it appends one entry as the staff do."""

import os
import secrets
from pathlib import Path
from typing import Any

import marshmallow as ma
from flask import Flask
from marshmallow import fields

from tests.service.books import award
from tests.service.make import settings_for
from volunteer_credit import create_app, wiring
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.serving import settle
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.clock import SystemClock
from volunteer_credit.shared.db import retried
from volunteer_credit.shared.runtime import Runtime
from volunteer_credit.web import logs
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

URL, FOLDER = "VC_BENCH_URL", "VC_BENCH_FOLDER"
PATH = "/communities/<community>/bench"
ACTION = "community.change"

api = ApiBlueprint("bench", __name__, description="Only in benchmarks.")


class AwardSchema(ma.Schema):
    """Whom to award."""

    member = fields.Integer(required=True)
    points = fields.Integer(required=True)


class WrittenSchema(ma.Schema):
    """What was written."""

    seq = fields.Integer(required=True)


@api.route(PATH, methods=["POST"])
@requires(ACTION)
@api.arguments(AwardSchema)
@api.response(201, WrittenSchema)
def post(given: dict[str, Any], community: str) -> dict[str, int]:
    """Award some points."""
    return {"seq": awarded(signed_in(), community, given, request_key())}


@retried
def awarded(caller: Caller, community: str, given: dict[str, Any], key: str) -> int:
    """One operation of one entry, as any slice writes it."""
    target = Target(community)
    request = Request(acting(caller, ACTION, community, target), key, "bench", given)
    with perform(community, request) as operation:
        authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            made = operation.append(award(given["member"], given["points"]))
            operation.answer({"seq": made.seq})
    return int(operation.result["seq"])


def application() -> Flask:
    """One process of the server: as `serving.application`, with this route."""
    logs.install()
    app = made(os.environ[URL], Path(os.environ[FOLDER]))
    settle()
    return app


def made(url: str, folder: Path) -> Flask:
    """The application on a database that is there."""
    wiring.API = (*wiring.API, api)
    return create_app(Runtime(settings_for(url, folder), SystemClock(), secrets.token_bytes))
