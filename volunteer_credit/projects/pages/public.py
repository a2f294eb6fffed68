"""What everybody may read: the activities of a community, each with its calendar and posters."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, render_template, request

from volunteer_credit.projects.operations.estimates import points_shown
from volunteer_credit.projects.operations.membership import there
from volunteer_credit.projects.operations.own import Chance, chances
from volunteer_credit.projects.operations.publishing import is_undoable
from volunteer_credit.projects.operations.signing_up import terms_with
from volunteer_credit.projects.operations.times import now_ms, offset_minutes
from volunteer_credit.projects.pages.showing import (
    activity_path,
    blueprint,
    public_address,
    when_text,
)
from volunteer_credit.projects.queries.activities import (
    Counts,
    activity_shifts,
    counts,
    open_shifts,
)
from volunteer_credit.projects.queries.catalogue import categories
from volunteer_credit.projects.queries.shifts import DoorShift
from volunteer_credit.projects.rules import wording
from volunteer_credit.projects.rules.ical import Event, calendar
from volunteer_credit.projects.rules.standings import closed
from volunteer_credit.projects.rules.states import CANCELLED
from volunteer_credit.projects.rules.times import AHEAD_DAYS, DAY_MS, WEEK_DAYS, local
from volunteer_credit.shared.db import db
from volunteer_credit.shared.qr import qr_svg
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import gate, headers
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.languages import language, t

pages = blueprint("public")

KEPT_SECONDS = 30
TODAY, WEEK = "today", "week"
DAYS = {TODAY: 1, WEEK: WEEK_DAYS}
PICTURE_COLUMNS, PICTURE_LINES = 20, 2  # of the title; a place has half as large letters


@pages.get("/c/<community>/activities")
@requires(NOBODY)
def show(community: str) -> str:
    """What is coming, by day."""
    headers.public(KEPT_SECONDS)
    there(community)
    when, chosen = request.args.get("when", ""), request.args.get("category", "")
    at_ms = now_ms(db.session, community)
    shifts = open_shifts(
        db.session, community, at_ms, _until(when, at_ms), chosen if chosen in categories() else ""
    )
    return render_template(
        "projects/activities.html",
        community=community,
        shifts=shifts,
        when=when if when in DAYS else "",
        chosen=chosen if chosen in categories() else "",
        **_state(community, shifts, at_ms),
    )


@pages.get("/c/<community>/activities/<activity>")
@requires(NOBODY)
def show_one(community: str, activity: str) -> str:
    """One of them: who organises, when, where, what, risks, places, points; signing up."""
    headers.public(KEPT_SECONDS)
    there(community)
    shifts, at_ms = activity_shifts(db.session, community, activity), now_ms(db.session, community)
    state = _state(community, shifts, at_ms)
    caller = gate.caller()
    people: dict[str, list[Chance]] = {}
    if caller is not None:
        people = {
            each.shift_id: chances(caller, community, each, state["counts"][each.shift_id].signed)
            for each in shifts
            if not state["shut"][each.shift_id] or each.state == CANCELLED
        }
    return render_template(
        "projects/activity.html",
        community=community,
        shifts=shifts,
        first=shifts[0],
        points=points_shown(db.session, community, shifts[0]),
        people=people,
        path=activity_path(community, activity),
        is_undoable=is_undoable(shifts[0].published_at_ms, 0, at_ms),
        **state,
    )


@pages.get("/c/<community>/activities/<activity>/calendar.ics")
@requires(NOBODY)
def calendar_file(community: str, activity: str) -> Response:
    """For a phone's calendar: nothing but what the page says too."""
    headers.public(KEPT_SECONDS)
    name = there(community)
    shifts = activity_shifts(db.session, community, activity)
    return calendar_of(name, [event(community, each) for each in shifts])


@pages.get("/c/<community>/activities/<activity>/share")
@requires(NOBODY)
def share(community: str, activity: str) -> str:
    """The picture for a group: a script makes a photo of it, and it prints without any."""
    headers.public(KEPT_SECONDS)
    return render_template("projects/share.html", **_poster(community, activity))


@pages.get("/c/<community>/activities/<activity>/share.svg")
@requires(NOBODY)
def picture(community: str, activity: str) -> Response:
    """The picture alone."""
    headers.public(KEPT_SECONDS)
    text = render_template("projects/share.svg", **_poster(community, activity))
    return Response(text, mimetype="image/svg+xml")


@pages.get("/c/<community>/activities/<activity>/poster")
@requires(NOBODY)
def poster(community: str, activity: str) -> str:
    """A sheet of A4 for the notice board."""
    headers.public(KEPT_SECONDS)
    return render_template("projects/poster.html", **_poster(community, activity))


def calendar_of(name: str, events: list[Event]) -> Response:
    """A calendar file."""
    text = calendar(name, events, current().clock.now_ms())
    return Response(text, content_type="text/calendar; charset=utf-8")


def event(community: str, shift: DoorShift) -> Event:
    """A shift as a calendar keeps it."""
    return Event(
        f"{shift.shift_id}@{current().settings.namespace}",
        shift.starts_at_ms,
        shift.ends_at_ms,
        shift.title,
        shift.place,
        f"{shift.organiser_name}\n{shift.content}",
        public_address(activity_path(community, shift.activity_id)),
        shift.revision,
        shift.state == CANCELLED,
    )


def _until(when: str, at_ms: int) -> int:
    """The end of today or of seven days, or of all that may be published."""
    days = DAYS.get(when, AHEAD_DAYS)
    begun = local(at_ms, offset_minutes())
    since_midnight_ms = ((begun.hour * 60 + begun.minute) * 60 + begun.second) * 1000
    return at_ms - since_midnight_ms + days * DAY_MS


def _state(community: str, shifts: list[DoorShift], at_ms: int) -> dict[str, Any]:
    """By shift: how many are on its list, and why it is shut, if it is."""
    known = counts(db.session, community, [each.shift_id for each in shifts])
    found = {each.shift_id: known.get(each.shift_id, Counts()) for each in shifts}
    shut = {
        each.shift_id: closed(terms_with(each, found[each.shift_id].signed), at_ms)
        for each in shifts
    }
    return {"counts": found, "shut": shut}


def _poster(community: str, activity: str) -> dict[str, Any]:
    name = there(community)
    shifts, at_ms = activity_shifts(db.session, community, activity), now_ms(db.session, community)
    coming = [each for each in shifts if each.ends_at_ms > at_ms] or shifts
    first, address = coming[0], public_address(activity_path(community, activity))
    return {
        "community": community,
        "of": name,
        "shift": first,
        "count": len(coming),
        "path": activity_path(community, activity),
        "host": urlsplit(address).netloc,
        "address": address,
        "qr": qr_svg(address, t("Opens the activity", "打开活动页面")),
        "title_lines": wording.broken(first.title, PICTURE_COLUMNS, PICTURE_LINES),
        "place_lines": wording.broken(first.place, 2 * PICTURE_COLUMNS, 2),
        "when": when_text(first.starts_at_ms, first.ends_at_ms),
        "points": points_shown(db.session, community, first),
        "language": language(),
    }
