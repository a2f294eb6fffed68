"""The edge put together: what happens to every request, in which order, and to every answer."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Flask, Response, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from volunteer_credit.config import Settings
from volunteer_credit.shared import runtime
from volunteer_credit.web import (
    api,
    auth,
    bodies,
    browser_files,
    cookies,
    csrf,
    gate,
    headers,
    health,
    idempotency,
    languages,
    logs,
    metrics,
    openapi,
    pages,
    problem,
    ready,
    style_page,
)
from volunteer_credit.web.gate import Above
from volunteer_credit.web.openapi import ApiBlueprint
from volunteer_credit.web.requests import carried, route

TEMPLATES = "web/templates"  # beside them: `templates` of each slice's blueprint


class _Whole(IntegerConverter):
    """A whole number of an address, as far as databases have them; a longer one is no address."""

    regex = "[0-9]{1,16}"


class _App(Flask):
    """Flask, but for its log of a fault in the edge itself, and its search for coroutines."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: there are none, and looking at each function of each request takes time."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        """The kind and the place, as of any fault: no path and no text."""
        logs.fault(exc_info[1])


def new_app() -> Flask:
    """An application that looks for templates where the edge has them, and routes as it should."""
    app = _App("volunteer_credit", static_folder=None, template_folder=TEMPLATES)
    assert isinstance(app.json, DefaultJSONProvider)
    app.json.ensure_ascii = False  # Chinese is a third as long as UTF-8
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # or they would be routes that nobody declared
    app.url_map.merge_slashes = False  # a redirect would name the host that the caller sent
    app.url_map.strict_slashes = False
    app.url_map.converters["int"] = _Whole
    return app


def init_app(
    app: Flask,
    settings: Settings,
    above: Above,
    page_blueprints: Sequence[Blueprint],
    api_blueprints: Sequence[ApiBlueprint],
) -> None:
    """Give an application its edge and its routes. Raises: UndeclaredRouteError."""
    app.config["MAX_CONTENT_LENGTH"] = settings.body_bytes_max
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.body_bytes_max
    gate.attach(app, above)
    problem.init_app(app)
    languages.init_app(app)
    app.before_request(guard)
    app.after_request(finish)
    app.context_processor(_of_every_page)
    for each in (health.health, pages.pages, style_page.blueprint, *page_blueprints):
        app.register_blueprint(each)
    openapi.init_app(app, (api.api, *api_blueprints))
    auth.check_routes(app)
    with app.app_context():
        ours = runtime.current()
    inner: Any = headers.Headed(app.wsgi_app, plain_http=settings.plain_http)
    inner = ready.Ready(inner, ours)
    hops = settings.trusted_proxies
    if hops:
        inner = ProxyFix(inner, x_for=hops, x_proto=hops)
    app.wsgi_app = inner  # type: ignore[method-assign] # as Flask's manual says


def guard() -> None:
    """Refuse a request before its view sees it. Raises: what the checks raise."""
    carried()  # the time begins here
    languages.keep_choices()
    if request.routing_exception is None:
        bodies.check()
        csrf.check()
        auth.check()
        idempotency.check()


def finish(response: Response) -> Response:
    """Complete an answer, then log and count it."""
    now, ours = carried(), runtime.current()
    cookies.put(response, now)
    languages.put(response, now)
    headers.put(response, now)
    taken_ms, template = ours.clock.monotonic_ms() - now.started_ms, route()
    logs.answered(response, now, template, taken_ms)
    metrics.answered(response, ours, template, taken_ms)
    ready.put(response, now)
    return response


def _of_every_page() -> dict[str, object]:
    return {
        "language": languages.language(),
        "is_large_print": languages.is_large_print(),
        "is_demo": runtime.current().settings.clock == "demo",
        "csrf_token": csrf.token,
        "request_key": idempotency.new_key,
        "may": gate.may,
        "decoder_url": browser_files.decoder_url,
        "caller_of_page": carried().caller,
    }
