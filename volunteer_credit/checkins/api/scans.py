"""Scans and doors for programs: one table of statuses and reasons, 200 for whatever was kept."""

from typing import Any

from volunteer_credit.checkins.operations.admitting import admit
from volunteer_credit.checkins.operations.codes import shown_door
from volunteer_credit.checkins.operations.guests import walk_in
from volunteer_credit.checkins.operations.lead_view import lead_view
from volunteer_credit.checkins.operations.offers import offered
from volunteer_credit.checkins.operations.own_scans import Typed, scan
from volunteer_credit.checkins.operations.reading import scanned
from volunteer_credit.checkins.operations.vain import keep_called, seen_now
from volunteer_credit.checkins.rules.reasons import REASONS, Outcome, Reason
from volunteer_credit.checkins.schemas import calls
from volunteer_credit.shared.db import db
from volunteer_credit.shared.qr import qr_svg
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("check-in", __name__, description="The door: codes, scans, counts.")

DOOR = "/communities/<community>/doors/<shift>"
SCANS = "/communities/<community>/scans"


@api.route("/scan-reasons")
@requires(NOBODY)
@api.response(200, calls.ScanReasonSchema(many=True))
def reasons() -> list[Reason]:
    """Every way in which a scan can end. The list only grows."""
    return list(REASONS.values())


@api.route(DOOR)
@requires("checkin.open")
@api.response(200, calls.DoorSchema)
def door(community: str, shift: str) -> dict[str, Any]:
    """A door as its lead sees it, with the codes of this step and the next two."""
    found, label = shown_door(signed_in(), community, shift), t("Check-in code", "签到码")
    return {
        "shift_id": shift,
        "title": found.shift.title,
        "place": found.shift.place,
        "state": found.state,
        "now_ms": found.now_ms,
        "spoken": found.spoken,
        "count_in": found.count_in,
        "count_out": found.count_out,
        "count_expected": found.count_expected,
        "asks_again": found.asks_again,
        "codes": [
            {
                "address": each.address,
                "svg": str(qr_svg(each.address, label)),
                "from_ms": each.from_ms,
                "until_ms": each.until_ms,
            }
            for each in found.codes
        ],
    }


@api.route(f"{DOOR}/scans", methods=["POST"])
@requires("checkin.admit")
@api.arguments(calls.AdmitCallSchema)
@api.response(200, calls.ScanOutcomeSchema)
def admitted(given: dict[str, str], community: str, shift: str) -> dict[str, Any]:
    """Check in or out whose pass, card or number this is."""
    outcome = admit(signed_in(), community, shift, given["code"], request_key(), given["act"])
    return told(outcome)


@api.route(f"{DOOR}/scans", methods=["GET"])
@requires("checkin.admit")
@api.response(200, calls.ScanInVainSchema(many=True))
def vain(community: str, shift: str) -> list[Any]:
    """The newest scans in vain, with their reasons."""
    return [each for _, each in lead_view(signed_in(), community, shift).scans]


@api.route(f"{DOOR}/walk-ins", methods=["POST"])
@requires("checkin.admit")
@api.arguments(calls.WalkInCallSchema)
@api.response(200, calls.ScanOutcomeSchema)
def walked_in(given: dict[str, str], community: str, shift: str) -> dict[str, Any]:
    """Check in or out by name and mobile number."""
    asked = (given["name"], given["phone"])
    return told(walk_in(signed_in(), community, shift, asked, request_key()))


@api.route(f"{SCANS}/offers", methods=["POST"])
@requires("checkin.scan")
@api.arguments(calls.CodeCallSchema)
@api.response(200, calls.ScanOfferedSchema)
def offers(given: dict[str, str], community: str) -> dict[str, Any]:
    """What the code of a door or a poster opens for who calls; scans in vain are kept."""
    caller, found = signed_in(), scanned(db.session, given["code"])
    reason, place = found.reason, found.site.name if found.site else ""
    is_foreign = found.site is not None and found.site.community_id != community
    if not reason and is_foreign:
        reason, place = "foreign", ""
    if reason or found.ticket is None:
        where = (found.about.community_id, found.about.site) if found.about else (community, "")
        kept = seen_now(db.session(), *where, found.way, reason)
        keep_called(kept, caller, request_key())
        return {"status": Outcome(reason).status, "reason": reason, "place": place, "offers": []}
    seen = offered(caller, found.ticket)
    if seen.reason:
        kept = seen_now(db.session(), community, seen.site, seen.way, seen.reason)
        keep_called(kept, caller, request_key())
    reason = seen.reason or ("choose_shift" if len(seen.offers) > 1 else seen.offers[0].act)
    return {
        "status": Outcome(reason).status,
        "reason": reason,
        "place": seen.place,
        "offers": [
            {
                "shift_id": each.shift.shift_id,
                "title": each.shift.title,
                "act": each.act,
                "ticket": each.ticket,
            }
            for each in seen.offers
        ],
    }


@api.route(SCANS, methods=["POST"])
@requires("checkin.scan")
@api.arguments(calls.TicketCallSchema)
@api.response(200, calls.ScanOutcomeSchema)
def scan_own(given: dict[str, str], community: str) -> dict[str, Any]:
    """Use a ticket: check in, out, or be seen again. A ticket sent again is answered the same."""
    typed = Typed(given["spoken"], given["pin"])
    return told(scan(signed_in(), given["ticket"], typed, within=community))


def told(outcome: Outcome) -> dict[str, Any]:
    """An outcome as the API says it."""
    row = outcome.told
    return {
        "status": row.status,
        "reason": row.code,
        "shift_id": outcome.shift_id,
        "started": outcome.seq,
        "sentence": t(row.en, row.zh),
    }
