"""A volunteer scans: one page, one tap, and what it came to."""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.checkins.operations.offers import Offered, offered, offered_visit
from volunteer_credit.checkins.operations.own_scans import Typed, scan
from volunteer_credit.checkins.operations.own_view import own_presence
from volunteer_credit.checkins.operations.people_shown import own_masked, shown_name
from volunteer_credit.checkins.operations.reading import (
    exchange,
    exchanged,
    opened_ticket,
    scanned,
)
from volunteer_credit.checkins.pages.vain import in_vain, refused
from volunteer_credit.checkins.pages.words import frame, words
from volunteer_credit.checkins.rules.reasons import OK, REASONS
from volunteer_credit.checkins.rules.tickets import EXCHANGE_MS, VISIT, TicketError
from volunteer_credit.checkins.schemas.forms import ScanSchema
from volunteer_credit.people.pages.answers import on
from volunteer_credit.shared.db import db
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.web import cookies, forms, gate, headers
from volunteer_credit.web.auth import NOBODY, SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.languages import language
from volunteer_credit.web.limits import limited
from volunteer_credit.web.requests import NewCookie, carried

pages = Blueprint("checkins_scan", __name__, template_folder="../templates")
pages.context_processor(words)

SCAN_COOKIE = "scan"
CHECK_IN = "/check-in"
CARDS = (30, 60)  # a minute and session: its number tells whose a card is
STATUSES = {"expired": 410}
AS_ASKED = ("in", "out", "seen")
NOTHING = {"ticket": "", "spoken": "", "pin": ""}  # no ticket at all: kept, as invalid
NOT_FOUND, UNPROCESSABLE, CONFLICT = 404, 422, 409


@pages.get("/V/<token>")
@requires(NOBODY)
def show(token: str) -> Response:
    """What a door's code or a poster opens. It writes nothing."""
    headers.hide_referrer()
    found = scanned(db.session, token)
    if found.ticket is None or found.site is None:
        where = (found.about.community_id, found.about.site) if found.about else ("", "")
        page = in_vain(*where, found.way, found.reason)
        return make_response(page, STATUSES.get(found.reason, NOT_FOUND))
    caller = gate.caller()
    if caller is None:
        # Signing in takes its time: the code becomes a scan that this browser keeps.
        kept = exchange(db.session, found.ticket)
        carried().cookies[SCAN_COOKIE] = NewCookie(kept, EXCHANGE_MS // 1000)
        here = frame(found.site.community_id)
        return make_response(render_template("checkins/enter.html", site=found.site, **here))
    return make_response(_offered(offered(caller, found.ticket)))


@pages.get(CHECK_IN)
@requires(SIGNED_IN)
def show_kept() -> Response:
    """The scan that waited while somebody signed in."""
    headers.hide_referrer()
    try:
        ticket = exchanged(db.session, cookies.read(SCAN_COOKIE))
    except TicketError:
        ticket = None
    if ticket is None:
        return make_response(render_template("checkins/scan_first.html"))
    return make_response(_offered(offered(signed_in(), ticket)))


@pages.get("/C/<code>")
@requires(NOBODY)
@limited("visit-card", per_session=CARDS)
def show_visit(code: str) -> Response:
    """The card of somebody's home: a visit begins or ends."""
    headers.hide_referrer()
    caller = gate.caller()
    if caller is None:
        return make_response(render_template("checkins/scan_first.html", is_card=True))
    try:
        return make_response(_offered(offered_visit(caller, code)))
    except ServiceError as refusal:
        said = refusal.sentence(language())
        page = in_vain(caller.community_id, "", VISIT, "unknown_card", said)
        return make_response(page, refusal.status)


@pages.post(CHECK_IN)
@requires(SIGNED_IN)
def tap() -> Response:
    """The one tap. What is wrong is told, and kept."""
    form, caller = forms.read(ScanSchema), signed_in()
    values = form.values if form.is_good else NOTHING
    outcome = scan(caller, values["ticket"], Typed(values["spoken"], values["pin"]))
    if outcome.reason == "spoken_code":
        found = opened_ticket(db.session, values["ticket"], caller.session_id)
        return make_response(_offered(offered(caller, found), "spoken_code"), UNPROCESSABLE)
    if outcome.status == OK and cookies.read(SCAN_COOKIE):
        carried().cookies[SCAN_COOKIE] = NewCookie("", 0)  # that scan is used
    if outcome.seq:
        again = "" if outcome.reason in AS_ASKED else outcome.reason
        return on(f"{CHECK_IN}/{outcome.community_id}/{outcome.seq}", again)
    return on(f"{CHECK_IN}/ended", reason=outcome.reason)


@pages.get(f"{CHECK_IN}/ended")
@requires(NOBODY)
def show_ended() -> str:
    """Why a scan came to nothing."""
    reason, is_told = request.args.get("reason", ""), request.args.get("done") == "told"
    return refused(reason if reason in REASONS else "error", is_told=is_told)


@pages.get(f"{CHECK_IN}/<community>/<int:seq>")
@requires("checkin.scan")
def show_own(community: str, seq: int) -> str:
    """One's own check-in: since when, or how long, and what follows."""
    again = REASONS.get(request.args.get("done", ""))
    found = own_presence(signed_in(), community, seq)
    return render_template(
        "checkins/own.html", own=found, again=again, community=community, **frame(community)
    )


def _offered(found: Offered, problem: str = "") -> str:
    caller = signed_in()
    if found.reason:
        return in_vain(found.community_id, found.site, found.way, found.reason)
    return render_template(
        "checkins/offered.html",
        found=found,
        who=own_masked(db.session, caller.person_id),
        served=shown_name(db.session, found.community_id, found.served) if found.served else "",
        problem=REASONS.get(problem),
        **frame(found.community_id),
    )
