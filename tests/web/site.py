"""A small site on the edge, to try it out: a gate of our own, a few pages and calls."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import flask
import marshmallow as ma
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from flask.views import MethodView
from marshmallow import fields, validate
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from ledger.errors import RuleError, StoreError
from tests.service.make import FakeClock, settings_for
from volunteer_credit.shared import db, runtime
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db_errors import DatabaseBusyError, DatabaseGoneError
from volunteer_credit.shared.runtime import Runtime
from volunteer_credit.shared.units import centipoints_of
from volunteer_credit.web import bodies, cookies, edge, forms, headers, idempotency
from volunteer_credit.web.auth import NOBODY, SIGNED_IN, requires
from volunteer_credit.web.fields import by_rule
from volunteer_credit.web.gate import Above
from volunteer_credit.web.openapi import ApiBlueprint

ORIGIN = "https://points.example"
CANARY = "王小明13900001111"
TOKENS = {"ann": "ann-token-0123456789", "bob": "bob-token-0123456789"}
FORM = "<i>{{ csrf_token() }}</i><b>{{ request_key() }}</b><u>{{ t('Hello', '你好') }}</u>"


class Gate:
    """Ann works in `hill`, Bob in `lake`; what they may do is what the test says."""

    def __init__(self, allowed: Iterable[tuple[str, str, str]] = ()) -> None:
        self.allowed = set(allowed)
        self.languages: dict[str, str] = {}
        self.large: set[str] = set()
        self.asked: list[tuple[str, str]] = []
        self.problem: Exception | None = None

    def caller(
        self,
        token: str,
        device_id: str,
        community_id: str = "",  # noqa: ARG002 - as Gate asks
    ) -> Caller | None:
        self.asked.append((token, device_id))
        if self.problem is not None:
            raise self.problem
        community = {"ann": "hill", "bob": "lake"}
        for person, known in TOKENS.items():
            if token == known:
                return Caller(
                    person, f"s-{person}", device_id, "code", community_id=community[person]
                )
        return None

    def may(self, caller: Caller | None, action: str, community_id: str) -> bool:
        assert caller is not None
        return (caller.person_id, action, community_id) in self.allowed

    def language(self, caller: Caller) -> str | None:
        return self.languages.get(caller.person_id)

    def is_large_print(self, caller: Caller) -> bool:
        return caller.person_id in self.large


class BrokenRule(RuleError):  # noqa: N818 - the name is not what is tried
    code, en, zh = "broken_rule", "A rule of the book.", "账本规则。"


class NoDisk(StoreError):  # noqa: N818 - the name is not what is tried
    code, en, zh = "no_disk", "No disk.", "没有磁盘。"


PROBLEMS: dict[str, Exception] = {
    "busy": DatabaseBusyError(seconds=5),
    "gone": DatabaseGoneError(),
    "fault": RuntimeError(CANARY),
    "sql": OperationalError("SELECT", {"name": CANARY}, Exception(CANARY)),
    "rule": BrokenRule(),
    "disk": NoDisk(),
    "fields": ma.ValidationError({"name": ["Missing data for required field."]}),
}


class ThingSchema(ma.Schema):
    """A thing."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=20))
    count = fields.Integer(strict=True, validate=validate.Range(min=0, max=9))
    tags = fields.List(fields.String())


class NameFormSchema(ma.Schema):
    """A form with a name, several days, and an amount that our own rule reads."""

    name = fields.String(required=True, validate=validate.Length(min=1))
    days = fields.List(fields.Integer())
    points = fields.String(validate=by_rule(centipoints_of))


site = flask.Blueprint("site", __name__)


@site.get("/form")
@requires(NOBODY)
def show() -> str:
    return render_template_string(FORM)


@site.post("/form")
@requires(NOBODY)
def send() -> str:
    return idempotency.request_key()


@site.post("/name")
@requires(NOBODY)
def name() -> Any:
    form = forms.read(NameFormSchema)
    return flask.jsonify(
        values=dict(form.values),
        texts=dict(form.texts),
        errors=dict(form.errors),
        is_good=form.is_good,
    )


