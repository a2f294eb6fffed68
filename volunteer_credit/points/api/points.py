"""One's points as data."""

from typing import Any

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
    found = own_points(db.session, community, signed_in().person_id, given["before"])
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
        "steps": [each.sentence(language()) for each in told.steps],
        "receipt": f"/api/v1/books/{community}/entries/{line.seq}/receipt?book={line.book}",
    }
