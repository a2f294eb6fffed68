"""What an organiser has published: who comes, changing it, cancelling it, a pasted list."""

from flask import render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.projects.operations.changing import Change, cancel_activity, change_shift
from volunteer_credit.projects.operations.drafting import form_of
from volunteer_credit.projects.operations.listing import match_list, sign_up_listed
from volunteer_credit.projects.operations.people import people_of
from volunteer_credit.projects.operations.publishing import is_undoable
from volunteer_credit.projects.operations.times import now_ms, offset_minutes
from volunteer_credit.projects.pages.showing import (
    activity_path,
    blueprint,
    check_own,
    own_organisers,
    own_shift,
    worker,
)
from volunteer_credit.projects.queries.activities import (
    activity_shifts,
    counts,
    shifts_of_organiser,
)
from volunteer_credit.projects.rules.matching import expected_walk_ins
from volunteer_credit.projects.rules.times import DAY_MS, MINUTE_MS, start_of
from volunteer_credit.projects.schemas.forms import (
    ActivityCancelSchema,
    RelayListSchema,
    RelayTickedSchema,
    ShiftChangeFormSchema,
)
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.fields import FieldsError
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t

pages = blueprint("manage")

MANAGE, CHANGE, CANCEL, LIST, MATCHED = (
    f"projects/{each}.html" for each in ("manage", "change", "cancel", "list", "matched")
)


@pages.get("/c/<community>/organise")
@requires("project.change")
def home(community: str) -> str:
    """What the caller's organisers have coming, and what ended within a day."""
    caller = worker(community)
    own = own_organisers(caller, community)
    from_ms = now_ms(db.session, community) - DAY_MS
    names = [each.organiser for each in own]
    shifts = shifts_of_organiser(db.session, community, names, from_ms)
    known = counts(db.session, community, [each.shift_id for each in shifts])
    return render_template(
        "projects/organise.html", community=community, shifts=shifts, counts=known, organisers=own
    )


@pages.get("/c/<community>/activities/<activity>/manage")
@requires("project.change")
def show(community: str, activity: str) -> str:
    """One activity with its shifts and everything that can be done."""
    caller = worker(community)
    shifts = activity_shifts(db.session, community, activity)
    check_own(caller, community, shifts[0])
    known = counts(db.session, community, [each.shift_id for each in shifts])
    at_ms = now_ms(db.session, community)
    return render_template(
        MANAGE,
        community=community,
        shifts=shifts,
        first=shifts[0],
        counts=known,
        at_ms=at_ms,
        path=activity_path(community, activity),
        is_undoable=is_undoable(shifts[0].published_at_ms, len(known), at_ms),
    )


@pages.get("/c/<community>/shifts/<shift>/people")
@requires("checkin.open")
def people(community: str, shift: str) -> str:
    """Who comes, as the door has their names."""
    listed = people_of(worker(community), community, shift)
    return render_template("projects/people.html", community=community, **listed._asdict())


@pages.get("/c/<community>/shifts/<shift>/change")
@requires("project.change")
def show_change(community: str, shift: str) -> str:
    """When, where, how many, insurance."""
    found = own_shift(worker(community), community, shift)
    given = form_of(found, found.starts_at_ms)
    return render_template(CHANGE, errors={}, given=given, community=community, shift=found)


@pages.post("/c/<community>/shifts/<shift>/change")
@requires("project.change")
def change(community: str, shift: str) -> Response:
    """Change it; who signed up sees what it was."""
    form, found = forms.read(ShiftChangeFormSchema), own_shift(worker(community), community, shift)

    def work() -> Response:
        given = form.values
        begins = start_of(given["day"], given["time"], offset_minutes())
        ends = begins + given["minutes"] * MINUTE_MS
        wanted = Change(begins, ends, given["place"], given["capacity"], given["insurance"])
        change_shift(signed_in(), community, shift, wanted, request_key())
        return on(f"{activity_path(community, found.activity_id)}/manage", "shift_changed")

    return attempt(form, CHANGE, work, community=community, shift=found)


@pages.get("/c/<community>/activities/<activity>/cancel")
@requires("project.change")
def show_cancel(community: str, activity: str) -> str:
    """Before it is cancelled."""
    caller = worker(community)
    shifts = activity_shifts(db.session, community, activity)
    check_own(caller, community, shifts[0])
    path = activity_path(community, activity)
    return render_template(
        CANCEL, errors={}, given={}, community=community, shifts=shifts, path=path
    )


@pages.post("/c/<community>/activities/<activity>/cancel")
@requires("project.change")
def cancel(community: str, activity: str) -> Response:
    """Cancel it, with a reason that everybody on the list reads."""
    form, caller = forms.read(ActivityCancelSchema), worker(community)
    shifts, path = (
        activity_shifts(db.session, community, activity),
        activity_path(community, activity),
    )

    def work() -> Response:
        given = form.values
        cancel_activity(caller, community, activity, given["reason"], request_key(), given["shift"])
        return on(f"{path}/manage", "activity_cancelled")

    return attempt(form, CANCEL, work, community=community, shifts=shifts, path=path)


@pages.get("/c/<community>/shifts/<shift>/list")
@requires("project.change")
def show_list(community: str, shift: str) -> str:
    """Paste a relay list."""
    found = own_shift(worker(community), community, shift)
    return render_template(LIST, errors={}, given={}, community=community, shift=found)


@pages.post("/c/<community>/shifts/<shift>/list")
@requires("project.change")
def read_list(community: str, shift: str) -> Response:
    """Who may be meant; those who are shown will read that they were looked up."""
    form, found = forms.read(RelayListSchema), own_shift(worker(community), community, shift)

    def work() -> Response:
        lines = match_list(signed_in(), community, shift, form.values["text"], request_key())
        page = render_template(
            MATCHED,
            community=community,
            shift=found,
            lines=lines,
            walk_ins=expected_walk_ins((each.line, each.state) for each in lines),
        )
        return Response(page, mimetype="text/html")

    return attempt(form, LIST, work, community=community, shift=found)


@pages.post("/c/<community>/shifts/<shift>/list/sign-up")
@requires("project.change")
def sign_up_list(community: str, shift: str) -> Response:
    """Sign up all who were ticked."""
    form, found = forms.read(RelayTickedSchema), own_shift(worker(community), community, shift)
    if not form.is_good:
        raise FieldsError
    given = form.values
    made = sign_up_listed(
        signed_in(), community, shift, given["accounts"], given["walk_ins"], request_key()
    )
    page = render_template(
        "projects/listed.html",
        community=community,
        shift=found,
        made=made,
        walk_ins=given["walk_ins"],
        manage=f"{activity_path(community, found.activity_id)}/manage",
        title=t("The list is in", "名单已录入"),
    )
    return Response(page, mimetype="text/html")
