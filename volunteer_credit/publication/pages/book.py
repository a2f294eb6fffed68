"""A community's book for its members, and the history of its checkpoints for everybody."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from volunteer_credit.journal.operations.checkpoints_shown import checkpoints_shown, newest_shown
from volunteer_credit.journal.rules.publication_errors import NotPublishedYetError
from volunteer_credit.people.queries.communities import community as community_of
from volunteer_credit.publication.operations.receipts import make_receipt, receipt_for
from volunteer_credit.publication.schemas import EntrySchema, HistorySchema
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import headers
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.gate import may, signed_in

ON_PAGE = 20
FRESH_SECONDS = 30

pages = Blueprint("publication_book", __name__, template_folder="../templates")


@pages.get("/book/<community>")
@requires("book.read")
def show(community: str) -> str:
    """The newest checkpoint, how to verify, and where receipts are."""
    return render_template(
        "publication/book.html",
        newest=newest_shown(community),
        may_audit=may("bundle.read", community),
        **_names(community),
    )


@pages.get("/book/<community>/receipt")
@requires("book.read")
def receipt(community: str) -> Response:
    """The receipt of one entry, as a file; or a button that has it made at once."""
    asked: dict[str, Any] = EntrySchema().load(request.args)
    try:
        data = receipt_for(signed_in(), community, asked["seq"], asked["book"])
    except NotPublishedYetError as refusal:
        page = render_template("publication/receipt_soon.html", community=community, asked=asked)
        wait = {"Retry-After": str(refusal.retry_after_seconds)}
        return Response(page, refusal.status, wait, mimetype="text/html")
    return _file(community, asked["seq"], data)


@pages.post("/book/<community>/receipt")
@requires("book.read")
def make(community: str) -> Response:
    """The receipt of one entry at once."""
    asked: dict[str, Any] = EntrySchema().load(request.form)
    data = make_receipt(signed_in(), community, asked["seq"], asked["book"])
    return _file(community, asked["seq"], data)


def _file(community: str, seq: int, data: bytes) -> Response:
    response = Response(data, mimetype="application/octet-stream")
    name = f"{community}-{seq}.tlog-proof"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@pages.get("/book/<community>/checkpoints")
@requires(NOBODY)
def history(community: str) -> str:
    """Published checkpoints, newest first, with who signed them."""
    asked: dict[str, Any] = HistorySchema().load(request.args)
    number, before = asked["book"], asked["before"]
    shown, older = checkpoints_shown(community, number, before, ON_PAGE)
    headers.public(FRESH_SECONDS)
    return render_template(
        "publication/checkpoints.html",
        checkpoints=shown,
        number=number,
        older=older,
        **_names(community),
    )


def _names(community: str) -> dict[str, str]:
    found = community_of(db.session, community)
    return {
        "community": community,
        "log_url": f"{current().settings.public_url}/log/{community}",
        "community_name": found.name if found else "",
        "help_phone": found.help_phone if found else "",
    }
