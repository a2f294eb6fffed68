"""The end of a shift: heads, who left when, and one button."""

from typing import Any

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from volunteer_credit.checkins.operations.closing import Counted, close_shift
from volunteer_credit.checkins.operations.lead_view import lead_view
from volunteer_credit.checkins.pages.words import words
from volunteer_credit.checkins.rules.reasons import OK, REASONS
from volunteer_credit.checkins.schemas.forms import CloseSchema
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t

pages = Blueprint("checkins_closing", __name__, template_folder="../templates")
pages.context_processor(words)

ROOT = "/c/<community>/door/<shift>/close"
PAGE = "checkins/close.html"
UNPROCESSABLE = 422


@pages.get(ROOT)
@requires("checkin.count")
def show(community: str, shift: str) -> str:
    """What is counted, and who has not said goodbye."""
    return render_template(PAGE, errors={}, given={}, **_shown(community, shift))


@pages.post(ROOT)
@requires("checkin.count")
def close(community: str, shift: str) -> Response:
    """Count, check out, hand in."""
    form = forms.read(CloseSchema)
    shown = _shown(community, shift)

    def work() -> Response:
        values = form.values
        left_at = dict(zip(values["presence"], values["left_at"], strict=False))
        counted = Counted(values["heads"], values["all_stayed"] == "yes", left_at)
        closed = close_shift(signed_in(), community, shift, counted, request_key())
        if closed.reason == OK:
            return on(f"/c/{community}/door/{shift}/close")
        told = REASONS[closed.reason]
        problem = {"": t(told.en, told.zh)}
        page = render_template(PAGE, errors=problem, given=form.texts, **shown)
        return make_response(page, UNPROCESSABLE)

    return attempt(form, PAGE, work, **shown)


def _shown(community: str, shift: str) -> dict[str, Any]:
    return {"view": lead_view(signed_in(), community, shift), "community": community}
