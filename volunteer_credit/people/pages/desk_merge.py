"""Two records of one person: looked at side by side, and proposed to be made one."""

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.desk_view import desk_person
from volunteer_credit.people.operations.merge_view import merge_preview, other_record
from volunteer_credit.people.operations.merges import propose_merge
from volunteer_credit.people.pages.answers import attempt, on, unticked
from volunteer_credit.people.schemas.desk import MergeProposalSchema, MergeSchema
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t
from volunteer_credit.web.limits import limited

pages = Blueprint("people_desk_merge", __name__, template_folder="../templates")

ROOT = "/c/<community>/desk/person/<person>/merge"
FORM, PREVIEW = "people/desk_merge.html", "people/desk_merge_seen.html"
HOURLY = (60, 3600)  # cards that one may name


@pages.get(ROOT)
@requires("person.merge")
def show(community: str, person: str) -> str:
    """This record stays; which is the other?"""
    found = desk_person(signed_in(), community, person)
    return render_template(FORM, errors={}, given={}, community=community, person=found)


@pages.post(ROOT)
@requires("person.merge")
@limited("merge", per_session=HOURLY)
def preview(community: str, person: str) -> Response:
    """What would become of the two."""
    form, caller = forms.read(MergeSchema), signed_in()
    found = desk_person(caller, community, person)

    def work() -> Response:
        other = other_record(community, form.values["other"])
        seen = merge_preview(caller, community, other, person)
        page = render_template(PREVIEW, errors={}, given={}, community=community, seen=seen)
        return make_response(page)

    return attempt(form, FORM, work, community=community, person=found)


@pages.post(f"{ROOT}/propose")
@requires("person.merge")
def propose(community: str, person: str) -> Response:
    """Propose it; a second person decides."""
    caller, unsure = signed_in(), t("Make sure first that they are one.", "请先核对，再勾选确认。")
    form = unticked(forms.read(MergeProposalSchema), "sure", unsure)
    other = form.texts.get("other", "")
    seen = merge_preview(caller, community, other, person)

    def work() -> Response:
        propose_merge(caller, other, person, community_id=community, key=request_key())
        return on(f"/c/{community}/approvals", "proposed")

    return attempt(form, PREVIEW, work, community=community, seen=seen)
