"""One's points: the number first, then what comes, what expires, and every line explained."""

from typing import Any

from flask import Blueprint, render_template, request

from volunteer_credit.people.queries.settings import belongings
from volunteer_credit.points.operations.own_points import own_line, own_points, purses
from volunteer_credit.points.queries.awards import SHOWN_MAX
from volunteer_credit.points.schemas.calls import OlderSchema
from volunteer_credit.shared.db import db
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in

pages = Blueprint("points", __name__, template_folder="../templates")


@pages.get("/me/points")
@requires(SIGNED_IN)
def show_all() -> str:
    """Every community's number, and all of them added up."""
    found = purses(db.session, signed_in().person_id)
    return render_template("points/all.html", purses=found)


@pages.get("/me/points/<community>")
@requires("points.read")
def show(community: str) -> str:
    """What one has in a community."""
    asked: dict[str, Any] = OlderSchema().load(request.args)
    caller = signed_in()
    found = own_points(db.session, community, caller.person_id, asked["before"])
    lines = found.lines
    return render_template(
        "points/points.html",
        community=community,
        own=found,
        older=lines[-1].line.at_ms if len(lines) == SHOWN_MAX else 0,
        is_first=not asked["before"],
        is_alone=len(belongings(db.session, caller.person_id)) <= 1,
    )


@pages.get("/me/points/<community>/line/<int:book>/<int:number>")
@requires("points.read")
def show_line(community: str, book: int, number: int) -> str:
    """One line: clause, arithmetic, entry, receipt."""
    found = own_line(db.session, community, signed_in().person_id, book, number)
    return render_template("points/line.html", community=community, told=found)
