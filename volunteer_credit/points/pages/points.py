"""One's points: the number first, then what comes, what expires, and every line explained."""

from typing import Any

from flask import Blueprint, render_template, request

from volunteer_credit.people.operations.family_view import stood_for
from volunteer_credit.people.queries.settings import belongings
from volunteer_credit.points.operations.own_points import own_line, own_points, purses
from volunteer_credit.points.queries.awards import SHOWN_MAX
from volunteer_credit.points.schemas.calls import OlderSchema
from volunteer_credit.shared.db import db
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in

pages = Blueprint("points", __name__, template_folder="../templates")

WARD = "/me/family/<ward>/points"


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
    is_alone = len(belongings(db.session, signed_in().person_id)) <= 1
    return _points(community, signed_in().person_id, "/me/points/", is_alone=is_alone)


@pages.get("/me/points/<community>/line/<int:book>/<int:number>")
@requires("points.read")
def show_line(community: str, book: int, number: int) -> str:
    """One line: clause, arithmetic, entry, receipt."""
    return _line(community, signed_in().person_id, (book, number), "/me/points/")


@pages.get(f"{WARD}/<community>")
@requires(SIGNED_IN)
def show_ward(ward: str, community: str) -> str:
    """The same of somebody whom one stands for."""
    found = stood_for(signed_in(), ward, "points.read", community)
    return _points(community, ward, _root(ward), whose=found.name)


@pages.get(f"{WARD}/<community>/line/<int:book>/<int:number>")
@requires(SIGNED_IN)
def show_ward_line(ward: str, community: str, book: int, number: int) -> str:
    """One line of theirs."""
    stood_for(signed_in(), ward, "points.read", community)
    return _line(community, ward, (book, number), _root(ward))


def _root(ward: str) -> str:
    return f"/me/family/{ward}/points/"


def _points(community: str, person: str, root: str, **shown: Any) -> str:
    asked: dict[str, Any] = OlderSchema().load(request.args)
    found = own_points(db.session, community, person, asked["before"])
    lines = found.lines
    return render_template(
        "points/points.html",
        community=community,
        own=found,
        root=root + community,
        older=lines[-1].line.at_ms if len(lines) == SHOWN_MAX else 0,
        is_first=not asked["before"],
        **shown,
    )


def _line(community: str, person: str, where: tuple[int, int], root: str) -> str:
    found = own_line(db.session, community, person, *where)
    return render_template("points/line.html", community=community, told=found, root=root)
