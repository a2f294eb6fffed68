"""A paper sheet, typed or pasted: what does not read is named line by line, and nothing is lost."""

from typing import Any

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from volunteer_credit.hours.operations.paper import (
    LinesRefusedError,
    Paper,
    organisers,
    propose_paper,
)
from volunteer_credit.hours.pages.words import for_templates
from volunteer_credit.hours.queries.categories import categories
from volunteer_credit.hours.schemas.forms import PaperSchema
from volunteer_credit.people.pages.answers import attempt, on, said
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t

pages = Blueprint("hours_paper", __name__, template_folder="../templates")
pages.context_processor(for_templates)

SHOWN = "hours/paper.html"
ROOT = "/c/<community>/hours/paper"


@pages.get(ROOT)
@requires("hours.propose")
def show(community: str) -> str:
    """An empty sheet."""
    return render_template(SHOWN, errors={}, given={}, wrong={}, **_shown(community))


@pages.post(ROOT)
@requires("hours.propose")
def propose(community: str) -> Response:
    """Hand the sheet in for a second person."""
    form = forms.read(PaperSchema)

    def work() -> Response:
        paper = Paper(**form.values)
        try:
            propose_paper(signed_in(), community, paper, request_key())
        except LinesRefusedError as refusal:
            wrong = {number: said(each) for number, each in refusal.lines.items()}
            errors, shown = {"lines": said(refusal)}, _shown(community)
            text = render_template(SHOWN, errors=errors, given=form.texts, wrong=wrong, **shown)
            return make_response(text, refusal.status)
        return on(f"/c/{community}/hours", "proposed")

    return attempt(form, SHOWN, work, wrong={}, **_shown(community))


def _shown(community: str) -> dict[str, Any]:
    return {
        "community": community,
        "organisers": organisers(signed_in(), community),
        "categories": [(each.code, t(each.en, each.zh)) for each in categories()],
    }
