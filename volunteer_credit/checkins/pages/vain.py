"""A scan that came to nothing, full screen; what only was looked at is kept when it is sent."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.checkins.operations.vain import keep_reported, report_of, seen_now
from volunteer_credit.checkins.pages.words import words
from volunteer_credit.checkins.rules.reasons import REASONS
from volunteer_credit.checkins.rules.vain import VainError
from volunteer_credit.checkins.schemas.forms import VainSchema
from volunteer_credit.people.pages.answers import on
from volunteer_credit.shared.db import db
from volunteer_credit.web import csrf, forms, gate
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.limits import limited

pages = Blueprint("checkins_vain", __name__, template_folder="../templates")
pages.context_processor(words)

VAIN, ENDED = "/check-in/vain", "/check-in/ended"
OF_ADDRESS, OF_SESSION = (120, 60), (12, 60)


@pages.post(VAIN)
@requires(NOBODY)
@limited("scan-vain", per_ip=OF_ADDRESS, per_session=OF_SESSION)
def tell() -> Response:
    """Keep a scan in vain that this browser was shown; the lead sees it."""
    form = forms.read(VainSchema)
    if not form.is_good:
        raise VainError
    seen = keep_reported(form.values["report"], csrf.binding(make=False), gate.caller())
    return on(ENDED, "told", reason=seen.reason)


def in_vain(community_id: str, site: str, how: str, reason: str, said: str = "") -> str:
    """The page of a scan in vain that nothing has kept yet. `said`: instead of the reason's."""
    report = ""
    if community_id:
        seen = seen_now(db.session(), community_id, site, how, reason)
        report = report_of(db.session(), seen, csrf.binding(make=True))
    return refused(reason, said, report)


def refused(reason: str, said: str = "", report: str = "", *, is_told: bool = False) -> str:
    """A scan that came to nothing. `report`: what may be sent to the lead, or empty."""
    return render_template(
        "checkins/refused.html", told=REASONS[reason], said=said, report=report, is_told=is_told
    )
