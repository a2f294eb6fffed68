"""The door of the tour: its code, and a scan with the same screen for whoever has no phone."""

from urllib.parse import urlsplit

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.pages.answers import on
from volunteer_credit.people.rules.slips import INVITATION
from volunteer_credit.projects.queries.shifts import DoorShift
from volunteer_credit.shared.qr import qr_svg
from volunteer_credit.shared.runtime import current
from volunteer_credit.tour.operations.cast import person_of
from volunteer_credit.tour.operations.clock import move_to
from volunteer_credit.tour.operations.door import code_shown, open_door
from volunteer_credit.tour.operations.opening import PATH, check_tour
from volunteer_credit.tour.pages.bar import keep, ticket
from volunteer_credit.tour.pages.tour import face, so_far
from volunteer_credit.tour.queries.progress import Progress
from volunteer_credit.tour.rules import steps
from volunteer_credit.tour.rules.cast import COMMUNITY, VOLUNTEER
from volunteer_credit.tour.rules.errors import StepEarlyError
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t

pages = Blueprint("tour_walking", __name__, template_folder="../templates")
pages.before_request(check_tour)

DOOR = f"{PATH}/door"
LOOPBACK = ("127.0.0.1", "localhost")
SHOWN_SECONDS = 20


@pages.post(DOOR)
@requires(NOBODY)
def go() -> Response:
    """Go to the door: it opens when the shift begins."""
    _, shift = _shift()
    keep(ticket().opened(steps.SCAN))
    key = request_key()
    move_to(shift.starts_at_ms, key)
    open_door(shift, request.remote_addr or "", key)
    return on(DOOR)


@pages.get(DOOR)
@requires(NOBODY)
def show() -> str:
    """The code of now."""
    return _page("")


@pages.post(f"{DOOR}/phone")
@requires(NOBODY)
def phone() -> str:
    """A slip that makes a phone the volunteer's, so that it can scan the code."""
    ticket()
    slip = issue_slip(None, INVITATION, person_of(VOLUNTEER), COMMUNITY, request_key())
    return _page(f"{current().settings.public_url}{slip.path}".upper())


@pages.post(f"{DOOR}/scan")
@requires(NOBODY)
def scan() -> Response:
    """Scan with this screen, as the volunteer; who is in already scans when the shift ends."""
    found, shift = _shift()
    if found.is_in:
        move_to(shift.ends_at_ms, request_key())
    code = code_shown(shift).address
    return face(VOLUNTEER, f"/V/{code.rpartition('/')[2]}")


def _shift() -> tuple[Progress, DoorShift]:
    found = so_far()
    if found.shift is None:
        raise StepEarlyError(step=steps.PUBLISH)
    return found, found.shift


def _page(slip_address: str) -> str:
    found, shift = _shift()
    has_left = found.has_come and not found.is_in
    code = "" if has_left else code_shown(shift).address
    host = urlsplit(current().settings.public_url).hostname
    return render_template(
        "tour/door.html",
        shift=shift,
        so_far=found,
        qr=_drawn(code, t("Check-in code", "签到码")),
        slip_qr=_drawn(slip_address, t("Makes a phone the volunteer's", "让手机成为志愿者的")),
        has_left=has_left,
        has_phones=host not in LOOPBACK,
        seconds=SHOWN_SECONDS,
        door=DOOR,
    )


def _drawn(text: str, label: str) -> str:
    return qr_svg(text, label) if text else ""
