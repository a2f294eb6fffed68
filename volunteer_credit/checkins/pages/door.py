"""A lead's door: the code full screen, its buttons, and the numbers to call."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.checkins.operations.codes import ShownDoor, shown_door
from volunteer_credit.checkins.operations.doors import turn_door
from volunteer_credit.checkins.operations.lead_view import lead_view, own_doors
from volunteer_credit.checkins.operations.sites import add_point, end_point, points_of, poster_of
from volunteer_credit.checkins.pages.words import frame, words
from volunteer_credit.checkins.schemas.forms import ActSchema, PointSchema, SiteSchema
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.shared.qr import qr_svg
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t

pages = Blueprint("checkins_door", __name__, template_folder="../templates")
pages.context_processor(words)

LIST = "/c/<community>/doors"
ONE = "/c/<community>/door/<shift>"
DOOR = "checkins/door.html"


@pages.get(LIST)
@requires("checkin.open")
def show_all(community: str) -> str:
    """What one may open, and what is still open."""
    lines = own_doors(signed_in(), community)
    return render_template("checkins/doors.html", lines=lines, community=community)


@pages.get(ONE)
@requires("checkin.open")
def show(community: str, shift: str) -> str:
    """The code, if the door is open."""
    return render_template(DOOR, errors={}, given={}, **_shown(community, shift))


@pages.post(ONE)
@requires("checkin.open")
def turn(community: str, shift: str) -> Response:
    """Open, stop, open again; or ask everybody to scan again."""
    form = forms.read(ActSchema)

    def work() -> Response:
        turn_door(signed_in(), community, shift, form.values["act"], request_key())
        return on(f"/c/{community}/door/{shift}")

    return attempt(form, DOOR, work, **_shown(community, shift))


@pages.get(f"{ONE}/help")
@requires("checkin.admit")
def show_help(community: str, shift: str) -> str:
    """Something happened: whom to call, and who is here."""
    view = lead_view(signed_in(), community, shift)
    return render_template("checkins/help.html", view=view, community=community)


@pages.post(f"{ONE}/points")
@requires("checkin.open")
def add(community: str, shift: str) -> Response:
    """A point of a round."""
    form = forms.read(PointSchema)

    def work() -> Response:
        add_point(signed_in(), community, shift, form.values["name"], request_key())
        return on(f"/c/{community}/door/{shift}")

    return attempt(form, DOOR, work, **_shown(community, shift))


@pages.post(f"{ONE}/points/end")
@requires("checkin.open")
def end(community: str, shift: str) -> Response:
    """A point that is used no more."""
    form = forms.read(SiteSchema)

    def work() -> Response:
        end_point(signed_in(), community, shift, form.values["site"], request_key())
        return on(f"/c/{community}/door/{shift}")

    return attempt(form, DOOR, work, **_shown(community, shift))


@pages.get(f"{ONE}/poster/<site>")
@requires("checkin.open")
def show_poster(community: str, shift: str, site: str) -> str:
    """A poster to print: the code, the address in words, whom to call."""
    found, code = poster_of(signed_in(), community, shift, site)
    address = f"{current().settings.public_url}/V/{code}"
    return render_template(
        "checkins/poster.html",
        site=found,
        host=current().settings.public_url.partition("//")[2],
        qr=qr_svg(address.upper(), t("Code of this place", "本签到点的二维码")),
        community=community,
        shift=shift,
        **frame(community),
    )


def _shown(community: str, shift: str) -> dict[str, Any]:
    found = shown_door(signed_in(), community, shift)
    is_round = found.shift.kind == "round"
    return {
        "found": found,
        "community": community,
        "codes": drawn(found),
        "points": points_of(signed_in(), community, shift) if is_round else [],
        **frame(community),
    }


def drawn(found: ShownDoor) -> list[tuple[str, int, int]]:
    """The codes of a door as pictures, and when each is shown."""
    label = t("Check-in code", "签到码")
    return [(qr_svg(each.address, label), each.from_ms, each.until_ms) for each in found.codes]
