"""The bar that every page has while a browser carries a tour: which step, and the way back."""

from dataclasses import dataclass

from flask import Blueprint

from volunteer_credit.shared.runtime import current
from volunteer_credit.tour.operations.cast import pin_of
from volunteer_credit.tour.operations.opening import DEMO, signed, ticket_of
from volunteer_credit.tour.rules import steps
from volunteer_credit.tour.rules.errors import TourKeyError
from volunteer_credit.tour.rules.steps import Step
from volunteer_credit.tour.rules.ticket import LIFE_MS, Ticket
from volunteer_credit.web import cookies
from volunteer_credit.web.requests import NewCookie, carried

COOKIE = "tour"
SECOND_MS = 1000

pages = Blueprint("tour_bar", __name__, template_folder="../templates")


@dataclass(frozen=True, slots=True)
class Bar:
    """What it says. `card` and `pin`: of the volunteer, while the till needs them."""

    step: Step | None
    card: str
    pin: str
    count: int = len(steps.STEPS)


@pages.app_context_processor
def tour_bar() -> dict[str, object]:
    """For every template: the bar, in a browser that carries a tour."""
    ticket = carried_ticket()
    if ticket is None:
        return {}
    step = steps.step(ticket.at) if ticket.at else None
    return {"tour_bar": Bar(step, ticket.card, pin_of(ticket) if ticket.card else "")}


def carried_ticket() -> Ticket | None:
    """The tour of this browser, if there is one."""
    if current().settings.clock != DEMO:
        return None
    new = carried().cookies.get(COOKIE)
    return ticket_of(new.value if new is not None else cookies.read(COOKIE))


def ticket() -> Ticket:
    """The same. Raises: TourKeyError."""
    found = carried_ticket()
    if found is None:
        raise TourKeyError
    return found


def keep(changed: Ticket) -> None:
    """Let the browser carry it from now on."""
    carried().cookies[COOKIE] = NewCookie(signed(changed), LIFE_MS // SECOND_MS)
