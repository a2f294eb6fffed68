"""The working days of a year that the program doesn't know, told by staff."""

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.hours.operations.calendars import set_year
from volunteer_credit.hours.operations.days import today_in
from volunteer_credit.hours.queries.calendars import calendar_of
from volunteer_credit.hours.schemas.forms import CalendarSchema
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("hours_calendar", __name__, template_folder="../templates")

SHOWN = "hours/calendar.html"
ROOT = "/c/<community>/hours/calendar"


@pages.get(ROOT)
@requires("community.change")
def show(community: str) -> str:
    """The days of this year and the next."""
    return render_template(SHOWN, errors={}, given={}, **_shown(community))


@pages.post(ROOT)
@requires("community.change")
def change(community: str) -> Response:
    """Tell a year."""
    form = forms.read(CalendarSchema)

    def work() -> Response:
        values = form.values
        days = values["days_off"], values["work_days"]
        set_year(signed_in(), community, values["year"], *days, request_key())
        return on(f"/c/{community}/hours/calendar", "changed")

    return attempt(form, SHOWN, work, **_shown(community))


def _shown(community: str) -> dict[str, Any]:
    this = today_in(community) // 10_000
    years = calendar_of(db.session, community).years
    asked = request.args.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == len("2026") else 0
    chosen = year or next((each for each in (this, this + 1) if each not in years), this + 1)
    told = years.get(chosen)
    return {
        "community": community,
        "year": chosen,
        "known": [(each, each in years) for each in (this, this + 1)],
        "days_off": _spelled(told.days_off) if told else "",
        "work_days": _spelled(told.work_days) if told else "",
    }


def _spelled(days: frozenset[int]) -> str:
    return " ".join(f"{each:04}" for each in sorted(days))