@site.get("/mine")
@requires(SIGNED_IN)
def mine() -> str:
    return render_template_string(FORM)


@site.post("/mine")
@requires(SIGNED_IN)
def change() -> str:
    return "changed"


@site.get("/desk")
@requires("things.read")
def desk() -> str:
    return "desk"


@site.get("/c/<community>/desk")
@requires("things.read")
def desk_of(community: str) -> str:
    return community


@site.get("/problem/<name>")
@requires(NOBODY)
def problem_of_page(name: str) -> str:
    raise PROBLEMS[name]


@site.get("/public")
@requires(NOBODY)
def public() -> str:
    headers.public(60)
    return "public"


@site.get("/public-form")
@requires(NOBODY)
def public_form() -> str:
    headers.public(60)
    return render_template_string(FORM)


@site.get("/scan")
@requires(NOBODY)
def scan() -> str:
    headers.allow_camera()
    headers.hide_referrer()
    return cookies.device_id()


@site.get("/in/<person>")
@requires(NOBODY)
def enter(person: str) -> str:
    cookies.set_session(TOKENS[person], 60)
    return "in"


@site.get("/out")
@requires(NOBODY)
def leave() -> str:
    cookies.forget_session()
    return "out"


@site.get("/text/<text>")
@requires(NOBODY)
def text(text: str) -> str:
    return text


calls = ApiBlueprint("things", __name__, description="Things.")


@calls.route("/things", methods=["POST"])
@requires(NOBODY)
@calls.arguments(ThingSchema)
@calls.response(201, ThingSchema)
def add(thing: dict[str, Any]) -> dict[str, Any]:
    """Add a thing."""
    idempotency.request_key()
    return thing


@calls.route("/things/<int:number>")
class Thing(MethodView):
    @requires("things.read")
    @calls.response(200, ThingSchema)
    def get(self, number: int) -> dict[str, Any]:
        """One thing."""
        return {"name": str(number)}

    @requires("things.remove")
    @calls.response(204)
    def delete(self, number: int) -> None:
        """Remove one."""


@calls.route("/look", methods=["POST"])
@requires(NOBODY)
@idempotency.keyless
@bodies.takes("text/plain")
@calls.response(200)
def look() -> dict[str, str]:
    """Look at a text; nothing is written."""
    return {"text": flask.request.get_data(as_text=True)}


@calls.route("/problem/<name>")
@requires(NOBODY)
def problem_of_call(name: str) -> str:
    """Fail."""
    raise PROBLEMS[name]


def build(folder: Path, gate: Gate | None = None, **changes: str) -> Flask:
    """The site as an application; `changes` are settings. No database stands behind it."""
    settings = settings_for(f"sqlite:///{folder / 'data' / 'none.db'}", folder, **changes)
    app = edge.new_app()
    runtime.attach(app, Runtime(settings, FakeClock()))
    db.init_app(app, settings, FakeClock())
    edge.init_app(app, settings, Above(gate or Gate()), [site], [calls])
    return app


class Visitor:
    """A browser at the site, with its cookies."""

    def __init__(self, app: Flask, origin: str = ORIGIN, *, has_cookies: bool = True) -> None:
        self.client: FlaskClient = app.test_client(use_cookies=has_cookies)
        self.origin = origin

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, base_url=self.origin, buffered=True, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return self.client.post(path, base_url=self.origin, buffered=True, **options)

    def enter(self, person: str) -> None:
        """Sign in."""
        assert self.get(f"/in/{person}").status_code == 200

    def tokens(self, path: str = "/form") -> dict[str, str]:
        """The hidden fields of a page's form."""
        text = self.get(path).get_data(as_text=True)
        found = re.search(r"<i>(.*?)</i><b>(.*?)</b>", text)
        assert found is not None
        return {"_csrf": found[1], "_key": found[2]}


def problem(response: TestResponse) -> dict[str, Any]:
    """What a problem+json answer says."""
    assert response.mimetype == "application/problem+json"
    body: dict[str, Any] = response.get_json()
    assert body["status"] == response.status_code
    assert body["instance"] == response.headers["X-Request-Id"]
    return body
