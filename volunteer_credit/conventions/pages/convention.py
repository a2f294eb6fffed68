"""What a community agreed on, for everybody to read."""

from flask import Blueprint, render_template

from volunteer_credit.conventions.operations.shown import Shown, shown
from volunteer_credit.conventions.rules.telling import examples, rules_in_words
from volunteer_credit.web.auth import NOBODY, requires

pages = Blueprint("conventions_read", __name__, template_folder="../templates")


@pages.get("/c/<community>/convention")
@requires(NOBODY)
def show(community: str) -> str:
    """The convention in force; without one, what hours-only means."""
    return _page(community, shown(community))


@pages.get("/c/<community>/convention/<name>")
@requires(NOBODY)
def show_version(community: str, name: str) -> str:
    """One version, also one that is past or still to come."""
    return _page(community, shown(community, name))


def _page(community: str, found: Shown) -> str:
    document = found.version.convention if found.version else None
    return render_template(
        "conventions/convention.html",
        community=community,
        shown=found,
        document=document,
        rules=rules_in_words(document) if document else (),
        examples=examples(document) if document else (),
    )
