"""What the desk does for somebody: card, slip, lost phone, household, consent, the end."""

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.cards import Card
from volunteer_credit.people.operations.desk import Visit, desk_visit
from volunteer_credit.people.operations.desk_view import DeskPerson, desk_person
from volunteer_credit.people.operations.households import confirm_household
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.rules.slips import DEVICE
from volunteer_credit.people.schemas.desk import HowSchema, SlipIssueSchema, VisitSchema
from volunteer_credit.people.schemas.own import LeaveSchema
from volunteer_credit.shared.qr import qr_svg
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t

pages = Blueprint("people_desk_acts", __name__, template_folder="../templates")

ROOT = "/c/<community>/desk/person/<person>"
VISIT, SLIP, HOUSE, END = (f"people/desk_{each}.html" for each in ("visit", "slip", "house", "end"))
CARD_PRINT, SLIP_PRINT = "people/print_card.html", "people/print_slip.html"


def _person(community: str, person: str) -> DeskPerson:
    return desk_person(signed_in(), community, person)


@pages.get(f"{ROOT}/visit")
@requires("card.issue")
def show_visit(community: str, person: str) -> str:
    """What was lost, and whether there is a new PIN."""
    found = _person(community, person)
    return render_template(VISIT, errors={}, given={}, community=community, person=found)


@pages.post(f"{ROOT}/visit")
@requires("card.issue")
def visit(community: str, person: str) -> Response:
    """Do all of it at once; a new card is there to print."""
    form, found = forms.read(VisitSchema), _person(community, person)

    def work() -> Response:
        values = form.values
        asked = Visit(values["card"] == "yes", values["phone"] == "yes", values["pin"])
        card = desk_visit(signed_in(), person, community, asked, request_key())
        if card is None:
            return on(f"/c/{community}/desk/person/{person}", "changed")
        return make_response(_card_page(card, found, community))

    return attempt(form, VISIT, work, community=community, person=found)


def _card_page(card: Card, found: DeskPerson, community: str) -> str:
    address = f"{current().settings.public_url}/C/{card.card_id}".upper()
    code = qr_svg(address, t("Card", "志愿卡"))
    return render_template(CARD_PRINT, card=card, qr=code, person=found, community=community)


@pages.get(f"{ROOT}/slip")
@requires("slip.issue")
def show_slip(community: str, person: str) -> str:
    """Which slip."""
    found = _person(community, person)
    return render_template(SLIP, errors={}, given={}, community=community, person=found)


@pages.post(f"{ROOT}/slip")
@requires("slip.issue")
def slip(community: str, person: str) -> Response:
    """A slip to print, or to be scanned from this screen."""
    form, found = forms.read(SlipIssueSchema), _person(community, person)

    def work() -> Response:
        kind = form.values["kind"]
        made = issue_slip(signed_in(), kind, person, community, request_key())
        code = qr_svg(f"{current().settings.public_url}{made.path}".upper(), t("Slip", "凭条"))
        page = render_template(
            SLIP_PRINT,
            slip=made,
            qr=code,
            person=found,
            community=community,
            is_device=kind == DEVICE,
        )
        return make_response(page)

    return attempt(form, SLIP, work, community=community, person=found)


@pages.get(f"{ROOT}/household")
@requires("household.confirm")
def show_household(community: str, person: str) -> str:
    """Who said that they live together."""
    found = _person(community, person)
    return render_template(HOUSE, errors={}, given={}, community=community, person=found)


@pages.post(f"{ROOT}/household")
@requires("household.confirm")
def confirm(community: str, person: str) -> Response:
    """Seen at the desk, or on a visit."""
    form, found = forms.read(HowSchema), _person(community, person)

    def work() -> Response:
        how, household = form.values["how"], found.household_id
        confirm_household(signed_in(), community, household, how, request_key())
        return on(f"/c/{community}/desk/person/{person}", "changed")

    return attempt(form, HOUSE, work, community=community, person=found)


@pages.get(f"{ROOT}/end")
@requires("member.end")
def show_end(community: str, person: str) -> str:
    """Before a membership ends."""
    found = _person(community, person)
    return render_template(END, errors={}, given={}, community=community, person=found)


@pages.post(f"{ROOT}/end")
@requires("member.end")
def end(community: str, person: str) -> Response:
    """It ends."""
    form, found = forms.read(LeaveSchema), _person(community, person)

    def work() -> Response:
        leave(signed_in(), community, request_key(), person, at_desk=True)
        return on(f"/c/{community}/desk", "ended")

    return attempt(form, END, work, community=community, person=found)
