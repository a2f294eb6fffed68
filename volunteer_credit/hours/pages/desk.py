"""What waits for the units and the staff; a whole shift on one page, approved in one act."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.hours.operations.approving import approve_shift
from volunteer_credit.hours.operations.desk_view import SheetPage, queue, sheet_page
from volunteer_credit.hours.pages.words import for_templates
from volunteer_credit.hours.rules.judging import REASONS, SHORTEN, Decision
from volunteer_credit.hours.rules.paper import parse_minutes
from volunteer_credit.hours.schemas.forms import SignSchema, decisions_schema
from volunteer_credit.journal.operations.succession_refs import book_now
from volunteer_credit.people.operations.pairs import approve as approve_pair
from volunteer_credit.people.operations.pairs import withdraw
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.rules.pair_errors import ApprovalMissingError
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("hours_desk", __name__, template_folder="../templates")
pages.context_processor(for_templates)

ROOT = "/c/<community>/hours"
SHEET = "hours/sheet.html"


@pages.get(ROOT)
@requires("hours.propose")
def show(community: str) -> str:
    """All that waits here, with its age."""
    found = queue(signed_in(), community)
    return render_template("hours/queue.html", community=community, queue=found)


@pages.get(f"{ROOT}/<sheet>")
@requires("hours.propose")
def show_sheet(community: str, sheet: str) -> str:
    """A whole shift."""
    found = sheet_page(signed_in(), community, sheet)
    return render_template(SHEET, errors={}, given={}, **_shown(community, found))


@pages.post(f"{ROOT}/<sheet>")
@requires("hours.approve")
def approve(community: str, sheet: str) -> Response:
    """Approve it, and decide the flagged lines singly."""
    found = sheet_page(signed_in(), community, sheet)
    positions = [each.line.position for each in found.lines]
    form = forms.read(decisions_schema(positions))

    def work() -> Response:
        decided = _decisions(form.values, positions)
        made = approve_shift(signed_in(), community, sheet, decided, request_key())
        counts = {name: str(getattr(made, name)) for name in ("approved", "refused", "left")}
        return on(f"/c/{community}/hours/{sheet}", "approved", **counts)

    return attempt(form, SHEET, work, **_shown(community, found))


@pages.post(f"{ROOT}/<sheet>/sign")
@requires("hours.propose")
def sign(community: str, sheet: str) -> Response:
    """Approve a paper sheet as its second person, or end it."""
    found = sheet_page(signed_in(), community, sheet)
    form = forms.read(SignSchema)

    def work() -> Response:
        caller, seq, key = signed_in(), found.sheet.proposed_seq, request_key()
        # Open proposals end with their book; in the next the same number is of something else.
        if found.sheet.proposed_book != book_now(db.session, community):
            raise ApprovalMissingError(seq=seq)
        if form.values["name"] == "approve":
            approve_pair(caller, community, seq, key)
            return on(f"/c/{community}/hours/{sheet}", "approved")
        withdraw(caller, community, seq, "refused", key)
        return on(f"/c/{community}/hours", "proposal_withdrawn")

    return attempt(form, SHEET, work, **_shown(community, found))


def _decisions(values: Mapping[str, Any], positions: list[int]) -> dict[int, Decision]:
    """What was decided singly. Raises: MinutesError."""
    found = {}
    for each in positions:
        kind = values[f"decision-{each}"]
        if kind:
            minutes = parse_minutes(values[f"minutes-{each}"]) if kind == SHORTEN else 0
            reason, words = values[f"reason-{each}"], values[f"words-{each}"]
            found[each] = Decision(kind, minutes, reason, words)
    return found


def _shown(community: str, found: SheetPage) -> dict[str, Any]:
    caller = signed_in()
    single = request.args.get("single", "")
    return {
        "community": community,
        "page": found,
        "reasons": REASONS,
        "single": next(
            (each.line.position for each in found.lines if str(each.line.position) == single), 0
        ),
        "is_stepped_up": caller.stepped_up_until_ms > current().clock.now_ms(),
    }
