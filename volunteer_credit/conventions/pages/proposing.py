"""Putting a convention into the book: from a template or a document, with how it was adopted."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.conventions.operations.adopting import propose_convention
from volunteer_credit.conventions.operations.shown import shown, today
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.adoption import FORMAT, Adoption
from volunteer_credit.conventions.rules.checks import convention_of
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.document_errors import DocumentBytesError
from volunteer_credit.conventions.rules.reading import encode, name_of, plain, read
from volunteer_credit.conventions.rules.telling import examples, rules_in_words
from volunteer_credit.conventions.schemas.calls import ProposeSchema
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("conventions_proposing", __name__, template_folder="../templates")

SHOWN = "conventions/propose.html"
_DAYS = ("called_day", "authorised_day", "filed_day", "published_day")


@pages.get("/c/<community>/conventions/new")
@requires("convention.propose")
def show(community: str) -> str:
    """The form, on the first template."""
    return render_template(SHOWN, errors={}, given={}, **_shown(community, None))


@pages.post("/c/<community>/conventions/new")
@requires("convention.propose")
def propose(community: str) -> Response | str:
    """Show what a document comes to, or propose it."""
    form = forms.read(ProposeSchema)
    found: list[Convention] = []

    def work() -> Response:
        found.append(_document(form.values))
        if form.values["act"] == "preview":
            page = render_template(SHOWN, errors={}, given=form.texts, **_shown(community, found))
            return Response(page, mimetype="text/html")
        vote = _adoption(found[0], form.values)
        propose_convention(signed_in(), community, found[0], vote, request_key())
        return on(f"/c/{community}/approvals", "proposed")

    return attempt(form, SHOWN, work, **_shown(community, found))


def _document(values: Mapping[str, Any]) -> Convention:
    """The document that was pasted, else the template. Raises: the errors of document_errors.py."""
    if not values["document"].strip():
        return templates()[values["template"] or next(iter(templates()))]
    try:
        value = json.loads(values["document"])
    except (ValueError, RecursionError) as problem:
        raise DocumentBytesError(reason=str(problem)[:80]) from None
    return convention_of(value)


def _adoption(convention: Convention, values: Mapping[str, Any]) -> Adoption:
    """How it was adopted, as the form says. Raises: DocumentShapeError."""
    is_staff = values["assembly"] == "staff"
    said = {
        "format": FORMAT,
        "convention": name_of(encode(convention)),
        "recorded_from": "paper",
        "counted": "residents" if values["assembly"] == "residents_meeting" else "members",
        "special_reason": values["special_reason"],
        "filed_with": "none" if is_staff else values["filed_with"],
        "comments_from_day": 0,
        "comments_to_day": 0,
        "studied_day": 0,
        "reviewed_day": 0,
    }
    whole = ("effective_day", "assembly", "eligible", "present", "in_favour", "decided_day")
    said |= {name: values[name] for name in whole}
    said |= {name: int(values[name] or 0) for name in _DAYS}
    return read(Adoption, said)


def _shown(community: str, found: list[Convention] | None) -> dict[str, Any]:
    document = found[0] if found else None
    return {
        "community": community,
        "shown": shown(community),
        "today": today(community),
        "templates": templates(),
        "document": document,
        "spelled": json.dumps(plain(document), ensure_ascii=False, indent=1) if document else "",
        "rules": rules_in_words(document) if document else (),
        "examples": examples(document) if document else (),
    }
