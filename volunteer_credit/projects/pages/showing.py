"""What the pages of projects have in common: words for times and states, and who may work here."""

from typing import Any

from flask import Blueprint

from volunteer_credit.projects.operations.membership import at_home
from volunteer_credit.projects.operations.organisers import Organiser, looks_after, organisers_of
from volunteer_credit.projects.operations.times import offset_minutes
from volunteer_credit.projects.queries.catalogue import categories
from volunteer_credit.projects.queries.shifts import DoorShift, door_shift
from volunteer_credit.projects.rules import wording
from volunteer_credit.projects.rules.errors import NotYourOrganiserError, ShiftUnknownError
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current
from volunteer_credit.shared.units import points_text, yuan_text
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.languages import language


def blueprint(name: str) -> Blueprint:
    """A blueprint whose templates know the words of this room."""
    made = Blueprint(f"projects_{name}", f"volunteer_credit.projects.pages.{name}")
    made.template_folder = "../templates"
    made.context_processor(_words)
    made.add_app_template_filter(points_text, "points_shown")
    made.add_app_template_filter(yuan_text, "yuan")
    return made


def _words() -> dict[str, Any]:
    return {
        "categories": categories(),
        "when_text": lambda shift: when_text(shift.starts_at_ms, shift.ends_at_ms),
        "span_text": when_text,
        "times_text": lambda shift: wording.times_text(
            shift.starts_at_ms, shift.ends_at_ms, offset_minutes(), language()
        ),
        "day_text": lambda at_ms: wording.day_text(at_ms, offset_minutes(), language()),
    }


def when_text(starts_at_ms: int, ends_at_ms: int) -> str:
    """When something is, in the language of the page."""
    return wording.when_text(starts_at_ms, ends_at_ms, offset_minutes(), language())


def worker(community: str) -> Caller:
    """Who works here. Raises: NoPlaceHereError."""
    return at_home(signed_in(), community)


def own_organisers(caller: Caller, community: str) -> list[Organiser]:
    """For whom they publish here."""
    return organisers_of(db.session, caller, community)


def own_shift(caller: Caller, community: str, shift_id: str) -> DoorShift:
    """A shift that the caller's own organisers hold. Raises: ShiftUnknownError and below."""
    found = door_shift(db.session, community, shift_id)
    if found is None:
        raise ShiftUnknownError
    check_own(caller, community, found)
    return found


def check_own(caller: Caller, community: str, shift: DoorShift) -> None:
    """Raises: NotYourOrganiserError."""
    if not looks_after(db.session, caller, community, shift.organiser):
        raise NotYourOrganiserError


def activity_path(community: str, activity: str) -> str:
    """The address of an activity's page on this host."""
    return f"/c/{community}/activities/{activity}"


def public_address(path: str) -> str:
    """The same for a code or a calendar, with the name of the host."""
    return f"{current().settings.public_url}{path}"
