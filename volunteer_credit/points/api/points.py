"""One's points as data."""

from typing import Any

from volunteer_credit.people.operations.family_view import stood_for
from volunteer_credit.points.operations.own_points import Purse, own_points, purses
from volunteer_credit.points.operations.telling import Told
from volunteer_credit.points.schemas import calls
from volunteer_credit.shared.db import db
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.languages import language
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("points_calls", __name__, description="One's own points.")


@api.route("/me/points")
@requires(SIGNED_IN)
@api.response(200, calls.PurseSchema(many=True))
def all_purses() -> list[Purse]:
    """What one has, community by community."""
    return purses(db.session, signed_in().person_id)


@api.route("/me/points/<community>")
@requires("points.read")
@api.arguments(calls.OlderSchema, location="query")
@api.response(200, calls.OwnPointsSchema)
def show(given: dict[str, Any], community: str) -> dict[str, Any]:
    """One's wallet, what comes, and every line with its arithmetic."""
    return _points(community, signed_in().person_id, given["before"])


@api.route("/me/family/<ward>/points/<community>")
@requires(SIGNED_IN)
@api.arguments(calls.OlderSchema, location="query")
@api.response(200, calls.OwnPointsSchema)
def show_ward(given: dict[str, Any], ward: str, community: str) -> dict[str, Any]:
    """The same of somebody whom one stands for."""
    stood_for(signed_in(), ward, "points.read", community)
    return _points(community, ward, given["before"])


def _points(community: str, person: str, before_ms: int) -> dict[str, Any]:
    found = own_points(db.session, community, person, before_ms)
    return {
        "purse": found.purse,
        "is_signed": found.is_signed,
        "months": found.months,
        "coming": found.coming,
        "lines": [_line(community, each) for each in found.lines],
    }


def _line(community: str, told: Told) -> dict[str, Any]:
    line, award = told.line, told.award
    return {
        **line._asdict(),
        "rest_centipoints": line.rest,
        "day": award.day,
        "state": award.state,
        "convention": award.convention,
        "clause": award.clause,
        "fund": award.fund,
        "month": award.month,
        "waiting_centipoints": award.waiting,
        "paid_book": award.paid_book,
        "paid_seq": award.paid_seq,
        "paid_at_ms": award.paid_at_ms,
        "steps": [each.sentence(language()) for each in told.steps],
        "receipt": f"/api/v1/books/{community}/entries/{line.seq}/receipt?book={line.book}",
    }
