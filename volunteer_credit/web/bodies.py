"""What a request brings: its size, its content type and its texts, before any view reads it."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from volunteer_credit.web.auth import handler
from volunteer_credit.web.requests import is_api, is_unsafe
from volunteer_credit.web.texts import TextRefusedError, is_clean

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
JSON_TYPES = ("application/json",)
TAKEN = "takes_content_types"

View = TypeVar("View", bound=Callable[..., Any])


def takes(*content_types: str) -> Callable[[View], View]:
    """State that a view takes bodies of these types, instead of forms or JSON."""

    def declare(view: View) -> View:
        setattr(view, TAKEN, content_types)
        return view

    return declare


def check() -> None:
    """Raises: TextRefusedError, and 413 or 415 as HTTP has them."""
    texts = list((request.view_args or {}).values())
    if request.query_string:
        texts += _flat(request.args.lists())
    if is_unsafe():
        _check_body()
        if request.mimetype in FORM_TYPES:
            texts += _flat(request.form.lists())
    if not all(is_clean(each) for each in texts if isinstance(each, str)):
        raise TextRefusedError


def _check_body() -> None:
    most = request.max_content_length
    assert most is not None
    count = request.content_length
    if count is None:  # in pieces; werkzeug would cut it at the limit and say nothing
        count = len(request.get_data())
        most -= 1
    if count > most:
        raise RequestEntityTooLarge
    if count and request.mimetype not in _taken():
        raise UnsupportedMediaType


def _taken() -> tuple[str, ...]:
    assert request.endpoint is not None
    view = handler(current_app, request.endpoint, request.method)
    usual = JSON_TYPES if is_api() else FORM_TYPES
    return tuple(getattr(view, TAKEN, usual))


def _flat(lists: Iterable[tuple[str, list[str]]]) -> list[str]:
    return [text for name, values in lists for text in (name, *values)]
