"""The tour's own pages: how it begins, its eight steps, and what a step came to."""

from collections.abc import Callable

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.people.operations.sessions import Browser
from volunteer_credit.people.pages.answers import enter as begin
from volunteer_credit.people.pages.answers import on
from volunteer_credit.people.rules.browsers import label_of
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.tour.operations.breaking import break_a_copy
from volunteer_credit.tour.operations.cast import account_of, enter, give_card
from volunteer_credit.tour.operations.clock import move_on, move_to, thursday_ms
from volunteer_credit.tour.operations.opening import PATH, check_tour, use_key
from volunteer_credit.tour.pages.bar import keep, ticket
from volunteer_credit.tour.queries.progress import Progress, progress
from volunteer_credit.tour.rules import steps
from volunteer_credit.tour.rules.cast import COMMUNITY, COORDINATOR, VOLUNTEER, Face
from volunteer_credit.tour.rules.errors import StepEarlyError
from volunteer_credit.web import cookies, headers
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("tour", __name__, template_folder="../templates")
pages.before_request(check_tour)

HERE = f"/c/{COMMUNITY}"
NUMBERS = ("recorded", "paid", "released", "expired")
DIGITS_MAX = 6


@pages.get(f"{PATH}/<key>")
@requires(NOBODY)
def show_start(key: str) -> str:
    """What the address of `make run` opens. It writes nothing."""
    headers.hide_referrer()
    return render_template("tour/start.html", key=key)


@pages.post(f"{PATH}/<key>")
@requires(NOBODY)
def start(key: str) -> Response:
    """Begin: the key is used up, and this browser carries the tour."""
    headers.hide_referrer()
    keep(use_key(key, request_key()))
    return on(PATH)


@pages.get(PATH)
@requires(NOBODY)
def show() -> str:
    """The eight steps, with what is done."""
    found = so_far()
    return render_template(
        "tour/steps.html",
        steps=steps.STEPS,
        states=steps.states(found.done),
        so_far=found,
        scan=steps.SCAN,
    )


@pages.post(f"{PATH}/step/<int:number>")
@requires(NOBODY)
def go(number: int) -> Response | str:
    """Do what a step begins with, and open its page with the right face."""
    if number not in ACTS:
        abort(404)
    found, step = so_far(), steps.step(number)
    if step.after and step.after not in found.done:
        raise StepEarlyError(step=step.after)
    keep(ticket().opened(number))
    return ACTS[number](found)


@pages.get(f"{PATH}/thursday")
@requires(NOBODY)
def show_thursday() -> str:
    """What the service did when the clock had moved."""
    texts = {name: request.args.get(name, "") for name in NUMBERS}
    counts = {
        name: int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX else 0
        for name, text in texts.items()
    }
    return render_template("tour/thursday.html", counts=counts, now_ms=so_far().now_ms)


def so_far() -> Progress:
    """How far this browser's tour is. Raises: TourKeyError."""
    carried = ticket()
    end_reading()
    return progress(db.session(), carried, account_of(COORDINATOR), account_of(VOLUNTEER))


def face(who: Face, where: str) -> Response:
    """Sign a face in, in this browser, and go there."""
    browser = Browser(
        cookies.device_id(),
        request.remote_addr or "",
        label=label_of(request.headers.get("User-Agent", "")),
        old_token=cookies.session_token(),
    )
    return begin(enter(who, browser, request_key()), where)


def _publish(_found: Progress) -> Response:
    return face(COORDINATOR, f"{HERE}/publish")


def _sign_up(found: Progress) -> Response:
    assert found.shift is not None
    return face(VOLUNTEER, f"{HERE}/activities/{found.shift.activity_id}")


def _close(found: Progress) -> Response:
    assert found.shift is not None
    move_to(found.shift.ends_at_ms, request_key())
    return face(COORDINATOR, f"{HERE}/door/{found.shift.shift_id}/close")


def _approve(found: Progress) -> Response:
    assert found.door is not None
    who = steps.step(steps.APPROVE).face
    assert who is not None
    return face(who, f"{HERE}/hours/{found.door.sheet_id}")


def _see(_found: Progress) -> Response:
    seal(COMMUNITY)  # or a receipt would wait for the next round of the job
    keep(ticket().seen(steps.SEE))
    return face(VOLUNTEER, f"/me/points/{COMMUNITY}")


def _spend(_found: Progress) -> Response:
    carried = ticket()
    keep(carried.opened(steps.SPEND, give_card(carried, request_key())))
    who = steps.step(steps.SPEND).face
    assert who is not None
    return face(who, f"{HERE}/till")


def _thursday(_found: Progress) -> Response:
    passed = move_on(thursday_ms(), request_key())
    keep(ticket().seen(steps.THURSDAY))
    counts = {name: str(getattr(passed, name)) for name in NUMBERS}
    return on(f"{PATH}/thursday", **counts)


def _break(_found: Progress) -> str:
    shown = break_a_copy()
    keep(ticket().seen(steps.BREAK))
    return render_template("tour/broken.html", shown=shown)


ACTS: dict[int, Callable[[Progress], Response | str]] = {
    steps.PUBLISH: _publish,
    steps.SCAN: _sign_up,
    steps.CLOSE: _close,
    steps.APPROVE: _approve,
    steps.SEE: _see,
    steps.SPEND: _spend,
    steps.THURSDAY: _thursday,
    steps.BREAK: _break,
}
