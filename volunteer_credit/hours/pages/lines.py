"""One record at the desk: ended in notice, corrected later; and objections, which are answered."""

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.hours.operations.answering import Answer, answer_objection
from volunteer_credit.hours.operations.correcting import propose_correction
from volunteer_credit.hours.operations.desk_view import queue, sheet_page
from volunteer_credit.hours.operations.ending import void_notice
from volunteer_credit.hours.pages.words import for_templates
from volunteer_credit.hours.rules.errors import RecordMissingError
from volunteer_credit.hours.rules.judging import REASONS
from volunteer_credit.hours.rules.notices import ANSWER_REASONS, CORRECTION_REASONS
from volunteer_credit.hours.rules.paper import parse_minutes
from volunteer_credit.hours.schemas.forms import (
    AnswerSchema,
    CorrectSchema,
    SignSchema,
    VoidSchema,
)
from volunteer_credit.people.operations.pairs import approve, withdraw
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("hours_lines", __name__, template_folder="../templates")
pages.context_processor(for_templates)

ROOT = "/c/<community>/hours"
LINE, OBJECTION = "hours/line.html", "hours/objection.html"
CORRECTION = "hours/correction.html"


@pages.get(f"{ROOT}/<sheet>/<int:position>")
@requires("hours.propose")
def show(community: str, sheet: str, position: int) -> str:
    """One record, and what can be done with it."""
    return render_template(LINE, errors={}, given={}, **_line(community, sheet, position))


@pages.post(f"{ROOT}/<sheet>/<int:position>/correct")
@requires("hours.propose")
def correct(community: str, sheet: str, position: int) -> Response:
    """Propose other minutes."""
    form = forms.read(CorrectSchema)

    def work() -> Response:
        minutes = _minutes(form.values["minutes"])
        reason, words = form.values["reason"], form.values["words"]
        where, key = (sheet, position), request_key()
        propose_correction(signed_in(), community, where, minutes, reason, words, key)
        return on(f"/c/{community}/hours/{sheet}", "proposed")

    return attempt(form, LINE, work, **_line(community, sheet, position))


@pages.post(f"{ROOT}/<sheet>/<int:position>/void")
@requires("hours.propose")
def end(community: str, sheet: str, position: int) -> Response:
    """End it while it is in notice."""
    form = forms.read(VoidSchema)

    def work() -> Response:
        reason, words = form.values["reason"], form.values["words"]
        void_notice(signed_in(), community, (sheet, position), reason, words, request_key())
        return on(f"/c/{community}/hours/{sheet}", "changed")

    return attempt(form, LINE, work, **_line(community, sheet, position))


@pages.get(f"{ROOT}/objections/<int:seq>")
@requires("hours.propose")
def show_objection(community: str, seq: int) -> str:
    """What somebody found wrong."""
    return render_template(OBJECTION, errors={}, given={}, **_objection(community, seq))


@pages.post(f"{ROOT}/objections/<int:seq>")
@requires("hours.propose")
def answer(community: str, seq: int) -> Response:
    """Uphold it or dismiss it."""
    form = forms.read(AnswerSchema)

    def work() -> Response:
        values = form.values
        minutes = _minutes(values["minutes"]) if values["minutes"] else -1
        is_upheld = values["outcome"] == "upheld"
        told = Answer(is_upheld, values["reason"], values["words"], minutes if is_upheld else -1)
        answer_objection(signed_in(), community, seq, told, request_key(), _book())
        return on(f"/c/{community}/hours", "changed")

    return attempt(form, OBJECTION, work, **_objection(community, seq))


@pages.get(f"{ROOT}/corrections/<int:seq>")
@requires("hours.propose")
def show_correction(community: str, seq: int) -> str:
    """A correction that waits for its second person."""
    return render_template(CORRECTION, errors={}, given={}, **_correction(community, seq))


@pages.post(f"{ROOT}/corrections/<int:seq>")
@requires("hours.propose")
def sign(community: str, seq: int) -> Response:
    """Approve it as its second person, or end it."""
    form = forms.read(SignSchema)

    def work() -> Response:
        if form.values["name"] == "approve":
            approve(signed_in(), community, seq, request_key())
            return on(f"/c/{community}/hours", "approved")
        withdraw(signed_in(), community, seq, "refused", request_key())
        return on(f"/c/{community}/hours", "proposal_withdrawn")

    return attempt(form, CORRECTION, work, **_correction(community, seq))


def _correction(community: str, seq: int) -> dict[str, Any]:
    caller = signed_in()
    for each in queue(caller, community).corrections:
        if each.correction.proposed_seq == seq:
            is_stepped_up = caller.stepped_up_until_ms > current().clock.now_ms()
            return {"community": community, "correcting": each, "is_stepped_up": is_stepped_up}
    raise RecordMissingError


def _minutes(text: str) -> int:
    return 0 if text.strip() == "0" else parse_minutes(text)


def _line(community: str, sheet: str, position: int) -> dict[str, Any]:
    page = sheet_page(signed_in(), community, sheet)
    found = next((each for each in page.lines if each.line.position == position), None)
    if found is None:
        raise RecordMissingError
    return {
        "community": community,
        "page": page,
        "shown": found,
        "reasons": REASONS,
        "correction_reasons": CORRECTION_REASONS,
    }


def _objection(community: str, seq: int) -> dict[str, Any]:
    book = _book()
    for each in reversed(queue(signed_in(), community).objected):  # the newest book first
        if each.objection.seq == seq and book in (0, each.objection.book):
            return {"community": community, "objected": each, "reasons": ANSWER_REASONS}
    raise RecordMissingError


def _book() -> int:
    """The number of the book that is asked for; 0: the newest."""
    return request.args.get("book", 0, type=int)
