"""Who may call: stated at every route, and refused where it is not (deny by default)."""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from flask import Flask, current_app, request

from volunteer_credit.shared.errors import DeniedError, MissingError
from volunteer_credit.web import gate

NOBODY = "nobody"  # nobody needs to be signed in
SIGNED_IN = "signed_in"
DECLARED = "who_may_call"
COMMUNITY = gate.COMMUNITY  # the part of a URL that names one

_ACTION = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+")
View = TypeVar("View", bound=Callable[..., Any])


class NotAllowedError(DeniedError):
    """An action that the caller's roles do not give."""

    code = "not_allowed_here"
    en = "You may not do this here. Ask the staff of your community if you should be able to."
    zh = "您在此没有这项权限；如确有需要，请联系所在社区的工作人员。"


class NotHereError(MissingError):
    """A community whose inside the caller does not get to see."""

    code = "not_here"
    en = "There is nothing here for you."
    zh = "这里没有可供您查看的内容。"


class UndeclaredRouteError(RuntimeError):
    """A fault of ours: routes that do not say who may call them."""


def requires(who: str) -> Callable[[View], View]:
    """State who may call a view: NOBODY, SIGNED_IN, or the code of an action."""
    assert who in (NOBODY, SIGNED_IN) or _ACTION.fullmatch(who)

    def declare(view: View) -> View:
        setattr(view, DECLARED, who)
        return view

    return declare


def handler(app: Flask, endpoint: str, method: str) -> object:
    """The function behind an endpoint and a method."""
    view = app.view_functions[endpoint]
    methods = getattr(view, "view_class", None)
    if methods is None:
        return view
    fallback = getattr(methods, "get", None) if method == "HEAD" else None
    return getattr(methods, method.lower(), fallback)


def declared(app: Flask, endpoint: str, method: str) -> str | None:
    """Who may call an endpoint with a method; None when that is not stated."""
    return getattr(handler(app, endpoint, method), DECLARED, None)


def routes(app: Flask) -> Iterator[tuple[str, str, str, str | None]]:
    """Every route and method: rule, method, endpoint, who may call."""
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods or ()):
            yield rule.rule, method, rule.endpoint, declared(app, rule.endpoint, method)


def check_routes(app: Flask) -> None:
    """Refuse to start with a route that is not declared. Raises: UndeclaredRouteError."""
    silent = [f"{method} {rule}" for rule, method, _, who in routes(app) if who is None]
    if silent:
        raise UndeclaredRouteError(", ".join(silent))


def check() -> None:
    """Let the caller pass. Raises: SignInNeededError, NotAllowedError, NotHereError."""
    assert request.endpoint is not None
    who = declared(current_app, request.endpoint, request.method)
    if who is None:
        raise UndeclaredRouteError(request.endpoint)
    if who == NOBODY:
        return
    caller = gate.signed_in()
    if who == SIGNED_IN:
        return
    named = (request.view_args or {}).get(COMMUNITY)
    if not gate.may(who, named or ""):
        is_elsewhere = named is not None and named != caller.community_id
        raise NotHereError if is_elsewhere else NotAllowedError
