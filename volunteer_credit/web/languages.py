"""The language and the size of print of an answer, and the two texts beside each other.

Order: `?lang=` (kept in a cookie), the cookie, the person's choice, what the browser asks for,
Chinese. `?size=large` and `?size=normal` work alike.
"""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

import flask_babel  # type: ignore[import-untyped] # has no types
from flask import Flask, Response, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError

from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.runtime import current
from volunteer_credit.shared.units import hours_text, points_text, yuan_text
from volunteer_credit.web import cookies, gate, logs
from volunteer_credit.web.requests import Carried, carried

CHINESE, ENGLISH = "zh", "en"
LANGUAGES = (CHINESE, ENGLISH)
TAGS = {CHINESE: "zh-Hans-CN", ENGLISH: "en"}
LARGE, NORMAL = "large", "normal"
LANGUAGE_PARAMETER, SIZE_PARAMETER = "lang", "size"


def language() -> str:
    """`zh` or `en`."""
    if not has_request_context():
        return CHINESE
    now = carried()
    if not now.language:
        now.language = _chosen_language()
    return now.language


def is_large_print() -> bool:
    """Whether pages are in large print."""
    now = carried()
    if now.is_large_print is None:
        now.is_large_print = _chosen_size()
    return now.is_large_print


def t(en: str, zh: str) -> str:
    """The text in the language of the answer."""
    return zh if language() == CHINESE else en


def said(told: Any) -> str:
    """The text of what brings its own two, as `en` and `zh`: for a page."""
    return t(told.en, told.zh)


def keep_choices() -> None:
    """Remember in a cookie what a link has chosen; what nobody offers is left alone."""
    if not request.query_string:
        return
    for name, offered, cookie in (
        (LANGUAGE_PARAMETER, LANGUAGES, cookies.LANGUAGE),
        (SIZE_PARAMETER, (LARGE, NORMAL), cookies.SIZE),
    ):
        asked = request.args.get(name)
        if asked in offered and cookies.read(cookie) != asked:
            cookies.set_choice(cookie, asked)


def _chosen_language() -> str:
    for said in (request.args.get(LANGUAGE_PARAMETER), cookies.read(cookies.LANGUAGE)):
        if said in LANGUAGES:
            return said
    own = _of_the_person()
    if own is not None and own[0] in LANGUAGES:
        return str(own[0])
    # A browser that names one of ours by region (zh-CN, en-GB) means it.
    wanted = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((each for each in wanted if each in LANGUAGES), CHINESE)


def _chosen_size() -> bool:
    for said in (request.args.get(SIZE_PARAMETER), cookies.read(cookies.SIZE)):
        if said in (LARGE, NORMAL):
            return said == LARGE
    own = _of_the_person()
    return own is not None and own[1]


def _of_the_person() -> tuple[str | None, bool] | None:
    """What the caller has chosen. A refusal must be sayable while the database is away."""
    try:
        caller = gate.caller()
        if caller is None:
            return None
        above = gate.above().gate
        return above.language(caller), above.is_large_print(caller)
    except Exception as problem:
        if not isinstance(problem, ServiceError | SQLAlchemyError):
            logs.fault(problem)
        return None


def init_app(app: Flask) -> None:
    """Give templates their texts, and dates and numbers their language and local time."""
    babel = flask_babel.Babel()
    babel.init_app(
        app, locale_selector=lambda: TAGS[language()].replace("-", "_"), timezone_selector=_zone
    )
    app.jinja_env.globals.update(t=t)
    app.jinja_env.filters.update(moment=moment, day=day, said=said)
    app.jinja_env.filters.update(points=points_text, yuan=yuan_text, hours=hours)


def _zone() -> tzinfo:
    return timezone(timedelta(minutes=current().settings.utc_offset_minutes))


def moment(at_ms: int) -> str:
    """A point in time, in local time: for a page."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return str(flask_babel.format_datetime(at, "medium"))


def day(yyyymmdd: int) -> str:
    """A day of the book: for a page."""
    found = datetime.strptime(str(yyyymmdd), "%Y%m%d").replace(tzinfo=UTC)
    return str(flask_babel.format_date(found.date(), "long"))


def put(response: Response, now: Carried) -> None:
    """Say which language the answer is in, if it has texts of ours at all."""
    if now.language:
        response.headers["Content-Language"] = TAGS[now.language]


def hours(minutes: int) -> str:
    """Service time in the language of the page."""
    return hours_text(minutes, language())
